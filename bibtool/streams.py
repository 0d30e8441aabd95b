"""Streams of bytes made of others."""

import io
from typing import BinaryIO


class ReadInto(io.RawIOBase):
    """A stream that has `read` alone, for those who read into a buffer of theirs."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # io's own type is any buffer
        """Fill the buffer as far as the bytes go."""
        content = self.read(len(buffer)) or b""
        buffer[: len(content)] = content
        return len(content)


class Reopened(ReadInto):
    """A stream with the bytes that were read of it put back."""

    def __init__(self, opening: bytes, stream: BinaryIO) -> None:
        self._opening, self._stream = opening, stream

    def read(self, size: int = -1) -> bytes:
        """The next bytes; at the start, as many as a full read gives, so that blocks are of one size whatever was looked at."""
        opening, self._opening = self._opening, b""
        if not opening:
            return self._stream.read(size)
        if 0 <= size < len(opening):
            opening, self._opening = opening[:size], opening[size:]
            return opening
        return opening + self._stream.read(size - len(opening) if size > 0 else size)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
