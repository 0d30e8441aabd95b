"""What `bibt scan` prints of one document: the shortest way from bytes to lines of output.

The mentions are those of `text.extract`; but no object is made for the usual forms, whose text is already what is printed.
"""

from collections.abc import Callable, Iterable, Iterator

from bibtool.extractors.anchors import Finder
from bibtool.extractors.blocks import located, moved
from bibtool.extractors.found import Found, Markup

# Where an identifier stands in a block, and its text as it is printed; None where that is what stands there, but for its case.
Place = tuple[int, int, bytes | None]
# A piece of a document: its offset, its bytes, and from where to where mentions may start in it.
Piece = tuple[int, bytes, int, int]
Filter = Callable[[Found], bool]


def identifier_lines(pieces: Iterable[Piece], markup: Markup, finder: Finder, wanted: Filter, seen: set[bytes]) -> Iterator[bytes]:
    """The identifiers that are not in `seen`, one a line, many lines at a time; `seen` grows by them."""
    for _, buffer, _, places in _with_places(pieces, markup, finder, wanted):
        if not places:
            continue
        texts = b"\n".join([buffer[start:end].lower() if text is None else text for start, end, text in places])
        new = [text for text in dict.fromkeys(texts.split(b"\n")) if text and text not in seen]
        seen.update(new)
        if new:
            yield b"\n".join(new) + b"\n"


def mention_lines(pieces: Iterable[Piece], markup: Markup, finder: Finder, wanted: Filter, name: bytes) -> Iterator[bytes]:
    """The mentions as "name:line:column: identifier", many lines at a time."""
    base_of_next, line, column = 0, 1, 1
    for base, buffer, limit, places in _with_places(pieces, markup, finder, wanted):
        at, is_ascii, lines = base_of_next - base, buffer.isascii(), []
        if limit < len(buffer):
            places.append((max(limit, at), 0, None))  # how far the next piece need not count again
        for start, end, text in places:
            newlines = buffer.count(b"\n", at, start)
            if newlines:
                line, column, at = line + newlines, 1, buffer.rindex(b"\n", at, start) + 1
            column += start - at if is_ascii else len(buffer[at:start].decode("utf-8", "surrogateescape"))
            at = start
            if end:
                lines.append(b"%s:%d:%d: %s\n" % (name, line, column, buffer[start:end].lower() if text is None else text))
        base_of_next = base + at
        if lines:
            yield b"".join(lines)


def _with_places(pieces: Iterable[Piece], markup: Markup, finder: Finder, wanted: Filter) -> Iterator[tuple[int, bytes, int, list[Place]]]:
    """For each piece of a document: its offset, its bytes, up to where it has been dealt with, and what stands in it, in order."""
    previous, last_base = None, 0
    for base, buffer, begin, limit in pieces:
        places: list[Place] = []
        previous = moved(previous, last_base - base)
        for one in located(buffer, begin, limit, markup, previous, finder):
            if not isinstance(one, Found):
                places += [(start, end, None) for start, end, _ in one]
                continue
            previous = one
            if wanted(one):
                places.append((one.start, one.end, str(one.identifier).encode()))
        last_base = base
        yield base, buffer, limit, places
