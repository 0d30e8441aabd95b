"""Files of records into the store: arXiv's metadata snapshot, or a saved answer of its query API."""

import gzip
import io
import stat
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from bibtool.components import Progress
from bibtool.errors import InputError
from bibtool.packing import Candidate
from bibtool.sources.atom import FeedError, parse_feed
from bibtool.sources.snapshot import candidates, line_packer
from bibtool.store import Store
from bibtool.terminal import printable

MAX_LINE_BYTES = 16 << 20
MAX_FEED_BYTES = 256 << 20
GZIP, ZSTANDARD, ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
# Of a file with many bad lines, the first few are named.
NAMED_LINES = 10
PROGRESS_LINES = 2000


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many references a file gave that were new or changed, how many were here already, and how many of its lines were none."""

    imported: int
    unchanged: int
    refused: int


def import_into(store: Store, path: Path, progress: Progress, warn: Callable[[str], None]) -> ImportReport:
    """Takes a snapshot (JSON lines, plain, .gz or .zst) or an Atom feed into the store.

    An import that was interrupted goes on where it stopped as soon as it is begun again. Raises InputError where the file is neither.
    """
    name = printable(str(path))
    refused: list[str] = []

    def refuse(line: int, message: str) -> None:
        if len(refused) < NAMED_LINES:
            warn(f"{name}:{line}: {printable(message)}")
        refused.append(message)

    try:
        with ExitStack() as opened:
            stream = _opened(path, opened)
            start = stream.readline(MAX_LINE_BYTES)
            if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
                feed = parse_feed(start + stream.read(MAX_FEED_BYTES), source="saved arXiv feed")
                if feed.errors:
                    raise InputError(f"{name}: arXiv's answer is an error ({printable(feed.errors[0])}); give one with papers")
                done = store.import_records(feed.references)
            else:
                records = _watched(candidates(_lines(start.removeprefix(b"\xef\xbb\xbf"), stream)), progress)
                done = store.import_candidates(records, line_packer(refuse))
    except FeedError as error:
        raise InputError(f"{name}: {error}; give a whole answer of arXiv's query API") from error
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{name}: cannot be read: {printable(str(error))}") from error
    if store.has_lost:
        folder = printable(str(store.path.parent))
        raise InputError(f"{name}: not all of it could be kept: {folder} cannot be written; BIBT_CACHE_DIR chooses another folder")
    if not done.written and not done.unchanged:
        raise InputError(f"{name}: no records; give arXiv's metadata snapshot (JSON lines, .gz and .zst too) or a saved Atom feed")
    return ImportReport(done.written, done.unchanged, len(refused))


def _opened(path: Path, opened: ExitStack) -> BinaryIO:
    """The file's bytes, decompressed; what it is, its first bytes say, not its name."""
    stream = opened.enter_context(_file(path))
    start = stream.peek(4)[:4]
    if start.startswith(GZIP):
        # A GzipFile reads lines in Python; the buffer above it reads them in C.
        return io.BufferedReader(cast(io.RawIOBase, opened.enter_context(_gzip(stream))), 1 << 20)
    if start == ZIP:
        raise InputError(f"{printable(str(path))}: a zip archive; unzip it first, or pipe it in: unzip -p FILE | bibt cache import -")
    if start != ZSTANDARD:
        return stream
    try:
        import zstandard
    except ImportError:
        raise InputError(f"{printable(str(path))}: compressed with Zstandard, which needs a package: pip install zstandard") from None
    reader = zstandard.ZstdDecompressor(max_window_size=1 << 31).stream_reader(stream, read_across_frames=True)
    return io.BufferedReader(cast(io.RawIOBase, _Reader(reader)), 1 << 20)


def _file(path: Path) -> io.BufferedReader:
    """The file or pipe; "-" is standard input. Raises InputError for what would hang or has no end."""
    if str(path) == "-":
        return cast(io.BufferedReader, sys.stdin.buffer)
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not str(path).startswith("/dev/fd/"):
        raise InputError(f"{printable(str(path))}: not a file; pipe it in and name it -")
    return path.open("rb")


def _gzip(stream: BinaryIO) -> gzip.GzipFile:
    """Decompressed four times as fast by the extra `fast`."""
    try:
        from isal import igzip
    except ImportError:
        return gzip.GzipFile(fileobj=stream)
    return cast(gzip.GzipFile, igzip.IGzipFile(fileobj=stream))  # type: ignore[no-untyped-call]


class _Reader(io.RawIOBase):
    """A Zstandard stream whose errors are those of a file."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # a buffer is what is passed
        import zstandard

        try:
            content = self._stream.read(len(buffer))
        except zstandard.ZstdError as error:
            raise OSError(str(error)) from error
        buffer[: len(content)] = content
        return len(content)


def _lines(first: bytes, stream: BinaryIO) -> Iterator[bytes]:
    yield first
    while line := stream.readline(MAX_LINE_BYTES):
        yield line


def _watched(records: Iterable[Candidate], progress: Progress) -> Iterator[Candidate]:
    for done, record in enumerate(records, start=1):
        if done % PROGRESS_LINES == 0:
            progress.update("importing", done, None)
        yield record
