"""A number without a mark, and what stands around it."""

from bibtool.extractors.found import Markup
from bibtool.frozen import dataclass
from bibtool.identifiers import ArxivId

LOOK_BACK = 160
LOOK_AHEAD = 80
# As far back as the word before a number may stand.
REACH = 48

# Form, confidence and evidence.
Verdict = tuple[str, float, str]


@dataclass(frozen=True, slots=True)
class Bare:
    """A well-formed number in folded text: identifier from `start` to `end`.

    `archive` is what stands before its slash, `suffix` the archive of the class behind it, `cased` the text before folding to lower case.
    """

    text: str
    cased: str
    start: int
    end: int
    identifier: ArxivId
    archive: str | None
    suffix: str | None
    markup: Markup

    @property
    def before(self) -> str:
        return self.text[max(0, self.start - LOOK_BACK) : self.start]

    @property
    def after(self) -> str:
        return self.text[self.end : self.end + LOOK_AHEAD]
