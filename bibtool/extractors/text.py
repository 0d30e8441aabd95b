"""The extractor for every text: anchors in blocks of raw bytes, precise checks on short stretches around them.

Memory is bounded whatever the length of the text or of its lines.
"""

from collections.abc import Iterator
from functools import partial

from bibtool.document import BLOCK_BYTES, Document, Mention
from bibtool.extractors.anchors import anchors, cores
from bibtool.extractors.finding import Found, find, shifted
from bibtool.extractors.folding import Markup
from bibtool.extractors.place import Place

# Text on either side of an anchor's core that may decide about it: more than any pattern reaches.
CONTEXT_BYTES = 512
# What a block keeps back until more is read.
MARGIN_BYTES = 1024


def extract(document: Document, markup: Markup = Markup.PLAIN, block_bytes: int = BLOCK_BYTES) -> Iterator[Mention]:
    """The mentions in a document, in order."""
    place = Place()
    for base, buffer, begin, limit in windows(document, block_bytes):
        place.enter(base, buffer)
        for found in find_in_block(buffer, begin, limit, markup, place.previous_in(base)):
            yield place.mention(found, document.name)
        place.leave(limit)


def extract_json(document: Document) -> Iterator[Mention]:
    """The mentions in a JSON document, or in the one field of it that a user named."""
    if document.field is not None:
        from bibtool.extractors.pieces import extract_field

        return extract_field(document)
    return extract(document, markup=Markup.JSON)


extract_html = partial(extract, markup=Markup.HTML)
extract_bibtex = partial(extract, markup=Markup.BIBTEX)


def extract_table(document: Document) -> Iterator[Mention]:
    """The mentions in a table."""
    from bibtool.extractors.pieces import extract_table

    return extract_table(document)


def windows(document: Document, block_bytes: int) -> Iterator[tuple[int, bytes, int, int]]:
    """Pieces of a document: the offset of each, its bytes, and from where to where mentions may start in it.

    From one piece to the next, the last bytes stay as context.
    """
    base, buffer, begin = 0, b"", 0
    with document.utf8() as stream:
        block = stream.read(block_bytes)
        while block:
            following = stream.read(block_bytes)
            buffer += block
            limit = max(begin, _aligned(buffer, len(buffer) - MARGIN_BYTES)) if following else len(buffer)
            yield base, buffer, begin, limit
            keep = min(limit, MARGIN_BYTES)
            base, buffer, begin = base + limit - keep, buffer[limit - keep :], keep
            block = following


def find_in_block(buffer: bytes, begin: int, limit: int, markup: Markup, previous: Found | None) -> Iterator[Found]:
    """What starts between `begin` and `limit`, with offsets in bytes of the buffer."""
    for core_start, core_end in cores(anchors(buffer, max(0, begin - 256))):
        start, end = max(core_start, begin), min(core_end, limit)
        if start >= end:
            continue
        left, right = _aligned(buffer, start - CONTEXT_BYTES), _aligned(buffer, core_end + CONTEXT_BYTES)
        raw = buffer[left:right].decode("utf-8", "surrogateescape")
        lengths = _Lengths(raw, left)
        known = lengths.in_characters(previous) if previous and previous.start >= left else None
        for found in find(raw, markup, lengths.character(start), known):
            in_bytes = lengths.in_bytes(found)
            if in_bytes.start >= end:
                break
            yield in_bytes
            previous = in_bytes


def _aligned(buffer: bytes, offset: int) -> int:
    """The offset, moved back to the start of a UTF-8 character."""
    offset = min(max(0, offset), len(buffer))
    for _ in range(3):
        if offset == 0 or offset == len(buffer) or buffer[offset] & 0xC0 != 0x80:
            break
        offset -= 1
    return offset


class _Lengths:
    """From characters of a decoded stretch to bytes of the block, and back."""

    def __init__(self, raw: str, base: int) -> None:
        self.raw, self.base, self.plain = raw, base, raw.isascii()

    def character(self, offset: int) -> int:
        if self.plain:
            return max(0, offset - self.base)
        content = self.raw.encode("utf-8", "surrogateescape")
        return len(content[: max(0, offset - self.base)].decode("utf-8", "surrogateescape"))

    def in_bytes(self, found: Found) -> Found:
        start, end = found.start, found.end
        if not self.plain:
            start = len(self.raw[:start].encode("utf-8", "surrogateescape"))
            end = len(self.raw[: found.end].encode("utf-8", "surrogateescape"))
        return shifted(found, start + self.base, end + self.base)

    def in_characters(self, found: Found) -> Found:
        return shifted(found, self.character(found.start), self.character(found.end))
