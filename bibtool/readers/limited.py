"""A stream of unpacked bytes that ends with an error, not with a full memory, where a file unpacks to too much."""

import io
import lzma
import zlib
from typing import BinaryIO

from bibtool.components import Limits
from bibtool.errors import InputError
from bibtool.terminal import printable

# Below this much, a high ratio harms nobody: a short text of blanks compresses as well as a bomb.
HARMLESS_BYTES = 64 << 20


class Limited(io.RawIOBase):
    """Unpacked bytes of `name`, as long as they stay within the limits. Damage, too, is an InputError that names the file."""

    def __init__(self, unpacked: BinaryIO, name: str, limits: Limits, packed_bytes: int | None) -> None:
        self._unpacked, self._name, self._limits, self._packed_bytes = unpacked, name, limits, packed_bytes
        self._count = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises InputError."""
        try:
            content = self._unpacked.read(size)
        except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError) as error:
            raise InputError(f"{printable(self._name)}: damaged or cut short ({error}); what came before was read") from error
        self._count += len(content)
        if self._count > self._limits.max_bytes:
            raise InputError(f"{printable(self._name)}: unpacks to more than {self._limits.max_bytes} bytes; the rest is left out")
        if self._packed_bytes is not None and self._count > max(HARMLESS_BYTES, self._packed_bytes * self._limits.max_ratio):
            raise InputError(f"{printable(self._name)}: unpacks to more than {self._limits.max_ratio} times its size; the rest is left out")
        return content

    def readable(self) -> bool:
        return True


def size_of(stream: BinaryIO) -> int | None:
    """How many bytes a stream holds; None where it cannot tell."""
    if not stream.seekable():
        return None
    here = stream.tell()
    size = stream.seek(0, io.SEEK_END)
    stream.seek(here)
    return size
