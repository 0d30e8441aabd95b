"""Existing .bib files: where their entries stand, and what a new rendering would lose.

BibTeX's own rule (btxdoc 1988; bibtex.web): an entry starts at an `@` outside every other entry, ends at the brace or parenthesis that
matches its first one, and whatever stands between entries is a comment.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bibtool.components import Span, Update
from bibtool.errors import InputError
from bibtool.terminal import quoted

_OPENING = re.compile(r"@\s*(?P<type>[^\s\"#%'(),={}@]+)\s*(?P<bracket>[{(])\s*(?P<citekey>[^\s,{}()=\"]*)", re.ASCII)
_MARK = re.compile(r'[{}")]')  # a backslash protects none of them: BibTeX counts \{ as a brace
NOT_ENTRIES = frozenset({"comment", "preamble", "string"})


@dataclass(frozen=True, slots=True)
class Block:
    """An entry, a @string, a @preamble or a @comment: its type in lower case, its citation key, and where it stands."""

    type: str
    citekey: str
    start: int
    end: int


def blocks(text: str) -> Iterator[Block]:
    """Every block of a .bib text. Raises InputError with the line of a block that is never closed."""
    place = 0
    while opening := _OPENING.search(text, place):
        end = _closing(text, opening.end("bracket"), opening["bracket"])
        if end is None:
            line = text.count("\n", 0, opening.start()) + 1
            raise InputError(f"{line}: no closing brace for entry {quoted(opening['citekey'])}")
        yield Block(opening["type"].lower(), opening["citekey"], opening.start(), end)
        place = end


def spans(text: str) -> list[Span]:
    """The entries proper."""
    return [Span(block.citekey, block.start, block.end) for block in blocks(text) if block.type not in NOT_ENTRIES]


def update(old: str, new: str) -> Update:
    """The new text takes the old one's place; every block or comment of the old one that the new one has not is a conflict."""
    kept = {new[block.start : block.end] for block in blocks(new)}
    conflicts, line, place = [], 1, 0
    for block in blocks(old):
        conflicts += _comment(old, place, block.start, line)
        line += old.count("\n", place, block.start)
        if old[block.start : block.end] not in kept:
            what = f"entry {quoted(block.citekey)}" if block.type not in NOT_ENTRIES else f"@{block.type}"
            conflicts.append(f"{line}: {what}")
        line += old.count("\n", block.start, block.end)
        place = block.end
    conflicts += _comment(old, place, len(old), line)
    return Update(new, conflicts=tuple(conflicts))


def _closing(text: str, start: int, bracket: str) -> int | None:
    """The offset after the bracket that closes the block; None where it is never closed."""
    depth, quotes = 0, False
    for mark in _MARK.finditer(text, start):
        character = mark.group()
        if character == '"' and depth == 0:
            quotes = not quotes
        elif character == "{":
            depth += 1
        elif character == "}" and depth:
            depth -= 1
        elif character == ("}" if bracket == "{" else ")") and depth == 0 and not quotes:
            return mark.end()
    return None


def _comment(text: str, start: int, end: int, line: int) -> list[str]:
    between = text[start:end]
    if not between.strip("\ufeff \t\r\n"):
        return []
    first = start + len(between) - len(between.lstrip("\ufeff \t\r\n"))
    line += text.count("\n", start, first)
    return [f"{line}: {quoted(text[first:end].splitlines()[0], 40)}"]
