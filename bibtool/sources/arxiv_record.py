"""What every form of an arXiv record has in common: its texts cleaned, its parts put into a Reference."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bibtool.identifiers import ArxivId, Doi
from bibtool.reference import Name, PartialDate, Reference

ARXIV_DOI_PREFIX = "10.48550/"

# From U+03B1 on, without a gap.
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma sigma tau upsilon phi chi psi omega"
)
# Those whose shape is no Latin capital: TeX has no \Alpha.
_GREEK_CAPITALS = "ΓΔΘΛΞΠΣΥΦΨΩ"
_GREEK_VARIANTS = {"ϵ": r"\epsilon", "ϑ": r"\vartheta", "ϕ": r"\phi", "ϖ": r"\varpi", "ϱ": r"\varrho"}
_SMALL = {chr(0x3B1 + at): f"\\{name}" for at, name in enumerate(_GREEK_NAMES.split()) if name != "omicron"}
GREEK = _SMALL | {capital: "\\" + _SMALL[capital.lower()][1:].capitalize() for capital in _GREEK_CAPITALS} | _GREEK_VARIANTS
_MATH = re.compile(r"(?<!\\)\$[^$]*(?<!\\)\$")
_GREEK_LETTER = re.compile(rf"([{''.join(GREEK)}])(?=([A-Za-z])?)")
# A semicolon parts two DOIs only before a blank, the next one or the end: 10.1175/1520-0469(1996)053<0946:ASTFHH>2.0.CO;2 is one.
_DOI_BREAK = re.compile(r"[;,]*\s+|[;,]+(?=\s|$|doi:|https?:|10\.)", re.ASCII | re.IGNORECASE)
_DOI = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)?(?P<name>10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\"]+)", re.ASCII | re.IGNORECASE)
_WITHDRAWN = re.compile(
    r"""
    (?:paper|article|manuscript|submission|work|preprint|note|it|version|been|is|was|be|were)\ (?:(?:has|being|is|was)\ (?:been\ )?)?
        (?:already\ |temporarily\ )?withdrawn
    | ^\W*withdrawn
    | withdrawn\ (?:by|due|because|from\ arxiv|since|as)\b
    | author(?:s|\(s\))?\ (?:has\ |have\ )?withdrawn?\b
    | \bwithdraw(?:ing)?\ (?:it|this|the\ (?:paper|article|manuscript|submission))\b
    """,
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)


def submitted_reference(
    text: Callable[[str], str],
    *,
    version: int | None,
    authors: tuple[Name, ...],
    issued: PartialDate | None,
    updated: PartialDate | None,
    source: str,
) -> Reference:
    """The reference of a record in one of the forms that give texts as submitted: `text` gives the clean text of a field by its name there
    ("comments", "journal-ref"). Raises IdentifierError."""
    categories = text("categories").split()
    return arxiv_reference(
        ArxivId.parse(text("id")).number,
        version=version,
        title=text("title"),
        authors=authors,
        issued=issued,
        updated=updated,
        dois=[text("doi")],
        source=source,
        categories=categories,
        primary_category=categories[0] if categories else None,
        abstract=text("abstract"),
        comment=text("comments"),
        journal_ref=text("journal-ref"),
    )


def arxiv_reference(
    number: str,
    *,
    version: int | None,
    title: str | None,
    authors: tuple[Name, ...],
    issued: PartialDate | None,
    updated: PartialDate | None,
    dois: Iterable[str],
    source: str,
    categories: Sequence[str],
    primary_category: str | None,
    abstract: str | None,
    comment: str | None,
    journal_ref: str | None,
) -> Reference:
    """The reference of an arXiv paper under its identifier without version. Without a date, year and month are those of the number."""
    identifier = ArxivId(number)
    if issued is None:
        issued, source = PartialDate(*identifier.month), f"{source}, date from the identifier"
    return Reference(
        type="article",
        genre="preprint",
        publisher="arXiv",
        identifiers=(identifier, *published_dois(dois)),
        title=title or None,
        authors=authors,
        issued=issued,
        updated=updated,
        version=version,
        status="withdrawn" if is_withdrawn(comment) else None,
        journal_ref=journal_ref or None,
        abstract=abstract or None,
        comment=comment or None,
        url=identifier.url,
        primary_category=primary_category,
        categories=tuple(categories),
        source=source,
    )


def pinned(reference: Reference, identifier: ArxivId) -> Reference:
    """The reference under the identifier as it was asked for: with its version only where it was asked with one."""
    return replace(reference, identifiers=(identifier, *reference.identifiers[1:]), url=identifier.url)


def with_greek_commands(text: str) -> str:
    r"""The text with Greek letters inside `$...$` as commands again; the query API turns `\to\mu` into `\toμ`.

    >>> with_greek_commands("$\\toμe$ of μ")
    '$\\to\\mu e$ of μ'
    """
    if text.isascii() or "$" not in text:
        return text
    return _MATH.sub(lambda math: _GREEK_LETTER.sub(_command, math[0]), text)


def published_dois(written: Iterable[str]) -> tuple[Doi, ...]:
    """The DOIs in these texts, each once; a text may hold several, or rubbish. arXiv's own DOI is none of a published work."""
    found: dict[Doi, None] = {}
    for text in written:
        for part in _DOI_BREAK.split(text):
            doi = _DOI.fullmatch(part.strip(" ,;.\"'"))
            if doi and not doi["name"].lower().startswith(ARXIV_DOI_PREFIX):
                found[Doi(doi["name"])] = None
    return tuple(found)


def is_withdrawn(comment: str | None) -> bool:
    """Whether the comment says so; a withdrawn paper stays in arXiv, and nothing else in its record tells."""
    return bool(comment and "withd" in comment.lower() and _WITHDRAWN.search(comment))


def _command(letter: re.Match[str]) -> str:
    return GREEK[letter[1]] + (" " if letter[2] else "")
