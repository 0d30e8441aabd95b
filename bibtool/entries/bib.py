"""BibTeX and BibLaTeX entries of any type to references. bibtexparser finds the entries; what they mean is decided here."""

import logging
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bibtool.bibtex_names import NAME_FIELDS, parse_names, plain_value
from bibtool.errors import IdentifierError, InputError
from bibtool.identifiers import ArxivId, Doi, Identifier, parse_identifier
from bibtool.reference import PartialDate, Reference
from bibtool.terminal import printable, quoted

if TYPE_CHECKING:
    from bibtexparser.model import Block, Entry

# Entry types of BibTeX and biblatex by CSL's (appendix III).
TYPES = {
    "article": "article-journal",
    "book": "book",
    "booklet": "pamphlet",
    "bookinbook": "chapter",
    "collection": "book",
    "conference": "paper-conference",
    "dataset": "dataset",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "manual": "report",
    "mastersthesis": "thesis",
    "misc": "document",
    "mvbook": "book",
    "online": "webpage",
    "patent": "patent",
    "phdthesis": "thesis",
    "proceedings": "book",
    "report": "report",
    "software": "software",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "www": "webpage",
}
GENRES = {"mastersthesis": "Master's thesis", "phdthesis": "PhD thesis"}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Fields that a reference has a place for; what is not among them is kept as it is.
CONTAINERS = ("journal", "journaltitle", "booktitle")
PUBLISHERS = ("publisher", "school", "institution", "organization")
USED = frozenset(
    {"author", "title", "year", "month", "date", "volume", "number", "issue", "pages", "doi", "url", "abstract", "version", "pubstate"}
    | {"eprint", "archiveprefix", "eprinttype", "primaryclass", "eprintclass"}
)

_ARXIV_TEXT = re.compile(r"(?i)\b(?:arxiv[:\s]+|arxiv\.org/(?:abs|pdf)/)(?P<id>[a-z.-]+/\d{7}(?:v\d+)?|\d{4}\.\d{4,5}(?:v\d+)?)")
_PIECE = re.compile(r'"(?P<quoted>[^"]*)"|\{(?P<braced>[^{}]*)\}|(?P<name>[A-Za-z][\w:-]*)|(?P<number>\d+)')


def read_bib(text: str) -> Iterator[tuple[str, Reference] | InputError]:
    """The entries in order, each as (citation key, reference) or as the error that says what is wrong with it, and where."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import Entry

    # It logs what it also returns.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    library = parse_string(text)
    macros = {string.key.lower(): string.value for string in library.strings}
    for block in library.blocks:
        if isinstance(block, Entry):
            yield block.key, _reference(block, macros)
        elif block in library.failed_blocks:
            yield InputError(_failure(block))


def _failure(block: "Block") -> str:
    line = (block.start_line or 0) + 1
    key = getattr(block, "key", None)
    if key is not None:
        return f"{line}: a second entry with the citation key {quoted(key)}; left out"
    return f"{line}: an entry that cannot be read (braces or quotes do not close); left out"


def _reference(entry: "Entry", macros: Mapping[str, str]) -> Reference:
    raw = {field.key.lower(): _resolved(str(field.value), macros) for field in entry.fields}
    values = {name: plain_value(value) for name, value in raw.items()}
    entry_type = entry.entry_type.lower()
    identifiers = _identifiers(values)
    arxiv = next((one for one in identifiers if isinstance(one, ArxivId)), None)
    container = next(((name, values[name]) for name in CONTAINERS if values.get(name)), None)
    publisher = next(((name, values[name]) for name in PUBLISHERS if values.get(name)), None)
    is_preprint = arxiv is not None and (container is None or "arxiv" in container[1].lower())
    taken = USED | {name for name, _ in filter(None, (None if is_preprint else container, publisher))}
    taken |= {name for name in ("journal", "journaltitle", "howpublished", "note") if arxiv and _says_only(values.get(name, ""), arxiv)}
    return Reference(
        type="article" if is_preprint else TYPES.get(entry_type, "document"),
        genre="preprint" if is_preprint else GENRES.get(entry_type),
        identifiers=identifiers,
        title=values.get("title") or None,
        authors=parse_names(raw.get("author", "")),
        issued=_issued(values),
        container=container[1] if container and not is_preprint else None,
        volume=None if is_preprint else values.get("volume") or None,
        issue=None if is_preprint else values.get("number") or values.get("issue") or None,
        pages=None if is_preprint else re.sub(r"\s*[-–—]+\s*", "-", values.get("pages", "")) or None,
        publisher=publisher[1] if publisher else "arXiv" if is_preprint else None,
        abstract=values.get("abstract") or None,
        url=arxiv.url if arxiv else raw.get("url", "").strip() or None,
        primary_category=(values.get("primaryclass") or values.get("eprintclass") or None) if arxiv else None,
        fields=tuple((name, raw[name] if name in NAME_FIELDS else values[name]) for name in raw if name not in taken and values[name]),
        source="an author's own entry",
    )


def _says_only(text: str, arxiv: ArxivId) -> bool:
    """Whether the text is the identifier over again: "arXiv preprint arXiv:1706.03762"."""
    left = re.sub(r"(?i)arxiv|preprint|abs/|e-?prints?|[\W_]", "", text.replace(str(arxiv), "").replace(arxiv.number, ""))
    return bool(text) and not left


def _resolved(value: str, macros: Mapping[str, str]) -> str:
    """A value written as a macro, or as pieces joined with #."""
    if "#" not in value and value.lower() not in macros:
        return value
    pieces = []
    for piece in value.split("#"):
        found = _PIECE.fullmatch(piece.strip())
        if found is None:
            return value
        name = found["name"]
        pieces.append(macros.get(name.lower(), name) if name else found["quoted"] or found["braced"] or found["number"] or "")
    return "".join(pieces)


def _identifiers(values: Mapping[str, str]) -> tuple[Identifier, ...]:
    found: list[Identifier] = []
    kind = (values.get("archiveprefix") or values.get("eprinttype") or "arxiv").lower()
    if values.get("eprint") and kind == "arxiv":
        found += _parsed(values["eprint"])
    if not found:
        places = (values.get(name, "") for name in ("journal", "journaltitle", "howpublished", "note", "url"))
        written = next((match for place in places if (match := _ARXIV_TEXT.search(place))), None)
        found += _parsed(written["id"]) if written else []
    for one in _parsed(values.get("doi", "")):
        if not isinstance(one, ArxivId) or not any(isinstance(other, ArxivId) for other in found):
            found.append(one)
    return tuple(found)


def _parsed(text: str) -> list[Identifier]:
    try:
        return [parse_identifier(text)] if text else []
    except IdentifierError:
        return [Doi(text)] if text.startswith("10.") and "/" in text and printable(text) == text else []


def _issued(values: Mapping[str, str]) -> PartialDate | None:
    if date := PartialDate.parse(values.get("date", "")):
        return date
    year = re.search(r"(?<!\d)\d{4}(?!\d)", values.get("year", ""))
    if year is None:
        return None
    month = values.get("month", "").strip().lower()
    number = MONTHS.index(month[:3]) + 1 if month[:3] in MONTHS else int(month) if month.isdecimal() and 1 <= int(month) <= 12 else None
    return PartialDate(int(year[0]), number)
