"""Markdown output: a reference list for people, safe in CommonMark, GitHub's dialect, pandoc and MyST.

Every character from a record that could be mark-up is escaped; mathematics stays mathematics, but without what HTML or Markdown
would read in it.
"""

import re

from bibtool.bibliography import Bibliography
from bibtool.components import FormatOptions
from bibtool.formatters.links import doi_address, doi_of, web_address
from bibtool.journal_ref import published
from bibtool.plain_text import clean
from bibtool.reference import Name, Reference
from bibtool.texmath import split, to_latex

# A list for people: more names than this help nobody.
MAX_AUTHORS = 10

_ACTIVE = re.compile(r"[\\`*_{}\[\]<>&~^$|#@]|!(?=\[)")
# What starts a list, a heading or a quotation at the start of a line.
_LINE_START = re.compile(r"^(?:[-+=:](?=\s|$|-)|(?P<number>[0-9]{1,9})(?=[.)]))")
_AUTOLINK = re.compile(r"(?i)(?P<before>https?|ftp|mailto|www)(?P<mark>[.:])")
_IN_MATH = str.maketrans({"<": r"\lt ", ">": r"\gt ", "`": "'", "*": r"\ast ", "[": r"\lbrack ", "]": r"\rbrack ", "|": r"\vert ", "@": ""})


def format_markdown(bibliography: Bibliography, options: FormatOptions) -> str:
    """A list item for each reference."""
    return "".join(f"- {list_item(reference, options)}\n" for reference in bibliography.values())


def list_item(reference: Reference, options: FormatOptions) -> str:
    """Authors, linked title, venue, year, identifiers: one line."""
    reference = published(reference)
    limit = MAX_AUTHORS if options.max_authors is None else options.max_authors
    parts = [
        people(reference.authors, limit),
        _title(reference),
        _venue(reference),
        _arxiv_link(reference),
        _doi_link(doi_of(reference)),
        escape(reference.journal_ref or ""),
        "Withdrawn" if reference.status == "withdrawn" else "",
    ]
    return " ".join(f"{part}." if part[-1] not in ".?!" else part for part in parts if part)


def people(names: tuple[Name, ...], limit: int) -> str:
    """The names as one reads them out, the first `limit` of many (0: all)."""
    shown = names if limit < 1 or len(names) <= limit else names[:limit]
    spelt = [escape(str(name), at_start=number == 0) for number, name in enumerate(shown)]
    if len(shown) < len(names):
        return f"{', '.join(spelt)}, and {len(names) - len(shown):,} more"
    if len(spelt) < 3:
        return " and ".join(spelt)
    return f"{', '.join(spelt[:-1])}, and {spelt[-1]}"


def escape(text: str, *, at_start: bool = False) -> str:
    r"""The text as Markdown that shows it.

    >>> print(escape("a_b [c](d) $x_1<y$"))
    a\_b \[c\](d) $x_1\lt y$
    """
    pieces = []
    for formula, source in split(clean(text)):
        if formula is not None:
            pieces.append(f"${to_latex(formula).translate(_IN_MATH).strip()}$")
            continue
        escaped = _ACTIVE.sub(r"\\\g<0>", source)
        pieces.append(_AUTOLINK.sub(r"\g<before>\\\g<mark>", escaped))
    joined = "".join(pieces)
    return _LINE_START.sub(lambda found: f"{found[0]}\\" if found["number"] else f"\\{found[0]}", joined) if at_start else joined


def link(text: str, url: str) -> str:
    """A link, or the text alone where the address is none of the web's."""
    return f"[{text}]({url.replace('(', '%28').replace(')', '%29')})" if url else text


def _title(reference: Reference) -> str:
    title = escape(reference.title or "Untitled")
    if reference.arxiv is not None:
        return link(title, reference.arxiv.url)
    doi = doi_of(reference)
    return link(title, web_address(reference.url) or (doi_address(doi) if doi else ""))


def _venue(reference: Reference) -> str:
    year = str(reference.issued.year) if reference.issued else ""
    if reference.container is None:
        return "" if reference.arxiv else year
    where = f"*{escape(reference.container)}*"
    numbers = " ".join(escape(part) for part in (reference.volume, f"({reference.issue})" if reference.issue else None) if part)
    pages = escape(reference.pages).replace("-", "–") if reference.pages else ""
    place = ", ".join(part for part in (f"{where} {numbers}".strip(), pages) if part)
    return f"{place} ({year})" if year else place


def _arxiv_link(reference: Reference) -> str:
    if reference.arxiv is None:
        return ""
    linked = link(f"arXiv:{reference.arxiv}", reference.arxiv.url)
    year = f", {reference.issued.year}" if reference.issued and reference.container is None else ""
    return linked + year


def _doi_link(doi: str) -> str:
    return link(f"doi:{escape(doi)}", doi_address(doi)) if doi else ""
