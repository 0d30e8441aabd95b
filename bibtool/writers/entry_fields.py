"""The fields of one entry of a .bib file, and where each stands (btxdoc 1988; bibtex.web)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bibtool.errors import InputError

_HEAD = re.compile(r"@\s*(?P<type>[^\s\"#%'(),={}@]+)\s*[{(]\s*(?P<citekey>[^\s,{}()=\"]*)\s*")
_NAME = re.compile(r"\s*(?P<name>[^\s\"#%'(),={}@]+)\s*=\s*")
_BARE = re.compile(r"[^\s\"#%'(),={}]+")
_JOINED = re.compile(r"\s*#\s*")
_BLANKS = re.compile(r"\s*")
_BRACE = re.compile(r"[{}]")
_QUOTE = re.compile(r'[{}"]')


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it is written. Offsets are those of the entry's text: of the name, and of the value with its braces or quotes."""

    name: str
    value: str
    start: int
    value_start: int
    end: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry's type and fields; `body_end` is where the last thing before its closing bracket ends."""

    type: str
    type_start: int
    type_end: int
    citekey: str
    head_end: int
    fields: tuple[Field, ...]
    body_end: int

    @property
    def values(self) -> dict[str, str]:
        """What each field says, by its name in small letters; of a field that stands twice the first, as BibTeX takes it."""
        found: dict[str, str] = {}
        for field in self.fields:
            found.setdefault(field.name.lower(), field.value)
        return found


def entry_of(text: str) -> Entry:
    """The entry that this text is, from its @ to its closing bracket. Raises InputError where it is not one field after another."""
    head = _HEAD.match(text)
    if head is None:
        raise InputError("not an entry")
    fields = tuple(_fields(text, head.end()))
    body_end = fields[-1].end if fields else head.end("citekey")
    return Entry(head["type"], head.start("type"), head.end("type"), head["citekey"], head.end("citekey"), fields, body_end)


def _fields(text: str, place: int) -> Iterator[Field]:
    last = len(text) - 1
    while place < last and text[place] == ",":
        place += 1
        name = _NAME.match(text, place)
        if name is None:
            break
        end = _value_end(text, name.end())
        yield Field(name["name"], said(text[name.end() : end]), name.start("name"), name.end(), end)
        place = _after_blanks(text, end)
    if _after_blanks(text, place) < last:
        raise InputError(f"cannot be read behind {text[max(0, place - 20) : place].strip()!r}")


def _value_end(text: str, place: int) -> int:
    while True:
        place = _piece_end(text, place)
        joined = _JOINED.match(text, place)
        if joined is None:
            return place
        place = joined.end()


def _piece_end(text: str, place: int) -> int:
    opening = text[place : place + 1]
    if opening in ("{", '"') and opening:
        depth = 0
        for mark in (_BRACE if opening == "{" else _QUOTE).finditer(text, place + (opening == '"')):
            depth += {"{": 1, "}": -1}.get(mark[0], 0)
            if depth == 0 and mark[0] == ('"' if opening == '"' else "}"):
                return mark.end()
    elif bare := _BARE.match(text, place):
        return bare.end()
    raise InputError("a value is not closed")


def said(value: str) -> str:
    """What a value says, however it is laid out: without its braces or quotes, each run of blanks as one."""
    folded = " ".join(value.split())
    if len(folded) > 1 and folded[0] + folded[-1] in ("{}", '""') and _piece_end(folded, 0) == len(folded):
        return folded[1:-1].strip()
    return folded


def _after_blanks(text: str, place: int) -> int:
    blanks = _BLANKS.match(text, place)
    return blanks.end() if blanks else place
