"""What a document cites: citation keys where they stand, and the bibliography files that it names."""

from typing import Protocol

from bibtool.document import Document
from bibtool.frozen import dataclass


class Include(Protocol):
    """Opens a file that a document draws in, by its path; None where there is none."""

    def __call__(self, path: str, /) -> Document | None: ...


@dataclass(frozen=True, slots=True)
class Citation:
    """One citation key where a document cites it.

    `start` and `end` are those of the key itself, in characters of the document's text, end excluded; `line` and `column` count from 1.
    `command` is what cites: "textcite", "nocite", "@". Where a macro of the author adds to a key, `citekey` is the whole one.
    `place` says in words where a line number says little: "cell 3, line 2".
    """

    citekey: str
    document: str
    start: int
    end: int
    line: int
    column: int
    command: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A bibliography file that a document names: `name` as it is written, and `path` where the writing tool looks for it."""

    name: str
    path: str
    document: str
    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Cited:
    """What a document cites, with everything that it draws in, in the order of reading.

    `documents` names all that was read. `defined` are the keys that the document itself gives references for; `package` is
    "natbib", "biblatex" or None; `engine` is what makes the list: "bibtex", "biber", "citeproc", "typst", or None where nothing says so.
    """

    citations: tuple[Citation, ...] = ()
    bibliographies: tuple[NamedFile, ...] = ()
    documents: tuple[str, ...] = ()
    defined: tuple[str, ...] = ()
    style: str | None = None
    package: str | None = None
    engine: str | None = None
    cites_everything: bool = False

    @property
    def citekeys(self) -> tuple[str, ...]:
        """Each cited key once, in the order of first citation."""
        return tuple(dict.fromkeys(citation.citekey for citation in self.citations))
