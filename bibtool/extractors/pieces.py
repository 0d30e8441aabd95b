"""Documents of which only some pieces are read, as one field of JSON lines or the cells of a table: their lines, and what is in a piece.

Each piece stands for itself: nothing beside it decides about a number in it.
"""

from collections.abc import Iterator
from typing import BinaryIO

from bibtool.document import WHOLE_BYTES
from bibtool.extractors.anchors import Finder, find_anchors
from bibtool.extractors.blocks import find_in_block
from bibtool.extractors.found import Found, Markup, shifted
from bibtool.streams import Reopened


def find_in_piece(line: bytes, start: int, end: int, markup: Markup, finder: Finder = find_anchors) -> Iterator[Found]:
    """What is in the bytes from `start` to `end` of a line, with offsets in the line."""
    for found in find_in_block(line[start:end], 0, end - start, markup, None, finder):
        yield shifted(found, found.start + start, found.end + start)


def split(stream: BinaryIO | Reopened, longest: int = WHOLE_BYTES) -> Iterator[tuple[int, int, bytes]]:
    """The lines with their number and offset. One that is longer than what may be held comes in several pieces, under one number."""
    offset, number, held, size = 0, 1, list[bytes](), 0
    while block := stream.read(1 << 20):
        *ended, rest = block.split(b"\n")
        for line in ended:
            whole = b"".join((*held, line, b"\n"))
            yield number, offset, whole
            number, offset, size = number + 1, offset + len(whole), 0
            held.clear()
        held.append(rest)
        size += len(rest)
        if size >= longest:
            yield number, offset, b"".join(held)
            offset, size = offset + size, 0
            held.clear()
    if size:
        yield number, offset, b"".join(held)
