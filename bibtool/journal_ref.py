"""arXiv's journal references: free text by the submitter, taken apart where it says plainly what is what.

A few forms cover what submitters, INSPIRE, HAL and the IMS write: `Phys.Rev.D76:013009,2007`, `Nature 522 (2015) 68-72`,
`Phys. Rev. B 77, 035323 (2008)`, `Optics Letters 32, 15 (2007) 2206-2208`, `Bernoulli 2008, Vol. 14, No. 4, 988-1002`, and their spelt-out
relative `Journal, Vol. 3, No. 1, pp. 4-9, 2012`. Anything else is no guess of ours: it stays a note.
"""

import re
from dataclasses import replace
from functools import lru_cache

from bibtool.frozen import dataclass
from bibtool.plain_text import plain
from bibtool.reference import PartialDate, Reference

# A longer text is a sentence, not a reference.
MAX_LENGTH = 250

_JOURNAL = r"(?P<journal>[^\W\d_](?:[^\d;()@]|\([A-Z][A-Za-z]*\))*?)"
_VOLUME = r"[\s,]*(?:(?<![A-Za-z])(?:[Vv]ol(?:ume)?|[Vv]|[Nn]o)\b\.?\s*)?(?P<volume>[0-9]{1,5})"
_NUMBER = r"[0-9]{1,4}(?:[-–/][0-9]{1,4})?"
_ISSUE = rf"(?:\s*\(\s*(?P<issue>{_NUMBER})\s*\)|[\s,]+(?:[Nn][or]|[Nn]umber|[Ii]ssues?)\b\.?\s*(?P<number>{_NUMBER}))?"
_PAGE = r"[A-Za-z]{0,2}[0-9]{1,7}(?:[A-Za-z]|\([A-Z]\))?"
_PAGES_MARK = r"(?:[Pp]p?(?:\.\s*|\s+|(?=[0-9]))|[Pp]ages?\s*|id\.?\s*|[Aa]rt(?:icle)?\.?\s*(?:(?:[Nn]o|ID)\b\.?\s*)?)?"
_PAGES = rf"{_PAGES_MARK}(?P<pages>{_PAGE}(?:\s*[-–—]{{1,3}}\s*{_PAGE})?)"
_MONTH = r"(?:[0-9]{1,2}\s+)?(?:[A-Z][a-z]{2,8}\.?\s+)?"
_YEAR = rf"{_MONTH}(?P<year>(?:18|19|20)[0-9]{{2}})"
# "7 pages" and "(Brief Report)" say nothing of where.
_END = r"(?:,?\s*\(?[0-9]{1,4}\s*(?:pages|pp)\b\.?\)?|\s*\([A-Z][a-z]+ [A-Z][a-z]+\))?\s*\.?"
_RANGE = rf"{_PAGES_MARK}(?P<pages>{_PAGE}\s*[-–—]{{1,3}}\s*{_PAGE})"

# Compiled when they are first tried: most texts need the first few only.
_FORMS = tuple(
    _JOURNAL + form + _END
    for form in (
        rf"{_VOLUME}{_ISSUE}\s*:\s*{_PAGES}[,\s(]+{_YEAR}\)?",
        rf"{_VOLUME}{_ISSUE}[\s,]*\(\s*{_YEAR}\s*\)[\s,:]*{_PAGES}",
        rf"{_VOLUME}[\s,]*\(\s*{_YEAR}\s*\){_ISSUE}[\s,:]*{_PAGES}",
        rf"{_VOLUME}{_ISSUE}[\s,]+{_PAGES}[\s,]*\(\s*{_YEAR}\s*\)",
        rf"{_VOLUME}{_ISSUE}[\s,]+{_PAGES},\s*{_YEAR}",
        rf"{_VOLUME}{_ISSUE},\s*{_YEAR}(?:[\s,:]+{_PAGES})?",
        # What stands between volume and year is an issue only where pages follow, and pages are a range only where a colon parts the issue.
        rf"{_VOLUME},\s*(?P<issue>[0-9]{{1,3}})\s*\(\s*{_YEAR}\s*\)[\s,:]*{_PAGES}",
        rf"{_VOLUME}:(?P<issue>[0-9]{{1,3}}),\s*{_RANGE},\s*{_YEAR}",
        rf"{_VOLUME}:(?P<issue>[0-9]{{1,3}}),\s*{_YEAR},\s*{_RANGE}",
        rf"[\s,]+{_YEAR},\s*[Vv]ol\.\s*(?P<volume>[0-9]{{1,4}}),\s*[Nn]o\.\s*(?P<number>{_NUMBER}),\s*{_PAGES}",
        rf"\s*\(\s*{_YEAR}\s*\)\s*(?P<volume>[0-9]{{1,4}})\s*:\s*{_PAGES}",
    )
)
# A section's letter sticks to the volume: Phys.Rev.D76, Phys. Lett. B716.
_SECTION = re.compile(r"(?<=[.\s])(?P<section>[A-H])(?=[0-9]{1,4}\b)(?!0)")
# Proceedings and books have volumes too, but an editor and a title of their own that no pattern tells apart.
# These are journals all the same: Proceedings of the Royal Society A, Journal of Physics: Conference Series.
_SOCIETIES = (
    r"(?:ieee|(?:national|royal|american|london|edinburgh|cambridge|japan|indian)\s+"
    r"(?:academy|society|mathematical|physical|philosophical))"
)
_NO_JOURNAL = re.compile(
    rf"(?i)\b(?:proceedings(?!\s+of\s+the\s+{_SOCIETIES})|in\s*proc|proc\.? of|conference(?!\s+series)|workshop|symposium|"
    r"chapter|thesis|springer|editors?|eds?\.|arxiv|submitted|accepted|to appear|in press|PoS)\b|[\"“”]"
)
_FOREWORD = re.compile(r"(?i)^(?:published|appeared)\s+in:?\s+")
# A paper's title before its journal: "Mathematics of Tomography, European J. Appl. Math."
_TITLED = re.compile(r",.*\b(?:J\.|Journal|Trans\.|Rev\.|Lett\.)")
# Journal of Statistical Mechanics has years for volumes, and pages that start with their month.
_JSTAT = re.compile(
    r"(?P<journal>J\. ?Stat\. ?Mech\.(?:: Theory Exp\.)?),?\s*"
    r"(?:\((?P<year>[0-9]{4})\)\s*(?P<pages>[PLN][0-9]{5})|(?P<early>[PLN][0-9]{5}) \((?P<late>[0-9]{4})\))"
)
_INITIAL_RUN = re.compile(r"(?<=[a-z]\.)(?=[^\W\d_])|(?<=[A-Z]\.)(?=[^\W\d_](?:[a-z]|$))")
# "L. H. Friedman. Order of ...": authors before the journal, not "J. R. Soc. Interface".
_AUTHORS = re.compile(r"(?!J\.)(?:[A-Z]\.\s*){2}|.*,\s*[A-Z]\.")
_ERRATUM = re.compile(r"\s*(?:;|,?\s*\[?\(?(?=[Ee]rrat))\s*")


@dataclass(frozen=True, slots=True)
class JournalRef:
    """A journal reference in its parts. `rest` is what stood after the first one: errata, a second printing."""

    journal: str
    volume: str
    year: int
    issue: str | None = None
    pages: str | None = None
    rest: str | None = None


def parse_journal_ref(text: str) -> JournalRef | None:
    """The parts of a journal reference; None where the text does not say plainly what is what.

    >>> parse_journal_ref("Phys.Rev.D76:013009,2007")
    JournalRef(journal='Phys. Rev. D', volume='76', year=2007, issue=None, pages='013009', rest=None)
    """
    folded = plain(text)
    first, rest = ([*_ERRATUM.split(folded, maxsplit=1), ""])[:2]
    if len(folded) > MAX_LENGTH or _NO_JOURNAL.search(first):
        return None
    if mechanics := _JSTAT.fullmatch(first.strip(" .")):
        year, page = mechanics["year"] or mechanics["late"], mechanics["pages"] or mechanics["early"]
        return JournalRef(_spaced(mechanics["journal"]), year, int(year), pages=page, rest=rest.strip(" .[]()") or None)
    separated = _SECTION.sub(r"\g<section> ", _FOREWORD.sub("", first))
    written = next((found for form in _FORMS if (found := _compiled(form).fullmatch(separated))), None)
    if written is None or _AUTHORS.match(written["journal"]) or _TITLED.search(written["journal"]):
        return None
    parts = written.groupdict()
    pages = parts.get("pages")
    return JournalRef(
        journal=_spaced(parts["journal"]),
        volume=parts["volume"],
        year=int(parts["year"]),
        issue=parts.get("issue") or parts.get("number"),
        pages=re.sub(r"\s*[-–—]+\s*", "-", pages) if pages else None,
        rest=rest.strip(" .[]()") or None,
    )


def published(reference: Reference) -> Reference:
    """The reference as its journal knows it, where its `journal_ref` parses; otherwise the reference itself.

    The year is then the journal's; what `journal_ref` says beyond the first printing stays there. Where nobody gave a date, arXiv's
    numbering gives year and month. Particles among the given names are put where they belong.
    """
    authors = tuple([name.settled() for name in reference.authors])
    if authors != reference.authors:
        reference = replace(reference, authors=authors)
    if reference.issued is None and reference.arxiv is not None:
        reference = replace(reference, issued=PartialDate(*reference.arxiv.month))
    if reference.journal_ref is None or reference.container is not None or reference.type != "article":
        return reference
    parsed = parse_journal_ref(reference.journal_ref)
    if parsed is None:
        return reference
    return replace(
        reference,
        type="article-journal",
        genre=None,
        publisher=None,
        container=parsed.journal,
        volume=parsed.volume,
        issue=parsed.issue,
        pages=parsed.pages,
        issued=PartialDate(parsed.year),
        journal_ref=parsed.rest,
    )


@lru_cache(maxsize=len(_FORMS))
def _compiled(form: str) -> re.Pattern[str]:
    return re.compile(form, re.ASCII)


def _spaced(journal: str) -> str:
    """`Phys.Rev.` as `Phys. Rev.`; blanks and a comma at the end go."""
    return _INITIAL_RUN.sub(" ", journal).strip(" ,:")
