"""Identifiers of works: parse, normalise, compare.

arXiv's own rules: https://info.arxiv.org/help/arxiv_identifier.html. The months in which each old archive took papers
are those of arXiv's monthly listings.
"""

import re
import time
from functools import lru_cache
from typing import ClassVar, Protocol, Self, runtime_checkable

from bibtool.errors import IdentifierError
from bibtool.frozen import dataclass
from bibtool.terminal import quoted

# The first archive opened in August 1991.
FIRST_MONTH = (1991, 8)
# Identifiers are numbered from here on as YYMM.NNNN, from 1501 on as YYMM.NNNNN.
FIRST_NEW_MONTH = (2007, 4)
FIRST_FIVE_DIGIT_MONTH = (2015, 1)

# A number dated later than this is no identifier: the month of this release plus 24.
RELEASE_HORIZON = (2028, 11)
# A two-digit year below this is 20YY: the first archive opened in 1991.
CENTURY_PIVOT = 91

# Papers were back-filled before an archive opened, by about a year.
BACKFILL_MONTHS = 12

# Archive: first and last month (YYMM) of old-style identifiers.
ARCHIVES = {
    "acc-phys": ("9411", "9609"),
    "adap-org": ("9303", "9912"),
    "alg-geom": ("9202", "9712"),
    "ao-sci": ("9502", "9609"),
    "astro-ph": ("9204", "0703"),
    "atom-ph": ("9509", "9609"),
    "bayes-an": ("9506", "9611"),
    "chao-dyn": ("9301", "9912"),
    "chem-ph": ("9403", "9609"),
    "cmp-lg": ("9404", "9809"),
    "comp-gas": ("9302", "9912"),
    "cond-mat": ("9204", "0703"),
    "cs": ("9301", "0703"),
    "dg-ga": ("9406", "9712"),
    "funct-an": ("9204", "9712"),
    "gr-qc": ("9207", "0703"),
    "hep-ex": ("9404", "0703"),
    "hep-lat": ("9202", "0703"),
    "hep-ph": ("9203", "0703"),
    "hep-th": ("9108", "0703"),
    "math": ("9202", "0703"),
    "math-ph": ("9609", "0703"),
    "mtrl-th": ("9411", "9609"),
    "nlin": ("9301", "0703"),
    "nucl-ex": ("9412", "0703"),
    "nucl-th": ("9210", "0703"),
    "patt-sol": ("9302", "9912"),
    "physics": ("9610", "0703"),
    "plasm-ph": ("9509", "9609"),
    "q-alg": ("9412", "9712"),
    "q-bio": ("0309", "0703"),
    "quant-ph": ("9412", "0703"),
    "solv-int": ("9304", "9912"),
    "supr-con": ("9411", "9609"),
}

_WRITTEN = re.compile(
    r"(?:arxiv\s*:\s*)?"
    r"(?:(?P<archive>[a-z-]+)(?:\.[a-z-]{2,})?/)?"
    r"(?P<digits>[0-9]{7}|[0-9]{4}\.[0-9]{4,5})"
    r"(?:v(?P<version>[1-9][0-9]{0,8}))?",
    re.ASCII | re.IGNORECASE,
)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.", re.ASCII | re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[a-z0-9>])[.,]$", re.ASCII | re.IGNORECASE)
# In a link, what a site adds to know where its readers come from; a question mark of the DOI itself is encoded there.
_QUERY = re.compile(r"\?[a-z_]+=.*", re.ASCII | re.IGNORECASE)
# Wiley's older ones hold angle brackets: 10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2.
_DOI = re.compile(
    r"""
    (?:(?:urn:)?doi\s*:\s* | info:doi/)?
    (?P<link>(?:https?://)?(?:(?:dx|www)\.)?doi\.org/)?
    (?P<name>10\.[0-9]{4,9}(?:\.[0-9]+)*(?:/|%2F)[^\s\"]+)
    """,
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)


@runtime_checkable
class Identifier(Protocol):
    """What names one work. Equal identifiers name the same version of the same work."""

    @property
    def scheme(self) -> str:
        """The kind of identifier: "arxiv", "doi"."""

    @property
    def version(self) -> int | None:
        """The version that it names; None for whichever is newest, or where the scheme has none."""

    @property
    def url(self) -> str:
        """Where the work is shown to a reader."""

    def without_version(self) -> Self:
        """The identifier of the work in any version."""

    def __str__(self) -> str:
        """As its scheme spells it, version included, without a prefix."""


@dataclass(frozen=True, slots=True)
class ArxivId:
    """An arXiv identifier in arXiv's own spelling. `parse` makes one from text and checks it; the constructor trusts.

    >>> str(ArxivId.parse("arXiv:hep-th/9901001v2"))
    'hep-th/9901001v2'
    """

    number: str
    version: int | None = None
    scheme: ClassVar[str] = "arxiv"

    @classmethod
    def parse(cls, text: str) -> "ArxivId":
        """The identifier that `text` spells: `2404.07839`, `arXiv:math.GT/0309136v2`, `10.48550/arXiv.1706.03762`.

        Raises IdentifierError, which says what is wrong with the text.
        """
        written = _WRITTEN.fullmatch(_ARXIV_DOI.sub("", text.strip(), count=1))
        if written is None:
            raise IdentifierError(f"not an arXiv identifier: {quoted(text)} (one looks like 2404.07839 or hep-th/9901001)")
        digits, archive = written["digits"], written["archive"]
        version = int(written["version"]) if written["version"] else None
        if "." in digits:
            problem = _problem_of_new(digits)
            number = digits
        elif archive:
            problem = _problem_of_old(archive.lower(), digits)
            number = f"{archive.lower()}/{digits}"
        else:
            problem, number = "an identifier from before April 2007 needs its archive, as in hep-th/9901001", digits
        if problem:
            raise IdentifierError(f"not an arXiv identifier: {quoted(text)}: {problem}")
        return cls(number, version)

    @property
    def url(self) -> str:
        """The abstract page."""
        return f"https://arxiv.org/abs/{self}"

    @property
    def archive(self) -> str | None:
        """The archive of an old-style identifier ("hep-th"), None for a new one."""
        archive, slash, _ = self.number.partition("/")
        return archive if slash else None

    @property
    def month(self) -> tuple[int, int]:
        """Year and month in which arXiv numbered the paper."""
        return month_of(self.number.rpartition("/")[2])

    def without_version(self) -> "ArxivId":
        return self if self.version is None else ArxivId(self.number)

    def __str__(self) -> str:
        return self.number if self.version is None else f"{self.number}v{self.version}"

    def __lt__(self, other: "ArxivId") -> bool:
        """Older first; within a month by number, then by version."""
        return (self.month, self.number, self.version or 0) < (other.month, other.number, other.version or 0)


@dataclass(frozen=True, slots=True, eq=False)
class Doi:
    """A DOI without resolver or prefix, as it was written; compared without regard to case (DOI handbook, 2.4).

    >>> Doi.parse("https://doi.org/10.1038/NPHYS1170") == Doi("10.1038/nphys1170")
    True
    """

    name: str
    scheme: ClassVar[str] = "doi"
    version: ClassVar[int | None] = None

    @classmethod
    def parse(cls, text: str) -> "Doi":
        """The DOI that `text` spells, bare, after `doi:` (`urn:doi:`, `info:doi/`) or as a link. Raises IdentifierError."""
        written = _DOI.fullmatch(text.strip())
        if written is None:
            raise IdentifierError(f"not a DOI: {quoted(text)} (one looks like 10.1038/nphys1170)")
        name = written["name"]
        if written["link"] or "/" not in name:
            from urllib.parse import unquote

            name = _QUERY.sub("", name)
            return cls(name) if (bare := unquote(name)) == name else cls.parse(bare)
        return cls(name)

    @property
    def url(self) -> str:
        """The resolver's address."""
        from urllib.parse import quote

        return "https://doi.org/" + quote(self.name, safe="/:;()._-")

    def without_version(self) -> "Doi":
        return self

    def __str__(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Doi) and self.name.lower() == other.name.lower()

    def __hash__(self) -> int:
        return hash(self.name.lower())

    def __lt__(self, other: "Doi") -> bool:
        return self.name.lower() < other.name.lower()


def parse_identifier(text: str) -> ArxivId | Doi:
    """The identifier that `text` spells in any known scheme, in angle brackets too; an arXiv DOI is the arXiv identifier.

    Raises IdentifierError.
    """
    text = _SENTENCE_END.sub("", text.strip())
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    if "10." not in text:
        return ArxivId.parse(text)
    try:
        doi = Doi.parse(text)
    except IdentifierError:
        if text.startswith("10."):
            raise
        return ArxivId.parse(text)
    return ArxivId.parse(doi.name) if _ARXIV_DOI.match(doi.name) else doi


def checked(archive: str | None, digits: str, version: int | None = None) -> ArxivId | None:
    """The identifier with these parts ("hep-th", "9901001" or None, "2404.07839"), or None where arXiv never gave such a number."""
    if "." in digits:
        return None if _problem_of_new(digits) else ArxivId(digits, version)
    if archive is None or _problem_of_old(archive, digits):
        return None
    return ArxivId(f"{archive}/{digits}", version)


def month_of(digits: str) -> tuple[int, int]:
    """Year and month from the YYMM at the start of an identifier's digits."""
    year = int(digits[:2])
    return (year + (1900 if year >= CENTURY_PIVOT else 2000), int(digits[2:4]))


def horizon(now: float | None = None) -> tuple[int, int]:
    """The last month that an identifier may carry: the release's, or today's where that is later."""
    today = time.gmtime(now)
    return max(RELEASE_HORIZON, (min(today.tm_year, 2090), today.tm_mon))


HORIZON = horizon()


def _problem_of_new(digits: str) -> str | None:
    month, _, sequence = digits.partition(".")
    if int(sequence) == 0:
        return "numbers start at 1"
    return _problem_of_month(month, len(sequence))


@lru_cache(maxsize=1024)  # there are few months, and many numbers in each
def _problem_of_month(digits: str, sequence_length: int) -> str | None:
    year, month = month_of(digits)
    if not 1 <= month <= 12:
        return f"there is no month {digits[2:4]}"
    if (year, month) < FIRST_NEW_MONTH:
        return "numbers of this form start with April 2007 (0704)"
    if (year, month) > HORIZON:
        return f"{year}-{month:02} is still to come"
    wanted = 5 if (year, month) >= FIRST_FIVE_DIGIT_MONTH else 4
    return None if sequence_length == wanted else f"{digits} has {wanted} digits after the point"


def _problem_of_old(archive: str, digits: str) -> str | None:
    if archive not in ARCHIVES:
        return f"there is no archive {archive!r} with numbers of this form"
    year, month = month_of(digits)
    if not 1 <= month <= 12:
        return f"there is no month {digits[2:4]}"
    if int(digits[4:]) == 0:
        return "numbers start at 1"
    first, last = (month_of(bound) for bound in ARCHIVES[archive])
    if _months(year, month) < _months(*first) - BACKFILL_MONTHS or (year, month) > last or (year, month) < FIRST_MONTH:
        return f"{archive} took papers from {first[0]}-{first[1]:02} to {last[0]}-{last[1]:02}"
    return None


def _months(year: int, month: int) -> int:
    return 12 * year + month
