"""One compressed file: one document, read as a stream."""

import io
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePath
from typing import BinaryIO, Protocol, cast

from bibtool.components import Limits
from bibtool.document import Document
from bibtool.errors import MissingExtraError
from bibtool.terminal import printable

SUFFIXES = (".gz", ".bz2", ".xz", ".lzma", ".zst")
TAR_SUFFIXES = (".tgz", ".tbz", ".tbz2", ".txz", ".tzst")


def read_gzip(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Document]:
    """The file within a .gz (RFC 1952). python-isal reads it four times as fast, where it is installed."""
    yield _document(lambda: _gzip(stream), name)


def read_bzip2(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Document]:
    """The file within a .bz2."""

    import bz2

    yield _document(partial(bz2.BZ2File, stream), name)


def read_xz(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Document]:
    """The file within a .xz or .lzma."""
    import lzma

    yield _document(partial(lzma.LZMAFile, stream), name)


def read_zstandard(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Document]:
    """The file within a .zst (RFC 8878)."""
    try:
        from backports import zstd  # unlike zstandard, it tells a file that was cut short
    except ImportError as error:
        raise MissingExtraError(f"{printable(name)}: Zstandard needs a package: pip install backports.zstd") from error
    yield _document(lambda: _Translated(zstd.ZstdFile(stream), zstd.ZstdError), name)


def _document(unpack: "Callable[[], object]", name: str) -> Document:
    path = PurePath(name)
    suffix = ".tar" if path.suffix.lower() in TAR_SUFFIXES else path.with_suffix("").suffix.lower()
    if suffix in SUFFIXES:
        name = f"{name}!/{path.stem}"  # what is within goes by its own name: it is to be unpacked, too
    # Each of these classes reads as a binary stream does; their stubs disagree on what they derive from.
    return Document(name, suffix, lambda: cast(BinaryIO, unpack()))


def _gzip(stream: BinaryIO) -> object:
    import gzip

    try:
        from isal import igzip, isal_zlib
    except ImportError:
        return gzip.GzipFile(fileobj=stream)
    # isal gives no types for either.
    failure = cast("type[Exception]", isal_zlib.IsalError)
    fast = _Translated(igzip.GzipFile(fileobj=stream), failure)  # type: ignore[no-untyped-call]
    return _ReadAgain(fast, stream, lambda: gzip.GzipFile(fileobj=stream)) if stream.seekable() else fast


class _Readable(Protocol):
    def read1(self, size: int = -1, /) -> bytes: ...


class _ReadAgain(io.RawIOBase):
    """What a fast library unpacks; where that fails, a careful one goes on, which gives all that stands before the damage."""

    def __init__(self, fast: _Readable, packed: BinaryIO, careful: Callable[[], _Readable]) -> None:
        self._unpacked, self._packed, self._start, self._careful, self._given = fast, packed, packed.tell(), careful, 0
        self._is_careful = False

    def read1(self, size: int = -1) -> bytes:
        """The next bytes, as many as one step gives. Raises OSError or EOFError where the input is damaged."""
        try:
            piece = self._unpacked.read1(size)
        except (OSError, EOFError):
            if self._is_careful:
                raise
            self._packed.seek(self._start)
            self._unpacked, self._is_careful, left = self._careful(), True, self._given
            while left and (known := self._unpacked.read1(left)):
                left -= len(known)
            piece = self._unpacked.read1(size)
        self._given += len(piece)
        return piece

    read = read1

    def readable(self) -> bool:
        return True


class _Translated(io.RawIOBase):
    """What a library unpacks, its own exception turned into one that all streams raise."""

    def __init__(self, unpacked: _Readable, failure: type[Exception]) -> None:
        self._unpacked, self._failure = unpacked, failure

    def read(self, size: int = -1) -> bytes:
        """The next bytes, as many as one step gives. Raises OSError where the input is damaged."""
        try:
            return self._unpacked.read1(size)
        except self._failure as error:
            raise OSError(str(error)) from error

    read1 = read

    def readable(self) -> bool:
        return True
