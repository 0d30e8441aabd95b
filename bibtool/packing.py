"""References as compact bytes and back: what the store keeps. A JSON array in the order of `ORDER`, nulls at the end left out.

A name is an array of family, given, particle, suffix, or a text where it is a group's.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from bibtool.identifiers import ArxivId, Doi, Identifier
from bibtool.reference import Name, PartialDate, Reference

PLAIN = (
    "title",
    "abstract",
    "genre",
    "version",
    "status",
    "container",
    "volume",
    "issue",
    "pages",
    "publisher",
    "journal_ref",
    "comment",
    "url",
    "primary_category",
    "source",
)
ORDER = ("type", "identifiers", "authors", "issued", "updated", "categories", "fields", *PLAIN, "abstract_as_submitted")


# Named tuples, because making three million frozen dataclasses takes half a minute.
class Candidate(NamedTuple):
    """A record that might be imported: under which name (if that is plain to see), a digest that tells whether it is new, the record as
    it stands, and the number of its line."""

    name: str
    digest: int
    line: bytes
    place: int


class Packed(NamedTuple):
    """A record ready to be kept: its name in the store, its bytes, the texts for the search, and the day (ISO 8601) on which it was last
    changed."""

    name: str
    body: bytes
    title: str
    authors: str
    changed: str = ""


Json = str | int | None | list["Json"]


def pack(reference: Reference) -> bytes:
    """The reference as bytes; `retrieved` is not in them."""
    packed: list[Json] = [
        reference.type,
        [f"{known.scheme}:{known}" for known in reference.identifiers],
        [packed_name(name) for name in reference.authors],
        str(reference.issued) if reference.issued else None,
        str(reference.updated) if reference.updated else None,
        list(reference.categories),
        [[name, value] for name, value in reference.fields],
        *(getattr(reference, name) for name in PLAIN),
    ]
    return pack_values(packed)


def json_bytes(values: Json) -> bytes:
    """Compact JSON; a lone surrogate stays what it is."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def pack_values(values: list[Json], dumps: Callable[[Json], bytes] = json_bytes) -> bytes:
    """Bytes from values in the order of `ORDER`; `abstract_as_submitted` holds one that is to be decoded when it is read."""
    while values[-1] is None:
        values.pop()
    try:
        return dumps(values)
    except TypeError:
        # orjson refuses lone surrogates.
        return json_bytes(values)


def unpack(body: bytes, retrieved: datetime | None = None) -> Reference:
    """The reference in these bytes. Raises ValueError where they hold none."""
    try:
        # One expression a field: building a thousand references has to cost milliseconds.
        kind, identifiers, authors, issued, updated, categories, fields, *plain = json.loads(body)
        if len(plain) > len(PLAIN):
            # Decoding all abstracts of a snapshot would take longer than the rest of its import, and few are ever read.
            from bibtool.plain_text import clean

            plain[1] = clean(plain.pop())
        return Reference(
            type=kind,
            identifiers=tuple([known for text in identifiers if (known := _identifier(text))]),
            authors=tuple([Name(literal=name) if isinstance(name, str) else Name(*name) for name in authors]),
            issued=(day := _date(issued) if issued else None),
            updated=day if updated == issued else _date(updated) if updated else None,
            categories=tuple(categories),
            fields=tuple([(name, value) for name, value in fields]),
            retrieved=retrieved,
            **dict(zip(PLAIN, plain, strict=False)),
        )
    except (TypeError, KeyError, RecursionError, AttributeError) as error:
        raise ValueError(f"no packed reference: {error}") from error


def _date(text: str) -> PartialDate:
    if len(text) == 10:
        return PartialDate(int(text[:4]), int(text[5:7]), int(text[8:]))
    return PartialDate(*map(int, text.split("-")))


def title_and_authors(reference: Reference) -> tuple[str, str]:
    """What a search looks in."""
    return reference.title or "", " ".join(map(str, reference.authors))


def packed_name(name: Name) -> Json:
    """The name as it stands in the array."""
    if name.literal is not None:
        return name.literal
    parts: list[Json] = [name.family, name.given, name.particle, name.suffix]
    while parts and parts[-1] is None:
        parts.pop()
    return parts


def _identifier(text: str) -> Identifier | None:
    """The identifier; None for a scheme that only a plugin knows: who asks for it by that scheme names it again."""
    scheme, _, name = text.partition(":")
    if scheme == "doi":
        return Doi(name)
    if scheme != "arxiv":
        return None
    if "v" not in name[-5:]:
        return ArxivId(name)
    number, _, version = name.partition("v")
    return ArxivId(number, int(version) if version else None)
