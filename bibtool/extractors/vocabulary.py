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

# Anywhere near a number: words, and phrases.
PAPERS = _set_of("""
    arxiv axiv preprint preprints eprint eprints e-print e-prints paper papers cite cites cited citing see ref refs reference
    references bibliography übersicht überblick cf viz patrz lásd bkz katso manuscript manuscripts lanl ar5iv abstract abstracts
    theorem lemma proof author authors jhep astrophys neurips iclr icml cvpr arbeit arbeiten artikel veröffentlichung aufsatz
    siehe vgl zitiert quelle literatur l'article voir prépublication référence références cité artículo referencia referencias
    preimpresión véase artigo referência veja articolo dell'articolo nell'articolo riferimento vedi pubblicazione artikelen zie
    artykuł статья статье статьи статью работа работе работы препринт препринте препринта см ссылка článek článku artykule
    makale makalede pracy praca artikkelen artikeln artiklen uppsatsen artikkeli artikkelissa
""")
PAPER_PHRASES = (
    "arxiv",
    *("journal club", "reading group", "this article", "present article", "our article"),
    *(
        "et al",
        "submitted to",
        "accepted at",
        "accepted by",
        "accepted for",
        "published in",
        "phys. rev",
        "phys rev",
        "phys. lett",
        "phys lett",
        "to appear",
        "nucl. phys",
        "nucl phys",
    ),
    *("論文", "论文", "文献", "参考", "參考", "参见", "參見", "参照", "参阅", "プレプリント", "预印本", "預印本", "논문", "참고"),
)

# The name of a field whose value is the number.
KEYS = _any_of(
    "paper papers arxiv pid eprint eprints ref refs id ids article articles identifier identifiers source sources cite cites link links url"
    " citation citations"
)

# Just before a number that is the name of a paper, as a sentence uses names; and just behind.
BEFORE_A_NAME = _set_of("""
    whether because while although consult vergleiche dazu auch aussi anche también também также veda vea consulte seen skimmed
    voir siehe vgl vedi zie see in and or the with read reading follow following follows per via also both like e.g i.e compare
    download downloaded fetch fetched get add added use uses used using title today new their our this that these those proposed
    introduced described discussed cited based upon unlike against ours laut gemäß nach selon d'après según secondo segundo
    согласно в volgens zgodnie
""")
TO_A_NAME = _set_of("e.g i.e in see cf via compare unlike also follow following")
AFTER_A_NAME = _any_of("""
    gezeigt bewiesen beschrieben vorgestellt eingeführt verwendet untersucht gilt montre montrent propose démontre introduced
    introduces introduce shows showed show proposes proposed presents presented reports reported says is was are were has have
    works uses used describes described discusses discussed studies studied therein today which that gives claims claimed finds
    found considers appeared appears extends generalizes improves argues argued proves proved
""")

# Those that have a name of their own, which their paper may stand behind in brackets.
METHODS = _set_of("""
    model models method methods approach architecture algorithm technique network networks framework dataset benchmark
    conjecture optimizer optimiser scheduler pipeline
""")
# What papers have, so that "the proofs of" leads to the name of one; and what leads from it to the name.
PARTS_OF_PAPERS = METHODS | _set_of("""
    that those baseline baselines remark observation language spirit sense terminology technik idee démonstration author authors
    results theorem theorems lemma proposition prop corollary conjecture proof proofs section sections sec appendix equation
    equations eq eqs fig figs figure figures table algorithm notation notations convention conventions methods abstract title
    titles claim claims question questions counterexample counterexamples picture method approach architecture technique version
    versions code codebase repo repository setup setting framework findings idea ideas data construction arguments introduction
    discussion bibliography references methode verfahren ansatz schranke vermutung konstruktion modell méthode approche
    conjecture construction modèle preuve borne método enfoque modelo metodo approccio modello argument trick recipe
    implementation sampler benchmark definition definitions lectures statement analysis computation calculation ergebnisse
    autoren beweis satz résultats auteurs théorème resultados autores teorema результаты авторы теорема
""")
# Measures that papers propose.
OBJECTIVES = frozenset({"loss", "objective", "norm", "metric", "score", "schedule", "rule", "form", "test", "reward", "model"})
# What is got from papers, but may also be so and so large: "the bound from".
FINDINGS = _set_of("""
    bound bounds estimate estimates inequality limit limits constraint constraints result formula formulae example case model
    dataset error errors mistake mistakes gap flaw typo
""")
STANDS = _set_of("is are appears appear stands")
# What is done in papers: "as discussed in".
PARTICIPLES = ("tré", "osé", "uit", "liqué", "ado", "bado", "ed", "shown", "found", "given", "seen", "proven", "written")
KINDS_OF_PAPERS = _set_of("""
    paper preprint work letter thesis review note notes manuscript lectures survey monograph link arbeit aufsatz prépublication
""")
OF = _set_of("of in from by for to on von aus in de des du dans del en dos di nel из в")

# Measures alone: "the version of" leads to papers, too.
VALUES = MEASURES_AND_NUMBERED_THINGS - PARTS_OF_PAPERS - FINDINGS
# What leads from what is done in papers to the name of one.
CONNECTIONS = OF | _set_of("alongside out about since after before with as on upon and into over against auf mit sur avec en con sobre")

# What is said of papers alone.
RELATIONS = _set_of("""
    extracted taken derived comes stems accompany accompanies implement compare compared comparison comparing owe owes indebted
    building aware learned learnt heard consult recall check skim discuss discussed discussing follow-ups reference references
    citation citations thread point points pointed pointing agrees agreement consistent motivated corrects corrected replaces
    replaced replacement extension extensions supersedes superseded supersede superceded supercedes duplicate duplicates erratum
    errata corrigendum addendum companion followup follow-up follows sequel overlap overlaps extends extended implements
    implementation reimplements implementing implemented refer refers referred reply response comment comments based builds
    build-upon inspired adapted borrowed reproduces reproduced rederived generalizes improves reproduction reproductions
    rederivation raised posed contradicts merged incorporated subsumed absorbed disproves published submitted posted preprint
    introduced proposed described presented uploaded cite cites cited see ersetzt basiert basierend siehe basé fondé basado
    baseado basato основан
""")

# Those of them that lead to a paper only by another word.
NOUNS = _set_of("""
    extension extensions replacement implementation reproduction companion sequel response reply overlap overlaps addendum
    reference references citation citations thread
""")

# Two words that end in one of the counting words and yet lead to a name.
BEFORE_A_NAME_TWO = (
    *("improves on", "improve on", "improving on", "improves upon", "check out"),
    *("look at", "looked at", "looking at"),
    "according to",
    "compared to",
    "similar to",
    "due to",
    "refer to",
    "refers to",
    "analogous to",
    "contrast to",
    "contrary to",
)
# Numbers are no authorities, papers are.
BEFORE_AN_AUTHORITY = ("according to ", "contrary to ", "main result of ", "main results of ", "key result of ")
# Words that hand on what the word before them says: "a mass of".
BEFORE_A_RESULT = ("resulting in ", "resulted in ", "ended in ", "ending in ")
# And those that only say that it is numbered: "order id".
LINKS_AND_NUMBERS = _set_of("of in is was were be equals about roughly exactly number numbers id ids code")

# Words of trade, machines and law, anywhere in the sentence of a number.
OTHER_THINGS = _set_of("""
    install installed installing installer bug fixed refunded storno upgrade upgraded downgrade compiled compiler crash crashes
    crashed reboot rebooted startup bios firmware toolchain nightly server connection debugger hotfix invoice shipping shipped
    ordered orders delivered delivery warranty customer customers purchase purchased discount payment payments charged billed
    refund deductible spare sold stock correspondence sincerely court tribunal statute ordinance plaintiff defendant municipal
    penalties penalty attorney lawsuit bestellung lieferung lieferbar rechnung gebühren gericht bitte kunde commande livraison
    facture impôt tribunal
""")

# Before a number these leave it open whether it is numbered.
NO_NUMBERED_THINGS = (
    *(BEFORE_A_NAME, PAPERS, KINDS_OF_PAPERS, RELATIONS, PARTS_OF_PAPERS, CONNECTIONS, STANDS),
    frozenset(AFTER_A_NAME.split("|")),
)
