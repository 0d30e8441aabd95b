"""Jupyter notebooks to what their cells of Markdown cite, with places in the file itself (nbformat 4)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from os.path import normpath

from bibtool.citations.markdown import Reading
from bibtool.citations.places import Places
from bibtool.cited import Citation, Cited, Include, NamedFile
from bibtool.document import Document
from bibtool.errors import InputError
from bibtool.terminal import printable

_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")
_PIECE = re.compile(r"[^\\]+|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL)


def find_in_notebook(document: Document, include: Include) -> Cited:
    """What a notebook cites. Raises InputError where it is none."""
    text = document.text
    try:
        json.loads(text)
        cells = list(_cells(text))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InputError(f"{printable(document.name)}: no Jupyter notebook: {printable(str(error))}") from error
    reading = Reading(document, include)
    reading.documents[normpath(document.name)] = None
    places = Places(text)
    for number, (kind, source) in enumerate(cells, 1):
        if kind in ("markdown", "raw") and source.text:
            _read_cell(reading, source, number, document, places)
    return reading.cited()


@dataclass(frozen=True, slots=True)
class _Source:
    """A cell's text, and where each of its characters stands in the file, and where it ends."""

    text: str
    starts: list[int]
    ends: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A span of the text in the file."""
        return self.starts[start], self.ends[end - 1]


def _read_cell(reading: Reading, source: _Source, number: int, document: Document, places: Places) -> None:
    citations, bibliographies = len(reading.citations), len(reading.bibliographies)
    reading.read(Document.from_text(source.text, document.name, ".md"))
    found: Citation | NamedFile
    for at, found in enumerate(reading.citations[citations:], citations):
        if found.document == document.name:
            where = f"cell {number}, line {found.line}"
            reading.citations[at] = _moved(found, source, places, where)
    for at, found in enumerate(reading.bibliographies[bibliographies:], bibliographies):
        start, end = source.span(found.start, found.end)
        line, column = places.at(start)
        reading.bibliographies[at] = replace(found, start=start, end=end, line=line, column=column)


def _moved(found: Citation, source: _Source, places: Places, where: str) -> Citation:
    start, end = source.span(found.start, found.end)
    line, column = places.at(start)
    return replace(found, start=start, end=end, line=line, column=column, place=where)


def _cells(text: str) -> Iterator[tuple[str, _Source]]:
    """The kind of each cell, and its source. Raises ValueError where the text is no notebook."""
    notebook = {key: start for key, _, start, _ in _inside(text, _blanks(text, 0))}
    for _, _, cell, _ in _inside(text, notebook["cells"]):
        members = {key: (value, start, end) for key, value, start, end in _inside(text, cell)}
        kind, _, _ = members["cell_type"]
        source, start, end = members["source"]
        if not isinstance(source, (str, list)):
            raise TypeError("a cell's source is text")
        spans = [(start, end)] if isinstance(source, str) else [(start, end) for _, _, start, end in _inside(text, start)]
        yield str(kind), _decoded(text, spans)


def _inside(text: str, at: int) -> Iterator[tuple[str, object, int, int]]:
    """The members of the object, or the elements of the array, that begins there: key, value, and where the value stands."""
    is_object, at = text[at : at + 1] == "{", _after_blanks(text, at + 1)
    while text[at : at + 1] not in ("}", "]"):
        key = ""
        if is_object:
            key, at = _DECODER.raw_decode(text, at)
            at = _after_blanks(text, at, ":")
        value, end = _DECODER.raw_decode(text, at)
        yield key, value, at, end
        at = _after_blanks(text, end, ",")


def _after_blanks(text: str, at: int, mark: str = "") -> int:
    at = _blanks(text, at)
    return _blanks(text, at + 1) if mark and text.startswith(mark, at) else at


def _blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _decoded(text: str, spans: list[tuple[int, int]]) -> _Source:
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in spans:
        for piece in _PIECE.finditer(text, start + 1, end - 1):
            if piece[0][0] != "\\":
                characters += piece[0]
                starts += range(piece.start(), piece.end())
                ends += range(piece.start() + 1, piece.end() + 1)
            else:
                characters.append(json.loads(f'"{piece[0]}"'))
                starts.append(piece.start())
                ends.append(piece.end())
    return _Source("".join(characters), starts, ends)
