"""The Atom feed of arXiv's query API, strictly read. Form: https://info.arxiv.org/help/api/user-manual.html and recorded answers.

A feed that is cut short, has a document type, or is not Atom raises FeedError: nothing is taken from it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from xml.parsers import expat

from bibtool.errors import IdentifierError, UnavailableError
from bibtool.frozen import dataclass
from bibtool.identifiers import ArxivId, checked
from bibtool.plain_text import clean
from bibtool.reference import PartialDate, Reference
from bibtool.sources.arxiv_record import arxiv_reference, with_greek_commands
from bibtool.sources.atom_text import Entry, plain_entries
from bibtool.sources.names import names, usual_names

ATOM = "http://www.w3.org/2005/Atom "
ARXIV = "http://arxiv.org/schemas/atom "
FEED, ENTRY, AUTHOR, NAME = (ATOM + name for name in ("feed", "entry", "author", "name"))
# Elements by the prefixes that arXiv gives their namespaces.
NAMES = {ATOM + name: name for name in ("id", "title", "summary", "published", "updated", "category")}
NAMES |= {ARXIV + name: f"arxiv:{name}" for name in ("comment", "journal_ref", "doi", "primary_category")}
MAX_DEPTH = 16

_CATEGORIES = frozenset({ATOM + "category", ARXIV + "primary_category"})
_ENTRY_ID = re.compile(
    r"https?://(?:[a-z]+\.)?arxiv\.org/abs/(?P<id>(?P<digits>[0-9]{4}\.[0-9]{4,5})v(?P<version>[1-9][0-9]{0,3})|\S+)", re.ASCII
)
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


def parse_feed(body: bytes, source: str = "arXiv API") -> Feed:
    """The feed in these bytes. Raises FeedError."""
    entries = plain_entries(body)
    return _feed(_entries(body) if entries is None else entries, source)


def _feed(entries: Iterable[Entry], source: str) -> Feed:
    whole: list[tuple[ArxivId, Entry]] = []
    errors: list[str] = []
    spoilt: list[tuple[ArxivId, str]] = []
    for entry in entries:
        # A paper may be called "Error": it takes the address of an error as well to be one.
        if _ERROR_ID.match(entry.texts.get("id", "")):
            errors.append(clean(entry.texts.get("summary", "")) or "error without a message")
            continue
        identifier = _identifier(entry.texts.get("id", ""))
        lack = _lack(entry)
        if lack:
            spoilt.append((identifier, lack))
        else:
            whole.append((identifier, entry))
    return Feed(tuple(_references(whole, source)), tuple(errors), tuple(spoilt))


def _entries(body: bytes) -> list[Entry]:
    """The entries of a whole feed. Raises FeedError.

    Only an element's place decides what it is: a `<title>` of the feed is none of an entry. Expat calls these functions thirty times an
    entry, which is why they are short and why there is no tree.
    """
    entries: list[Entry] = []
    pieces: list[str] = []
    entry: Entry | None = None
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
            entry = Entry() if name == ENTRY else None
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
        elif depth == 2 and name == ARXIV + "doi":
            entry.dois.append("".join(pieces))
        elif depth == 2 and name in NAMES:
            entry.texts.setdefault(NAMES[name], "".join(pieces))

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


def _categorise(entry: Entry, name: str, term: str | None) -> None:
    if name.startswith(ARXIV):
        entry.primary = term or None
    elif term:
        entry.categories.append(term)


def _lack(entry: Entry) -> str:
    """What every entry of a paper has and this one has not, in words."""
    if not entry.texts.get("title", "").strip():
        return "no title"
    if _date(entry.texts.get("published", "")) is None:
        return "no date"
    # A pseudo-author (":") counts here: the paper has none, but the entry is whole.
    return "" if any(map(str.strip, entry.authors)) else "no author"


def _references(whole: Sequence[tuple[ArxivId, Entry]], source: str) -> list[Reference]:
    """The references of entries that lack nothing. One thing of all entries after the other, which takes two thirds of the time that all
    things of one entry after the other take: a processor does quickly what it has just done."""
    entries = [entry for _, entry in whole]
    titles, abstracts, comments, places = (
        [_text(entry, name) for entry in entries] for name in ("title", "summary", "arxiv:comment", "arxiv:journal_ref")
    )
    authors = [usual_names(entry.authors) or names(map(clean, entry.authors)) for entry in entries]
    return [
        arxiv_reference(
            identifier.number,
            version=identifier.version,
            title=title,
            authors=people,
            issued=_date(entry.texts["published"]),
            updated=_date(entry.texts.get("updated", "")),
            dois=entry.dois,
            source=source,
            categories=tuple(dict.fromkeys([*([entry.primary] if entry.primary else []), *entry.categories])),
            primary_category=entry.primary,
            abstract=abstract,
            comment=comment,
            journal_ref=place,
        )
        for (identifier, entry), title, people, abstract, comment, place in zip(
            whole, titles, authors, abstracts, comments, places, strict=True
        )
    ]


# Each is looked at twice, and that of a paper with one version stands there twice.
@lru_cache(maxsize=1000)
def _date(text: str) -> PartialDate | None:
    return PartialDate.parse(text)


def _text(entry: Entry, name: str) -> str | None:
    text = entry.texts.get(name)
    return None if text is None else with_greek_commands(clean(text))


def _identifier(text: str) -> ArxivId:
    written = _ENTRY_ID.fullmatch(text.strip())
    if written and written["digits"] and (usual := checked(None, written["digits"], int(written["version"]))) is not None:
        return usual
    try:
        return ArxivId.parse(written["id"] if written else text)
    except IdentifierError as error:
        raise FeedError(f"an entry without an arXiv identifier: {error}") from error


def identifiers_of(feed: Feed) -> Iterator[tuple[ArxivId, Reference]]:
    """Each reference with the identifier and version that it describes."""
    for reference in feed.references:
        if reference.arxiv is not None:
            yield ArxivId(reference.arxiv.number, reference.version), reference
