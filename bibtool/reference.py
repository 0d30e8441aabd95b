"""Reference: one bibliographic record, of any kind of work. Types, names and dates in CSL's terms.

https://docs.citationstyles.org/en/stable/specification.html (CSL 1.0.2, appendices III and IV).
"""

import re
from dataclasses import field, replace
from datetime import datetime

from bibtool.frozen import dataclass
from bibtool.identifiers import ArxivId, Doi, Identifier

_DATE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?(?![0-9])", re.ASCII)

PARTICLES = frozenset(
    {"van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "las", "los", "le", "ter", "ten", "zu"}
)


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in CSL's parts, or a group's in `literal` alone. What is not known is None.

    `particle` stands before the family name ("van der"), `suffix` after it ("Jr.").
    """

    family: str | None = None
    given: str | None = None
    particle: str | None = None
    suffix: str | None = None
    literal: str | None = None

    def __str__(self) -> str:
        """As one reads it out: "Ludwig van Beethoven, Jr."."""
        if self.literal is not None:
            return self.literal
        is_elided = self.particle is not None and self.particle.endswith(("'", "’", "-"))
        family = "".join(part for part in (self.particle, "" if is_elided or not self.particle else " ", self.family) if part)
        person = " ".join(part for part in (self.given, family) if part)
        return f"{person}, {self.suffix}" if self.suffix else person

    def settled(self) -> "Name":
        """The name with particles that stand behind the given names ("Aaron van den" + "Oord") where they belong.

        Known particles only: a small word may as well be a part of a given name ("Kyoo il").
        """
        if self.given is None or self.particle is not None or not self.family or not self.given[-1:].islower():
            return self
        words = self.given.split()
        first = len(words)
        while first > 1 and words[first - 1] in PARTICLES:
            first -= 1
        if first == len(words):
            return self
        return replace(self, given=" ".join(words[:first]), particle=" ".join(words[first:]))


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as far as it is known: a year, perhaps a month (1-12), perhaps a day.

    >>> str(PartialDate.parse("2024-07-31T19:13:07Z")), str(PartialDate(1997, 11))
    ('2024-07-31', '1997-11')
    """

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> "PartialDate | None":
        """The date at the start of an ISO 8601 text; None where there is none or it is no date of the calendar."""
        written = _DATE.match(text.strip())
        if written is None:
            return None
        parts = written.groups()
        year, month, day = int(parts[0]), int(parts[1]) if parts[1] else None, int(parts[2]) if parts[2] else None
        if not year or (month is not None and not 1 <= month <= 12):
            return None
        if day is not None and not _is_day(year, month or 1, day):
            return cls(year, month)
        return cls(year, month, day)

    def __str__(self) -> str:
        month = "" if self.month is None else f"-{self.month:02}"
        day = "" if self.day is None else f"-{self.day:02}"
        return f"{self.year:04}{month}{day}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One bibliographic record. Texts are plain Unicode, TeX mathematics in `$...$` as the only mark-up.

    `type` is CSL's word: an arXiv paper is "article" with `genre` "preprint". The first of `identifiers` names the work, with a
    version only where the author wrote one; a DOI beside an arXiv identifier stands there too. `version` is the version that the
    record describes. `status` is "withdrawn" or None. `fields` holds what else an author's entry held. `source` and `retrieved` tell who
    said so and when; they are no part of equality.
    """

    type: str
    identifiers: tuple[Identifier, ...] = ()
    title: str | None = None
    authors: tuple[Name, ...] = ()
    issued: PartialDate | None = None
    updated: PartialDate | None = None
    genre: str | None = None
    version: int | None = None
    status: str | None = None
    container: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    publisher: str | None = None
    journal_ref: str | None = None
    abstract: str | None = None
    comment: str | None = None
    url: str | None = None
    primary_category: str | None = None
    categories: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    source: str | None = field(default=None, compare=False)
    retrieved: datetime | None = field(default=None, compare=False)

    @property
    def identifier(self) -> Identifier | None:
        """The identifier that names the work."""
        return self.identifiers[0] if self.identifiers else None

    @property
    def arxiv(self) -> ArxivId | None:
        """Its arXiv identifier, pinned to a version where the author pinned it."""
        for known in self.identifiers:
            if isinstance(known, ArxivId):
                return known
        return None

    @property
    def doi(self) -> Doi | None:
        """The DOI of the published work; arXiv's own DOI (10.48550/arXiv...) is made by the formatters that want it."""
        for known in self.identifiers:
            if isinstance(known, Doi):
                return known
        return None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        datetime(year, month, day)
    except ValueError:
        return False
    return True
