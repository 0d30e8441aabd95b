"""Existing lists and any other text: no entries to tell apart, so every line counts."""

from bibtool.components import Span, Update
from bibtool.terminal import quoted


def spans(_text: str) -> list[Span]:
    """None: a list carries no citation keys."""
    return []


def update(old: str, new: str) -> Update:
    """The new text takes the old one's place; every line of the old one that the new one has not is a conflict."""
    kept = set(new.splitlines())
    lost = [(number, line) for number, line in enumerate(old.splitlines(), 1) if line.strip() and line not in kept]
    return Update(new, conflicts=tuple(f"{number}: {quoted(line, 40)}" for number, line in lost))
