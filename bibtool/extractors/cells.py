"""A number that is a cell of a table in Markdown or TeX: what the head of its column says of it."""

from bibtool.extractors import vocabulary
from bibtool.extractors.bare import Bare
from bibtool.extractors.later import later

# How far back a table's head is looked for: no further than the stretch around an anchor reaches.
TABLE_CHARACTERS = 280
_RULE = later(r"\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?)?\s*")
IDENTIFIER_COLUMN = later(r"arxiv|e-?print|paper|\bids?\b|_id\b|identifier|reference|\bref\b|citation")
_CELL = later(r"[|&][ \t]*\Z")
_UNIT = later(vocabulary.UNITS)
_WORD = later(r"[^\W_]+")


def is_under_another_head(bare: Bare) -> bool:
    """Whether a number stands in a column of a Markdown table whose head names a measure."""
    heads, column = _heads(bare)
    if column >= len(heads) or IDENTIFIER_COLUMN.search(heads[column]):
        return False
    words = _WORD.findall(heads[column])
    if not vocabulary.MEASURES_AND_NUMBERED_THINGS.isdisjoint(words) or any(map(_UNIT.fullmatch, words)):
        return True
    return len(bare.identifier.number) == 9 and any(map(IDENTIFIER_COLUMN.search, heads))


def has_its_head(bare: Bare) -> bool:
    """Whether a number stands in a column of a Markdown table whose head speaks of papers or identifiers."""
    heads, column = _heads(bare)
    return column < len(heads) and IDENTIFIER_COLUMN.search(heads[column]) is not None


def _heads(bare: Bare) -> tuple[list[str], int]:
    """The heads of the Markdown table in which a number is a cell, none if they are not near, and its column."""
    if _CELL.search(bare.before[-3:]) is None:
        return [], 0
    lines = bare.text[max(0, bare.start - TABLE_CHARACTERS) : bare.start].split("\n")
    rule = next((number for number in range(len(lines) - 1, 0, -1) if _RULE.fullmatch(lines[number])), None)
    return lines[rule - 1].split("|") if rule else [], lines[-1].count("|")


def is_cell_of_few(bare: Bare, before: str) -> bool:
    """Whether a number of four digits is a cell: other cells of its row, which may link to papers, say nothing of it."""
    return len(bare.identifier.number) == 9 and _CELL.search(before) is not None
