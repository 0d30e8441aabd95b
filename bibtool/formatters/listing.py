"""What the lists for people have in common: which parts an item has, in which order, and templates of one's own."""

import re
from collections.abc import Callable

from bibtool.components import FormatOptions
from bibtool.errors import InputError
from bibtool.formatters.links import doi_address, doi_of, web_address
from bibtool.frozen import dataclass
from bibtool.journal_ref import published
from bibtool.reference import Name, Reference
from bibtool.terminal import quoted

# A list for people: more names than this help nobody.
MAX_AUTHORS = 10
PLACEHOLDERS = ("authors", "title", "year", "url", "venue", "id", "arxiv", "doi", "key", "category", "date", "abstract")

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Markup:
    """How one format spells text, links, emphasis and an address."""

    escape: Callable[[str], str]
    link: Callable[[str, str], str]
    emphasis: Callable[[str], str]
    address: Callable[[str], str]


def list_item(citekey: str, reference: Reference, options: FormatOptions, markup: Markup) -> str:
    """One item in one line: as the template says, or authors, linked title, venue, year, identifiers."""
    if options.template is not None:
        return from_template(options.template, citekey, reference, options, markup)
    known = published(reference)
    parts = [
        _people(reference, options, markup),
        _title(known, markup),
        *_places(known, markup),
        "Withdrawn" if reference.status == "withdrawn" else "",
    ]
    return " ".join(part if part[-1] in ".?!" else f"{part}." for part in parts if part)


def from_template(template: str, citekey: str, reference: Reference, options: FormatOptions, markup: Markup) -> str:
    """The template with its {placeholders} filled in; {{ and }} are braces. Nothing in it is evaluated.

    Raises InputError for a placeholder that is none.
    """
    values = _values(citekey, reference, options, markup)

    def filled(found: re.Match[str]) -> str:
        name = found["name"]
        if name is None and len(found[0]) == 2:
            return found[0][0]
        if name not in PLACEHOLDERS:
            raise InputError(f"the template: no placeholder {quoted(found[0])}; there are {', '.join(PLACEHOLDERS)}")
        return values[name]()

    return _PLACEHOLDER.sub(filled, template)


def people(names: tuple[Name, ...], limit: int, escape: Callable[[str], str]) -> str:
    """The names as one reads them out, the first `limit` of many (0: all)."""
    shown = names if limit < 1 or len(names) <= limit else names[:limit]
    spelt = [escape(str(name)) for name in shown]
    if len(shown) < len(names):
        return f"{', '.join(spelt)}{',' if spelt[1:] else ''} and {len(names) - len(shown):,} more"
    if len(spelt) < 3:
        return " and ".join(spelt)
    return f"{', '.join(spelt[:-1])}, and {spelt[-1]}"


def page_address(reference: Reference) -> str:
    """Where the work is shown to a reader: arXiv's page, its own address, or its DOI's."""
    if reference.arxiv is not None:
        return reference.arxiv.url
    doi = doi_of(reference)
    return web_address(reference.url) or (doi_address(doi) if doi else "")


def _people(reference: Reference, options: FormatOptions, markup: Markup) -> str:
    limit = MAX_AUTHORS if options.max_authors is None else options.max_authors
    return people(reference.authors, limit, markup.escape)


def _title(reference: Reference, markup: Markup) -> str:
    title = markup.escape(reference.title or "Untitled")
    address = page_address(reference)
    return markup.link(title, address) if address else title


def _places(reference: Reference, markup: Markup) -> list[str]:
    arxiv, doi = reference.arxiv, doi_of(reference)
    year = str(reference.issued.year) if reference.issued else ""
    linked = markup.link(markup.escape(f"arXiv:{arxiv}"), arxiv.url) if arxiv else ""
    if reference.container is None:
        publisher = markup.escape(reference.publisher or "") if arxiv is None else ""
        linked = ", ".join(part for part in (linked, publisher, year) if part)
    return [
        _venue(reference, markup),
        linked,
        markup.link(markup.escape(f"doi:{doi}"), doi_address(doi)) if doi else "",
        markup.escape(reference.journal_ref or ""),
    ]


def _venue(reference: Reference, markup: Markup) -> str:
    if reference.container is None:
        return ""
    issue = f"({reference.issue})" if reference.issue else ""
    where = " ".join(part for part in (markup.emphasis(markup.escape(reference.container)), markup.escape(reference.volume or "")) if part)
    place = ", ".join(part for part in (where + (f" {markup.escape(issue)}" if issue else ""), _pages(reference, markup)) if part)
    return f"{place} ({reference.issued.year})" if reference.issued else place


def _pages(reference: Reference, markup: Markup) -> str:
    return markup.escape((reference.pages or "").replace("-", "–"))


def _values(citekey: str, reference: Reference, options: FormatOptions, markup: Markup) -> dict[str, Callable[[], str]]:
    """How each placeholder is filled in; only what a template names is worked out."""
    known = published(reference)
    doi = doi_of(reference)
    return {
        "authors": lambda: _people(reference, options, markup),
        "title": lambda: markup.escape(reference.title or "Untitled"),
        "year": lambda: str(known.issued.year) if known.issued else "",
        "date": lambda: str(known.issued or ""),
        "url": lambda: markup.address(page_address(reference)),
        "venue": lambda: markup.escape(known.container or ("arXiv" if reference.arxiv else "")),
        "id": lambda: markup.escape(str(reference.identifier or "")),
        "arxiv": lambda: markup.escape(f"arXiv:{reference.arxiv}" if reference.arxiv else ""),
        "doi": lambda: markup.escape(doi),
        "key": lambda: markup.escape(citekey),
        "category": lambda: markup.escape(reference.primary_category or ""),
        "abstract": lambda: markup.escape(reference.abstract or ""),
    }
