"""RIS records to references. Tags follow Research Information Systems' format specification (2011), as its writers use them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bibtool.bibtex_names import bibtex_name, inverted_name
from bibtool.entries.preprints import identified, is_arxiv, is_preprint
from bibtool.errors import IdentifierError, InputError
from bibtool.identifiers import ArxivId
from bibtool.kinds import ENTRY_TYPE, kind_of_ris
from bibtool.languages import langid_of
from bibtool.reference import Name, PartialDate, Reference
from bibtool.vocabulary import FIELDS

_LINE = re.compile(r"(?P<tag>[A-Z][A-Z0-9])  ?- ?(?P<value>.*)", re.ASCII)
_ARXIV = re.compile(r"(?i)arxiv(?::\s*|\.org/(?:abs|pdf)/)(?P<id>[a-z.-]+/\d{7}(?:v\d+)?|\d{4}\.\d{4,5}(?:v\d+)?)")
_ISSN = re.compile(r"[0-9]{4}-?[0-9]{3}[0-9Xx](?:\s*\([^()]*\))?", re.ASCII)  # EndNote: "1234-5678 (print)"
_ISBN = re.compile(r"(?:97[89][- ]?)?(?:[0-9][- ]?){9}[0-9Xx]", re.ASCII)
# Tags that several programs use for one thing, the first that is there counts.
TITLES, CONTAINERS, ABSTRACTS = ("TI", "T1", "CT"), ("T2", "JF", "JO", "BT", "JA"), ("AB", "N2")
AUTHORS, YEARS = ("AU", "A1"), ("DA", "PY", "Y1")
# Tags of old, and of EndNote and Zotero, for which another one is usual.
OTHER_TAGS = {"A2": "ED", "J1": "J2", "PP": "CY", "LK": "UR"}
# What a reference has attributes for.
USED = frozenset({"PB", "DO", "UR", "SP", "EP", "VL", "IS", "M3", *TITLES, *CONTAINERS, *ABSTRACTS, *YEARS})
FIELD_OF_TAG = {row.ris: name for name, row in reversed(FIELDS.items()) if row.ris and row.kind not in ("maker", "note")} | {"N1": "note"}
NUMBERED_BY_SN = frozenset({"report", "patent", "standard"})


def read_ris(text: str) -> Iterator[tuple[str, Reference] | InputError]:
    """The records in order, each as (its ID, or record1, record2 ...; the reference) or as the error that says what is wrong with it."""
    record: dict[str, list[str]] = {}
    last, count = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        written = _LINE.fullmatch(line.strip("\ufeff\r"))
        if written is None:
            if line.strip() and last:
                record[last][-1] += " " + line.strip()
            continue
        last, value = written["tag"], written["value"].strip()
        if last == "TY" and record:
            yield InputError(f"{number}: the record before has no end (ER); left out")
            record = {}
        if last != "ER":
            record.setdefault(last, []).append(value)
            continue
        count += 1
        if "TY" in record:
            _settle(record)
            yield record.get("ID", [f"record{count}"])[0] or f"record{count}", _reference(record)
        else:
            yield InputError(f"{number}: a record without a type (TY); left out")
        record, last = {}, ""
    if record:
        yield InputError("the last record has no end (ER); left out")


def _settle(record: dict[str, list[str]]) -> None:
    """Puts what stands under an unusual tag under the usual one; only people come together from both."""
    for other, tag in OTHER_TAGS.items():
        if other in record and (tag not in record or tag == "ED"):
            record.setdefault(tag, []).extend(record.pop(other))
    if record["TY"][0] in ("BOOK", "EDBOOK", "UNPB") and "BT" in record and not any(tag in record for tag in TITLES):
        record["TI"] = record.pop("BT")
    names = [text for tag in CONTAINERS for text in record.get(tag, ())]
    if "J2" not in record and len(short := min(names, key=len, default="")) < len(next(iter(names), "")) and short.startswith(names[0][:1]):
        # Of two names of a journal the shorter one is its abbreviation.
        record["J2"] = [short]


def _reference(record: Mapping[str, list[str]]) -> Reference:
    kind = kind_of_ris(record["TY"][0])
    texts = {tag: values[0] for tag, values in record.items() if values[0]}
    arxiv = next((one for tag in ("M1", "AN", "N1", "UR", "L1") for text in record.get(tag, ()) if (one := _arxiv(text))), None)
    container = _first(texts, CONTAINERS)
    at_arxiv = arxiv is not None and is_preprint(kind.csl, container)
    written = _first(texts, YEARS) or ""
    first, last = texts.get("SP", ""), texts.get("EP", "")
    # A paper's second title is its conference's where a third names the proceedings.
    is_conference = kind.csl == "paper-conference" and "C3" in texts and "T2" in texts
    reference = Reference(
        type="article" if at_arxiv else kind.csl,
        genre="preprint" if at_arxiv else texts.get("M3") or kind.genre or None,
        identifiers=identified(arxiv, texts.get("DO", "")),
        title=_first(texts, TITLES),
        authors=tuple(_name(text) for tag in AUTHORS for text in record.get(tag, ()) if text),
        issued=PartialDate.parse(written.rstrip("/").replace("/", "-")) or PartialDate.parse(texts.get("PY", "")),
        container=None if at_arxiv else texts["C3"] if is_conference else container,
        volume=texts.get("VL"),
        issue=texts.get("IS"),
        pages=f"{first}-{last}" if first and last else first or last or None,
        publisher=texts.get("PB"),
        abstract=_first(texts, ABSTRACTS),
        url=texts.get("UR"),
        status="withdrawn" if "Withdrawn" in record.get("N1", ()) else None,
        source="a record in RIS",
    )
    fields = [*_fields(record, kind.csl, arxiv, is_conference=is_conference), *_left(record, reference)]
    if record["TY"][0] not in ("", kind.ris):
        fields.append((ENTRY_TYPE, record["TY"][0].lower()))
    return replace(reference, fields=tuple(fields))


def _fields(record: Mapping[str, list[str]], csl_type: str, arxiv: ArxivId | None, *, is_conference: bool) -> Iterator[tuple[str, str]]:
    """What a reference has no attribute for, under the names of .bib fields."""
    for tag, values in record.items():
        name = FIELD_OF_TAG.get(tag)
        held = [text for text in values if text and text != "Withdrawn" and not (arxiv and text in (f"arXiv:{arxiv}", str(arxiv)))]
        if tag == "SN":
            yield from ((_kind_of_number(text, csl_type), text) for text in held)
            continue
        if tag == "C3":
            name, held = "eventtitle", record.get("T2", []) if is_conference else held
        if name is None or not held:
            continue
        if FIELDS[name].kind == "names":
            yield name, " and ".join(bibtex_name(_name(text)) for text in held)
        elif FIELDS[name].kind == "date":
            yield name, held[0].rstrip("/").replace("/", "-")
        else:
            text = (", " if name == "keywords" else "; ").join(held)
            yield name, langid_of(text) if name == "langid" else text


def _left(record: Mapping[str, list[str]], reference: Reference) -> Iterator[tuple[str, str]]:
    """What no other format knows, and what a tag says beside that which the reference has of it, under the tag's own name."""
    issued = str(reference.issued or "")
    said = {reference.title, reference.container, reference.abstract, reference.publisher, reference.url, reference.volume}
    said |= {reference.issue, reference.genre, *(reference.pages or "").split("-"), *record.get("J2", ()), *record.get("C3", ())}
    said |= {*record.get("T2", ())} if "C3" in record else set()
    for tag, values in record.items():
        if tag in FIELD_OF_TAG or tag in ("TY", "ID", "SN", "C3", *AUTHORS):
            continue
        left = [text for text in values if text and text not in said]
        if tag in YEARS:
            left = [text for text in left if not issued.startswith(text.rstrip("/").replace("/", "-"))]
        elif tag == "DO":
            left = left[1:] if reference.identifiers else left
        elif tag == "UR" and reference.arxiv is not None:
            left = [text for text in left if _arxiv(text) is None]
        elif tag in CONTAINERS and reference.genre == "preprint":
            left = [text for text in left if not is_arxiv(text)]
        if left:
            yield f"ris-{tag.lower()}", "; ".join(left)


def _kind_of_number(text: str, csl_type: str) -> str:
    if _ISSN.fullmatch(text):
        return "issn"
    return "isbn" if _ISBN.fullmatch(text) or csl_type not in NUMBERED_BY_SN else "number"


def _name(text: str) -> Name:
    """`Family, Given, Suffix`; a name without a comma is a group's or a single word. Two commas are one of a group's (EndNote's rule)."""
    if ",," in text or text.endswith(","):
        return Name(literal=text.rstrip(", ").replace(",,", ","))
    return inverted_name([part.strip() for part in text.split(",")])


def _arxiv(text: str) -> ArxivId | None:
    written = _ARXIV.search(text)
    try:
        return ArxivId.parse(written["id"]) if written else None
    except IdentifierError:
        return None


def _first(texts: Mapping[str, str], tags: tuple[str, ...]) -> str | None:
    return next((texts[tag] for tag in tags if tag in texts), None)
