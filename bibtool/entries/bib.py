"""BibTeX and BibLaTeX entries of any type to references: what their types and fields mean (bibtool/vocabulary.py has the names)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bibtool.bibtex_names import NAME_FIELDS, parse_names, plain_value
from bibtool.edtf import is_plain
from bibtool.entries.bib_blocks import MONTHS, RawEntry, raw_entries
from bibtool.entries.inheriting import inherited
from bibtool.entries.preprints import is_arxiv, is_preprint
from bibtool.errors import IdentifierError, InputError
from bibtool.identifiers import ArxivId, Doi, Identifier, parse_identifier
from bibtool.kinds import ENTRY_TYPE, GENRES, PERIODICALS, Kind, kind_of_entry, kind_of_subtype, work_kind
from bibtool.reference import PartialDate, Reference
from bibtool.vocabulary import FIELD_ALIASES, PROTECTED

_ALIASES = FIELD_ALIASES | {"journal": "journaltitle"}
CONTAINERS = ("journaltitle", "booktitle")
# Which field a reference's publisher stands in, by CSL's type or the entry's own; everywhere else in `publisher`.
MAKERS = {"thesis": "institution", "report": "institution", "manual": "organization"}
# Fields that a reference has a place for, whatever its type; what is not among them is kept as it is.
USED = frozenset({"author", "title", "volume", "pages", "abstract", "type"})

_ARXIV_TEXT = re.compile(r"(?i)\b(?:arxiv[:\s]+|arxiv\.org/(?:abs|pdf)/)(?P<id>[a-z.-]+/\d{7}(?:v\d+)?|\d{4}\.\d{4,5}(?:v\d+)?)")
_VOLUME_OF_ARXIV = re.compile(r"abs/(?P<id>\S+)")
_ODD_DOI = re.compile(r"10\.[0-9]{4,9}/[!-~]+", re.ASCII)
_SERVERS = re.compile(r"(?i)https?://(?:\w+\.)?(?:arxiv\.org|dx\.doi\.org|doi\.org)/")
_YEARS = re.compile(r"(?P<first>(?P<century>\d{2})\d{2})\s*(?:(?:/|[-–—]+)\s*(?P<last>\d{4})|(?:--|[–—])\s*(?P<short>\d{2}))", re.ASCII)
# "jun~5" as btxdoc writes it, "5~jun" as many do.
_MONTH = re.compile(r"(?:(?P<before>\d{1,2})[.\s~]+)?(?P<month>[A-Za-z]{3,9}|\d{1,2})\.?(?:[\s~]+(?P<day>\d{1,2}))?", re.ASCII)
# Braces that keep capitals, while TeX's own are read.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKED = str.maketrans({"{": _OPEN, "}": _CLOSE, "~": " "})
_UNMARKED = str.maketrans({_OPEN: "", _CLOSE: ""})
_GROUP = re.compile(r"(?P<command>\\[A-Za-z]+\s*(?=\{)|\\[^A-Za-z])|(?P<brace>[{}])|\$[^$]*\$")

_SEVERAL = re.compile(r"[;,]?\s+(?=[a-z]+://)")
_SORT_KEY = re.compile(r"(?i:\{\s*\\(?:noop|noopsort|sortnoop)\s*\{[^{}]*\}\s*\}|\\(?:noop|noopsort|sortnoop)\s*\{[^{}]*\})")
_SWITCHED = re.compile(r"\\switchargs\s*\{(?P<first>[^{}]*)\}\s*\{(?P<second>[^{}]*)\}")


def read_bib(text: str) -> Iterator[tuple[str, Reference] | InputError]:
    """The entries in order, each as (citation key, reference) or as the error that says what is wrong with it, and where.

    What an entry takes from others (`crossref`, `xdata`) is filled in.
    """
    read = list(raw_entries(text))
    entries = [entry for entry in read if isinstance(entry, RawEntry)]
    for entry in entries:
        entry.fields = _canonical(entry.fields)
    filled = {id(raw): entry for raw, entry in zip([one for one in entries if one.entry_type != "xdata"], inherited(entries), strict=True)}
    for one in read:
        if isinstance(one, InputError):
            yield one
        elif id(one) in filled:
            yield one.citekey, _reference(filled[id(one)])


def _canonical(fields: Mapping[str, str]) -> dict[str, str]:
    named: dict[str, str] = {}
    for name, value in fields.items():
        named.setdefault(_ALIASES.get(name, name), value)
    if years := _YEARS.fullmatch(named.get("year", "").strip()):
        named.setdefault("date", f"{years['first']}/{years['last'] or years['century'] + years['short']}")
    return named


def _reference(entry: RawEntry) -> Reference:
    raw = {name: _without_sort_keys(value) for name, value in entry.fields.items()}
    values = {name: plain_value(value) for name, value in raw.items()}
    by_subtype = kind_of_subtype(entry.entry_type, values.get("entrysubtype", ""))
    kind = by_subtype or kind_of_entry(entry.entry_type)
    identifiers = _identifiers(values)
    arxiv = next((one for one in identifiers if isinstance(one, ArxivId)), None)
    containers = CONTAINERS if kind and kind.csl in PERIODICALS else CONTAINERS[::-1]
    container = next((name for name in containers if values.get(name)), None)
    at_arxiv = arxiv is not None and is_preprint(kind.csl if kind else "document", values.get(container or ""))
    csl_type = "article" if at_arxiv else kind.csl if kind else "document"
    maker = MAKERS.get(entry.entry_type) or MAKERS.get(csl_type, "publisher")
    number = next((name for name in ("number", "issue") if values.get(name) and (name == "issue" or csl_type in PERIODICALS)), None)
    issued, said_of_date = _issued(values)
    url, *other_urls = _SEVERAL.split(raw.get("url", "").strip())
    taken = (
        USED
        | said_of_date
        | ({"doi"} if _parsed(values.get("doi", "")) else set())
        | {name for name in (container, maker, number) if name}
        | ({"entrysubtype"} if by_subtype else set())
        | _said_by_identifier(values, arxiv, at_arxiv=at_arxiv)
    )
    reference = Reference(
        type=csl_type,
        genre="preprint" if at_arxiv else _genre(values, kind),
        identifiers=identifiers,
        title=values.get("title") or None,
        authors=parse_names(raw.get("author", "")),
        issued=issued,
        container=values[container] if container and not at_arxiv else None,
        volume=None if at_arxiv else values.get("volume") or None,
        issue=values[number] if number and not at_arxiv else None,
        pages=None if at_arxiv else re.sub(r"\s*[-–—]+\s*", "-", values.get("pages", "")) or None,
        publisher=values.get(maker) or ("arXiv" if at_arxiv else None),
        abstract=values.get("abstract") or None,
        url=arxiv.url if arxiv else url or None,
        primary_category=values.get("eprintclass") or None if arxiv else None,
        fields=tuple(
            (name, raw[name] if name in NAME_FIELDS or name == "url" else values[name])
            for name in raw
            if name not in taken and (values[name] or name in NAME_FIELDS)
        )
        + ((("otherurl", " ".join(other_urls)),) if other_urls else ()),
        source="an author's own entry",
    )
    return _with_own_words(reference, entry.entry_type, raw.get("title", ""), at_arxiv=at_arxiv)


def _without_sort_keys(value: str) -> str:
    r"""The value as its commands for sorting print it (btxhak, 4): `{\noopsort{1973b}}1973` is 1973."""
    if "\\" not in value:
        return value
    return _SWITCHED.sub(r"\g<second>\g<first>", _SORT_KEY.sub("", value))


def _with_own_words(reference: Reference, entry_type: str, raw_title: str, *, at_arxiv: bool) -> Reference:
    """The reference with what would not come back from its own attributes: its entry type, the capitals that its author keeps."""
    own = []
    if not at_arxiv and work_kind(reference).biblatex != entry_type:
        own.append((ENTRY_TYPE, entry_type))
    if words := _protected_words(raw_title):
        own.append((PROTECTED, words))
    if not own:
        return reference
    return replace(reference, fields=reference.fields + tuple(own))


def _protected_words(raw_title: str) -> str:
    """The words with capitals that stand wholly or in part inside braces of their own."""
    if "{" not in raw_title:
        return ""
    if "\\" not in raw_title and "$" not in raw_title:
        return _words_in_braces(raw_title.translate(_MARKED))
    open_groups: list[str] = []
    after_command = -1

    def marked(found: re.Match[str]) -> str:
        nonlocal after_command
        is_argument, after_command = after_command == found.start(), found.end() if found["command"] else -1
        if found["brace"] == "{":
            is_tex = is_argument or raw_title[found.end() : found.end() + 1] == "\\"
            open_groups.append("{" if is_tex else _OPEN)
            return open_groups[-1]
        if found["brace"]:
            return "}" if not open_groups or open_groups.pop() == "{" else _CLOSE
        return found[0]

    return _words_in_braces(plain_value(_GROUP.sub(marked, raw_title)))


def _words_in_braces(title: str) -> str:
    """The words with capitals that stand wholly or in part between marks of braces."""
    words, depth = [], 0
    for word in title.split():
        bare = word.strip(_OPEN + _CLOSE)
        if (depth or _OPEN in word) and bare != bare.lower():
            words.append(word.translate(_UNMARKED))
        depth += word.count(_OPEN) - word.count(_CLOSE)
    return " ".join(dict.fromkeys(words))


def _genre(values: Mapping[str, str], kind: Kind | None) -> str | None:
    written = values.get("type", "")
    return GENRES.get(written.lower(), written) or (kind.genre if kind else "") or None


def _said_by_identifier(values: Mapping[str, str], arxiv: ArxivId | None, *, at_arxiv: bool) -> set[str]:
    """The fields that say nothing beside the arXiv identifier."""
    if arxiv is None:
        return {"url"}
    said = {"eprint", "eprinttype", "eprintclass"}
    said |= {name for name in ("journaltitle", "howpublished", "note", "number") if _says_only(values.get(name, ""), arxiv)}
    said |= {"url"} if _SERVERS.match(values.get("url", "")) or not values.get("url") else set()
    said |= {"version"} if values.get("version", "").lstrip("vV") == str(arxiv.version) else set()
    if at_arxiv:
        said |= {"journaltitle", "number"} | ({"pubstate"} if values.get("pubstate") == "prepublished" else set())
    return said


def _says_only(text: str, arxiv: ArxivId) -> bool:
    """Whether the text is the identifier over again: "arXiv preprint arXiv:1706.03762"."""
    if not text:
        return False
    left = re.sub(r"(?i)arxiv|preprint|abs/|e-?prints?|[\W_]", "", text.replace(str(arxiv), "").replace(arxiv.number, ""))
    return not left


def _identifiers(values: Mapping[str, str]) -> tuple[Identifier, ...]:
    found: list[Identifier] = []
    if values.get("eprint") and values.get("eprinttype", "arxiv").lower() == "arxiv":
        found += [one for one in _parsed(values["eprint"]) if isinstance(one, ArxivId)]
    if not found:
        places = (values.get(name, "") for name in ("journaltitle", "howpublished", "note", "number", "url"))
        written = next((match for place in places if (match := _ARXIV_TEXT.search(place))), None)
        if written is None and is_arxiv(values.get("journaltitle")):
            written = _VOLUME_OF_ARXIV.fullmatch(values.get("volume", ""))
        found += _parsed(written["id"]) if written else []
    for one in _parsed(values.get("doi", "")):
        if not isinstance(one, ArxivId) or not any(isinstance(other, ArxivId) for other in found):
            found.append(one)
    return tuple(found)


def _parsed(text: str) -> list[Identifier]:
    try:
        return [parse_identifier(text)] if text else []
    except IdentifierError:
        return [Doi(text)] if _ODD_DOI.fullmatch(text) else []


def _issued(values: Mapping[str, str]) -> tuple[PartialDate | None, set[str]]:
    """The date as far as a reference can hold it, and the fields that it says all of."""
    if (date := values.get("date", "")) and not (values.get("month") and re.fullmatch(r"\d{4}", date)):
        return PartialDate.parse(date), {"year", "month"} | ({"date"} if is_plain(date) else set())
    year = date or values.get("year", "")
    written = re.search(r"(?<!\d)\d{4}(?!\d)", year)
    if written is None:
        return None, set()
    month = _MONTH.fullmatch(values.get("month", "").strip())
    number = _month_number(month["month"]) if month else None
    day = (month["day"] or month["before"] if month else None) or (values.get("day") if values.get("day", "").isdecimal() else None)
    said = (
        ({"day"} if number and day else set())
        | ({"date" if date else "year"} if year.strip() == written[0] else set())
        | ({"month"} if number or not values.get("month") else set())
    )
    if number is None:
        return PartialDate.parse(written[0]), said
    return PartialDate.parse(f"{written[0]}-{number:02}" + (f"-{day.zfill(2)}" if day else "")), said


def _month_number(word: str) -> int | None:
    if word.isdecimal():
        return int(word) if 1 <= int(word) <= 12 else None
    return MONTHS.index(word[:3].lower()) + 1 if word[:3].lower() in MONTHS else None
