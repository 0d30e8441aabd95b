"""The entries of a .bib text, also of one that is being typed: where each stands, which works it names, and what its fields say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bibtool import Identifier, InputError, Reference, Writer, plain, read_bib

OPENING = re.compile(r"^[ \t]*@(?P<type>[A-Za-z]+)\s*[{(]\s*(?P<citekey>[^\s,{}()=\"]*)", re.MULTILINE)
FIELD = re.compile(r"[\s,]*(?P<name>[^\s=,{}()\"#%']+)\s*=\s*")
NOT_ENTRIES = frozenset({"comment", "preamble", "string"})
# Fields whose identifier is the entry's own; what a note or an abstract mentions may be another paper.
OWN_FIELDS = frozenset({"eprint", "arxiv", "arxivid", "doi", "url", "journal", "journaltitle", "howpublished"})


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an entry: its name in lower case, where it and its value stand in the entry's text, the value without its braces."""

    name: str
    start: int
    value_start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: its citation key, where it starts in the text, and its own text."""

    citekey: str
    start: int
    text: str

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.start + len(self.text)

    @property
    def key_start(self) -> int:
        """Where its citation key stands in the text."""
        opening = OPENING.match(self.text)
        return self.start + (opening.start("citekey") if opening else 0)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its fields, as far as they are whole."""
        return _fields(self.text)

    @property
    def reference(self) -> Reference | None:
        """What it says; None where it is broken."""
        return _reference(self.text)

    @property
    def works(self) -> tuple[Identifier, ...]:
        """The works that it names, without versions."""
        return tuple(one.without_version() for one in self.reference.identifiers) if self.reference else ()

    @property
    def title(self) -> str:
        """Its title for people, as it is written."""
        return next((plain(field.value.replace("{", "").replace("}", "")) for field in self.fields if field.name == "title"), "")


def entries_of(text: str, writer: Writer) -> list[Entry]:
    """The entries in order. Where the text is broken, each piece that begins like an entry is read for itself."""
    try:
        return [Entry(span.citekey, span.start, text[span.start : span.end]) for span in writer.spans(text)]
    except InputError:
        return list(_pieces(text, writer))


def _pieces(text: str, writer: Writer) -> Iterator[Entry]:
    openings = list(OPENING.finditer(text))
    for opening, following in zip(openings, [*openings[1:], None], strict=True):
        if opening["type"].lower() in NOT_ENTRIES:
            continue
        start, end = opening.start("type") - 1, following.start() if following else len(text)
        try:
            whole = [
                Entry(span.citekey, start + span.start, text[start + span.start : start + span.end])
                for span in writer.spans(text[start:end])
            ]
        except InputError:
            whole = [Entry(opening["citekey"], start, text[start:end].rstrip())]
        yield from whole


@lru_cache(maxsize=20_000)
def _reference(text: str) -> Reference | None:
    found = next(iter(read_bib(text)), None)
    return None if found is None or isinstance(found, InputError) else found[1]


@lru_cache(maxsize=20_000)
def _fields(text: str) -> tuple[Field, ...]:
    opening = OPENING.match(text)
    found: list[Field] = []
    place = opening.end() if opening else 0
    while field := FIELD.match(text, place):
        place = _value_end(text, field.end())
        value = text[field.end() : place].strip()
        bare = value[1:-1] if value[:1] + value[-1:] in ("{}", '""') else value
        found.append(Field(field["name"].lower(), field.start("name"), field.end(), field.end() + len(value), bare))
    return tuple(found)


def _value_end(text: str, start: int) -> int:
    """Where a field's value ends: at a comma, or at what closes the entry, outside of braces and quotes."""
    depth, is_quoted = 0, False
    for place in range(start, len(text)):
        character = text[place]
        if character == "{":
            depth += 1
        elif character in "})" and not depth and not is_quoted:
            return place
        elif character == "}" and depth:
            depth -= 1
        elif character == '"' and not depth:
            is_quoted = not is_quoted
        elif character == "," and not depth and not is_quoted:
            return place
    return len(text)
