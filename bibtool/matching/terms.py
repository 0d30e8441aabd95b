"""What of a record is looked for: words of title and families, words of the abstract, the whole title, volume and page, the DOI.

A term of the last four kinds starts with a mark of its own, so that one index holds them all.
"""

import re
from collections.abc import Iterable
from hashlib import blake2b
from itertools import chain

from bibtool.journal_ref import parse_journal_ref
from bibtool.matching.folding import letters_of, words_of
from bibtool.reference import Reference

# The version of this module's terms: an index made of other ones is made anew.
VERSION = 2
ABSTRACT, TITLE, LOCATOR, DOI = "_", "=", "@", "&"
MARKS = ABSTRACT + TITLE + LOCATOR + DOI
# Collaborations have thousands of members; a reference names the first few.
AUTHORS = 30
# The commonest words of abstracts: to look for them takes long and tells nothing.
COMMON = frozenset(
    "a about all also an and any are as at based be been between both but by can case data different due each field first for from given "  # noqa: SIM905
    "has have here how however if in into is it its large less may method methods model models more most new non not number obtained of "
    "on one only or order other our paper present problem propose proposed provide recent results s same several show shown study such "
    "system systems than that the their then there these they this those three through time to two under up use used using very via was "
    "we well were when where which while with within work".split()
)


def terms_of(record: Reference) -> list[str]:
    """The terms under which an index finds the record, each once."""
    title = words_of(record.title or "")
    families = (words_of(name.literal or name.family or "") for name in record.authors[:AUTHORS])
    terms = list(dict.fromkeys(chain(title, *families)))
    if title:
        terms.append(title_term("".join(title)))
    if record.abstract:
        terms += abstract_terms(words_of(record.abstract))
    if record.doi is not None:
        terms.append(doi_term(record.doi.name))
    if record.journal_ref or record.pages:
        terms += dict.fromkeys(locator_term(volume, page) for volume, page in locators(record))
    return terms


def abstract_terms(words: Iterable[str]) -> list[str]:
    """The terms of an abstract's words, each once, but for the commonest."""
    return [ABSTRACT + word for word in dict.fromkeys(words) if word not in COMMON]


def title_term(letters: str) -> str:
    """The term of a whole folded title."""
    return TITLE + _digest(letters)


def doi_term(name: str) -> str:
    """The term of a DOI, in whatever case."""
    return DOI + _digest(name.lower())


def locator_term(volume: str, page: str) -> str:
    """The term of a volume and a first page."""
    return f"{LOCATOR}{letters_of(volume)}x{letters_of(page).lstrip('0')}"


def locators(record: Reference) -> list[tuple[str, str]]:
    """Where the record was printed: volume and first page, as far as it says."""
    found = [(record.volume, record.pages)]
    parsed = parse_journal_ref(record.journal_ref) if record.journal_ref else None
    if parsed is not None:
        found.append((parsed.volume, parsed.pages))
    return [(volume, re.split(r"[-–—]", pages)[0]) for volume, pages in found if volume and pages]


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=7).hexdigest()
