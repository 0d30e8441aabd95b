"""The types of works, as every format calls them: one table for both directions.

BibTeX's names follow btxdoc (1988), biblatex's its manual (2.1), CSL's the schema 1.0.2, RIS's the format specification (2011), Hayagriva's
its file-format.md and its own reader of BibLaTeX (src/interop.rs). A dash says that the format has no word of its own.
"""

from collections.abc import Iterator
from typing import NamedTuple

from bibtool.reference import Reference

# Where `Reference.fields` keeps the type of an author's own entry, if CSL's type alone would give another one.
ENTRY_TYPE = "entrytype"

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
online          misc            article                 preprint          GEN     article       repository
"""

# Spellings beside the table's own.
TYPE_ALIASES = {"conference": "inproceedings", "electronic": "online", "www": "online", "preprint": "online", "webpage": "online"}
HAYAGRIVA_ALIASES = {
    "post": "thread",
    "scene": "video",
    "exhibition": "artwork",
    "blog": "web",
    "original": "manuscript",
}
HAYAGRIVA_ALIASES |= {"newspaper": "periodical", "performance": "conference"}
RIS_ALIASES = {"ABST": "JOUR", "ADVS": "VIDEO", "AGGR": "DATA", "CHART": "FIGURE", "CLSWK": "ANCIENT", "CTLG": "BOOK", "DBASE": "DATA"}
RIS_ALIASES |= {"EBOOK": "BOOK", "ECHAP": "CHAP", "EJOUR": "JOUR", "EQUA": "FIGURE", "GOVDOC": "RPRT", "GRANT": "GEN", "ICOMM": "PCOMM"}
RIS_ALIASES |= {"INPR": "JOUR", "MANSCPT": "UNPB", "MULTI": "GEN", "SER": "BOOK", "UNBILL": "BILL", "UNPD": "UNPB", "WEB": "ELEC"}
# CSL's types that share an entry type: biblatex's `entrysubtype` tells them apart, by these words (of biblatex-chicago) or CSL's own.
SUBTYPES = {"article-magazine": "magazine", "article-newspaper": "newspaper", "article": "preprint"}
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


class Kind(NamedTuple):
    """A type of work in every format's word; `parent` is Hayagriva's for what it appeared in."""

    biblatex: str
    bibtex: str
    csl: str
    genre: str
    ris: str
    hayagriva: str
    parent: str

    @property
    def is_told_by_parent(self) -> bool:
        """Whether Hayagriva takes it for something else where nothing says what it appeared in."""
        return bool(self.parent) and kind_of_hayagriva(self.hayagriva, "").parent != self.parent


def rows_of(table: str) -> Iterator[list[str]]:
    """The rows of a table whose cells two blanks part; a dash is an empty cell."""
    for line in table.strip().splitlines()[1:]:
        yield ["" if cell.strip() == "-" else cell.strip() for cell in line.split("  ") if cell.strip()]


KINDS = tuple(Kind(*row) for row in rows_of(_TYPES))

_BY_ENTRY = {kind.biblatex: kind for kind in reversed(KINDS)}
_BY_CSL = {(kind.csl, genre): kind for kind in reversed(KINDS) for genre in ("", kind.genre.lower())}
_BY_SUBTYPE = {(kind.biblatex, word): kind for kind in reversed(KINDS) for word in (kind.csl, SUBTYPES.get(kind.csl, kind.csl))}
_BY_RIS = {kind.ris: kind for kind in reversed(KINDS)}
_BY_HAYAGRIVA = {(kind.hayagriva, parent): kind for kind in reversed(KINDS) for parent in ("", kind.parent)} | {
    ("misc", ""): _BY_ENTRY["misc"]
}
# Types whose `number` counts within a journal, or within a series.
PERIODICALS = frozenset({"article-journal", "article-magazine", "article-newspaper", "review", "review-book", "periodical", "article"})
IN_SERIES = frozenset({"book", "chapter", "paper-conference", "entry-encyclopedia", "entry-dictionary", "entry", "classic"})


def kind_of_entry(entry_type: str) -> Kind | None:
    """The kind of a BibTeX or biblatex entry type; None for one that neither knows."""
    return _BY_ENTRY.get(_usual(entry_type))


def kind_of_ris(tag: str) -> Kind:
    """The kind of a RIS type; that of "GEN" for one that is not in the table."""
    return _BY_RIS.get(RIS_ALIASES.get(tag, tag), _BY_RIS["GEN"])


def kind_of_hayagriva(entry_type: str, parent_type: str) -> Kind:
    """The kind of an entry of Hayagriva by its type and that of what it appeared in ("" where that is nothing)."""
    entry_type = HAYAGRIVA_ALIASES.get(entry_type, entry_type)
    return _BY_HAYAGRIVA.get((entry_type, parent_type)) or _BY_HAYAGRIVA.get((entry_type, "")) or _BY_ENTRY["misc"]


def work_kind(reference: Reference) -> Kind:
    """The kind of a reference: its author's own entry type, or the usual one for CSL's type."""
    own = next((value for name, value in reference.fields if name == ENTRY_TYPE), "") if reference.fields else ""
    kind = kind_of_entry(own) if own else None
    if kind is not None and kind.csl == reference.type:
        return kind
    genre = (reference.genre or "").lower()
    kind = _BY_CSL.get((reference.type, genre)) or _BY_CSL.get((reference.type, "")) or _BY_ENTRY["misc"]
    if own in HAYAGRIVA_ALIASES:
        return kind._replace(hayagriva=own)
    return kind._replace(ris=own.upper()) if own.upper() in RIS_ALIASES else kind


def subtype_of(reference: Reference, entry_type: str) -> str:
    """What tells the reference's type from the one that its entry type stands for; nothing where that, or its author, says it."""
    kind = kind_of_entry(entry_type)
    if (kind is not None and kind.csl == reference.type) or (reference.type == "article" and reference.arxiv is not None):
        return ""
    if any(name == "entrysubtype" for name, _ in reference.fields):
        return ""
    return SUBTYPES.get(reference.type, reference.type)


def kind_of_subtype(entry_type: str, subtype: str) -> Kind | None:
    """The kind that an entry's subtype names among those that share its type; None where it names none of them."""
    return _BY_SUBTYPE.get((_usual(entry_type), subtype))


def _usual(entry_type: str) -> str:
    entry_type = entry_type.lower()
    return TYPE_ALIASES.get(entry_type, entry_type)
