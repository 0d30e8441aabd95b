"""Files of records into the store: arXiv's metadata snapshot, or a saved answer of its query API."""

import gzip
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bibtool.components import Progress
from bibtool.errors import InputError
from bibtool.reference import Reference
from bibtool.store import Store
from bibtool.terminal import printable

MAX_LINE_BYTES = 16 << 20
MAX_FEED_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many references a file gave, and how many of its lines were none."""

    imported: int
    refused: int


def import_into(store: Store, path: Path, progress: Progress, warn: Callable[[str], None]) -> ImportReport:
    """Takes a snapshot (JSON lines, plain or .gz) or an Atom feed into the store. Raises InputError where it is neither."""
    refused: list[str] = []

    def refuse(message: str) -> None:
        if len(refused) < 10:
            warn(message)
        refused.append("")

    try:
        with closing(_opened(path)) as stream:
            imported = store.import_records(_references(stream, path, progress, refuse))
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        raise InputError(f"{printable(str(path))}: cannot be read: {printable(str(error))}") from error
    if not imported and refused:
        raise InputError(f"{printable(str(path))}: no records; give arXiv's metadata snapshot (JSON lines, .gz too) or a saved Atom feed")
    return ImportReport(imported, len(refused))


def _opened(path: Path) -> BinaryIO:
    stream = path.open("rb")
    if stream.read(2) == b"\x1f\x8b":
        stream.close()
        return gzip.open(path)  # type: ignore[return-value]  # a GzipFile is a binary stream
    stream.seek(0)
    return stream


def _references(stream: BinaryIO, path: Path, progress: Progress, warn: Callable[[str], None]) -> Iterator[Reference]:
    from bibtool.sources.atom import FeedError, parse_feed
    from bibtool.sources.snapshot import snapshot_references

    start = stream.readline(MAX_LINE_BYTES)
    if not start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        yield from _counted(snapshot_references(_lines(start, stream), printable(path.name), warn), progress)
        return
    try:
        yield from parse_feed(start + stream.read(MAX_FEED_BYTES), source="saved arXiv feed").references
    except FeedError as error:
        raise InputError(f"{printable(str(path))}: {error}; give a whole answer of arXiv's query API") from error


def _lines(first: bytes, stream: BinaryIO) -> Iterator[bytes]:
    yield first
    while line := stream.readline(MAX_LINE_BYTES):
        yield line


def _counted(references: Iterable[Reference], progress: Progress) -> Iterator[Reference]:
    for done, reference in enumerate(references, start=1):
        if done % 1000 == 0:
            progress.update("importing", done, None)
        yield reference
