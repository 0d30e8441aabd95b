"""Documents of which only some pieces are read: one field of each JSON object, the cells of a table.

Each piece stands for itself: nothing beside it decides about a number in it.
"""

import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from bibtool.document import WHOLE_BYTES, Document, Mention
from bibtool.errors import InputError
from bibtool.extractors.anchors import WORTH_LOADING_BYTES, Finder, fast_finder, find_anchors
from bibtool.extractors.blocks import find_in_block
from bibtool.extractors.cells import IDENTIFIER_COLUMN
from bibtool.extractors.found import Found, Markup, shifted
from bibtool.extractors.place import Place
from bibtool.identifiers import checked
from bibtool.terminal import printable

# A row whose quotes go on for longer has lost one.
LONGEST_QUOTED_BYTES = 1 << 20


def extract_field(document: Document) -> Iterator[Mention]:
    """The mentions in one field of each object, at any depth of it, in a file of JSON lines or one JSON value.

    Raises InputError at the end where lines were no JSON: they were left out.
    """
    value = re.compile(
        rb"\"%s\"\s*:\s*(\"[^\"\\]*(?:\\.[^\"\\]*)*\"|\[[^\[\]{}]*\])" % re.escape(json.dumps(document.field)[1:-1].encode())
    )
    place = Place()
    bad: list[int] = []
    for number, base, line in _lines(document):
        place.enter(base, line)
        if line.strip() and not _is_json(line):
            if number not in bad[-1:]:
                bad.append(number)
            place.leave(len(line))
            continue
        for piece in value.finditer(line):
            for found in _find_in_piece(line, *piece.span(1), Markup.JSON):
                yield place.mention(found, document.name)
        place.leave(len(line))
    if bad:
        more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
        raise InputError(f"{printable(document.name)}:{bad[0]}: not a line of JSON, or one of over {WHOLE_BYTES >> 20} MB{more}; left out")


def extract_table(document: Document) -> Iterator[Mention]:
    """The mentions in the cells of a table (RFC 4180, or with tabs). A cell that is a bare number counts in columns for identifiers."""
    delimiter = b"\t" if document.suffix == ".tsv" else b","
    cell = re.compile(rb"(\"[^\"]*+(?:\"\"[^\"]*+)*+\"|[^%s\r\n]*)(?:%s|\r?\n|\Z)" % (delimiter, delimiter))
    place, columns = Place(), []
    finder: Finder = find_anchors
    for number, base, row in _rows(document):
        if number == 1:
            columns = [IDENTIFIER_COLUMN.search(found[1].decode("utf-8", "replace").lower()) is not None for found in cell.finditer(row)]
        place.enter(base, row)
        if finder is find_anchors and base > WORTH_LOADING_BYTES:
            finder = fast_finder()
        anchors = _sorted_anchors(row, finder)
        for index, piece in enumerate(cell.finditer(row) if anchors else ()):
            start, end = piece.span(1)
            # Anchors and cells are both in order, so that each anchor is looked at once.
            while anchors and anchors[-1] < start:
                anchors.pop()
            if not anchors or anchors[-1] >= end:
                continue
            is_for_identifiers = index < len(columns) and columns[index]
            for found in _find_in_cell(row, start, end, finder, is_for_identifiers=is_for_identifiers):
                yield place.mention(found, document.name)
        place.leave(len(row))


def _sorted_anchors(row: bytes, finder: Finder) -> list[int]:
    found = finder(row, 0)
    return sorted((*found.numbers, *found.old, *found.markers, *found.rest), reverse=True)


def _find_in_cell(row: bytes, start: int, end: int, finder: Finder, *, is_for_identifiers: bool) -> Iterator[Found]:
    whole = _NUMBER.fullmatch(row, start, end)
    if whole is None:
        yield from _find_in_piece(row, start, end, Markup.PLAIN, finder)
    elif is_for_identifiers:
        version = int(whole["version"]) if whole["version"] else None
        identifier = checked(None, whole["number"].decode(), version)
        if identifier is not None:
            yield Found(whole.start("number"), whole.end("all"), identifier, "field", 0.95, "in a column for identifiers")


_NUMBER = re.compile(rb"[\s\"']*(?P<all>(?P<number>[0-9]{4}\.[0-9]{4,5})(?:v(?P<version>[1-9][0-9]{0,3}))?)[\s\"']*")


def _find_in_piece(line: bytes, start: int, end: int, markup: Markup, finder: Finder = find_anchors) -> Iterator[Found]:
    for found in find_in_block(line[start:end], 0, end - start, markup, None, finder):
        yield shifted(found, found.start + start, found.end + start)


def _lines(document: Document) -> Iterator[tuple[int, int, bytes]]:
    """The lines with their number and offset; a .json file is one line, however it is laid out."""
    with document.utf8() as stream:
        if document.suffix == ".json":
            content = stream.read(WHOLE_BYTES + 1)
            if _is_json(content):
                yield 1, 0, content
                return
            yield from _split(_Joined(content, stream))
            return
        yield from _split(stream)


def _split(stream: "BinaryIO | _Joined") -> Iterator[tuple[int, int, bytes]]:
    """The lines with their number and offset. One that is too long to be held comes in several pieces, under one number."""
    offset, number, held, size = 0, 1, list[bytes](), 0
    while block := stream.read(1 << 20):
        *ended, rest = block.split(b"\n")
        for line in ended:
            whole = b"".join((*held, line, b"\n"))
            yield number, offset, whole
            number, offset, size = number + 1, offset + len(whole), 0
            held.clear()
        held.append(rest)
        size += len(rest)
        if size >= WHOLE_BYTES:
            yield number, offset, b"".join(held)
            offset, size = offset + size, 0
            held.clear()
    if size:
        yield number, offset, b"".join(held)


class _Joined:
    """A stream whose first bytes were read."""

    def __init__(self, opening: bytes, stream: BinaryIO) -> None:
        self._opening, self._stream = opening, stream

    def read(self, size: int) -> bytes:
        """The next bytes."""
        if self._opening:
            content, self._opening = self._opening[:size], self._opening[size:]
            return content
        return self._stream.read(size)


def _is_json(line: bytes) -> bool:
    try:
        # Nothing is kept of what is parsed: a line's objects would take many times its size.
        json.loads(line, parse_int=len, parse_float=len, object_pairs_hook=len)
    except (ValueError, RecursionError):
        return False
    return True


def _rows(document: Document) -> Iterator[tuple[int, int, bytes]]:
    """The rows of a table, those with line ends in quotes put together. Behind a quote that is not closed, each line is a row."""
    count, size, is_open = 0, 0, False
    held: list[tuple[int, bytes]] = []
    with document.utf8() as stream:
        for _, offset, line in _split(stream):
            held.append((offset, line))
            size += len(line)
            is_open ^= line.count(b'"') % 2 == 1
            if is_open and size <= LONGEST_QUOTED_BYTES:
                continue
            for start, row in held if is_open else [(held[0][0], b"".join(part for _, part in held))]:
                count += 1
                yield count, start, row
            size, is_open = 0, False
            held.clear()
    for number, (start, row) in enumerate(held, count + 1):
        yield number, start, row
