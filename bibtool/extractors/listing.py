"""What `bibt scan` prints of one document: the shortest way from bytes to lines of output.

The mentions are those of `text.extract`; but no object is made for the usual forms, whose text is already what is printed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from bibtool.extractors.anchors import Finder
from bibtool.extractors.blocks import located, located_in_texts, moved
from bibtool.extractors.found import Found, Markup
from bibtool.extractors.quick import Usual
from bibtool.terminal import printable

# Where an identifier stands in a block, and its text as it is printed; None where that is what stands there, but for its case.
Place = tuple[int, int, bytes | None]
# A piece of a document: its offset, its bytes, and from where to where mentions may start in it.
Piece = tuple[int, bytes, int, int]
Filter = Callable[[Found], bool]


class Text(NamedTuple):
    """A small text, which is looked through together with others."""

    name: str
    content: bytes
    markup: Markup


def identifier_lines(pieces: Iterable[Piece], markup: Markup, finder: Finder, wanted: Filter, seen: set[bytes]) -> Iterator[bytes]:
    """The identifiers that are not in `seen`, one a line, many lines at a time; `seen` grows by them."""
    for _, buffer, _, places in _with_places(pieces, markup, finder, wanted):
        yield _unseen(_identifiers(buffer, places), seen)


def identifier_lines_of(texts: Sequence[Text], finder: Finder, wanted: Filter, seen: set[bytes]) -> bytes:
    """The same for small texts, all lines at once."""
    identifiers = (_identifiers(text.content, places) for text, places in _texts_with_places(texts, finder, wanted))
    return _unseen(chain.from_iterable(identifiers), seen)


def mention_lines(pieces: Iterable[Piece], markup: Markup, finder: Finder, wanted: Filter, name: bytes) -> Iterator[bytes]:
    """The mentions as "name:line:column: identifier", many lines at a time."""
    base_of_next, line, column = 0, 1, 1
    for base, buffer, limit, places in _with_places(pieces, markup, finder, wanted):
        at = base_of_next - base
        if limit < len(buffer):
            places.append((max(limit, at), 0, None))  # how far the next piece need not count again
        lines, at, line, column = _counted(name, buffer, places, at, line, column)
        base_of_next = base + at
        yield b"".join(lines)


def mention_lines_of(texts: Sequence[Text], finder: Finder, wanted: Filter) -> bytes:
    """The same for small texts, all lines at once."""
    lines: list[bytes] = []
    for text, places in _texts_with_places(texts, finder, wanted):
        if places:
            lines += _counted(in_bytes(printable(text.name)), text.content, places)[0]
    return b"".join(lines)


def in_bytes(text: str) -> bytes:
    """A line, or a part of one, as it is printed."""
    return text.encode("utf-8", "surrogateescape")


def _identifiers(buffer: bytes, places: list[Place]) -> list[bytes]:
    return [buffer[start:end].lower() if text is None else text for start, end, text in places]


def _unseen(identifiers: Iterable[bytes], seen: set[bytes]) -> bytes:
    new = [text for text in dict.fromkeys(identifiers) if text not in seen]
    seen.update(new)
    return b"\n".join((*new, b"")) if new else b""


def _counted(
    name: bytes, buffer: bytes, places: list[Place], at: int = 0, line: int = 1, column: int = 1
) -> tuple[list[bytes], int, int, int]:
    """The lines of a piece's mentions, and how far lines and columns are counted now; `at` is how far they were before."""
    is_ascii, lines = buffer.isascii(), []
    for start, end, text in places:
        newlines = buffer.count(b"\n", at, start)
        if newlines:
            line, column, at = line + newlines, 1, buffer.rindex(b"\n", at, start) + 1
        column += start - at if is_ascii else len(buffer[at:start].decode("utf-8", "surrogateescape"))
        at = start
        if end:
            lines.append(b"%s:%d:%d: %s\n" % (name, line, column, buffer[start:end].lower() if text is None else text))
    return lines, at, line, column


def _with_places(pieces: Iterable[Piece], markup: Markup, finder: Finder, wanted: Filter) -> Iterator[tuple[int, bytes, int, list[Place]]]:
    """For each piece of a document: its offset, its bytes, up to where it has been dealt with, and what stands in it, in order."""
    previous, last_base = None, 0
    for base, buffer, begin, limit in pieces:
        previous = moved(previous, last_base - base)
        places, previous = _places(located(buffer, begin, limit, markup, previous, finder), wanted, previous)
        last_base = base
        yield base, buffer, limit, places


def _texts_with_places(texts: Sequence[Text], finder: Finder, wanted: Filter) -> Iterator[tuple[Text, list[Place]]]:
    contents = [(text.content, text.markup) for text in texts]
    for text, found in zip(texts, located_in_texts(contents, finder), strict=True):
        yield text, _places(found, wanted, None)[0]


def _places(found: Iterable[Found | list[Usual]], wanted: Filter, previous: Found | None) -> tuple[list[Place], Found | None]:
    """What is wanted of what was found, in order; and the last that a closer look found, which a list after it may go on."""
    places: list[Place] = []
    for one in found:
        if not isinstance(one, Found):
            places += [(start, end, None) for start, end, _ in one]
            continue
        previous = one
        if wanted(one):
            places.append((one.start, one.end, str(one.identifier).encode()))
    return places, previous
