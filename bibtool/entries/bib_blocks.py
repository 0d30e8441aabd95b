"""The entries of a .bib text as they stand: types, keys, and values with macros and `#` resolved. bibtexparser finds the blocks.

Values are read by BibTeX's own rule (btxdoc 1988, 2): pieces in braces or quotes, numbers and names of macros, joined with `#`.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bibtool.errors import InputError
from bibtool.terminal import quoted

if TYPE_CHECKING:
    from bibtexparser.library import Library
    from bibtexparser.model import Block, Entry

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = re.compile(r"[^\s#{}\"]+")


@dataclass(slots=True)
class RawEntry:
    """One entry: its type in small letters, its key, and its fields' TeX by their names in small letters."""

    entry_type: str
    citekey: str
    line: int
    fields: dict[str, str] = field(default_factory=dict)


def raw_entries(text: str) -> Iterator[RawEntry | InputError]:
    """The entries in order, and an error for each block that is none; of a field that stands twice, BibTeX takes the first."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import DuplicateFieldKeyBlock, Entry

    # It logs what it also returns.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    library = parse_string(text, parse_stack=[])
    macros = _macros(library)
    for block in library.blocks:
        if isinstance(block, DuplicateFieldKeyBlock):
            line, names = (block.start_line or 0) + 1, ", ".join(sorted(block.duplicate_keys))
            yield InputError(f"{line}: an entry says {names} twice; the first is taken")
            block = block.ignore_error_block or block
        if isinstance(block, Entry) and block.key:
            yield _entry(block, macros)
        elif isinstance(block, Entry) or block in library.failed_blocks:
            yield InputError(_failure(block))


def value_of(written: str, macros: Mapping[str, str]) -> str:
    """A value's text. A macro that is not defined stands for its name."""
    pieces = []
    place = 0
    while place < len(written):
        character = written[place]
        if character in '{"':
            end = _closing(written, place)
            pieces.append(written[place + 1 : end])
            place = end + 1
        elif found := _NAME.match(written, place):
            pieces.append(macros.get(found[0].lower(), found[0]))
            place = found.end()
        else:
            place += 1
    return "".join(pieces)


def _closing(written: str, start: int) -> int:
    """Where the brace or the quotation mark at `start` is closed; braces inside it count, a backslash protects none."""
    mark = "}" if written[start] == "{" else '"'
    depth = 0
    for place in range(start + 1, len(written)):
        character = written[place]
        if character == mark and depth == 0:
            return place
        depth += (character == "{") - (character == "}")
    return len(written)


def _macros(library: "Library") -> dict[str, str]:
    macros = {month: month for month in MONTHS}
    for string in library.strings:
        macros[string.key.lower()] = value_of(str(string.value), macros)
    return macros


def _entry(block: "Entry", macros: Mapping[str, str]) -> RawEntry:
    entry = RawEntry(block.entry_type.lower(), block.key, (block.start_line or 0) + 1)
    for one in block.fields:
        entry.fields.setdefault(one.key.lower(), value_of(str(one.value), macros))
    return entry


def _failure(block: "Block") -> str:
    line = (block.start_line or 0) + 1
    key = getattr(block, "key", None)
    if key == "":
        return f"{line}: an entry without a citation key; left out"
    if key is not None:
        return f"{line}: a second entry with the citation key {quoted(key)}; left out"
    return f"{line}: an entry that cannot be read (braces or quotes do not close); left out"
