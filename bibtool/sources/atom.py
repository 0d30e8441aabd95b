"""The Atom feed of arXiv's query API, strictly read. Form: https://info.arxiv.org/help/api/user-manual.html and recorded answers.

A feed that is cut short, has a document type, or is not Atom raises FeedError: nothing is taken from it.
"""

import re
from collections.abc import Callable, Iterator
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
FEED, ENTRY, AUTHOR, NAME = (ATOM + name for name in ("feed", "entry", "author", "name"))
ID, TITLE, SUMMARY, PUBLISHED, UPDATED, CATEGORY = (ATOM + name for name in ("id", "title", "summary", "published", "updated", "category"))
COMMENT, JOURNAL_REF, DOI, PRIMARY_CATEGORY = (ARXIV + name for name in ("comment", "journal_ref", "doi", "primary_category"))
MAX_DEPTH = 16

_CATEGORIES = frozenset({CATEGORY, PRIMARY_CATEGORY})
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
    """The texts of one entry by the names of their elements, as they stand."""

    texts: dict[str, str] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)
    dois: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    primary: str | None = None


def parse_feed(body: bytes, source: str = "arXiv API") -> Feed:
    """The feed in these bytes. Raises FeedError."""
    references: list[Reference] = []
    errors: list[str] = []
    spoilt: list[tuple[ArxivId, str]] = []
    for entry in _entries(body):
        # A paper may be called "Error": it takes the address of an error as well to be one.
        if _ERROR_ID.match(entry.texts.get(ID, "")):
            errors.append(clean(entry.texts.get(SUMMARY, "")) or "error without a message")
            continue
        identifier = _identifier(entry.texts.get(ID, ""))
        lack = _lack(entry)
        if lack:
            spoilt.append((identifier, lack))
        else:
            references.append(_reference(identifier, entry, source))
    return Feed(tuple(references), tuple(errors), tuple(spoilt))


def _entries(body: bytes) -> list[_Entry]:
    """The entries of a whole feed. Raises FeedError.

    Only an element's place decides what it is: a `<title>` of the feed is none of an entry. Expat calls these functions thirty times an
    entry, which is why they are short and why there is no tree.
    """
    entries: list[_Entry] = []
    pieces: list[str] = []
    entry: _Entry | None = None
    depth, child = 0, ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, child, entry
        depth += 1
        pieces.clear()
        if depth == 3:
            child = name
            if entry is not None and name in _CATEGORIES:
                _categorise(entry, name, attributes.get("term"))
        elif depth == 2:
            entry = _Entry() if name == ENTRY else None
            entries.extend([entry] if entry is not None else [])
        else:
            _check_place(name, depth)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if entry is None:
            return
        if depth == 3 and name == NAME and child == AUTHOR:
            entry.authors.append("".join(pieces))
        elif depth == 2 and name == DOI:
            entry.dois.append("".join(pieces))
        elif depth == 2:
            entry.texts.setdefault(name, "".join(pieces))

    _parse(body, start, end, pieces.append)
    return entries


def _check_place(name: str, depth: int) -> None:
    if depth == 1 and name != FEED:
        raise FeedError("not an Atom feed")
    if depth > MAX_DEPTH:
        raise FeedError("nested too deeply for a feed")


def _parse(body: bytes, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], text: Callable[[str], object]) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise FeedError(f"not a whole XML document: {error}") from error


def _refuse(*_: object) -> None:
    raise FeedError("a document type, which arXiv's feeds never have")


def _categorise(entry: _Entry, name: str, term: str | None) -> None:
    if name == PRIMARY_CATEGORY:
        entry.primary = term or None
    elif term:
        entry.categories.append(term)


def _lack(entry: _Entry) -> str:
    """What every entry of a paper has and this one has not, in words."""
    if not entry.texts.get(TITLE, "").strip():
        return "no title"
    if PartialDate.parse(entry.texts.get(PUBLISHED, "")) is None:
        return "no date"
    # A pseudo-author (":") counts here: the paper has none, but the entry is whole.
    return "" if any(map(str.strip, entry.authors)) else "no author"


def _reference(identifier: ArxivId, entry: _Entry, source: str) -> Reference:
    return arxiv_reference(
        identifier.number,
        version=identifier.version,
        title=_text(entry, TITLE),
        authors=names(map(clean, entry.authors)),
        issued=PartialDate.parse(entry.texts[PUBLISHED]),
        updated=PartialDate.parse(entry.texts.get(UPDATED, "")),
        dois=entry.dois,
        source=source,
        categories=tuple(dict.fromkeys([*([entry.primary] if entry.primary else []), *entry.categories])),
        primary_category=entry.primary,
        abstract=_text(entry, SUMMARY),
        comment=_text(entry, COMMENT),
        journal_ref=_text(entry, JOURNAL_REF),
    )


def _text(entry: _Entry, name: str) -> str | None:
    text = entry.texts.get(name)
    return None if text is None else with_greek_commands(clean(text))


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
