"""From a text's terms to the few records worth a comparison: the rarest terms vote, as many as cost little."""

import math
from collections.abc import Iterable, Sequence
from heapq import nlargest
from itertools import combinations
from typing import Protocol

# A term that more records hold is no help by itself. At 600,000 records, words this rare are two of three in an abstract.
MOST_HOLDERS = 2000
# So many numbers are looked at for one text, from the rarest term on: less than a millisecond.
MOST_VOTES = 2000
MOST_TERMS = 14
# After so many terms it is asked whether one record has so many times the votes of the next: six rare words in common are no chance.
LOOKS, AHEAD = (6, 9), 2.5
# Where all terms are common, records that hold three of the rarest of them.
COMMON_TERMS = 6
TOGETHER = 3
MOST_TOGETHER = 600


class Terms(Protocol):
    """An index: which records, by number, hold a term."""

    @property
    def count(self) -> int: ...
    def frequencies(self, terms: Sequence[str]) -> dict[str, int]: ...
    def holding_all(self, terms: Sequence[str], limit: int) -> list[int]: ...
    def holding_any(self, terms: Sequence[str], limit: int) -> list[int]: ...


def likely(index: Terms, terms: Iterable[str], limit: int) -> list[int]:
    """The records that hold most of the terms, each counting more the fewer hold it; the likeliest first."""
    wanted = list(dict.fromkeys(terms))
    known = index.frequencies(wanted)
    rarest = sorted(wanted, key=lambda term: known.get(term, 0))
    rare = [term for term in rarest if known.get(term, 0) <= MOST_HOLDERS]
    votes: dict[int, float] = {}
    voters = spent = 0
    for term in rare:
        if voters == MOST_TERMS or (voters >= TOGETHER and spent + known.get(term, 0) > MOST_VOTES):
            break
        numbers = index.holding_all([term], MOST_HOLDERS * 2)
        if not numbers:
            continue
        voters, spent = voters + 1, spent + len(numbers)
        weight = math.log1p(index.count / len(numbers))
        for number in numbers:
            votes[number] = votes.get(number, 0.0) + weight
        if voters in LOOKS and _is_clear(votes):
            break
    if voters < TOGETHER:
        _vote_together(index, [term for term in rarest if known.get(term, 0) > MOST_HOLDERS], known, votes)
    best = nlargest(limit, zip(votes.values(), votes, strict=True))
    return [number for _, number in best]


def _is_clear(votes: dict[int, float]) -> bool:
    """Whether one record is so far ahead that the terms left would only cost time."""
    ahead = nlargest(2, votes.values())
    return len(ahead) == 1 or ahead[0] >= AHEAD * ahead[1]


def _vote_together(index: Terms, common: Sequence[str], known: dict[str, int], votes: dict[int, float]) -> None:
    """Common terms vote for the records that hold several of them."""
    for group in combinations(common[:COMMON_TERMS], TOGETHER):
        weight = sum(math.log1p(index.count / known[term]) for term in group) / TOGETHER
        for number in index.holding_all(group, MOST_TOGETHER):
            votes[number] = votes.get(number, 0.0) + weight
