"""Items of CSL-JSON to references."""

import contextlib
import json
import re
from collections.abc import Iterator, Mapping

from bibtool.errors import IdentifierError, InputError
from bibtool.identifiers import ArxivId, Doi, Identifier
from bibtool.reference import Name, PartialDate, Reference

# CSL's variables by the names that other entries give them.
FIELD_NAMES = {
    "collection-title": "series",
    "edition": "edition",
    "ISBN": "isbn",
    "ISSN": "issn",
    "keyword": "keywords",
    "language": "language",
    "note": "note",
    "publisher-place": "address",
}
_USED = """
    id type title author issued container-title volume issue page publisher genre number archive archive_location version DOI URL abstract
    status
"""
USED = frozenset(_USED.split())


def read_csl_json(text: str) -> Iterator[tuple[str, Reference] | InputError]:
    """The items in order, each as (id, reference) or as the error that says what is wrong with it.

    Raises InputError where the text is no JSON array of items.
    """
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"no CSL-JSON: {error}") from error
    for number, item in enumerate(items if isinstance(items, list) else [items], start=1):
        if isinstance(item, dict) and item.get("id"):
            yield str(item["id"]), _reference(item)
        else:
            yield InputError(f"item {number} has no id; left out")


def _reference(item: Mapping[str, object]) -> Reference:
    arxiv = _arxiv(item)
    texts = {name: str(value) for name, value in item.items() if isinstance(value, str | int | float)}
    kept = [(FIELD_NAMES.get(name, name), text) for name, text in texts.items() if name not in USED]
    editors = " and ".join(_bibtex_name(name) for name in _names(item.get("editor")))
    return Reference(
        type=texts.get("type", "document"),
        genre=texts.get("genre"),
        identifiers=_identifiers(arxiv, texts.get("DOI")),
        title=_unmarked(texts.get("title")),
        authors=tuple(_names(item.get("author"))),
        issued=_issued(item.get("issued")),
        container=texts.get("container-title"),
        volume=texts.get("volume"),
        issue=texts.get("issue"),
        pages=texts.get("page"),
        publisher=texts.get("publisher"),
        abstract=_unmarked(texts.get("abstract")),
        url=texts.get("URL"),
        status="withdrawn" if texts.get("status") == "withdrawn" else None,
        fields=tuple(kept) + ((("editor", editors),) if editors else ()),
        source="an item of CSL-JSON",
    )


def _unmarked(text: str | None) -> str | None:
    """The text with raised and lowered runs as mathematics, without other mark-up."""
    if text is None or "<" not in text:
        return text
    text = re.sub(r"<(sup|sub)>([^<$]{1,200})</\1>", lambda run: f"${'^' if run[1] == 'sup' else '_'}{{{run[2]}}}$", text)
    return re.sub(r"</?(?:i|b|sc|sup|sub)>|<span class=\"nocase\">|</span>", "", text)


def _arxiv(item: Mapping[str, object]) -> ArxivId | None:
    for name in ("archive_location", "number", "note", "URL"):
        text = str(item.get(name) or "").removeprefix("https://arxiv.org/abs/")
        if "arxiv" in f"{item.get('archive', '')}{item.get(name, '')}".lower():
            try:
                return ArxivId.parse(text)
            except IdentifierError:
                continue
    return None


def _identifiers(arxiv: ArxivId | None, doi: str | None) -> tuple[Identifier, ...]:
    found: list[Identifier] = [arxiv] if arxiv else []
    if doi and not (arxiv and doi.lower().startswith("10.48550/arxiv.")):
        with contextlib.suppress(IdentifierError):
            found.append(Doi.parse(doi))
    return tuple(found)


def _names(value: object) -> Iterator[Name]:
    for name in value if isinstance(value, list) else []:
        if not isinstance(name, dict):
            continue
        particle = " ".join(str(name[key]) for key in ("dropping-particle", "non-dropping-particle") if name.get(key))
        parts = {key: str(name[key]) for key in ("family", "given", "suffix", "literal") if name.get(key)}
        if parts:
            yield Name(**parts) if "literal" in parts else Name(particle=particle or None, **parts)


def _bibtex_name(name: Name) -> str:
    if name.literal is not None:
        return f"{{{name.literal}}}"
    family = " ".join(part for part in (name.particle, name.family) if part)
    return ", ".join(part for part in (family, name.suffix, name.given) if part)


def _issued(value: object) -> PartialDate | None:
    if not isinstance(value, dict):
        return None
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list):
        numbers = [str(part) for part in parts[0][:3]]
        return PartialDate.parse("-".join(number.zfill(4 if place == 0 else 2) for place, number in enumerate(numbers)))
    return PartialDate.parse(str(value.get("raw") or value.get("literal") or ""))
