"""Offsets to lines and columns."""

from bisect import bisect_right


class Places:
    """The lines of a text."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        position = text.find("\n")
        while position >= 0:
            self._starts.append(position + 1)
            position = text.find("\n", position + 1)

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def span(self, start: int, end: int) -> tuple[int, int, int, int]:
        """Start and end with the start's line and column: what Citation and NamedFile hold."""
        return (start, end, *self.at(start))
