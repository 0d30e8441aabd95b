"""The data models of all formats, type by type and field by field: what an entry says comes back from every format, or is named as lost.

Types and fields are those of biblatex's blx-dm.def (with BibTeX's own), CSL's schema, the RIS specification (2011) and Hayagriva's
file-format.md. The first of the fields of an entry holds a value that stands nowhere else in it.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from bibtool_hayagriva import format_hayagriva
from jsonschema import Draft7Validator

from bibtool.bibliography import Bibliography
from bibtool.bibtex_names import parse_names
from bibtool.components import FormatOptions
from bibtool.entries.bib import read_bib
from bibtool.entries.csl import read_csl_json
from bibtool.entries.ris import read_ris
from bibtool.entries.yaml_text import read_yaml
from bibtool.errors import InputError
from bibtool.formatters.csl_json import format_csl_json
from bibtool.kinds import ENTRY_TYPE
from bibtool.languages import language_tag
from bibtool.losses import lost
from bibtool.reference import Reference
from bibtool.vocabulary import PROTECTED, field_of
from tests.test_conversion import FORMS

WORDS, DATE, ISBN, ISSN = "Sentinel words", "1937-05-06", "978-3-16-148410-0", "1234-567X"
ADDRESS, DOI, ARXIV = "https://example.org/sentinel", "10.1000/sentinel", "1706.03762v2"

BIB_TYPES = """
    article artwork audio bibnote book bookinbook booklet collection commentary customa dataset inbook incollection inproceedings
    inreference image jurisdiction legal legislation letter manual misc movie music mvcollection mvreference mvproceedings mvbook online
    patent performance periodical proceedings reference report review software standard suppbook suppcollection suppperiodical thesis
    unpublished video conference electronic mastersthesis phdthesis techreport www
"""
BIB_TEXTS = """
    abstract addendum annotation booksubtitle booktitle booktitleaddon chapter edition eid entrysubtype eventtitle eventtitleaddon
    gender howpublished indexsorttitle indextitle isan isbn ismn isrn issn issue issuesubtitle issuetitle issuetitleaddon iswc
    journalsubtitle journaltitle journaltitleaddon label langidopts library mainsubtitle maintitle maintitleaddon nameaddon note number
    origtitle pagetotal part relatedstring relatedtype reprinttitle series shorthandintro subtitle title titleaddon usera userb userc
    userd usere userf venue version shorthand shortjournal shortseries shorttitle sorttitle sortshorthand sortkey presort institution
    lista listb location organization origlocation origpublisher publisher authortype editortype editoratype bookpagination pagination
    nameatype pubstate type doi file verba volume volumes sortyear keywords options relatedoptions pages execute related ids school
    address key annote journal eprint
"""
BIB_NAMES = """
    afterword annotator author bookauthor commentator editor editora editorb editorc foreword holder introduction namea nameb namec
    translator shortauthor shorteditor sortname
"""
BIB_DATES = "date eventdate origdate urldate"
BIB_LANGUAGES = "langid language"
RIS_TYPES = """
    ABST ADVS AGGR ANCIENT ART BILL BLOG BOOK CASE CHAP CHART CLSWK COMP CONF CPAPER CTLG DATA DBASE DICT EBOOK ECHAP EDBOOK EJOUR ELEC
    ENCYC EQUA FIGURE GEN GOVDOC GRANT HEAR ICOMM INPR JFULL JOUR LEGAL MANSCPT MAP MGZN MPCT MULTI MUSIC NEWS PAMP PAT PCOMM RPRT SER
    SLIDE SOUND STAND STAT THES UNBILL UNPB UNPD VIDEO WEB
"""
RIS_TAGS = """
    A1 A2 A3 A4 AB AD AN AU AV BT C1 C2 C3 C4 C5 C6 C7 C8 CA CN CP CT CY DA DB DO DP ED EP ET IS J1 J2 JA JF JO KW L1 L2 L3 L4 LA LB LK
    M1 M2 M3 N1 N2 NV OP PB PP PY RI RN RP SE SN SP ST SV T1 T2 T3 TA TI TT U1 U2 U3 U4 U5 UR VL VO Y1 Y2
"""
HAYAGRIVA_TYPES = """
    article chapter entry anthos report thesis web scene artwork patent case newspaper legislation manuscript original post tweet misc
    performance periodical proceedings book blog reference conference anthology repository thread video audio exhibition
"""
HAYAGRIVA_FIELDS = """
    title author editor date publisher location organization issue volume volume-total edition page-range page-total time-range runtime
    url doi serial-number isbn issn language archive archive-location call-number note abstract annote genre chapter
"""
HAYAGRIVA_ROLES = """
    translator afterword foreword introduction annotator commentator holder compiler founder collaborator organizer cast-member composer
    producer executive-producer writer cinematography director illustrator narrator
"""
SPECIAL = {
    "isbn": ISBN,
    "issn": ISSN,
    "SN": ISBN,
    "volume": "31",
    "VL": "31",
    "volumes": "47",
    "pages": "131--137",
    "page-range": "131-137",
}
SPECIAL |= {"SP": "131", "EP": "137", "doi": DOI, "DO": DOI, "DOI": DOI, "url": ADDRESS, "URL": ADDRESS, "UR": ADDRESS, "LK": ADDRESS}
SPECIAL |= {"eprint": ARXIV, "arxiv": ARXIV, "language": "nl", "LA": "nl", "ISBN": ISBN, "ISSN": ISSN, "page": "131"}
SPECIAL |= dict.fromkeys(("DA", "Y1", "Y2"), "1937/05/06") | {"PY": "1937", "OP": "1937", "date": DATE}
SPECIAL |= dict.fromkeys(("A1", "A2", "A3", "A4", "AU", "ED", "TA"), "Senti, Nel")

SENTINELS = ("Senti", "1937", ISBN, ISSN, '"31"', '"47"', "131", "137", DOI, ADDRESS, "06.03762", "dutch", '"nl"')
TEXTS = ("title", "container", "volume", "issue", "pages", "publisher", "url", "abstract", "status")


def _bib_entries() -> Iterator[tuple[str, str, str]]:
    values = {name: SPECIAL.get(name, WORDS) for name in BIB_TEXTS.split()} | dict.fromkeys(BIB_DATES.split(), DATE)
    values |= dict.fromkeys(BIB_NAMES.split(), "Senti, Nel and {The Nel Group}") | dict.fromkeys(BIB_LANGUAGES.split(), "dutch")
    for entry_type, field in _pairs(BIB_TYPES.split(), list(values), ("article", "inbook", "misc")):
        said = {field: values[field], "author": "Knuth, Donald E.", "title": "Base", "year": "1999"} | {field: values[field]}
        if field == "date":
            del said["year"]
        yield entry_type, field, f"@{entry_type}{{key{''.join(f', {name} = {{{value}}}' for name, value in said.items())}}}"


def _csl_items() -> Iterator[tuple[str, str, str]]:
    schema = json.loads((Path(__file__).parent.parent / "fixtures/csl/csl-data.json").read_text("utf-8"))["items"]["properties"]
    variables = [name for name in schema if name not in ("type", "id")]
    for csl_type, variable in _pairs(schema["type"]["enum"], variables, ("article-journal", "chapter", "report")):
        value: object = SPECIAL.get(variable, WORDS)
        if schema[variable].get("type") == "array":
            value = [WORDS] if variable == "categories" else [{"family": "Senti", "given": "Nel"}, {"literal": "The Nel Group"}]
        elif "$ref" in schema[variable]:
            value = {"date-parts": [[1937, 5, 6]]}
        base = {"title": "Base", "author": [{"family": "Knuth"}], "issued": {"date-parts": [[1999]]}}
        yield csl_type, variable, json.dumps([{"id": "key", "type": csl_type} | base | {variable: value}])


def _ris_records() -> Iterator[tuple[str, str, str]]:
    for ris_type, tag in _pairs(RIS_TYPES.split(), RIS_TAGS.split(), ("JOUR", "CHAP", "GEN")):
        base = {"AU": "Knuth, Donald E.", "TI": "Base"} | ({} if tag in ("DA", "Y1") else {"PY": "1999"})
        lines = {"TY": ris_type} | base | {tag: SPECIAL.get(tag, WORDS), "ER": ""}
        yield ris_type, tag, "".join(f"{name}  - {value}\n" for name, value in lines.items())


def _hayagriva_entries() -> Iterator[tuple[str, str, str]]:
    own = [*HAYAGRIVA_FIELDS.split(), "title.short", "url.date", "publisher.location", "serial-number.arxiv", "serial-number.pmid"]
    paths = [*own, *(f"parent.{path}" for path in own), *(f"parent.parent.{path}" for path in own)]
    paths += [f"+{role}" for role in HAYAGRIVA_ROLES.split()]
    paths += [f"parent:{parent}" for parent in HAYAGRIVA_TYPES.split()]
    for entry_type, path in _pairs(HAYAGRIVA_TYPES.split(), paths, ("article", "anthos", "misc")):
        entry: dict[str, object] = {"type": entry_type, "title": "Base", "author": "Knuth, Donald E.", "date": "1999"}
        if path.startswith("+"):
            entry["affiliated"] = [{"role": path[1:], "names": ["Senti, Nel"]}]
        elif path.startswith("parent:"):
            entry["parent"] = {"type": path.partition(":")[2], "title": WORDS}
        else:
            _put(entry, path.split("."), "Senti, Nel" if path.endswith(("author", "editor")) else SPECIAL.get(path.split(".")[-1], WORDS))
        yield entry_type, path, json.dumps({"key": entry})


def _put(entry: dict[str, object], path: list[str], value: str) -> None:
    for part in path[:-1]:
        inner = entry.get(part)
        entry[part] = inner = (
            inner if isinstance(inner, dict) else {} if part in ("parent", "serial-number") else {"value": inner or ADDRESS}
        )
        entry = inner
    entry[path[-1]] = value


def _pairs(types: list[str], fields: list[str], typical: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every field in an entry of the typical types, every type with one in seven of the fields, other ones each time."""
    yield from ((one, field) for one in typical for field in fields)
    for place, one in enumerate(types):
        yield from ((one, field) for field in fields[place % 7 :: 7])


SOURCES = {
    "bib": (read_bib, _bib_entries),
    "csl": (read_csl_json, _csl_items),
    "ris": (read_ris, _ris_records),
    "hayagriva": (read_yaml, _hayagriva_entries),
}


@pytest.mark.parametrize("source", SOURCES)
def test_every_field_of_every_type_is_read(source: str) -> None:
    read, entries = SOURCES[source]
    unread = []
    for entry_type, field, text in entries():
        (one,) = read(text)
        assert not isinstance(one, InputError), text
        if not any(value in _everything(one[1]) for value in SENTINELS):
            unread.append((entry_type, field))
    assert unread == []


def _everything(reference: Reference) -> str:
    texts = [getattr(reference, name) for name in (*TEXTS, "genre")]
    return json.dumps([*texts, *reference.fields, str(reference.authors), str(reference.issued), str(reference.identifiers)])


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("target", FORMS)
def test_every_field_of_every_type_comes_back_or_is_named(source: str, target: str) -> None:
    read, entries = SOURCES[source]
    form, write, read_back = FORMS[target]
    silent = []
    for entry_type, field, text in entries():
        reference = dict(one for one in read(text) if not isinstance(one, InputError))["key" if source != "ris" else "record1"]
        written = write(Bibliography([("key", reference)]), FormatOptions(abstract=True))
        back = dict(one for one in read_back(written) if not isinstance(one, InputError))["key"]
        silent += [(entry_type, field, what) for what in _gone(reference, back, lost(reference, form))]
    assert silent == []


def _all_of(source: str) -> Bibliography:
    read, entries = SOURCES[source]
    texts = [text for _, _, text in entries()]
    found = [one[1] for text in texts for one in read(text) if not isinstance(one, InputError)]
    return Bibliography((f"key{number}", reference) for number, reference in enumerate(found))


@pytest.mark.parametrize("source", SOURCES)
def test_typst_reads_what_it_becomes(source: str, tmp_path: Path) -> None:
    typst = pytest.importorskip("typst")
    (tmp_path / "refs.yml").write_text(format_hayagriva(_all_of(source), FormatOptions(abstract=True)), encoding="utf-8")
    (tmp_path / "paper.typ").write_text('#bibliography("refs.yml")', encoding="utf-8")
    assert typst.compile(str(tmp_path / "paper.typ")).startswith(b"%PDF")


@pytest.mark.parametrize("source", SOURCES)
def test_items_of_csl_keep_to_its_schema(source: str) -> None:
    schema = json.loads((Path(__file__).parent.parent / "fixtures/csl/csl-data.json").read_text("utf-8"))
    items = json.loads(format_csl_json(_all_of(source), FormatOptions(abstract=True)))
    assert [error.message for error in Draft7Validator(schema).iter_errors(items)] == []


def _gone(reference: Reference, back: Reference, said: list[str]) -> Iterator[str]:
    """What of a reference is neither in the one that came back, nor said to be lost."""
    is_other_type = any(one.startswith("@") for one in said)
    for name in (
        "title",
        "authors",
        "issued",
        "status",
        "container",
        "volume",
        "issue",
        "pages",
        "publisher",
        "identifiers",
        "url",
        "abstract",
    ):
        had, has = getattr(reference, name), getattr(back, name)
        if had and had != has and not (isinstance(had, str) and had in str(has)):
            yield f"{name}: {had} became {has}"
    for name in ("type", "genre"):
        if getattr(reference, name) not in (None, getattr(back, name)) and not is_other_type:
            yield f"{name}: {getattr(reference, name)} became {getattr(back, name)}"
    held = dict(back.fields)
    anywhere = [*held.values(), str(back.title), str(back.container), str(back.pages), str(back.publisher), str(back.issue)]
    for name, value in reference.fields:
        if name not in (ENTRY_TYPE, PROTECTED) and name not in said and not _is_there(name, value, held, anywhere):
            yield f"{name}: {value} became {held.get(name)}"


def _is_there(name: str, value: str, held: Mapping[str, str], anywhere: list[str]) -> bool:
    kind = field_of(name).kind
    if kind == "names":
        return parse_names(held.get(name, "")) == parse_names(value)
    if kind == "language":
        return language_tag(held.get(name, "")) == language_tag(value)
    return held.get(name) == value or (kind != "date" and any(value in text for text in anywhere))
