"""Identifiers in blocks of raw bytes: anchors first, then precise checks on short stretches around them.

Memory is bounded whatever the length of the text or of its lines.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from bibtool.document import Document
from bibtool.extractors.anchors import Finder, cores, find_anchors
from bibtool.extractors.found import Found, Markup, shifted
from bibtool.extractors.quick import Usual, recognise
from bibtool.identifiers import ArxivId

# Text on either side of an anchor's core that may decide about it: more than any pattern reaches.
CONTEXT_BYTES = 320
# The class of an old number may be named some fields further on.
CONTEXT_IN_BIBTEX = 640
# What a block keeps back until more is read.
MARGIN_BYTES = 1024


def windows(document: Document, block_bytes: int) -> Iterator[tuple[int, bytes, int, int]]:
    """Pieces of a document: the offset of each, its bytes, and from where to where mentions may start in it.

    From one piece to the next, the last bytes stay as context.
    """
    base, held, begin = 0, b"", 0
    with document.utf8() as stream:
        block = stream.read(block_bytes)
        while block:
            following = stream.read(block_bytes)
            if held and len(block) > 4 * MARGIN_BYTES:
                # Copying takes as long as reading: only the beginning of a long block is put behind what was held back of the one before.
                seam = held + block[: 2 * MARGIN_BYTES]
                limit = max(begin, _aligned(seam, len(seam) - MARGIN_BYTES))
                yield base, seam, begin, limit
                base, begin, buffer = base + len(held), limit - len(held), block
            else:
                buffer = held + block
            limit = max(begin, _aligned(buffer, len(buffer) - MARGIN_BYTES)) if following else len(buffer)
            yield base, buffer, begin, limit
            keep = min(limit, MARGIN_BYTES)
            base, held, begin = base + limit - keep, buffer[limit - keep :], keep
            block = following


def find_in_block(
    buffer: bytes, begin: int, limit: int, markup: Markup, previous: Found | None, finder: Finder = find_anchors
) -> Iterator[Found]:
    """What starts between `begin` and `limit`, with offsets in bytes of the buffer."""
    for one in located(buffer, begin, limit, markup, previous, finder):
        if isinstance(one, Found):
            yield one
        else:
            yield from (recognised(buffer, *usual) for usual in one)


def located(buffer: bytes, begin: int, limit: int, markup: Markup, previous: Found | None, finder: Finder) -> Iterator[Found | list[Usual]]:
    """The same, the usual forms as start, end and form alone, as many together as stand in a row."""
    found, rest = recognise(buffer, finder(buffer))
    return _in_order(buffer, begin, limit, markup, previous, sorted(found.values()), rest)


def located_in_texts(texts: Sequence[tuple[bytes, Markup]], finder: Finder) -> Iterator[Iterator[Found | list[Usual]]]:
    """What is in each of several small texts: looked for in all together, which is as fast as in one long text."""
    # A NUL belongs to no number and to no marker, and what the quick look tells does not depend on what else is there.
    joined = b"\0".join([content for content, _ in texts])
    found, rest = recognise(joined, finder(joined))
    usual, start, first_usual, first = sorted(found.values()), 0, 0, 0
    for content, markup in texts:
        end = start + len(content)
        last_usual, last = bisect_left(usual, (end,), first_usual), bisect_left(rest, (end,), first)
        own = [(begin - start, stop - start, form) for begin, stop, form in usual[first_usual:last_usual]]
        if first == last:
            yield iter((own,) if own else ())
        else:
            closer = [(place - start, reach) for place, reach in rest[first:last]]
            yield _in_order(content, 0, len(content), markup, None, own, closer)
        start, first_usual, first = end + 1, last_usual, last


def _in_order(
    buffer: bytes, begin: int, limit: int, markup: Markup, previous: Found | None, usual: list[Usual], rest: list[tuple[int, int]]
) -> Iterator[Found | list[Usual]]:
    """The usual forms, and between them what a closer look finds around the other anchors."""
    at, last = bisect_left(usual, (begin,)), bisect_left(usual, (limit,))
    for core_start, core_end in cores(rest):
        start, end = max(core_start, begin), min(core_end, limit)
        if start >= end:
            continue
        before, at = at, bisect_left(usual, (start,), at, last)
        if at > before:
            previous = recognised(buffer, *usual[at - 1])
            yield usual[before:at]
        for one in _closely(buffer, start, end, core_end, markup, previous):
            previous = one
            yield one
        at = bisect_left(usual, (end,), at, last)
    yield usual[at:last]


def recognised(buffer: bytes, start: int, end: int, form: str) -> Found:
    """What a quick answer means."""
    return Found(start, end, identifier_in(buffer[start:end]), form, *QUICK_FORMS[form])


def moved(found: Found | None, distance: int) -> Found | None:
    """The same identifier, with offsets in another block."""
    return None if found is None else shifted(found, found.start + distance, found.end + distance)


# As in `marked.py` and `evidence.py`.
QUICK_FORMS = {
    "marked": (0.98, "stands after 'arXiv'"),
    "url": (0.99, "in a link to a paper"),
    "doi": (1.0, "in arXiv's own DOI prefix"),
    "classed": (0.97, "an arXiv class stands after it"),
    "field": (0.97, "in an eprint field"),
    "archive": (0.95, "stands after its archive"),
}


def identifier_in(raw: bytes) -> ArxivId:
    """The identifier that stands in canonical spelling, but for its case."""
    number, _, version = raw.decode("ascii").lower().rpartition("v")
    # The only other v is in solv-int.
    if version.isdigit() and number:
        return ArxivId(number, int(version))
    return ArxivId(raw.decode("ascii").lower())


def _closely(buffer: bytes, start: int, end: int, core_end: int, markup: Markup, previous: Found | None) -> Iterator[Found]:
    """What starts between `start` and `end`, by the whole grammar."""
    # Its expressions take longer to compile than most documents take to read, and the usual forms do without.
    from bibtool.extractors.finding import find

    context = CONTEXT_IN_BIBTEX if markup is Markup.BIBTEX else CONTEXT_BYTES
    left, right = _aligned(buffer, start - context), _aligned(buffer, core_end + context)
    raw = buffer[left:right].decode("utf-8", "surrogateescape")
    lengths = _Lengths(raw, left)
    known = lengths.in_characters(previous) if previous and previous.start >= left else None
    for found in find(raw, markup, lengths.character(start), known):
        in_bytes = lengths.in_bytes(found)
        if in_bytes.start >= end:
            return
        yield in_bytes


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
