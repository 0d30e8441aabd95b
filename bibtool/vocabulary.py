"""What the formats call one thing: the types of works and the fields of entries, in one table for both directions.

The first column is the name under which `Reference.fields` keeps a field, and it is biblatex's (manual, 2.1 to 2.3; where biblatex has no
word for it, CSL's). BibTeX's names follow btxdoc (1988), CSL's the schema 1.0.2, RIS's tags the format specification (2011),
Hayagriva's its file-format.md and its own reader of BibLaTeX (src/interop.rs). A dash says that the format has no place for it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from bibtool.edtf import is_plain
from bibtool.reference import Name, Reference

# What stands in a list of names for those that it leaves out ("and others").
OTHERS = Name(literal="others")
# The type of an author's own entry, where CSL's type alone would give another one; and the words that it kept from changing case.
ENTRY_TYPE, PROTECTED = "entrytype", "protectedwords"

_TYPES = """
biblatex        bibtex          csl                     genre             ris     hayagriva     parent
article         article         article-journal         -                 JOUR    article       periodical
article         article         article-magazine        -                 MGZN    article       periodical
article         article         article-newspaper       -                 NEWS    article       newspaper
suppperiodical  article         article-journal         -                 JOUR    article       periodical
review          article         review                  -                 JOUR    article       periodical
review          article         review-book             -                 JOUR    article       periodical
periodical      misc            periodical              -                 JFULL   periodical    -
book            book            book                    -                 BOOK    book          -
mvbook          book            book                    -                 BOOK    book          -
collection      book            book                    -                 EDBOOK  anthology     -
mvcollection    book            book                    -                 EDBOOK  anthology     -
reference       book            book                    -                 BOOK    reference     -
mvreference     book            book                    -                 BOOK    reference     -
proceedings     proceedings     book                    -                 CONF    proceedings   -
mvproceedings   proceedings     book                    -                 CONF    proceedings   -
incollection    incollection    chapter                 -                 CHAP    anthos        anthology
inbook          inbook          chapter                 -                 CHAP    chapter       book
bookinbook      inbook          chapter                 -                 CHAP    chapter       book
suppbook        inbook          chapter                 -                 CHAP    chapter       book
suppcollection  incollection    chapter                 -                 CHAP    anthos        anthology
inreference     incollection    entry-encyclopedia      -                 ENCYC   entry         reference
inreference     incollection    entry-dictionary        -                 DICT    entry         reference
inreference     incollection    entry                   -                 ENCYC   entry         reference
inproceedings   inproceedings   paper-conference        -                 CPAPER  article       proceedings
booklet         booklet         pamphlet                -                 PAMP    misc          -
report          techreport      report                  -                 RPRT    report        -
techreport      techreport      report                  -                 RPRT    report        -
manual          manual          report                  Manual            RPRT    reference     -
standard        misc            standard                -                 STAND   misc          -
thesis          phdthesis       thesis                  -                 THES    thesis        -
phdthesis       phdthesis       thesis                  PhD thesis        THES    thesis        -
mastersthesis   mastersthesis   thesis                  Master's thesis   THES    thesis        -
unpublished     unpublished     manuscript              -                 UNPB    manuscript    -
unpublished     unpublished     speech                  -                 SLIDE   misc          -
online          misc            webpage                 -                 ELEC    web           -
online          misc            post-weblog             -                 BLOG    article       blog
online          misc            post                    -                 ELEC    thread        -
dataset         misc            dataset                 -                 DATA    repository    -
software        misc            software                -                 COMP    repository    -
patent          misc            patent                  -                 PAT     patent        -
image           misc            graphic                 -                 ART     artwork       -
artwork         misc            graphic                 -                 ART     artwork       -
image           misc            figure                  -                 FIGURE  artwork       -
misc            misc            document                -                 GEN     misc          -
misc            misc            map                     -                 MAP     artwork       -
movie           misc            motion_picture          -                 MPCT    video         -
video           misc            motion_picture          -                 VIDEO   video         -
video           misc            broadcast               -                 VIDEO   video         -
audio           misc            song                    -                 SOUND   audio         -
music           misc            song                    -                 MUSIC   audio         -
music           misc            musical_score           -                 MUSIC   misc          -
performance     misc            performance             -                 GEN     misc          -
letter          misc            personal_communication  -                 PCOMM   misc          -
misc            misc            interview               -                 PCOMM   misc          -
legislation     misc            legislation             -                 STAT    legislation   -
legislation     misc            bill                    -                 BILL    legislation   -
legislation     misc            regulation              -                 LEGAL   legislation   -
legal           misc            treaty                  -                 LEGAL   legislation   -
jurisdiction    misc            legal_case              -                 CASE    case          -
jurisdiction    misc            hearing                 -                 HEAR    case          -
book            book            classic                 -                 ANCIENT  book         -
misc            misc            collection              -                 GEN     misc          -
misc            misc            event                   -                 GEN     conference    -
"""

# Rows end in what the field holds, where it is no plain text. Hayagriva: a dot goes into a mapping, "+" names the role of other people.
_FIELDS = """
biblatex             bibtex          csl                        ris  hayagriva               kind
editor               editor          editor                     ED   editor                  names
translator           translator      translator                 A4   +translator             names
bookauthor           bookauthor      container-author           A2   parent.author           names
foreword             foreword        -                          -    +foreword               names
afterword            afterword       -                          -    +afterword              names
introduction         introduction    -                          -    +introduction           names
annotator            annotator       -                          -    +annotator              names
commentator          commentator     -                          -    +commentator            names
holder               holder          -                          -    +holder                 names
collection-editor    series-editor   collection-editor          A3   -                       names
composer             composer        composer                   -    +composer               names
director             director        director                   -    +director               names
illustrator          illustrator     illustrator                -    +illustrator            names
organizer            organizer       organizer                  -    +organizer              names
producer             producer        producer                   -    +producer               names
compiler             compiler        compiler                   -    +compiler               names
narrator             narrator        narrator                   -    +narrator               names
location             address         publisher-place            CY   location                text
edition              edition         edition                    ET   edition                 text
series               series          collection-title           T3   collection              text
number               number          number                     M1   serial-number.serial    text
volumes              volumes         number-of-volumes          NV   volume-total            number
pagetotal            pagetotal       number-of-pages            -    page-total              number
chapter              chapter         chapter-number             SE   chapter                 text
part                 part            -                          -    -                       text
version              version         version                    -    serial-number.version   text
isbn                 isbn            ISBN                       SN   serial-number.isbn      text
issn                 issn            ISSN                       SN   serial-number.issn      text
pmid                 pmid            PMID                       -    serial-number.pmid      text
pmcid                pmcid           PMCID                      -    serial-number.pmcid     text
library              library         call-number                CN   call-number             text
eprint               eprint          archive_location           AN   archive-location        text
eprinttype           archiveprefix   archive                    DB   archive                 text
eprintclass          primaryclass    -                          -    -                       text
langid               language        language                   LA   language                language
shorttitle           shorttitle      title-short                ST   title.short             text
shortjournal         shortjournal    container-title-short      J2   parent.title.short      text
eventtitle           eventtitle      event-title                C3   conference.title        text
venue                venue           event-place                -    conference.location     text
eventdate            eventdate       event-date                 -    conference.date         date
urldate              urldate         accessed                   Y2   url.date                date
origdate             origdate        original-date              OP   -                       date
date                 date            issued                     -    -                       date
year                 year            issued                     -    -                       literal
origtitle            origtitle       original-title             -    -                       text
origpublisher        origpublisher   original-publisher         -    -                       text
origlocation         origlocation    original-publisher-place   -    -                       text
keywords             keywords        keyword                    KW   -                       text
annotation           annote          annote                     RN   annote                  text
note                 note            note                       N1   note                    note
howpublished         howpublished    note                       N1   note                    note
addendum             addendum        note                       N1   note                    note
pubstate             pubstate        status                     -    -                       text
organization         organization    publisher                  PB   organization            maker
institution          institution     publisher                  PB   publisher               maker
publisher            publisher       publisher                  PB   publisher               maker
"""

# Fields that are a part of another one where there is no subtitle, and those that an entry's own attributes or parents have answered.
SUBTITLES = frozenset({"subtitle", "titleaddon", "booksubtitle", "journalsubtitle", "booktitleaddon"})
RESOLVED = frozenset({ENTRY_TYPE, PROTECTED, "crossref", "xdata"})
# Spellings of one type or field beside the table's own.
TYPE_ALIASES = {"conference": "inproceedings", "electronic": "online", "www": "online", "preprint": "online", "webpage": "online"}
FIELD_ALIASES = {
    "address": "location",
    "annote": "annotation",
    "archiveprefix": "eprinttype",
    "event": "eventtitle",
    "language": "langid",
    "primaryclass": "eprintclass",
    "school": "institution",
    "series-editor": "collection-editor",
}
# Variables of CSL that biblatex has no field for: a .bib file keeps them under CSL's own name, in small letters.
CSL_TEXTS = """
    archive_collection archive-place authority dimensions division jurisdiction medium part-title references reviewed-genre
    reviewed-title scale section source volume-title year-suffix
"""
CSL_NAMES = """
    chair contributor curator editorial-director executive-producer guest host interviewer original-author performer recipient
    reviewed-author script-writer series-creator
"""
CSL_DATES = "available-date submitted"

# How biblatex names the kinds of theses and reports (manual, 4.9.2.13), and what they read as.
GENRES = {
    "phdthesis": "PhD thesis",
    "mathesis": "Master's thesis",
    "bathesis": "Bachelor's thesis",
    "candthesis": "Candidate thesis",
    "techreport": "Technical report",
    "resreport": "Research report",
    "software": "Computer software",
    "patent": "Patent",
    "patentde": "German patent",
    "patenteu": "European patent",
    "patentfr": "French patent",
    "patentuk": "British patent",
    "patentus": "U.S. patent",
    "patreq": "Patent request",
}
# Languages as babel and biblatex name them, and their BCP 47 tags; the first name of a tag is the one that a tag becomes.
_LANGUAGES = """
    english en, american en-US, USenglish en-US, british en-GB, UKenglish en-GB, canadian en-CA, german de, ngerman de, austrian de-AT,
    naustrian de-AT, swissgerman de-CH, nswissgerman de-CH, french fr, francais fr, canadien fr-CA, spanish es, italian it, portuguese
    pt, portuges pt, brazilian pt-BR, brazil pt-BR, dutch nl, danish da, swedish sv, norsk nb, norwegian nb, nynorsk nn, finnish fi,
    icelandic is, polish pl, czech cs, slovak sk, slovene sl, slovenian sl, croatian hr, serbian sr, hungarian hu, magyar hu, romanian
    ro, bulgarian bg, greek el, latin la, russian ru, ukrainian uk, turkish tr, hebrew he, arabic ar, persian fa, hindi hi, japanese ja,
    korean ko, chinese zh, vietnamese vi, estonian et, latvian lv, lithuanian lt, catalan ca, basque eu, galician gl
"""
LANGUAGES = {pair.split()[0].lower(): pair.split()[1] for pair in _LANGUAGES.split(",")}
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", re.ASCII)


class Kind(NamedTuple):
    """A type of work in every format's word; `parent` is Hayagriva's for what it appeared in."""

    biblatex: str
    bibtex: str
    csl: str
    genre: str
    ris: str
    hayagriva: str
    parent: str


class Field(NamedTuple):
    """A field in every format's word ("" where it has none), and what it holds."""

    biblatex: str
    bibtex: str
    csl: str
    ris: str
    hayagriva: str
    kind: str


def _rows(table: str) -> Iterator[list[str]]:
    for line in table.strip().splitlines()[1:]:
        yield ["" if cell.strip() == "-" else cell.strip() for cell in line.split("  ") if cell.strip()]


KINDS = tuple(Kind(*row) for row in _rows(_TYPES))
FIELDS = {row[0]: Field(*row) for row in _rows(_FIELDS)}
for _kind, _names in (("text", CSL_TEXTS), ("names", CSL_NAMES), ("date", CSL_DATES)):
    FIELDS |= {name: Field(name, name, name, "", "", _kind) for name in _names.split() if name not in FIELDS}
NAMES = frozenset(name for name, field in FIELDS.items() if field.kind == "names")
BY_CSL = {field.csl: name for name, field in reversed(FIELDS.items()) if field.csl and field.kind not in ("maker", "note", "literal")}
BY_CSL |= {"note": "note", "event": "eventtitle", "shortTitle": "shorttitle", "journalAbbreviation": "shortjournal", "part-number": "part"}

_BY_ENTRY = {kind.biblatex: kind for kind in reversed(KINDS)}
_BY_CSL = {(kind.csl, kind.genre.lower()): kind for kind in reversed(KINDS)}
_BY_RIS = {kind.ris: kind for kind in reversed(KINDS)}
# Types whose `number` counts within a journal, or within a series.
PERIODICALS = frozenset({"article-journal", "article-magazine", "article-newspaper", "review", "review-book", "periodical", "article"})
IN_SERIES = frozenset({"book", "chapter", "paper-conference", "entry-encyclopedia", "entry-dictionary", "entry", "classic"})


def kind_of_entry(entry_type: str) -> Kind | None:
    """The kind of a BibTeX or biblatex entry type; None for one that neither knows."""
    entry_type = entry_type.lower()
    return _BY_ENTRY.get(TYPE_ALIASES.get(entry_type, entry_type))


def kind_of_ris(tag: str) -> Kind:
    """The kind of a RIS type; that of "GEN" for one that is not in the table."""
    return _BY_RIS.get(tag, _BY_RIS["GEN"])


def work_kind(reference: Reference) -> Kind:
    """The kind of a reference: its author's own entry type, or the usual one for CSL's type."""
    own = next((value for name, value in reference.fields if name == ENTRY_TYPE), None)
    kind = kind_of_entry(own) if own else None
    if kind is not None and kind.csl == reference.type:
        return kind
    genre = (reference.genre or "").lower()
    return _BY_CSL.get((reference.type, genre)) or _BY_CSL.get((reference.type, "")) or _BY_ENTRY["misc"]


def field_of(name: str) -> Field:
    """The row of a field; of one that is in no table, a row that only .bib files have a place for."""
    return FIELDS.get(name) or Field(name, name, "", "", "", "text")


def placed(reference: Reference, form: str) -> Iterator[tuple[str, Field, str]]:
    """What an author's entry held beyond a reference's own attributes, under the name of a format ("csl", "ris", "hayagriva")."""
    for name, value in reference.fields:
        row = field_of(name)
        text = held(row, value, form)
        if text is not None:
            yield str(getattr(row, form)), row, text


def held(row: Field, value: str, form: str) -> str | None:
    """The value as the format takes it; None where it has no place for the field, or for such a value."""
    if not getattr(row, form, ""):
        return None
    if row.kind == "language":
        return language_tag(value)
    # Only CSL's dates are more than a year, a month or a day.
    return value if row.kind != "date" or form == "csl" or is_plain(value) else None


def language_tag(langid: str) -> str | None:
    """The BCP 47 tag of a language's name in babel, or of a tag; None for what is neither."""
    name = langid.strip().lower()
    return LANGUAGES.get(name) or (langid.strip().replace("_", "-") if _TAG.fullmatch(name) and len(name.split("-")[0]) < 4 else None)


def langid_of(tag: str) -> str:
    """Babel's name of a language by its tag; the tag itself where it has none."""
    short = tag.partition("-")[0].lower()
    names = {known.lower(): name for name, known in reversed(LANGUAGES.items())}
    return names.get(tag.lower()) or names.get(short) or tag


def joined(reference: Reference) -> Reference:
    """The reference as formats without subtitles hold it: "Title: Subtitle"."""
    if not reference.fields:
        return reference
    said = dict(reference.fields)
    merged = replace(
        reference,
        title=_with_subtitle(reference.title, said.get("subtitle"), said.get("titleaddon")),
        container=_with_subtitle(reference.container, said.get("booksubtitle") or said.get("journalsubtitle"), said.get("booktitleaddon")),
    )
    return replace(merged, fields=tuple((name, value) for name, value in reference.fields if name not in SUBTITLES))


def simplified(reference: Reference) -> Reference:
    """The reference as formats without biblatex's finer fields hold it: subtitles in titles, an article's number for its pages."""
    merged = joined(reference)
    said = dict(merged.fields)
    if merged.pages is not None or "eid" not in said:
        return merged
    return replace(merged, pages=said.pop("eid"), fields=tuple(said.items()))


def _with_subtitle(title: str | None, subtitle: str | None, addon: str | None) -> str | None:
    if title is None:
        return None
    whole = title if not subtitle else f"{title}{' ' if title.endswith((':', '?', '!')) else ': '}{subtitle}"
    return f"{whole}. {addon}" if addon else whole
