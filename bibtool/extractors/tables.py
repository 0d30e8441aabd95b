"""Tables: the cells of each row, and what the head of a column says of the numbers in it (RFC 4180, or with tabs or semicolons)."""

import re
from collections.abc import Iterator

from bibtool.document import Document, Mention
from bibtool.errors import NoFieldError
from bibtool.extractors.anchors import Finder, finder_for
from bibtool.extractors.cells import IDENTIFIER_COLUMN
from bibtool.extractors.found import Found, Markup
from bibtool.extractors.pieces import find_in_piece, split
from bibtool.extractors.place import Place
from bibtool.identifiers import checked
from bibtool.terminal import printable, quoted

# A row whose quotes go on for longer has lost one.
LONGEST_QUOTED_BYTES = 1 << 20
# A row that is longer is read in several pieces.
LONGEST_ROW_BYTES = 4 << 20
# What parts the cells; the first where a head has as many of both.
_DELIMITERS = (b",", b"\t", b";", b"|")


def extract_table(document: Document) -> Iterator[Mention]:
    """The mentions in the cells of a table, or in one column of it. A cell that is a bare number counts in columns for identifiers.

    Raises NoFieldError where a user named a column that there is not.
    """
    cell, place, columns, only = _cell(b","), Place(), [], None
    finder: Finder | None = None
    for number, base, row in _rows(document):
        if number == 1:
            cell = _cell(_delimiter(row, document.suffix))
            heads = [found[1].decode("utf-8", "surrogateescape").strip('\ufeff "') for found in cell.finditer(row)]
            columns = [IDENTIFIER_COLUMN.search(head.lower()) is not None for head in heads]
            only = None if document.field is None else _column(document.field, heads, document.name)
        place.enter(base, row)
        finder = finder_for(base, finder)
        anchors = _sorted_anchors(row, finder)
        for index, piece in enumerate(cell.finditer(row) if anchors else ()):
            start, end = piece.span(1)
            # Anchors and cells are both in order, so that each anchor is looked at once.
            while anchors and anchors[-1] < start:
                anchors.pop()
            if not anchors or anchors[-1] >= end:
                continue
            if only is not None and index != only:
                continue
            is_for_identifiers = index < len(columns) and columns[index]
            for found in _find_in_cell(row, start, end, finder, is_for_identifiers=is_for_identifiers):
                yield place.mention(found, document.name)
        place.leave(len(row))


def _delimiter(head: bytes, suffix: str) -> bytes:
    return b"\t" if suffix == ".tsv" else max(_DELIMITERS, key=head.count)


def _cell(delimiter: bytes) -> re.Pattern[bytes]:
    delimiter = re.escape(delimiter)
    return re.compile(rb"(\"[^\"]*+(?:\"\"[^\"]*+)*+\"|[^%s\r\n]*)(?:%s|\r?\n|\Z)" % (delimiter, delimiter))


def _column(field: str, heads: list[str], name: str) -> int:
    if field not in heads:
        raise NoFieldError(f"{printable(name)}: no column is named {quoted(field)}; look at its spelling")
    return heads.index(field)


def _sorted_anchors(row: bytes, finder: Finder) -> list[int]:
    found = finder(row)
    return sorted((*found.numbers, *found.old, *found.markers, *found.rest), reverse=True)


def _find_in_cell(row: bytes, start: int, end: int, finder: Finder, *, is_for_identifiers: bool) -> Iterator[Found]:
    whole = _NUMBER.fullmatch(row, start, end)
    if whole is None:
        yield from find_in_piece(row, start, end, Markup.PLAIN, finder)
    elif is_for_identifiers:
        version = int(whole["version"]) if whole["version"] else None
        identifier = checked(None, whole["number"].decode(), version)
        if identifier is not None:
            yield Found(whole.start("number"), whole.end("all"), identifier, "field", 0.95, "in a column for identifiers")


_NUMBER = re.compile(rb"[\s\"']*(?P<all>(?P<number>[0-9]{4}\.[0-9]{4,5})(?:v(?P<version>[1-9][0-9]{0,3}))?)[\s\"']*")


def _rows(document: Document) -> Iterator[tuple[int, int, bytes]]:
    """The rows of a table, those with line ends in quotes put together. Behind a quote that is not closed, each line is a row."""
    count, size, is_open = 0, 0, False
    held: list[tuple[int, bytes]] = []
    with document.utf8() as stream:
        for _, offset, line in split(stream, LONGEST_ROW_BYTES):
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
