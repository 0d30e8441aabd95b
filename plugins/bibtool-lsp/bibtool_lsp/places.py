"""A text, and its places as an editor counts them: lines, and on a line units of UTF-8, UTF-16 or UTF-32. LSP 3.17, Position.

Ours and not pygls's: that one ends lines at form feeds and other marks too, which no editor does, and walks the whole text for each place.
"""

import re
from bisect import bisect_right
from functools import cached_property

from lsprotocol import types

LINE_END = re.compile(r"\r\n|\n|\r")


class Text:
    """A text of a document. Offsets are in characters from 0."""

    def __init__(self, source: str, encoding: str = "utf-16") -> None:
        self.source = source
        self.encoding = encoding

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in LINE_END.finditer(self.source))]

    def line(self, number: int) -> tuple[int, int]:
        """Where a line starts and ends, without the mark at its end."""
        start = self._starts[number]
        end = LINE_END.search(self.source, start)
        return start, end.start() if end else len(self.source)

    def offset(self, position: types.Position) -> int:
        """The character at a position; what lies behind the end of a line, or of the text, is that end."""
        if position.line >= len(self._starts):
            return len(self.source)
        start, end = self.line(position.line)
        line = self.source[start:end]
        if line.isascii() or self.encoding == "utf-32":
            return min(start + position.character, end)
        units = 0
        for place, character in enumerate(line):
            if units >= position.character:
                return start + place
            units += self._units(character)
        return end

    def position(self, offset: int) -> types.Position:
        """The position of a character."""
        number = bisect_right(self._starts, offset) - 1
        return types.Position(number, self._units(self.source[self._starts[number] : offset]))

    def range(self, start: int, end: int) -> types.Range:
        """The range between two characters."""
        return types.Range(self.position(start), self.position(end))

    def changed(self, change: types.TextDocumentContentChangeEvent) -> "Text":
        """The text after an edit of the editor's."""
        if isinstance(change, types.TextDocumentContentChangeWholeDocument):
            return Text(change.text, self.encoding)
        start, end = self.offset(change.range.start), self.offset(change.range.end)
        return Text(self.source[:start] + change.text + self.source[end:], self.encoding)

    def around(self, start: int, end: int, reach: int) -> tuple[int, int]:
        """Whole lines that hold a range and some `reach` characters on both sides of it."""
        first, last = self.position(max(start - reach, 0)).line, self.position(min(end + reach, len(self.source))).line
        return self.line(first)[0], self.line(last)[1]

    def _units(self, text: str) -> int:
        if text.isascii() or self.encoding == "utf-32":
            return len(text)
        if self.encoding == "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) + sum(character > "\uffff" for character in text)
