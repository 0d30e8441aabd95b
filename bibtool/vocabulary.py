"""What the formats call one field: a table for both directions. (bibtool/kinds.py is that of the types of works.)

The first column is the name under which `Reference.fields` keeps a field, and it is biblatex's (manual, 2.1 to 2.3; where biblatex has no
word for it, CSL's). BibTeX's names follow btxdoc (1988), CSL's the schema 1.0.2, RIS's tags the format specification (2011),
Hayagriva's its file-format.md and its own reader of BibLaTeX (src/interop.rs). A dash says that the format has no place for it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from bibtool.edtf import is_plain
from bibtool.kinds import ENTRY_TYPE, rows_of
from bibtool.languages import language_tag
from bibtool.reference import Name, Reference

# What stands in a list of names for those that it leaves out ("and others").
OTHERS = Name(literal="others")
# The words of a title that its author's own entry kept from changing case.
PROTECTED = "protectedwords"

# Rows end in what the field holds, where it is no plain text. Hayagriva: a dot goes into a mapping, "+" names the role of other people.
_FIELDS = """
biblatex             bibtex          csl                        ris  hayagriva               kind
editor               editor          editor                     ED   editor                  names
translator           translator      translator                 A4   +translator             names
bookauthor           bookauthor      container-author           -    parent.author           names
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
source               source          source                     DP   -                       text
reviewed-title       reviewed-title  reviewed-title             RI   -                       text
file                 file            -                          L1   -                       text
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

# "xii, 340", "12 vols."
_NUMBER = re.compile(r"[^0-9/]*[0-9]+(?:\s*[-–,&]\s*[0-9]+)*[^0-9/]*", re.ASCII)
# Fields that are a part of another one where there is no subtitle, and those that an entry's own attributes or parents have answered.
SUBTITLES_OF_TITLE = frozenset({"subtitle", "titleaddon"})
SUBTITLES = SUBTITLES_OF_TITLE | {"booksubtitle", "journalsubtitle", "booktitleaddon"}
RESOLVED = frozenset({ENTRY_TYPE, PROTECTED, "crossref", "xdata"})
# Spellings beside the table's own.
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
    scale section volume-title year-suffix
"""
CSL_NAMES = """
    chair contributor curator editorial-director executive-producer guest host interviewer original-author performer recipient
    reviewed-author script-writer series-creator
"""
CSL_DATES = "available-date submitted"


class Field(NamedTuple):
    """A field in every format's word ("" where it has none), and what it holds."""

    biblatex: str
    bibtex: str
    csl: str
    ris: str
    hayagriva: str
    kind: str


FIELDS = {row[0]: Field(*row) for row in rows_of(_FIELDS)}
for _kind, _names in (("text", CSL_TEXTS), ("names", CSL_NAMES), ("date", CSL_DATES)):
    FIELDS |= {name: Field(name, name, name, "", "", _kind) for name in _names.split() if name not in FIELDS}
NAMES = frozenset(name for name, field in FIELDS.items() if field.kind == "names")
BY_CSL = {field.csl: name for name, field in reversed(FIELDS.items()) if field.csl and field.kind not in ("maker", "note", "literal")}
BY_CSL |= {"note": "note", "event": "eventtitle", "shortTitle": "shorttitle", "journalAbbreviation": "shortjournal", "part-number": "part"}


def field_of(name: str) -> Field:
    """The row of a field; of one that is in no table, a row that only .bib files have a place for."""
    # What a tag of RIS says that no other format knows: "ris-c1".
    tag = name[4:].upper() if name.startswith("ris-") else ""
    return FIELDS.get(name) or Field(name, name, "", tag, "", "text")


def placed(reference: Reference, form: str) -> Iterator[tuple[str, Field, str]]:
    """What an author's entry held beyond a reference's own attributes, under the name of a format ("csl", "ris", "hayagriva")."""
    for name, value in reference.fields:
        row = field_of(name)
        text = held(reference, row, value, form)
        if text is not None:
            yield str(getattr(row, form)), row, text


def held(reference: Reference, row: Field, value: str, form: str) -> str | None:
    """The value as the format takes it; None where it has no place for the field, for such a value, or for it alone."""
    if not getattr(row, form, "") or (form == "hayagriva" and not _fits_hayagriva(reference, row, value)):
        return None
    if row.kind == "language":
        return language_tag(value)
    # Only CSL's dates are more than a year, a month or a day.
    return value if row.kind != "date" or form == "csl" or is_plain(value) else None


def _fits_hayagriva(reference: Reference, row: Field, value: str) -> bool:
    """Whether Typst reads it: totals are numbers, a short title stands beside a long one, a date beside an address."""
    beside = {"url.date": reference.url, "title.short": reference.title, "parent.title.short": reference.container}
    if reference.type == "article" and reference.container is None:
        beside["parent.title.short"] = reference.publisher
    return (row.kind != "number" or _NUMBER.fullmatch(value) is not None) and bool(beside.get(row.hayagriva, True))


def joined(reference: Reference) -> Reference:
    """The reference as formats without subtitles hold it: "Title: Subtitle"."""
    said = {name: value for name, value in reference.fields if name in SUBTITLES}
    if not said:
        return reference
    title = _with_subtitle(reference.title, said.get("subtitle"), said.get("titleaddon"))
    container = _with_subtitle(reference.container, said.get("booksubtitle") or said.get("journalsubtitle"), said.get("booktitleaddon"))
    merged = (SUBTITLES_OF_TITLE if title else set()) | (SUBTITLES - SUBTITLES_OF_TITLE if container else set())
    fields = tuple((name, value) for name, value in reference.fields if name not in merged)
    return replace(reference, title=title, container=container, fields=fields)


def simplified(reference: Reference) -> Reference:
    """The reference as formats without biblatex's finer fields hold it: subtitles in titles, an article's number for its pages."""
    merged = joined(reference)
    if merged.pages is not None or not any(name == "eid" for name, _ in merged.fields):
        return merged
    said = dict(merged.fields)
    return replace(merged, pages=said.pop("eid"), fields=tuple(said.items()))


def _with_subtitle(title: str | None, subtitle: str | None, addon: str | None) -> str | None:
    if title is None:
        return None
    whole = title if not subtitle else f"{title}{' ' if title.endswith((':', '?', '!')) else ': '}{subtitle}"
    return f"{whole}. {addon}" if addon else whole
