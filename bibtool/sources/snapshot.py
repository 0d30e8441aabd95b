"""arXiv's public metadata snapshot: JSON lines, one record of the newest version a line, texts in TeX as submitted."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from bibtool.errors import IdentifierError
from bibtool.identifiers import ArxivId
from bibtool.reference import Name, PartialDate, Reference
from bibtool.sources.arxiv_record import arxiv_reference, clean
from bibtool.sources.names import joined, names
from bibtool.terminal import quoted

_VERSION = re.compile(r"v(?P<number>[1-9][0-9]*)", re.ASCII)
_CREATED = re.compile(r"(?:[A-Z][a-z]{2},\s+)?(?P<date>[0-9]{1,2}\s+[A-Z][a-z]{2}\s+[0-9]{4})", re.ASCII)
# "A. Smith, B. Jones and C. Brown": how authors are parted in the line as submitted.
_AUTHOR_BREAK = re.compile(r",\s+and\s+|,\s+|\s+and\s+")

Json = object


def snapshot_references(lines: Iterable[bytes], name: str, warn: Callable[[str], None]) -> Iterator[Reference]:
    """The reference of each line; a line that is no record is named and left out."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield snapshot_reference(json.loads(line))
        except (ValueError, RecursionError, IdentifierError) as error:
            warn(f"{name}:{number}: no record of arXiv's snapshot: {quoted(str(error), 100)}")


def snapshot_reference(record: Json) -> Reference:
    """The reference of one record. Raises ValueError or IdentifierError where it is none."""
    if not isinstance(record, dict) or not isinstance(record.get("id"), str):
        raise ValueError("a record is an object with an id")
    identifier = ArxivId.parse(record["id"])
    versions = [version for version in record.get("versions") or [] if isinstance(version, dict)]
    categories = _text(record, "categories").split()
    return arxiv_reference(
        identifier.number,
        version=_version(versions),
        title=_text(record, "title"),
        authors=_authors(record),
        issued=_created(versions[0]) if versions else None,
        updated=_created(versions[-1]) if versions else PartialDate.parse(_text(record, "update_date")),
        dois=[_text(record, "doi")],
        source="arXiv snapshot",
        categories=categories,
        primary_category=categories[0] if categories else None,
        abstract=_text(record, "abstract"),
        comment=_text(record, "comments"),
        journal_ref=_text(record, "journal-ref"),
    )


def _text(record: Mapping[str, Json], name: str) -> str:
    value = record.get(name)
    return clean(value) if isinstance(value, str) else ""


def _authors(record: Mapping[str, Json]) -> tuple[Name, ...]:
    parsed = record.get("authors_parsed")
    if isinstance(parsed, list) and parsed:
        parts = [[clean(str(part)) for part in author[:3]] for author in parsed if isinstance(author, list) and author]
        return joined((keyname, "".join(rest[:1]), "".join(rest[1:])) for keyname, *rest in parts)
    return names(_AUTHOR_BREAK.split(_text(record, "authors")))


def _version(versions: list[dict[str, Json]]) -> int | None:
    written = _VERSION.fullmatch(str(versions[-1].get("version"))) if versions else None
    return int(written["number"]) if written else None


def _created(version: Mapping[str, Json]) -> PartialDate | None:
    """The day of "Mon, 2 Apr 2007 19:18:42 GMT", with or without a time."""
    written = _CREATED.match(str(version.get("created")))
    if written is None:
        return None
    try:
        day = datetime.strptime(written["date"], "%d %b %Y")
    except ValueError:
        return None
    return PartialDate(day.year, day.month, day.day)
