"""How likely a text speaks of a record, from 0 to 100, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from bibtool.identifiers import Identifier
from bibtool.reference import Reference

# From the first on a text is taken to speak of the record, from the second on it probably does. Measured by `benchmarks/matching.py` on
# 20,000 records of arXiv's: strings of the part for tuning that were badly printed reach 80 to 90 and are right, siblings by the same
# authors do and are wrong. Above, on the held-out part, none of 2,000 strings was taken for another paper, nor any of 1,969 whose paper
# is not in the index.
SURE, PROBABLE = 90.0, 80.0
# Two records as near to each other as this are told apart by no score.
MARGIN = 4.0
SIBLING_MOST = 79.0

MATCH, PROBABLY, AMBIGUOUS, NONE = "match", "probable", "ambiguous", "none"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One record against one text. `is_certain` says that the text names the record by what no other has: DOI, volume and page, title;
    `is_bare` that a title stands among other words, without its people."""

    record: Reference
    score: float
    evidence: tuple[str, ...]
    is_certain: bool = False
    is_sibling: bool = False
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text speaks of: `match`, `probable`, `ambiguous` or `none`, and the records that were considered, the likeliest first."""

    verdict: str
    judgements: tuple[Judgement, ...] = ()

    @property
    def best(self) -> Judgement | None:
        return self.judgements[0] if self.judgements else None

    @property
    def score(self) -> float:
        return self.judgements[0].score if self.judgements else 0.0

    @property
    def identifier(self) -> Identifier | None:
        """The paper; None where nothing was found, or several that nothing tells apart."""
        return self.judgements[0].record.identifier if self.judgements and self.verdict in (MATCH, PROBABLY) else None


def verdict(judgements: Sequence[Judgement]) -> Verdict:
    """What several judgements of one text come to. Siblings are offered, never picked."""
    best_of: dict[Identifier | None, Judgement] = {}
    for one in judgements:
        work = one.record.identifier.without_version() if one.record.identifier else None
        if work not in best_of or one.score > best_of[work].score:
            best_of[work] = one
    ranked = sorted(best_of.values(), key=lambda one: (-one.score, not one.is_certain, str(one.record.identifier)))
    if not ranked or ranked[0].score < PROBABLE:
        return Verdict(AMBIGUOUS if ranked and ranked[0].is_sibling else NONE, _shown(ranked))
    best = ranked[0]
    rivals = [one for one in ranked[1:] if one.score >= best.score - MARGIN and not (best.is_certain and not one.is_certain)]
    if rivals:
        return Verdict(AMBIGUOUS, _shown(ranked))
    return Verdict(MATCH if best.score >= SURE else PROBABLY, _shown(ranked))


def _shown(ranked: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """What is worth showing: the best, and those that come near."""
    return tuple(one for one in ranked[:5] if one.score >= LEAST_SHOWN)


LEAST_SHOWN = 60.0
