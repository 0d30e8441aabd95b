"""Items of CSL-JSON and CSL-YAML (schema 1.0.2) to references; bibtool/vocabulary.py says what .bib files call the variables."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain

from bibtool.bibtex_names import bibtex_name
from bibtool.edtf import edtf, is_plain
from bibtool.entries.preprints import identified, is_preprint
from bibtool.errors import IdentifierError, InputError
from bibtool.identifiers import ArxivId
from bibtool.kinds import ENTRY_TYPE, KINDS, PERIODICALS
from bibtool.languages import langid_of
from bibtool.reference import Name, PartialDate, Reference
from bibtool.vocabulary import BY_CSL, FIELDS

# What a reference has a place for.
_USED = """
    id type title author issued container-title volume issue page publisher genre version DOI URL abstract status note
    citation-key event
"""
USED = frozenset(_USED.split())
TYPES = frozenset(kind.csl for kind in KINDS)
_ARXIV = re.compile(r"(?i)(?:arxiv:\s*|arxiv\.org/(?:abs|pdf)/)(?P<id>[a-z.-]+/\d{7}(?:v\d+)?|\d{4}\.\d{4,5}(?:v\d+)?)")
_FORMULA = re.compile(r"((?<!\\)\$[^$]+(?<!\\)\$)")
_ESCAPED = re.compile(r"\\(?P<mark>[!-/:-@\[-`{-~])")
_OWN_NOTE = re.compile(r"(?i)arxiv:\s*(?P<id>\S+?)(?:\s*\[[\w.-]+\])?(?:[;\n]\s*|\s*$)")


def read_csl_json(text: str) -> Iterator[tuple[str, Reference] | InputError]:
    """The items in order, each as (id, reference) or as the error that says what is wrong with it.

    Raises InputError where the text is no JSON array of items.
    """
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"no CSL-JSON: {error}") from error
    yield from _references(items if isinstance(items, list) else [items])


def csl_items(items: list[object]) -> Iterator[tuple[str, Reference] | InputError]:
    """The same for the items of a CSL-YAML document."""
    yield from _references([_unescaped(item) for item in items])


def _unescaped(value: object) -> object:
    """Texts are Markdown in CSL-YAML: its escapes are undone, but for those inside of formulas, which are TeX's."""
    if isinstance(value, str):
        pieces = _FORMULA.split(value)
        return "".join(piece if place % 2 else _ESCAPED.sub(r"\g<mark>", piece) for place, piece in enumerate(pieces))
    if isinstance(value, list):
        return [_unescaped(part) for part in value]
    return {name: _unescaped(part) for name, part in value.items()} if isinstance(value, dict) else value


def _references(items: list[object]) -> Iterator[tuple[str, Reference] | InputError]:
    for number, item in enumerate(items, start=1):
        if isinstance(item, dict) and item.get("id"):
            yield str(item["id"]), _reference(item)
        else:
            yield InputError(f"item {number} has no id; left out")


def _reference(item: Mapping[str, object]) -> Reference:
    arxiv = _arxiv(item)
    texts = {name: str(value) for name, value in item.items() if isinstance(value, str | int | float)}
    issued = edtf(item.get("issued"))
    container = _unmarked(texts.get("container-title"))
    at_arxiv = arxiv is not None and is_preprint(texts.get("type", "document"), container)
    csl_type = "article" if at_arxiv else texts.get("type") or "document"
    own_type = () if csl_type in TYPES else ((ENTRY_TYPE, csl_type),)
    return Reference(
        type="document" if own_type else csl_type,
        genre="preprint" if at_arxiv else texts.get("genre"),
        identifiers=identified(arxiv, texts.get("DOI", "")),
        title=_unmarked(texts.get("title")),
        authors=tuple(_names(item.get("author"))),
        issued=PartialDate.parse(issued),
        container=None if at_arxiv else container,
        volume=texts.get("volume"),
        issue=texts.get("issue"),
        pages=texts.get("page"),
        publisher=texts.get("publisher"),
        abstract=_unmarked(texts.get("abstract")),
        url=texts.get("URL"),
        status="withdrawn" if texts.get("status") == "withdrawn" else None,
        fields=tuple(dict(chain(_date_fields(issued), _fields(item, texts, arxiv), own_type)).items()),
        source="an item of CSL-JSON",
    )


def _date_fields(issued: str) -> Iterator[tuple[str, str]]:
    """The date, where a reference's own says less than the item's."""
    if issued and not is_plain(issued):
        yield ("date" if re.match(r"[0-9X]{4}", issued) else "year"), issued


def _fields(item: Mapping[str, object], texts: Mapping[str, str], arxiv: ArxivId | None) -> Iterator[tuple[str, str]]:
    said = USED | ({"number"} if "collection-number" in texts else set())
    if arxiv is not None:
        said |= {"archive", "archive_location", "number"}
    for variable, value in item.items():
        name = "number" if variable == "collection-number" else BY_CSL.get(variable, variable.lower())
        # A journal's article without pages has a number of its own.
        name = "eid" if name == "number" and texts.get("type") in PERIODICALS else name
        kind = FIELDS[name].kind if name in FIELDS else "text"
        if variable in said:
            continue
        if kind == "names":
            text = " and ".join(bibtex_name(one) for one in _names(value))
        elif kind == "date":
            text = edtf(value)
        else:
            text = _unmarked(texts.get(variable)) or (json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else "")
        if text:
            yield name, langid_of(text) if kind == "language" else text
    yield from _said_beside(texts, arxiv)


def _said_beside(texts: Mapping[str, str], arxiv: ArxivId | None) -> Iterator[tuple[str, str]]:
    """What a variable says beyond a reference's own attribute."""
    note = texts.get("note", "")
    # Zotero's "Extra" has the paper's category behind it.
    note = _OWN_NOTE.sub(lambda found: "" if found["id"].lower() == str(arxiv).lower() else found[0], note)
    if (citekey := texts.get("citation-key", "")) not in ("", texts.get("id")):
        yield "ids", citekey
    status, version, event = texts.get("status", ""), texts.get("version", ""), texts.get("event", "")
    for name, text in (("note", note), ("eventtitle", event)):
        if text:
            yield name, text
    if status and status != "withdrawn":
        yield "pubstate", status
    if version and not (arxiv and version == str(arxiv.version)):
        yield "version", version


def _unmarked(text: str | None) -> str | None:
    """The text with raised and lowered runs as mathematics, without other mark-up."""
    if text is None or "<" not in text:
        return text
    text = re.sub(r"<(sup|sub)>([^<$]{1,200})</\1>", lambda run: f"${'^' if run[1] == 'sup' else '_'}{{{run[2]}}}$", text)
    return re.sub(r"</?(?:i|b|sc|sup|sub)>|<span class=\"nocase\">|</span>", "", text)


def _arxiv(item: Mapping[str, object]) -> ArxivId | None:
    if str(item.get("archive", "")).lower() == "arxiv":
        try:
            return ArxivId.parse(str(item.get("archive_location") or item.get("number") or ""))
        except IdentifierError:
            pass
    written = next((found for name in ("number", "note", "URL") if (found := _ARXIV.search(str(item.get(name) or "")))), None)
    try:
        return ArxivId.parse(written["id"]) if written else None
    except IdentifierError:
        return None


def _names(value: object) -> Iterator[Name]:
    for name in value if isinstance(value, list) else [value]:
        if isinstance(name, str):
            yield Name(literal=name)
        if not isinstance(name, dict):
            continue
        particle = " ".join(str(name[key]) for key in ("dropping-particle", "non-dropping-particle") if name.get(key))
        parts = {key: str(name[key]) for key in ("family", "given", "suffix", "literal") if name.get(key)}
        if parts:
            yield Name(literal=parts["literal"]) if "literal" in parts else Name(particle=particle or None, **parts)
