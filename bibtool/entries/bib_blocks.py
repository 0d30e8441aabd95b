"""The entries of a .bib text as they stand: types, keys, and values with macros and `#` resolved.

By BibTeX's own rule (btxdoc 1988, 2; bibtex.web): whatever stands between entries is a comment, braces or parentheses enclose an entry,
values are pieces in braces or quotes, numbers and names of macros, joined with `#`. A `%` comments out a line between fields, as in biber.
(No library reads all of it: bibtexparser 2 takes `@ article{...}` and `@commentary{...}` for comments.)
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bibtool.errors import InputError
from bibtool.terminal import quoted

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_OPENING = re.compile(r"@\s*(?P<type>[^\s\"#%'(),={}@]+)\s*(?P<bracket>[{(])\s*")
_STRING = re.compile(r"@\s*string\s*[{(]", re.IGNORECASE)
_CITEKEY = re.compile(r"[^,{}\"]*")
_NAME = re.compile(r"([^\s\"#%'(),={}@]+)\s*=\s*")
_BARE = re.compile(r"[^\s\"#%'(),={}]+")
_JOINED = re.compile(r"\s*#\s*")
_BETWEEN = re.compile(r"(?:[\s,]+|%[^\n]*)*")
_ENDS_VALUE = frozenset({",", "}"})
_BRACE, _QUOTE, _PARENTHESIS = re.compile(r"[{}]"), re.compile(r'[{}"]'), re.compile(r"[{})]")
# Where the next entry starts, if this one never ends.
_NEXT = re.compile(r"^[ \t]*(?=@\s*[A-Za-z]+\s*[{(])", re.MULTILINE)


@dataclass(slots=True)
class RawEntry:
    """One entry: its type in small letters, its key, and its fields' TeX by their names in small letters."""

    entry_type: str
    citekey: str
    line: int
    fields: dict[str, str]


class _UnclosedError(Exception):
    """A brace, a quote or an entry is never closed."""


def raw_entries(text: str) -> Iterator[RawEntry | InputError]:
    """The entries in order, and an error for each block that is none; of a field that stands twice, BibTeX takes the first."""
    macros = _macros(text)
    seen: set[str] = set()
    place, line, counted = 0, 1, 0
    ends_somewhere = True
    while opening := _OPENING.search(text, place):
        start = opening.start()
        line, counted = line + text.count("\n", counted, start), start
        # Behind an entry without an end every other one ends before the next: so no text is read again and again.
        end = len(text) if ends_somewhere else _next_entry(text, start + 1)
        reader = _Reader(text, opening.end(), end, macros)
        try:
            if opening["type"].lower() in ("comment", "preamble", "string"):
                reader.skip_block(opening["bracket"])
            else:
                yield from _checked(reader.entry(opening["type"].lower(), line), reader, seen)
            place = reader.place
        except _UnclosedError:
            ends_somewhere = False
            place = _next_entry(text, start + 1)
            if not text[text.rfind("\n", 0, start) + 1 : start].strip():  # somebody's address is no entry
                yield InputError(f"{line}: an entry that cannot be read (braces or quotes do not close); left out")


def _checked(entry: RawEntry, reader: "_Reader", seen: set[str]) -> Iterator[RawEntry | InputError]:
    """The entry, unless it has no key or one that was there before; and what is odd about it."""
    if not entry.citekey:
        yield InputError(f"{entry.line}: an entry without a citation key; left out")
        return
    if entry.citekey in seen:
        yield InputError(f"{entry.line}: a second entry with the citation key {quoted(entry.citekey)}; left out")
        return
    seen.add(entry.citekey)
    if reader.twice:
        yield InputError(f"{entry.line}: an entry says {', '.join(sorted(reader.twice))} twice; the first is taken")
    if reader.is_open:
        yield InputError(f"{entry.line}: no closing brace for entry {quoted(entry.citekey)}; read up to the next one")
    for odd in reader.odd:
        yield InputError(f"{entry.line}: the entry {quoted(entry.citekey)} holds what is no field: {quoted(odd)}; left out")
    yield entry


def _next_entry(text: str, place: int) -> int:
    found = _NEXT.search(text, place)
    return found.end() if found else len(text)


def _macros(text: str) -> dict[str, str]:
    macros = {month: month for month in MONTHS}
    for found in _STRING.finditer(text):
        try:
            macros |= _Reader(text, found.end(), _next_entry(text, found.end()), macros).fields()
        except _UnclosedError:
            continue
    return macros


class _Reader:
    """Reads one block from behind its opening bracket. A macro that is not defined stands for its name."""

    def __init__(self, text: str, place: int, end: int, macros: Mapping[str, str]) -> None:
        self.place = place
        self.twice: set[str] = set()
        self.odd: list[str] = []
        self.is_open = False
        self._text = text
        self._end = end
        self._macros = macros

    def entry(self, entry_type: str, line: int) -> RawEntry:
        """The entry, `place` behind its closing bracket."""
        key = _CITEKEY.match(self._text, self.place, self._end)
        citekey = key[0].rstrip() if key else ""
        behind = key.end() if key else self.place
        if "=" in citekey and self._text[behind : behind + 1] in ("{", '"'):
            citekey = ""
        elif citekey.endswith(")") and self._text[behind : behind + 1] != ",":
            citekey, behind = citekey[:-1], behind - 1  # `@misc(key)`
        self.place = behind if citekey else self.place
        return RawEntry(entry_type, citekey, line, self.fields())

    def fields(self) -> dict[str, str]:
        """The fields up to the closing bracket, of one that stands twice the first."""
        text, fields = self._text, dict[str, str]()
        while True:
            if between := _BETWEEN.match(text, self.place, self._end):
                self.place = between.end()
            name = _NAME.match(text, self.place, self._end)
            if name is None:
                if self.place >= self._end:
                    raise _UnclosedError
                if _OPENING.match(text, self.place):
                    self.is_open = True
                    return fields
                if text[self.place] in "})":
                    self.place += 1
                    return fields
                self._skip_odd()
                continue
            self.place = name.end()
            value, field = self._value(), name[1].lower()
            if field in fields:
                self.twice.add(field)
            else:
                fields[field] = value

    def skip_block(self, bracket: str) -> None:
        """Goes behind the bracket that closes the block."""
        self._braced(*((_BRACE, "}") if bracket == "{" else (_PARENTHESIS, ")")))

    def _value(self) -> str:
        piece = self._piece()
        if self._text[self.place : self.place + 1] in _ENDS_VALUE:
            return piece
        pieces = [piece]
        while joined := _JOINED.match(self._text, self.place, self._end):
            self.place = joined.end()
            pieces.append(self._piece())
        return "".join(pieces)

    def _piece(self) -> str:
        opening = self._text[self.place : self.place + 1]
        if opening == "{" or opening == '"':
            self.place += 1
            return self._braced(_BRACE, "}") if opening == "{" else self._braced(_QUOTE, '"')
        bare = _BARE.match(self._text, self.place, self._end)
        if bare is None:
            return ""
        self.place = bare.end()
        return self._macros.get(bare[0].lower(), bare[0])

    def _braced(self, marks: re.Pattern[str], closing: str) -> str:
        """The text up to the mark that closes it; braces inside it count, a backslash protects none."""
        depth, start = 0, self.place
        first = self._text.find(closing, start, self._end)
        if first >= 0 and self._text.find("{", start, first) < 0:
            self.place = first + 1
            return self._text[start:first]
        for mark in marks.finditer(self._text, start, self._end):
            character = mark[0]
            if character == closing and depth == 0:
                self.place = mark.end()
                return self._text[start : mark.start()]
            depth += 1 if character == "{" else -1 if character == "}" else 0
        raise _UnclosedError

    def _skip_odd(self) -> None:
        """Goes on behind something that is no field, up to the next comma outside of braces."""
        start = self.place
        while self.place < self._end and self._text[self.place] not in ",})":
            if self._text[self.place] in '{"':
                self._piece()
            else:
                self.place += 1
        self.odd.append(" ".join(self._text[start : self.place].split()))
