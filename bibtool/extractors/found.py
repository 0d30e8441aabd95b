"""What an extractor finds in raw text, and what the characters of that text may stand for."""

from enum import Enum

from bibtool.frozen import dataclass
from bibtool.identifiers import ArxivId


class Markup(Enum):
    """What a document's characters may stand for besides themselves."""

    PLAIN = "plain"
    JSON = "json"
    HTML = "html"
    BIBTEX = "bibtex"


@dataclass(frozen=True, slots=True)
class Found:
    """An identifier and where it stands in the raw text that was searched."""

    start: int
    end: int
    identifier: ArxivId
    form: str
    confidence: float
    evidence: str


def shifted(found: Found, start: int, end: int) -> Found:
    """The same identifier at other offsets."""
    return Found(start, end, found.identifier, found.form, found.confidence, found.evidence)
