"""A checksum before the body of a record, so that what a faulty disk changed is never taken for what a source said.

It covers the text as it was before it was compressed, so that a damaged dictionary shows too, and the name of the record, because bytes
that are sound under another name are another paper's. A body without one is of a time before there were checksums, and is taken as it is.
"""

import zlib
from collections.abc import Callable

# No text and no number of a dictionary starts like this, not with one bit changed either.
MARK = b"\xf0"
CHECKSUM_BYTES = 4
_START = len(MARK) + CHECKSUM_BYTES


def sealed(name: str, version: int, text: bytes, squeeze: Callable[[bytes], bytes] | None = None) -> bytes:
    """The body of a record: the checksum, and the text, compressed where there is something to do that with."""
    return MARK + _checksum(name, version, text).to_bytes(CHECKSUM_BYTES) + (text if squeeze is None else squeeze(text))


def opened(name: str, version: int, body: bytes, expand: Callable[[bytes], bytes]) -> bytes:
    """The text in the body of this record. Raises ValueError where it is damaged."""
    if not body.startswith(MARK):
        return expand(body)
    text = expand(body[_START:])
    if _checksum(name, version, text).to_bytes(CHECKSUM_BYTES) != body[len(MARK) : _START]:
        raise ValueError("the checksum is of another text")
    return text


def _checksum(name: str, version: int, text: bytes) -> int:
    return zlib.crc32(text, zlib.crc32(f"{name} {version}".encode("utf-8", "surrogatepass")))
