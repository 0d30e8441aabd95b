"""Where to look: the places in raw bytes that may belong to an identifier, found without regular expressions over the whole.

One `bytes.translate` folds case and makes every digit a 0; plain searches do the rest.
"""

import re
from collections.abc import Iterator

# How far before and after an anchor its identifier may start.
CORE_BEFORE = 32
CORE_AFTER = 224
# Neighbouring cores grow together up to this size.
CORE_BYTES = 1 << 15

_FOLD = bytes(48 if chr(code).isdigit() and code < 128 else code + 32 if 65 <= code <= 90 else code for code in range(256))
# The marker whole, broken over a line, spaced or read backwards; numbers of both styles; numbers of DBLP, old bibcodes and broken lines.
NEEDLES = (
    *(b"xiv", b"arx-", b"arxi-", b"x i v", b"x\ni\nv", b"x\r\ni\r\nv", b"vixra"),
    *(b"0000.0000", b"0000000", b"abs-0000-0000", b"abs/0000.", b"..0000", b"ph.00000", b"mat.00000"),
)
_ZEROS = re.compile(rb"[0.]*")


def anchors(block: bytes, begin: int = 0) -> list[int]:
    """The offsets of all anchors from `begin` on, sorted."""
    folded = block.translate(_FOLD)
    return sorted(place for needle in NEEDLES for place in _places(folded, needle, begin))


def _places(folded: bytes, needle: bytes, begin: int) -> Iterator[int]:
    place = folded.find(needle, begin)
    while place >= 0:
        yield place
        # A run of digits is one anchor, or hostile input would make one of each digit.
        after = place + len(needle)
        if needle[-1:] == b"0":
            run = _ZEROS.match(folded, after)
            after = run.end() if run and run.end() - after > 64 else after
        place = folded.find(needle, after)


def cores(places: list[int]) -> Iterator[tuple[int, int]]:
    """The anchors' surroundings, those that touch as one, in order and apart."""
    start, end = 0, 0
    for place in places:
        if place - CORE_BEFORE > end or end - start > CORE_BYTES:
            if end > start:
                yield start, end
            start = max(end, place - CORE_BEFORE)
        end = max(end, place + CORE_AFTER)
    if end > start:
        yield start, end
