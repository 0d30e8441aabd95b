"""Unified diffs of long files with few changes: what lies between the changes is passed over, and costs nothing.

difflib compares every line with every line like it, and a bibliography of many megabytes has thousands of each.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

# After a change two texts have met again where this many lines are the same in both.
_SAME_LINES = 3
_FIRST_WINDOW = 8
_NO_NEWLINE = "\\ No newline at end of file\n"

Opcode = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]


class _Grouping(SequenceMatcher[str]):
    """Known changes, for difflib to group with the lines around them."""

    def __init__(self, opcodes: list[Opcode]) -> None:
        super().__init__()
        self._known = opcodes

    def get_opcodes(self) -> list[Opcode]:
        return self._known


def unified_diff(old: bytes | None, new: bytes, path: str) -> Iterator[str]:
    """The lines of the diff, as diff and patch have them; None: there was no file."""
    ours, theirs = _lines(old or b""), _lines(new)
    yield f"--- {path if old is not None else '/dev/null'}\n"
    yield f"+++ {path}\n"
    for group in _Grouping(list(_opcodes(ours, theirs))).get_grouped_opcodes():
        yield f"@@ -{_range(group[0][1], group[-1][2])} +{_range(group[0][3], group[-1][4])} @@\n"
        for what, start, end, new_start, new_end in group:
            yield from (_line(" " if what == "equal" else "-", line) for line in ours[start:end])
            yield from (_line("+", line) for line in theirs[new_start:new_end] if what != "equal")


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[Opcode]:
    at, new_at = 0, 0
    while at < len(old) or new_at < len(new):
        start, new_start = at, new_at
        while at < len(old) and new_at < len(new) and old[at] == new[new_at]:
            at, new_at = at + 1, new_at + 1
        if at > start:
            yield "equal", start, at, new_start, new_at
            continue
        at, new_at = _meeting(old, new, at, new_at)
        yield "insert" if at == start else "delete" if new_at == new_start else "replace", start, at, new_start, new_at


def _meeting(old: Sequence[str], new: Sequence[str], at: int, new_at: int) -> tuple[int, int]:
    """Where both go on alike, as near as can be."""
    window = _FIRST_WINDOW
    while at < len(old) and new_at < len(new):
        places: dict[tuple[str, ...], int] = {}
        for place in range(at, min(at + window, len(old) + 1)):
            places.setdefault(tuple(old[place : place + _SAME_LINES]), place)
        met = [
            (places[following], place)
            for place in range(new_at, min(new_at + window, len(new) + 1))
            if (following := tuple(new[place : place + _SAME_LINES])) in places
        ]
        if met:
            return min(met, key=sum)
        if window > max(len(old) - at, len(new) - new_at):
            break
        window *= 2
    return len(old), len(new)


def _range(start: int, end: int) -> str:
    """Lines as a hunk's head counts them: from 1, and an empty range stands behind the line before it."""
    length = end - start
    return str(start + 1) if length == 1 else f"{start + 1 if length else start},{length}"


def _line(mark: str, line: str) -> str:
    return f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}\n{_NO_NEWLINE}"


def _lines(content: bytes) -> list[str]:
    """Lines with their ends; only line feeds end them."""
    lines = [f"{line}\n" for line in content.decode("utf-8", "surrogateescape").split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]
