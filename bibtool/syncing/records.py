"""A reference as a table of the lock file, and back: every field under its own name, readable, the same bytes for the same record."""

from collections.abc import Mapping
from dataclasses import fields

from bibtool.errors import InputError
from bibtool.identifiers import ArxivId, Doi, Identifier
from bibtool.reference import Name, PartialDate, Reference

Plain = str | int | list["Plain"]
_PARTS = ("family", "given", "particle", "suffix")
# An abstract is bulky, and only entries that show it need it; who told of a record, and when, is no part of it.
_LEFT_OUT = frozenset({"abstract", "source", "retrieved"})
_NAMES = [field.name for field in fields(Reference) if field.name not in _LEFT_OUT]


def table_of(reference: Reference, *, abstract: bool) -> dict[str, Plain]:
    """The record's fields, those that it has."""
    table: dict[str, Plain] = {}
    for name in [*_NAMES, *(["abstract"] if abstract else [])]:
        value = getattr(reference, name)
        if value is not None and value != ():
            table[name] = _plain(name, value)
    return table


def reference_of(table: Mapping[str, object]) -> Reference:
    """The reference that such a table holds. Raises InputError where it holds none."""
    known = {field.name for field in fields(Reference)}
    try:
        return Reference(**{name: _value(name, value) for name, value in table.items() if name in known})  # type: ignore[arg-type]
    except (TypeError, ValueError, AttributeError) as error:
        raise InputError(f"holds no record: {error}") from error


def spelt(identifier: Identifier) -> str:
    """An identifier with its scheme: "arxiv:2404.07839v2"."""
    return f"{identifier.scheme}:{identifier}"


def unspelt(text: str) -> Identifier | None:
    """The identifier that `spelt` wrote; None for a scheme that only a plugin knows. Raises IdentifierError."""
    scheme, _, name = text.partition(":")
    if scheme == "doi":
        return Doi(name)
    return ArxivId.parse(name) if scheme == "arxiv" else None


def _plain(name: str, value: object) -> Plain:
    if name == "identifiers" and isinstance(value, tuple):
        return [spelt(one) for one in value]
    if name == "authors" and isinstance(value, tuple):
        return [_plain_name(one) for one in value]
    if name == "fields" and isinstance(value, tuple):
        return [list(pair) for pair in value]
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, int) else str(value)


def _plain_name(name: Name) -> Plain:
    if name.literal is not None:
        return name.literal
    parts: list[Plain] = [getattr(name, part) or "" for part in _PARTS]
    while parts and parts[-1] == "":
        parts.pop()
    return parts


def _value(name: str, value: object) -> object:
    if name in ("issued", "updated"):
        return PartialDate(*map(int, str(value).split("-")))
    if not isinstance(value, list):
        return value
    if name == "identifiers":
        return tuple(known for one in value if (known := unspelt(one)))
    if name == "authors":
        return tuple(Name(literal=one) if isinstance(one, str) else Name(*(part or None for part in one)) for one in value)
    return tuple(tuple(one) if isinstance(one, list) else one for one in value)
