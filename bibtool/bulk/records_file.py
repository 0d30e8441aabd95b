"""The bytes of a file of records, decompressed: what it is, its first bytes say. One that is damaged is read as far as it goes."""

import io
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from bibtool.errors import InputError
from bibtool.terminal import printable

MAX_LINE_BYTES = 16 << 20
BUFFER_BYTES = 1 << 20
# Four bytes of Zstandard may stand for 128 KiB, so this much at a time bounds what one read makes.
PIECE_BYTES = 4 << 10
GZIP_FORM = 31  # zlib's word for a window of 32 KiB in gzip's wrapping
GZIP, ZSTANDARD, ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"


@dataclass(slots=True)
class RecordsFile:
    """The lines of one file. `damage` says what was wrong with it, once that was met."""

    stream: BinaryIO
    damage: str | None = None
    _first: bytes = field(default=b"", init=False)

    @classmethod
    def open(cls, path: Path, opened: ExitStack) -> "RecordsFile":
        """The file, plain, .gz or .zst. Raises InputError for a zip archive and for what would hang or has no end."""
        records = cls(_decompressed(path, opened))
        records._first = records._line()
        return records

    @property
    def start(self) -> bytes:
        """Its first line."""
        return self._first

    def lines(self) -> Iterator[bytes]:
        """All lines, up to the end or to where it is damaged."""
        line = self._first.removeprefix(b"\xef\xbb\xbf")
        while line:
            yield line
            line = self._line()

    def rest(self, most_bytes: int) -> bytes:
        """What stands behind the first line."""
        return self.stream.read(most_bytes)

    def _line(self) -> bytes:
        try:
            return self.stream.readline(MAX_LINE_BYTES)
        except (OSError, EOFError, zlib.error) as error:
            self.damage = printable(str(error))
            return b""


def _decompressed(path: Path, opened: ExitStack) -> BinaryIO:
    stream = opened.enter_context(_file(path))
    start = stream.peek(4)[:4]
    if start == ZIP:
        raise InputError(f"{printable(str(path))}: a zip archive; unzip it first, or pipe it in: unzip -p FILE | bibt cache import -")
    if start.startswith(GZIP):
        return _unpacked(stream, *_gzip())
    if start == ZSTANDARD:
        return _unpacked(stream, *_zstandard(path))
    return stream


def _file(path: Path) -> io.BufferedReader:
    """The file or pipe; "-" is standard input."""
    if str(path) == "-":
        return cast(io.BufferedReader, sys.stdin.buffer)
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not str(path).startswith("/dev/fd/"):
        raise InputError(f"{printable(str(path))}: not a file; pipe it in and name it -")
    return path.open("rb")


def _gzip() -> tuple[Callable[[], "Frame"], type[Exception]]:
    """How to unpack gzip; four times as fast with the extra `fast`."""
    try:
        from isal import isal_zlib
    except ImportError:
        return lambda: zlib.decompressobj(GZIP_FORM), zlib.error
    return lambda: isal_zlib.decompressobj(GZIP_FORM), cast(type[Exception], isal_zlib.error)  # its stub calls the class an instance


def _zstandard(path: Path) -> tuple[Callable[[], "Frame"], type[Exception]]:
    try:
        import zstandard
    except ImportError:
        raise InputError(f"{printable(str(path))}: compressed with Zstandard, which needs a package: pip install zstandard") from None
    decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 31)
    return lambda: cast(Frame, decompressor.decompressobj()), zstandard.ZstdError


class Frame(Protocol):
    """What unpacks one part of a compressed file; more may follow."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def _unpacked(packed: BinaryIO, begin: Callable[[], Frame], error: type[Exception]) -> BinaryIO:
    return io.BufferedReader(_Unpacked(packed, begin, error), BUFFER_BYTES)


class _Unpacked(io.RawIOBase):
    """The bytes in a compressed stream: all that comes before a damage comes through, and a part without an end is one."""

    def __init__(self, packed: BinaryIO, begin: Callable[[], Frame], error: type[Exception]) -> None:
        self._packed, self._begin, self._error = packed, begin, error
        self._frame: Frame | None = None
        self._unused = b""
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a memoryview is what is passed
        if not self._left:
            self._left = memoryview(self._piece())
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

    def _piece(self) -> bytes:
        """The next bytes; none at the end."""
        while packed := self._unused or self._packed.read(PIECE_BYTES):
            self._unused = b""
            if self._frame is None:
                packed = packed.lstrip(b"\0")  # what tapes are filled up with
                self._frame = self._begin() if packed else None
            if self._frame is None:
                continue
            try:
                piece = self._frame.decompress(packed)
            except self._error as error:
                raise OSError(str(error)) from error
            if self._frame.eof:
                self._unused, self._frame = self._frame.unused_data, None
            if piece:
                return piece
        if self._frame is not None:
            raise EOFError("it was cut short")
        return b""
