"""The texts of an editor: those that are open as they stand there, the others as they lie on disk."""

import os
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

from bibtool_lsp.places import Text

# What an editor calls a language, where a document has no name yet or a name that does not tell.
SUFFIXES = {
    "bibtex": ".bib",
    "latex": ".tex",
    "markdown": ".md",
    "plaintex": ".tex",
    "quarto": ".qmd",
    "rmarkdown": ".rmd",
    "rmd": ".rmd",
    "tex": ".tex",
    "typst": ".typ",
}
KNOWN_SUFFIXES = frozenset({*SUFFIXES.values(), ".txt", ".ltx", ".sty", ".cls", ".markdown", ".html", ".ipynb", ".bcf", ".org", ".rst"})


@dataclass(frozen=True, slots=True)
class Buffer:
    """One text: its address in the editor's own spelling, its file where it has one, its suffix, and its version where it is open."""

    uri: str
    path: Path | None
    suffix: str
    text: Text
    version: int | None = None
    is_there: bool = True

    @property
    def source(self) -> str:
        """The text itself."""
        return self.text.source

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self.path.name if self.path else "text"


class Buffers:
    """Every document by its address. Two spellings of one file's address are one document."""

    def __init__(self) -> None:
        self.encoding = "utf-16"
        self._open: dict[str, Buffer] = {}
        self._on_disk: dict[str, tuple[tuple[int, int], Buffer]] = {}

    def opened(self, item: types.TextDocumentItem) -> Buffer:
        """A text that the editor holds from now on."""
        path = file_of(item.uri)
        buffer = Buffer(item.uri, path, suffix_of(path, item.language_id), Text(item.text, self.encoding), item.version)
        self._open[_name(item.uri)] = buffer
        return buffer

    def changed(self, params: types.DidChangeTextDocumentParams) -> Buffer:
        """The document after the editor's edits."""
        before = self.get(params.text_document.uri)
        text = before.text
        for change in params.content_changes:
            text = text.changed(change)
        buffer = Buffer(before.uri, before.path, before.suffix, text, params.text_document.version)
        self._open[_name(before.uri)] = buffer
        return buffer

    def closed(self, uri: str) -> None:
        """What is closed counts as it lies on disk."""
        self._open.pop(_name(uri), None)

    def all_open(self) -> list[Buffer]:
        """What the editor holds."""
        return list(self._open.values())

    def get(self, uri: str) -> Buffer:
        """The document as it stands; an empty one where it is nowhere."""
        return self._open.get(_name(uri)) or self._read(uri, file_of(uri))

    def at(self, path: Path) -> Buffer:
        """The document that lies there, under the address by which the editor knows it."""
        return self.get(Path(os.path.abspath(path)).as_uri())  # noqa: PTH100 - a link keeps its own name

    def _read(self, uri: str, path: Path | None) -> Buffer:
        name = _name(uri)
        try:
            if path is None or not path.is_file():
                raise FileNotFoundError
            status = path.stat()
            state = (status.st_mtime_ns, status.st_size)
            known = self._on_disk.get(name)
            if known is None or known[0] != state:
                text = path.read_bytes().decode("utf-8-sig", "replace")
                known = (state, Buffer(uri, path, suffix_of(path), Text(text, self.encoding)))
                self._on_disk[name] = known
        except OSError:
            self._on_disk.pop(name, None)
            return Buffer(uri, path, suffix_of(path), Text("", self.encoding), is_there=False)
        return known[1]


def file_of(uri: str) -> Path | None:
    """The file that an address names; None for a buffer that has none yet."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path) if path else None


def suffix_of(path: Path | None, language: str = "") -> str:
    """What kind of document it is."""
    suffix = path.suffix.lower() if path else ""
    return suffix if suffix in KNOWN_SUFFIXES else SUFFIXES.get(language, suffix or ".txt")


def _name(uri: str) -> str:
    path = file_of(uri)
    return os.path.normpath(path) if path else uri
