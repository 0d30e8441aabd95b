"""Where to look: the places in raw bytes that may belong to an identifier, found without Python's regular expressions over the whole.

One `bytes.translate` folds case and makes every digit a 0; plain searches do the rest. hyperscan, where it is installed, does the same
several times as fast; both give the same anchors.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

# How far before and after an anchor its identifier may start.
CORE_BEFORE = 48
CORE_AFTER = 192
NUMBER_AFTER = 16
# Cores that lie nearer than their contexts reach grow together, up to this size: else each would look at the others' numbers again.
CORE_GAP = 320
CORE_BYTES = 1 << 13
# Below this a text is searched before hyperscan is loaded.
WORTH_LOADING_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Anchors:
    """Offsets in a block, each list sorted."""

    numbers: list[int] = field(default_factory=list)  # of new style: 2404.07839
    old: list[int] = field(default_factory=list)  # of seven digits, the last ones where there are more
    markers: list[int] = field(default_factory=list)  # "xiv", but for those right before a number of new style
    rest: list[int] = field(default_factory=list)  # the last bytes of what the unusual forms have in common


Finder = Callable[[bytes], Anchors]

# What leads from a marker to a number without a detour.
LEADS = (b":", b": ", b".", b".org/abs/", b".org/pdf/")
_MARKERS = tuple(b"xiv" + lead for lead in LEADS)
_NUMBERED = tuple(lead + b"0000.0000" for lead in LEADS)

_FOLD = bytes(48 if 48 <= code < 58 else code + 32 if 65 <= code <= 90 else code for code in range(256))
# The marker broken over a line, spaced or read backwards; numbers of DBLP, of old bibcodes and of broken lines.
_RARE = (
    *(b"arx-", b"arxi-", b"x i v", b"x\ni\nv", b"x\r\ni\r\nv", b"vixra", b"v i x r a"),
    *(b"abs-0000-0000", b"abs/0000.\n", b"abs/0000.\r", b"abs/0000. ", b"..0000", b"ph.00000", b"mat.00000"),
)
# An old number that a line end splits. Most of what begins so is a date or a year in a path: one search and a look are faster than many.
_SPLIT_BEGINNING, _SPLIT = b"/00", re.compile(rb"/0{2,6}-?\r?\n")


def find_anchors(block: bytes) -> Anchors:
    """All anchors in a block."""
    folded = block.translate(_FOLD)
    rare = (place + len(needle) - 1 for needle in _RARE for place in places(folded, needle))
    split = (found.end() - 1 for place in places(folded, _SPLIT_BEGINNING) if (found := _SPLIT.match(folded, place)))
    return Anchors(
        list(places(folded, b"0000.0000")),
        [place for place in places(folded, b"0000000") if not folded.startswith(b"0", place + 7)],
        [place for place in places(folded, b"xiv") if not folded.startswith(_NUMBERED, place + 3)],
        sorted((*rare, *split)),
    )


def marker_before(block: bytes, number: int) -> int | None:
    """Where the marker stands that leads right to this number."""
    before = block[max(0, number - 12) : number].lower()
    if not before.endswith(_MARKERS):
        return None
    return next(number - len(marker) for marker in _MARKERS if before.endswith(marker))


# A marker up to the byte that shows that no number stands right behind it; hyperscan has no negative lookahead.
_MARKER = rb"""(?ix)xiv(?:
    [^:.] | :[^0-9\ ] | :\ [^0-9]
    | \.(?:[^o0-9]|o(?:[^r]|r(?:[^g]|g(?:[^/]|/(?:[^ap]|a(?:[^b]|b(?:[^s]|s[^/]))|p(?:[^d]|d(?:[^f]|f[^/])))))))
    | \.org/(?:abs|pdf)/[^0-9]
    | (?: :\ ? | \. | \.org/(?:abs|pdf)/) [0-9](?:[0-9]{0,2}[^0-9] | [0-9]{3}[^.] | [0-9]{3}\.[0-9]{0,3}[^0-9])
)"""
_LONGEST_MARKER = len(b"xiv.org/abs/0000.0000")


@lru_cache(maxsize=1)  # made once, and a library that is not there is looked for once
def fast_finder() -> Finder:
    """The same through hyperscan, or that of the standard library where hyperscan is not installed."""
    try:
        import hyperscan
    except ImportError:
        return find_anchors
    rare = b"|".join((*map(re.escape, _RARE), _SPLIT.pattern)).replace(b"0", b"[0-9]")
    expressions = [rb"[0-9]{4}\.[0-9]{4}", rb"[0-9]{7}[^0-9]", _MARKER, b"(?i)" + rare]
    database = hyperscan.Database()
    database.compile(expressions=expressions, ids=list(range(len(expressions))), elements=len(expressions), flags=[0] * len(expressions))
    ends: list[list[int]] = [[], [], [], []]
    add = [found.append for found in ends]

    def matched(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
        add[number](end)

    def find(block: bytes) -> Anchors:
        for found in ends:
            found.clear()
        database.scan(block, match_event_handler=matched)
        # That a block ends shows as well as another byte that no number goes on.
        last = block[-_LONGEST_MARKER:] + b"\0"
        database.scan(last, match_event_handler=lambda number, _start, end, *_: end == len(last) and add[number](len(block) + 1))
        numbers, old, markers, rare = ends
        return Anchors(
            [end - 9 for end in numbers],
            [end - 8 for end in old],
            [_marker_that_ends(block, end) for end in markers],
            sorted(end - 1 for end in rare),
        )

    return find


def finder_for(size: int, finder: Finder | None) -> Finder:
    """The finder for so many bytes that are there, or were, after the one so far: a fast one as soon as that is worth its start-up."""
    if finder in (None, find_anchors) and size >= WORTH_LOADING_BYTES:
        return fast_finder()
    return finder or find_anchors


def _marker_that_ends(text: bytes, end: int) -> int:
    start = max(0, end - _LONGEST_MARKER)
    return start + text[start:end].lower().rfind(b"xiv")


def places(folded: bytes, needle: bytes) -> Iterator[int]:
    """Where a needle stands."""
    place = folded.find(needle)
    while place >= 0:
        yield place
        place = folded.find(needle, place + 1)


def cores(anchors: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The surroundings of anchors (offset, reach), those that touch as one, in order and apart."""
    start, end = 0, 0
    for place, reach in anchors:
        if place - CORE_BEFORE > end + CORE_GAP or end - start > CORE_BYTES:
            if end > start:
                yield start, end
            start = max(end, place - CORE_BEFORE)
        end = max(end, place + reach)
    if end > start:
        yield start, end
