"""Arguments of TeX commands, read where they stand. Rules: The TeXbook, chapters 8 and 20; LaTeX's optional arguments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Arguments of a citation are short; what is longer has lost its closing bracket. A macro's body may be longer.
MOST_CHARACTERS = 2_000
MOST_BODY_CHARACTERS = 20_000
# Nobody writes brackets within brackets deeper; each opening one of a hostile text would otherwise look for its end through all the others.
MOST_DEPTH = 20

# Blanks, comments with the blanks that begin the next line, and line ends, but no empty line: that is a paragraph's end.
_BLANKS = re.compile(r"(?:[ \t\r]|%[^\n]*\n|\n(?![ \t\r]*\n))*+")
_BLANK = " \t\r\n%"
_MARKS = re.compile(r"\\.|%[^\n]*|[][{}()<>]|\n[ \t\r]*\n", re.DOTALL)
_KEY_LIST = re.compile(r"\{(?P<keys>[^{}]*)\}")
_KEY = re.compile(r"[^,]+")
_COMMENT = re.compile(r"%[^\n]*(?:\n[ \t]*)?")
_NAME = re.compile(r"\\(?P<name>[A-Za-z@]+|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Key:
    """A citation key, and where it stands."""

    citekey: str
    start: int
    end: int


@dataclass(slots=True)
class Cursor:
    """A place in a text, which moves over arguments; nothing is read from `end` on."""

    text: str
    position: int
    end: int

    def blanks(self) -> None:
        """Moves over what TeX skips between arguments."""
        found = _BLANKS.match(self.text, self.position, self.end)
        self.position = found.end() if found else self.position

    def is_at(self, character: str) -> bool:
        """Whether the character is the next, blanks aside."""
        following = self.text[self.position : self.position + 1]
        if following in _BLANK:
            self.blanks()
            following = self.text[self.position : self.position + 1]
        return following == character and self.position < self.end

    def star(self) -> bool:
        """Moves over a star."""
        is_there = self.text.startswith("*", self.position, self.end)
        self.position += is_there
        return is_there

    def optional(self, pair: str = "[]") -> tuple[int, int] | None:
        """The inside of an argument in brackets, if one is next."""
        if not self.is_at(pair[0]):
            return None
        closing = _closing(self.text, self.position, min(self.end, self.position + MOST_CHARACTERS), pair)
        if closing is None:
            return None
        inside, self.position = (self.position + 1, closing), closing + 1
        return inside

    def group(self, most: int = MOST_CHARACTERS, *, is_long: bool = False) -> tuple[int, int] | None:
        """The inside of an argument in braces, if one is next. A long one may have paragraphs."""
        if not self.is_at("{"):
            return None
        closing = _closing(self.text, self.position, min(self.end, self.position + most), "{}", is_long=is_long)
        if closing is None:
            return None
        inside, self.position = (self.position + 1, closing), closing + 1
        return inside

    def words(self) -> str:
        """The text of an argument in braces, if one is next: comments and outer blanks are gone."""
        inside = self.group()
        return _COMMENT.sub("", self.text[slice(*inside)]).strip() if inside else ""

    def command(self) -> str | None:
        """The name of the command that is next, in braces or not."""
        self.blanks()
        is_braced = self.text.startswith("{", self.position, self.end)
        self.position += is_braced
        self.blanks()
        found = _NAME.match(self.text, self.position, self.end)
        if found is None:
            return None
        self.position = found.end()
        if is_braced:
            self.blanks()
            self.position += self.text.startswith("}", self.position, self.end)
        return found["name"]

    def keys(self) -> list[Key] | None:
        """The citation keys in braces, if they are next."""
        if not self.is_at("{"):
            return None
        found = _KEY_LIST.match(self.text, self.position, self.end)
        inside = found.span("keys") if found else self.group()
        if inside is None:
            return None
        self.position = inside[1] + 1
        return list(keys_between(self.text, *inside))


def keys_between(text: str, start: int, end: int) -> Iterator[Key]:
    """The citation keys of a list with commas, as TeX reads it: comments join lines, blanks around a key do not count."""
    if "%" not in text[start:end]:
        for found in _KEY.finditer(text, start, end):
            written = found[0]
            key = written.strip().removeprefix("{").removesuffix("}").strip()
            if key:
                first = found.start() + written.index(key)
                yield Key(" ".join(key.split()), first, first + len(key))
        return
    kept = _without_comments(text, start, end)
    joined = "".join(character for _, character in kept)
    for found in _KEY.finditer(joined):
        written = found[0]
        key = written.strip()
        if key:
            first = found.start() + written.index(key)
            yield Key(" ".join(key.split()), kept[first][0], kept[first + len(key) - 1][0] + 1)


def _without_comments(text: str, start: int, end: int) -> list[tuple[int, str]]:
    kept: list[tuple[int, str]] = []
    for found in _COMMENT.finditer(text, start, end):
        kept += enumerate(text[start : found.start()], start)
        start = found.end()
    return kept + list(enumerate(text[start:end], start))


def _closing(text: str, opening: int, end: int, pair: str, *, is_long: bool = False) -> int | None:
    """Where the bracket at `opening` closes. Brackets within braces do not count; without balance, the first one that could close it."""
    # Without this look, each opening bracket of a hostile text would cost all the marks up to `end`.
    return _balanced(text, opening, end, pair, is_long=is_long) if text.find(pair[1], opening + 1, end) >= 0 else None


def _balanced(text: str, opening: int, end: int, pair: str, *, is_long: bool) -> int | None:
    braces, depth, first = 0, 0, None
    for found in _MARKS.finditer(text, opening + 1, end):
        mark = found[0]
        if mark == pair[1] and braces == 0:
            if depth == 0:
                return found.start()
            first = found.start() if first is None else first
            depth -= 1
        elif depth + braces > MOST_DEPTH:
            return first
        elif mark == "{":
            braces += 1
        elif mark == "}":
            braces -= 1
            if braces < 0:
                return first
        elif mark == pair[0] and braces == 0:
            depth += 1
        elif mark[0] == "\n" and not is_long:
            return first
    return first
