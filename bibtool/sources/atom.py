"""The Atom feed of arXiv's query API, strictly read. Form: https://info.arxiv.org/help/api/user-manual.html and recorded answers.

A feed that is cut short, has a document type, or is not Atom raises FeedError: nothing is taken from it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from bibtool.errors import IdentifierError, UnavailableError
from bibtool.identifiers import ArxivId
from bibtool.plain_text import clean
from bibtool.reference import PartialDate, Reference
from bibtool.sources.arxiv_record import arxiv_reference, with_greek_commands
from bibtool.sources.names import names

ATOM = "http://www.w3.org/2005/Atom "
ARXIV = "http://arxiv.org/schemas/atom "
MAX_DEPTH = 16

_ENTRY_ID = re.compile(r"https?://(?:[a-z]+\.)?arxiv\.org/abs/(?P<id>\S+)", re.ASCII)
_ERROR_ID = re.compile(r"https?://(?:[a-z]+\.)?arxiv\.org/api/errors\b", re.ASCII)


class FeedError(UnavailableError):
    """What came is no feed of arXiv's, or not all of it."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What one answer says: references under identifiers without version, the messages of Error entries, and which entries lack what no
    paper lacks."""

    references: tuple[Reference, ...]
    errors: tuple[str, ...] = ()
    spoilt: tuple[tuple[ArxivId, str], ...] = ()


@dataclass(slots=True)
class _Entry:
    """The texts of one entry, as they stand."""

    texts: dict[str, str] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)
    dois: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    primary: str | None = None


def parse_feed(body: bytes, source: str = "arXiv API") -> Feed:
    """The feed in these bytes. Raises FeedError."""
    reader = _Reader()
    reader.read(body)
    references: list[Reference] = []
    errors: list[str] = []
    spoilt: list[tuple[ArxivId, str]] = []
    for entry in reader.entries:
        # A paper may be called "Error": it takes the address of an error as well to be one.
        if _ERROR_ID.match(entry.texts.get("id", "")):
            errors.append(clean(entry.texts.get("summary", "")) or "error without a message")
            continue
        identifier = _identifier(entry.texts.get("id", ""))
        lack = _lack(entry)
        if lack:
            spoilt.append((identifier, lack))
        else:
            references.append(_reference(identifier, entry, source))
    return Feed(tuple(references), tuple(errors), tuple(spoilt))


class _Reader:
    """Expat's events to entries. Only an element's place decides what it is: a `<title>` of the feed is none of an entry."""

    def __init__(self) -> None:
        self.entries: list[_Entry] = []
        self._path: list[str] = []
        self._pieces: list[str] = []

    def read(self, body: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._pieces.append
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(body, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise FeedError(f"not a whole XML document: {error}") from error

    def _refuse(self, *_: object) -> None:
        raise FeedError("a document type, which arXiv's feeds never have")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._path and name != ATOM + "feed":
            raise FeedError("not an Atom feed")
        if len(self._path) > MAX_DEPTH:
            raise FeedError("nested too deeply for a feed")
        self._path.append(name)
        self._pieces.clear()
        if len(self._path) == 2 and name == ATOM + "entry":
            self.entries.append(_Entry())
        elif len(self._path) == 3 and self._path[1] == ATOM + "entry":
            if name == ATOM + "category" and attributes.get("term"):
                self.entries[-1].categories.append(attributes["term"])
            elif name == ARXIV + "primary_category":
                self.entries[-1].primary = attributes.get("term") or None

    def _end(self, name: str) -> None:
        self._path.pop()
        text = "".join(self._pieces)
        self._pieces.clear()
        if len(self._path) < 2 or self._path[1] != ATOM + "entry":
            return
        entry = self.entries[-1]
        if self._path[2:] == [ATOM + "author"] and name == ATOM + "name":
            entry.authors.append(clean(text))
        elif len(self._path) == 2 and name == ARXIV + "doi":
            entry.dois.append(text)
        elif len(self._path) == 2:
            entry.texts.setdefault(name.rpartition(" ")[2], text)


def _lack(entry: _Entry) -> str:
    """What every entry of a paper has and this one has not, in words."""
    if not entry.texts.get("title", "").strip():
        return "no title"
    if PartialDate.parse(entry.texts.get("published", "")) is None:
        return "no date"
    # A pseudo-author (":") counts here: the paper has none, but the entry is whole.
    return "" if entry.authors else "no author"


def _reference(identifier: ArxivId, entry: _Entry, source: str) -> Reference:
    texts = {name: with_greek_commands(clean(text)) for name, text in entry.texts.items()}
    categories = tuple(dict.fromkeys([*([entry.primary] if entry.primary else []), *entry.categories]))
    return arxiv_reference(
        identifier.number,
        version=identifier.version,
        title=texts["title"],
        authors=names(entry.authors),
        issued=PartialDate.parse(texts["published"]),
        updated=PartialDate.parse(texts.get("updated", "")),
        dois=entry.dois,
        source=source,
        categories=categories,
        primary_category=entry.primary,
        abstract=texts.get("summary"),
        comment=texts.get("comment"),
        journal_ref=texts.get("journal_ref"),
    )


def _identifier(text: str) -> ArxivId:
    written = _ENTRY_ID.fullmatch(text.strip())
    try:
        return ArxivId.parse(written["id"] if written else text)
    except IdentifierError as error:
        raise FeedError(f"an entry without an arXiv identifier: {error}") from error


def identifiers_of(feed: Feed) -> Iterator[tuple[ArxivId, Reference]]:
    """Each reference with the identifier and version that it describes."""
    for reference in feed.references:
        if reference.arxiv is not None:
            yield ArxivId(reference.arxiv.number, reference.version), reference
