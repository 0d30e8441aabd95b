"""Where a mention stands: from byte offsets to characters, lines and columns."""

from bibtool.document import Mention
from bibtool.extractors.found import Found, shifted


class Place:
    """Bytes to characters, lines and columns, each byte counted once, as a document is read."""

    def __init__(self) -> None:
        self._base, self._buffer = 0, b""
        self._at, self._character, self._line, self._column = 0, 0, 1, 1
        self._previous: Found | None = None

    def enter(self, base: int, buffer: bytes) -> None:
        """From here on, offsets are those of `buffer`, which starts at byte `base` of the document."""
        self._base, self._buffer = base, buffer

    def previous_in(self, base: int) -> Found | None:
        """The last mention, with offsets from byte `base`."""
        last = self._previous
        return None if last is None else shifted(last, last.start - base, last.end - base)

    def leave(self, limit: int) -> None:
        """All before `limit` in the buffer has been dealt with."""
        if limit > self._at - self._base:
            self._advance(limit)

    def mention(self, found: Found, document: str) -> Mention:
        """The mention; it may not start before the one before ended."""
        self._advance(found.start)
        start, line, column = self._character, self._line, self._column
        raw = self._advance(found.end)
        self._previous = shifted(found, self._base + found.start, self._base + found.end)
        return Mention(found.identifier, document, start, self._character, line, column, raw, found.form, found.confidence, found.evidence)

    def _advance(self, offset: int) -> str:
        passed = self._buffer[self._at - self._base : offset]
        text = passed.decode("utf-8", "surrogateescape")
        self._at, self._character = self._base + offset, self._character + len(text)
        newlines = passed.count(b"\n")
        self._line += newlines
        self._column = len(text) - text.rfind("\n") if newlines else self._column + len(text)
        return text
