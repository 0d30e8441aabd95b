"""The words that decide about a bare number: what they stand beside is a measure, a numbered thing, or a paper. In lower case."""

import re


def _any_of(words: str) -> str:
    """A pattern that matches any of the words; an underscore in a word is a blank in the text."""
    return "|".join(re.escape(word.replace("_", " ")) for word in sorted(words.split(), key=lambda word: (-len(word), word)))


def _set_of(words: str) -> frozenset[str]:
    return frozenset(word.replace("_", " ") for word in words.split())


# Just behind a number.
UNITS = _any_of("""
    m/z hz khz mhz ghz thz ev kev mev gev tev m mm um nm pm fm km kms cm cm-1 g kg mg ug ng da kda l ml ul s ms us ns ps sec
    secs second seconds min minutes h hr hrs hour hours days years yr yrs pc kpc mpc gpc usd eur gbp jpy chf cad aud inr euro
    euros dollar dollars cent cents pound pounds kr rub yen yuan btc eth kb mb gb tb kib mib gib tib b byte bytes px pixel
    pixels pt percent pct k v kv mv w kw mw pa kpa mpa mbar bar torr psi n j kj cal kcal kcal/mol kj/mol hartree hartrees ry
    mile miles ft feet inch inches in. deg degree degrees å angstrom angstroms rad mol ppm ppb db dbm lb lbs oz ton tons tonne
    tonnes barrel barrels acre acres hectare hectares people persons users point points token tokens sample samples unit units
    item items share shares vote votes step steps event events count counts times watt watts joule joules volt volts msun msun
    lsun solar_masses fps rpm bpm parameters params range million billion trillion thousand hundred dozen views view downloads
    likes visitors visits clicks hits followers subscribers plays citations words lines rows cases pieces pcs flops gflops
    tflops mflops files requests euro rp rp. kwh mah nits lux db/m bp kbp mbp au ly
""")

# Just before a number.
MEASURES_AND_NUMBERED_THINGS = _set_of("""
    to_be gives begins_with sank our_reference your_reference our_ref your_ref award grant série serie seriennummer ring dial
    booking_reference customer_reference error errors obtain obtained get measure measured compute computed calculate calculated
    attain attained reach reached record recorded build builds version versions ver v release releases firmware kb revision rev
    phone tel telephone fax mobile cell call price prices cost costs paid pay total sum amount balance usd eur gbp jpy inr rs
    btc eth section sec sect paragraph para clause rule part mass masses peak peaks energy energies wavelength frequency sdss
    iras 2mass ngc coordinate coordinates latitude longitude lat lon ra dec date dated datum vom serial invoice order account
    isbn issn patent model windows linux kernel ios android chrome driver patch loss score value values mean std median average
    avg max min rate ratio speed velocity size weight weighs length height width depth distance time took got expected actual
    latency throughput perplexity accuracy precision recall rmse mse mae aic bic fid elo bleu variance sum gesamt summe betrag
    preis prix precio prezzo preço valeur valor valore wert итого сумма значение цена kosten somme suma soma summa temperature
    pressure voltage page pages pp vol volume line lines row rows column item image tag docker package pkg lib hash sha commit
    hs_code tariff code zip index at by from to range between than about around approximately approx equal equals over under m/z
    step epoch iteration iter level altitude elevation population test case x y z t sku ticket tickets bestellnummer
    auftragsnummer rechnungsnummer kundennummer artikelnummer form policy nav easting northing telefon mailbox psalm verse
    person flight contract postcode postleitzahl plz correlation receipt iec iso din cfr usc exercise problem scaffold contig
    locus clone figure fig figs eq eqs equation equations table room suite apartment apt lot batch docket permit license licence
    vin imei barcode ean upc opus train bus route highway frame channel port sector offset address register user customer
    session job employee student member iban vat passport voucher coupon quotation shipment parcel tracking transaction device
    asset result answer output enthalpy entropy eigenvalue residual objective likelihood log-likelihood chi2 norm reward regret
    ppl rouge f1 auc psnr ssim iou cer wer mape yield revenue profit income salary rent fee fees tax turnover budget capacity
    area radius diameter density flux luminosity redshift threshold cutoff timestamp uptime duration elapsed runtime age grade
    gpa percentile sigma delta lambda alpha beta mu tau theta amplitude phase momentum charge resistance current power torque
    force concentration dose intensity brightness magnitude exposure e n os app plugin sdk api part_no no nr
""")

# The name of a field whose value is the number.
KEYS = _any_of(
    "paper papers arxiv pid eprint eprints ref refs id ids article articles identifier identifiers source sources cite cites link links url"
    " citation citations"
)
