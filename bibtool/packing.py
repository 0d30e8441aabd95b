"""References as compact bytes and back: what the store keeps. A JSON array in the order of `_PLAIN`, nulls at the end left out."""

import json
from datetime import datetime
from typing import cast

from bibtool.identifiers import ArxivId, Doi, Identifier
from bibtool.reference import Name, PartialDate, Reference

_PLAIN = (
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

Json = str | int | None | list["Json"]


def pack(reference: Reference) -> bytes:
    """The reference as bytes; `retrieved` is not in them."""
    packed: list[Json] = [
        reference.type,
        [f"{known.scheme}:{known}" for known in reference.identifiers],
        [_packed_name(name) for name in reference.authors],
        str(reference.issued) if reference.issued else None,
        str(reference.updated) if reference.updated else None,
        list(reference.categories),
        [[name, value] for name, value in reference.fields],
        *(getattr(reference, name) for name in _PLAIN),
    ]
    while packed[-1] is None:
        packed.pop()
    return json.dumps(packed, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpack(body: bytes, retrieved: datetime | None = None) -> Reference:
    """The reference in these bytes. Raises ValueError where they hold none."""
    try:
        # One expression a field: building a thousand references has to cost milliseconds.
        kind, identifiers, authors, issued, updated, categories, fields, *plain = json.loads(body)
        return Reference(
            type=kind,
            identifiers=tuple([_identifier(text) for text in identifiers]),
            authors=tuple([Name(literal=name) if isinstance(name, str) else Name(*name) for name in authors]),
            issued=PartialDate.parse(issued) if issued else None,
            updated=PartialDate.parse(updated) if updated else None,
            categories=tuple(categories),
            fields=tuple([(name, value) for name, value in fields]),
            retrieved=retrieved,
            **dict(zip(_PLAIN, plain, strict=False)),
        )
    except (TypeError, KeyError, RecursionError, AttributeError) as error:
        raise ValueError(f"no packed reference: {error}") from error


def _packed_name(name: Name) -> Json:
    if name.literal is not None:
        return name.literal
    parts: list[Json] = [name.family, name.given, name.particle, name.suffix]
    while parts and parts[-1] is None:
        parts.pop()
    return parts


def _identifier(text: str) -> Identifier:
    scheme, _, name = text.partition(":")
    if scheme == "doi":
        return Doi(name)
    number, _, version = name.partition("v") if "v" in name[-5:] else (name, "", "")
    return cast(Identifier, ArxivId(number, int(version) if version else None))
