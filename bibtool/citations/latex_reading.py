"""A LaTeX document on its way through its files: what has been found, and what its commands have taught so far."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from os.path import normpath
from pathlib import Path

from bibtool.citations.latex_commands import CONDITIONS, VERBATIM, shape_of
from bibtool.citations.places import Places
from bibtool.citations.tex_cursor import Cursor, Key
from bibtool.cited import Citation, Include, NamedFile
from bibtool.document import Document

_COMMAND_OR_COMMENT = re.compile(r"%[^\n]*|\\(?:[A-Za-z@]+|.)", re.DOTALL)
_COMMAND = re.compile(r"\\(?P<name>[A-Za-z@]+)[ \t]*")


def tokens(letters: str, short_verbs: str = "") -> re.Pattern[str]:
    r"""Comments, commands, and what marks verbatim text. What stands for itself is one token, so that \\\% begins a comment and \% none."""
    shorts = f"|[{re.escape(short_verbs)}]" if short_verbs else ""
    return re.compile(rf"%[^\n]*|\\(?:[{letters}]+|[^{letters}]){shorts}", re.DOTALL)


Handler = Callable[["Reading", "Text", Cursor, str], None]


@dataclass(slots=True)
class Text:
    """A text that is being read. `folder` is where it looks for files; `taught` collects what a macro's body cites."""

    name: str
    text: str
    folder: Path
    has_at: bool
    places: Places
    taught: list["Taught"] | None = None
    has_document: bool = False
    # Of the conditions that are open: whether what follows their \else is dead.
    conditions: list[bool] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Taught:
    """What a macro's body cites: a key, in which "#1" stands for an argument; None where the keys follow the macro."""

    command: str
    shape: str
    text: Text
    key: Key | None


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro of the author that cites: its parameters, one letter each (o, m, s; "" where they are not known), and what it cites."""

    parameters: str
    taught: tuple[Taught, ...]


@dataclass(slots=True)
class Reading:
    """What has been read of one document."""

    document: Document
    include: Include
    # By the command as it is written, with its backslash.
    handlers: dict[str, Handler | None]
    cite: Handler
    citations: dict[tuple[str, int, str], Citation] = field(default_factory=dict)
    bibliographies: list[NamedFile] = field(default_factory=list)
    documents: dict[str, None] = field(default_factory=dict)
    defined: dict[str, None] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    macros: dict[str, Macro] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    verbatim: set[str] = field(default_factory=lambda: set(VERBATIM))
    conditions: dict[str, bool | None] = field(default_factory=lambda: {"true": True, "false": False})
    input_folders: list[Path] = field(default_factory=list)
    cites_everything: bool = False
    has_ended: bool = False
    is_preamble: bool = False
    # The first is for documents, the second for packages, and after \makeatletter.
    tokens: tuple[re.Pattern[str], re.Pattern[str]] = (tokens("A-Za-z"), tokens("A-Za-z@"))
    is_unbalanced: bool = False

    @property
    def folder(self) -> Path:
        """The main document's folder: where TeX runs."""
        return Path(self.document.name).parent

    def read(self, document: Document, folder: Path) -> None:
        """Reads a whole file."""
        self.documents[normpath(document.name)] = None
        content = document.text
        has_at = document.suffix in (".sty", ".cls")
        self.scan(Text(document.name, content, folder, has_at, Places(content)), Cursor(content, 0, len(content)))

    def scan(self, text: Text, cursor: Cursor) -> None:
        """Reads from the cursor on, command after command."""
        handlers = self.handlers
        while not self.has_ended:
            found = self.tokens[text.has_at].search(text.text, cursor.position, cursor.end)
            if found is None:
                return
            cursor.position = found.end()
            token = found[0]
            if token in handlers:
                handler = handlers[token]
            elif "ite" in token and token[0] == "\\" and shape_of(token[1:]):
                handler = self.cite
            else:
                continue
            if handler is not None:
                handler(self, text, cursor, token[1:] or token)

    def teach(self, name: str, handler: Handler | None) -> None:
        """From now on the command of that name means that; None: nothing."""
        self.handlers[f"\\{name}"] = handler

    def meaning(self, name: str) -> Handler | None:
        """What the command of that name does."""
        return self.handlers.get(f"\\{name}", self.cite if shape_of(name) else None)

    def record(self, text: Text, command: str, key: Key, shape: str) -> None:
        """Keeps a citation; in a macro's body, what the macro will cite."""
        citekey = self.expanded(key.citekey)
        if "\\" in citekey or '"' in citekey:
            return
        if text.taught is not None:
            text.taught.append(Taught(command, shape, text, Key(citekey, key.start, key.end)))
        elif citekey == "*":
            self.cites_everything = True
        elif "#" not in citekey:
            place = (text.name, *text.places.span(key.start, key.end))
            self.citations.setdefault((text.name, key.start, citekey), Citation(citekey, *place, command))

    def expanded(self, words: str) -> str:
        """The words with the macros of the author in them that stand for words."""
        if "\\" not in words:
            return words
        return _COMMAND.sub(lambda found: self.words.get(found["name"], found[0]), words)

    def draw_in(self, text: Text, name: str, suffixes: Sequence[str], folder: Path | None = None) -> None:
        """Reads the file of that name, if it is there and was not read. `folder` is where what it draws in is looked for."""
        name = self.expanded(name).strip('"')
        if not name or "\\" in name:
            return
        for base in dict.fromkeys((folder or text.folder, self.folder, *self.input_folders)):
            for suffix in suffixes:
                path = normpath(base / f"{name}{suffix}")
                if path in self.documents:
                    return
                if (document := self.include(path)) is not None:
                    self.read(document, folder or text.folder)
                    return

    def skip_dead(self, cursor: Cursor, *, is_else: bool = False) -> bool:
        r"""Moves over text of a condition that is never read, to after its \fi, or its \else unless it begins there.

        Says whether that was an \else. Where no \fi is found, something else than text was skipped, and nothing is.
        """
        depth, has_else = 0, False
        for found in () if self.is_unbalanced else _COMMAND_OR_COMMENT.finditer(cursor.text, cursor.position, cursor.end):
            name = found[0][1:]
            if found[0][0] == "%":
                continue
            if name in CONDITIONS or (name[:2] == "if" and name[2:] in self.conditions):
                depth += 1
            elif name == "fi" and depth:
                depth -= 1
            elif name == "fi" or (name == "else" and not depth and not is_else):
                cursor.position, has_else = found.end(), name == "else"
                return has_else
        self.is_unbalanced = True
        return False


def parts_of_options(written: str) -> Mapping[str, str]:
    """Options as packages take them: "style=apa, backend={biber}"."""
    parts = (part.partition("=") for part in written.split(","))
    return {name.strip(): value.strip().strip("{}").strip() for name, _, value in parts}
