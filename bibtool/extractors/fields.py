"""One field of each JSON object: where its values stand in the raw text (RFC 8259)."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import BinaryIO

from bibtool.document import WHOLE_BYTES, Document, Mention
from bibtool.errors import InputError, NoFieldError
from bibtool.extractors.anchors import Finder, finder_for
from bibtool.extractors.found import Markup
from bibtool.extractors.pieces import find_in_piece, split
from bibtool.extractors.place import Place
from bibtool.streams import Reopened
from bibtool.terminal import listed, printable, quoted

# So many bad lines are named.
NAMED_LINES = 5
# What shows whether a text is JSON lines or one value that goes over many lines.
OPENING_BYTES = 1 << 20
_STRING = rb"\"[^\"\\]*(?:\\.[^\"\\]*)*\""
_VALUE = re.compile(rb"%s|[^\s,\[\]{}\"]+" % _STRING, re.DOTALL)
_TOKEN = re.compile(rb"%s|(?P<open>[\[{])|(?P<close>[\]}])" % _STRING, re.DOTALL)
# Nothing is kept of what is parsed, which would take many times the line's size. Stray bytes and control characters harm nobody.
_DECODER = json.JSONDecoder(strict=False, parse_int=len, parse_float=len, object_pairs_hook=len)
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def extract_field(document: Document) -> Iterator[Mention]:
    """The mentions in one field of each object, at any depth of it, in a file of JSON lines or one JSON value.

    Raises InputError at the end where lines were no JSON, which were left out, or where no object has the field.
    """
    name = document.field or ""
    paths = [[_key(name)]]
    if "." in name.strip("."):
        paths.append([_key(part) for part in name.split(".")])
    place, bad, is_there, is_json = Place(), list[int](), False, False
    finder: Finder | None = None
    for number, base, line in _lines(document):
        place.enter(base, line)
        finder = finder_for(base, finder)
        if line.strip() and not _is_json(line):
            bad += [number] if number not in bad[-1:] else []
        else:
            is_json = is_json or bool(line.strip())
            for start, end in _apart(chain.from_iterable(_values(line, 0, len(line), keys) for keys in paths)):
                is_there = True
                for found in find_in_piece(line, start, end, Markup.JSON, finder):
                    yield place.mention(found, document.name)
        place.leave(len(line))
    if bad:
        raise InputError(f"{printable(document.name)}:{bad[0]}: not a line of JSON, or one of over {WHOLE_BYTES >> 20} MB{_and(bad[1:])}")
    if is_json and not is_there:
        raise NoFieldError(f"{printable(document.name)}: no object has a field {quoted(name)}; look at its spelling")


def _and(lines: Sequence[int]) -> str:
    if not lines:
        return "; left out"
    return f", nor are lines {listed(lines, NAMED_LINES, mark='')}; left out"


def _apart(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans in order, without those in another."""
    last = 0
    for start, end in sorted(spans):
        if start >= last:
            yield start, end
            last = end


def _values(text: bytes, start: int, end: int, keys: Sequence[re.Pattern[bytes]]) -> Iterator[tuple[int, int]]:
    """Where values of the last key stand, each with its key; those before it name what it is in."""
    while found := keys[0].search(text, start, end):
        start = _end_of_value(text, found.end())
        if len(keys) == 1:
            yield found.start(), start
        else:
            yield from _values(text, found.end(), start, keys[1:])


def _end_of_value(text: bytes, start: int) -> int:
    if text[start : start + 1] not in (b"[", b"{"):
        value = _VALUE.match(text, start)
        return value.end() if value else start
    depth = 0
    for token in _TOKEN.finditer(text, start):
        depth += (token["open"] is not None) - (token["close"] is not None)
        if depth == 0:
            return token.end()
    return len(text)


def _key(name: str) -> re.Pattern[bytes]:
    """A member's name and its colon, in each spelling that JSON has for its characters."""
    # A quote behind a backslash begins nothing: it stands in a string.
    return re.compile(rb"(?<!\\)\"%s\"\s*:\s*" % b"".join(map(_spellings, name)))


def _spellings(character: str) -> bytes:
    units = character.encode("utf-16-be", "surrogatepass")
    escaped = b"".join(rb"\\u(?i:%s)" % units[place : place + 2].hex().encode() for place in range(0, len(units), 2))
    short = _SHORT_ESCAPES.get(character)
    plain = b"" if character in '"\\' else re.escape(character.encode("utf-8", "surrogateescape")) + b"|"
    return b"(?:%s%s%s)" % (plain, re.escape(short.encode()) + b"|" if short else b"", escaped)


def _lines(document: Document) -> Iterator[tuple[int, int, bytes]]:
    """The lines with their number and offset; one JSON value is one line, however it is laid out."""
    with document.utf8() as stream:
        opening = _read(stream, OPENING_BYTES)
        if not _is_json(opening.lstrip().partition(b"\n")[0]):
            opening += _read(stream, WHOLE_BYTES + 1 - len(opening))
            if _is_json(opening):
                yield 1, 0, opening
                return
        yield from split(Reopened(opening, stream))


def _read(stream: BinaryIO, size: int) -> bytes:
    pieces, left = [], size
    while left > 0 and (piece := stream.read(left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _is_json(line: bytes) -> bool:
    try:
        _DECODER.decode(line.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError):
        return False
    return True
