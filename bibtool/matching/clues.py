"""What a piece of text says by itself, read once: its letters, words, years, volume and page, DOIs and arXiv identifiers."""

import re
from dataclasses import dataclass
from functools import cached_property

from bibtool.errors import IdentifierError
from bibtool.identifiers import ArxivId, Doi, parse_identifier
from bibtool.matching import terms
from bibtool.matching.folding import Folded, folded, letters_of, without_tex, words_of

_YEAR = re.compile(r"(?<![\w.])(?:1[89]|20)[0-9]{2}(?=[a-z]?(?!\w|\.[0-9]))", re.ASCII)
_NUMBER = re.compile(r"(?<![\w.])[A-Z]{0,2}[0-9]{1,7}[A-Z]?(?!\w)", re.ASCII)
_DOI = re.compile(r"\b10\.[0-9]{4,9}/[^\s\"<>{}\\^`|]+(?:\s?(?<=[-/._])\S+)?")
_ARXIV = re.compile(
    r"(?i)(?<![\w.])(?:arxiv\s*[:.]?\s*|arxiv\.org/(?:abs|pdf)/|abs/)?(?P<id>[a-z-]{2,9}(?:\.[a-z]{2})?/[0-9]{7}|[0-9]{4}\.[0-9]{4,5})(?:v[0-9]+)?(?![\w/])"
)
_SHORT = re.compile(r"(?<![\w.])[^\W\d_]{1,9}(?=\.)")
# Where one part of a reference ends and another begins.
_SEGMENT = re.compile(r"[^.,:;!?\"“”‘’«»()\[\]\n|]+")
MOST_SEGMENTS = 40
MOST_LETTERS, LEAST_LETTERS = 300, 10
# A page stands so near behind its volume.
NEAR = 3


@dataclass(frozen=True)
class Clues:
    """A piece's text without TeX, and what can be read off it."""

    text: str

    @classmethod
    def of(cls, raw: str) -> "Clues":
        """What a piece says as it stands in its document."""
        return cls(re.sub(r"(?<=[^\W\d_])[-\u2010\u00ad][ \t]*\r?\n[ \t>%*]*(?=[a-z])", "", without_tex(raw.replace("&amp;", "&"))))

    @cached_property
    def folded(self) -> Folded:
        return folded(self.text)

    @cached_property
    def words(self) -> list[str]:
        return words_of(self.text)

    @cached_property
    def short_words(self) -> list[str]:
        """What may be a word cut short: letters before a dot."""
        return list(dict.fromkeys(word for found in _SHORT.finditer(self.text) for word in words_of(found[0])))

    @cached_property
    def years(self) -> list[tuple[int, int]]:
        """Each year, and where it stands."""
        return [(int(found[0]), found.start()) for found in _YEAR.finditer(self.text)]

    @cached_property
    def dois(self) -> list[Doi]:
        """The DOIs of published works."""
        found = (_parsed(match[0].rstrip(".,;:)]'’”")) for match in _DOI.finditer(self.text))
        return [one for one in found if isinstance(one, Doi)]

    @cached_property
    def arxiv(self) -> list[ArxivId]:
        """The arXiv identifiers, in whatever form."""
        found = [_parsed(match["id"]) for match in _ARXIV.finditer(self.text)]
        found += [_parsed(match[0].rstrip(".,;:)]")) for match in _DOI.finditer(self.text)]
        return list(dict.fromkeys(one for one in found if isinstance(one, ArxivId)))

    @cached_property
    def locators(self) -> set[str]:
        """The terms of what may be a volume and its first page."""
        numbers = [found[0] for found in _NUMBER.finditer(self.text)][:20]
        pairs = ((one, other) for at, one in enumerate(numbers) for other in numbers[at + 1 : at + 1 + NEAR])
        return {terms.locator_term(one, other) for one, other in pairs} if len(numbers) > 1 else set()

    @cached_property
    def title_terms(self) -> list[str]:
        """The terms of every run of up to four segments: one of them may be a whole title."""
        segments = [letters_of(found[0]) for found in _SEGMENT.finditer(self.text)][:MOST_SEGMENTS]
        segments = [segment for segment in segments if segment]
        runs = ("".join(segments[start : start + size]) for size in range(1, 5) for start in range(len(segments) - size + 1))
        return [terms.title_term(run) for run in dict.fromkeys(runs) if LEAST_LETTERS <= len(run) <= MOST_LETTERS]

    @property
    def certain_terms(self) -> list[str]:
        """The terms that few records share: DOIs, volume with page, whole titles."""
        return [*(terms.doi_term(doi.name) for doi in self.dois), *sorted(self.locators), *self.title_terms]


def _parsed(text: str) -> ArxivId | Doi | None:
    try:
        return parse_identifier(text)
    except IdentifierError:
        return None
