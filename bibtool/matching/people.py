"""Whether the people of a record are those that a text names."""

import re
from dataclasses import dataclass

from bibtool.matching.clues import Clues
from bibtool.matching.folding import words_of
from bibtool.reference import Name, Reference

_NAME = re.compile(r"[^\W\d_][^\W\d_'’-]+")
NO_NAMES = frozenset(
    "and et al eds editors with in the a an of on for von van de der den del la le el collaboration team group by jr sr ii iii others "  # noqa: SIM905
    "und".split()
)
# Names of collaborations with thousands: a text names the first of them.
MOST_AUTHORS = 60
# One letter of four may be misread: beside a title, the risk of taking Wang for Yang is none.
LEAST_FUZZY, LEAST_JOINED = 4, 7
LIKE = 74.0


@dataclass(frozen=True, slots=True)
class People:
    """Whether the first author is named, how many others are (of those that were looked for), and how many names are strangers'."""

    has_first: bool
    others: int
    named: int
    strangers: int

    @property
    def found(self) -> int:
        return self.others + self.has_first


def people(clues: Clues, record: Reference, start: int, end: int) -> People:
    """The record's authors in the text outside of its title, which stands at these places of it."""
    outside = clues.text[:start] + " \n " + clues.text[end:]
    words = set(words_of(outside))
    joined = "".join(words_of(outside)) if record.authors else ""
    authors = record.authors[:MOST_AUTHORS]
    present = [_is_in(name, words, joined) for name in authors[:12]]
    has_first = bool(authors) and (present[0] or _is_nearly_in(authors[0], words))
    before = [word for found in _NAME.finditer(clues.text[:start]) if found[0][0].isupper() for word in words_of(found[0])]
    before = [word for word in before if word not in NO_NAMES and len(word) > 1]
    known = {word for name in authors for word in words_of(str(name))}
    strangers = [word for word in before if word not in known and not is_like_any(word, known)]
    return People(has_first, sum(present[1:]), len(before), len(strangers))


def _is_in(name: Name, words: set[str], joined: str) -> bool:
    parts = words_of(name.literal or name.family or "")
    return bool(parts) and (all(part in words for part in parts) or (len("".join(parts)) >= LEAST_JOINED and "".join(parts) in joined))


def _is_nearly_in(name: Name, words: set[str]) -> bool:
    parts = words_of(name.literal or name.family or "")
    return any(len(part) >= LEAST_FUZZY and is_like_any(part, words) for part in ["".join(parts), *parts])


def is_like_any(word: str, words: set[str]) -> bool:
    """Whether one of the words is this one, perhaps with a letter or two misread."""
    from rapidfuzz.fuzz import ratio

    return any(abs(len(word) - len(other)) <= 2 and ratio(word, other, score_cutoff=LIKE) >= LIKE for other in words if len(other) > 2)
