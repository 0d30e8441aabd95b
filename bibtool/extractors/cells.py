"""A number that is a cell of a table in Markdown or TeX: what the head of its column says of it."""

from bibtool.extractors import vocabulary
from bibtool.extractors.bare import Bare
from bibtool.extractors.later import later

# How far back a table's head is looked for: no further than the stretch around an anchor reaches.
TABLE_CHARACTERS = 280
_RULE = later(r"\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?)?\s*")
IDENTIFIER_COLUMN = later(
    r"arxiv|e-?print|paper|\bids?\b|_id\b|identifier|reference|\bref\b|citation|source|link|\burl\b|where|publication|work|article|论文|文献"
)
_CELL = later(r"[|&][ \t]*\Z")
_UNIT = later(vocabulary.UNITS)
_WORD = later(r"[^\W_]+")


# What begins a table in TeX, in folded text.
_TOP = later(r"\\(?:toprule|hline|begin\s+tabular)")


def is_under_another_head(bare: Bare) -> bool:
    """Whether a number stands in a column of a Markdown table whose head names a measure."""
    heads, column = _heads(bare)
    if column >= len(heads) or IDENTIFIER_COLUMN.search(heads[column]):
        return False
    words = _WORD.findall(heads[column])
    if not vocabulary.MEASURES_AND_NUMBERED_THINGS.isdisjoint(words) or any(map(_UNIT.fullmatch, words)):
        return True
    if words and _NEXT_CELL.match(bare.after):
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
    if "&" in lines[-1]:
        tops = (number for number in range(len(lines) - 2) if _TOP.search(lines[number]))
        head = next((lines[number + 1] for number in tops if "&" in lines[number + 1]), "")
        return head.split("&") if head else [], lines[-1].count("&")
    rule = next((number for number in range(len(lines) - 1, 0, -1) if _RULE.fullmatch(lines[number])), None)
    return lines[rule - 1].split("|") if rule else [], lines[-1].count("|")


def is_cell(before: str, after: str) -> bool:
    """Whether a number is a cell: what its row holds in other columns says little of it."""
    return _CELL.search(before[-3:]) is not None or _NEXT_CELL.match(after) is not None


_NEXT_CELL = later(r"[ \t]*[|&]")


def is_in_named_row(cased: str) -> bool:
    """Whether a number is a cell of a row that cites or begins with a name, as no measure is called: "ResNet & 1512.03385"."""
    if _CELL.search(cased[-3:]) is None:
        return False
    row = cased.rpartition("\n")[2]
    name = _ROW.match(row)
    if name is None or name["name"].lower() in vocabulary.MEASURES_AND_NUMBERED_THINGS or _UNIT.fullmatch(name["name"].lower()):
        return "\\cite" in row
    return True


_ROW = later(r"\s*[|]?\s*(?P<name>[A-Z]+[a-z]+[A-Z]\w*|[A-Z]{3,}[\w-]*|[A-Z][a-z]*-?[0-9]+)\s*[&|]")
