"""A passage against a record's abstract: the shorter of the two has to be in the longer, word for word for the most part.

Titles and abstracts change between versions: five of the fifteen papers of `fixtures/corpus` differ from what arXiv has now, and keep at
least .62 of their runs of three words, .91 of their words.
"""

from bibtool.matching.folding import words_of
from bibtool.matching.judgement import Judgement
from bibtool.reference import Reference

LONG_WORDS, SHORT_WORDS = 40, 15
# Shares of the shorter text that stand in the longer: runs of three words, and words in the same order. Measured by
# `benchmarks/matching.py` on the part for tuning: another paper's abstract (a sibling's) shares .47 of its runs and .72 of its order at
# most;
# one that was misread or reworded keeps .40 and .77 at least. Whole sentences in another order keep the runs alone.
SURE_RUNS = 0.6
LONG_RUNS, LONG_ORDER = 0.25, 0.74
WEAK_RUNS, WEAK_ORDER = 0.15, 0.5
SHORT_RUNS, SHORT_COUNT = 0.5, 15
NEAR_RUNS, NEAR_COUNT = 0.85, 8
# Where runs are few because a machine has misread every other word: likeness letter by letter.
LIKE_LETTERS = 75.0


def judge(words: list[str], record: Reference) -> Judgement | None:
    """How likely the words of a passage are the record's abstract; None where nothing speaks for it."""
    own = words_of(record.abstract or "")
    length = min(len(words), len(own))
    if length < NEAR_COUNT:
        return None
    runs, own_runs = _runs(words), _runs(own)
    count = len(runs & own_runs)
    share = count / max(1, min(len(runs), len(own_runs)))
    score = _long_score(words, own, share) if length >= LONG_WORDS else _short_score(length, share, count)
    evidence = f"{share:.0%} of the abstract's runs of three words"
    return Judgement(record, score, (evidence,), is_certain=share > 0.95) if score else None


def _long_score(words: list[str], own: list[str], share: float) -> float:
    if share >= SURE_RUNS:
        return 95 + 5 * (share - SURE_RUNS) / (1 - SURE_RUNS)
    if share < WEAK_RUNS / 2:
        return 0.0
    from rapidfuzz.distance import LCSseq

    order = LCSseq.similarity(words, own) / min(len(words), len(own))
    if share >= LONG_RUNS and order >= LONG_ORDER:
        return 90 + 5 * (share - LONG_RUNS) / (SURE_RUNS - LONG_RUNS)
    if order >= WEAK_ORDER and (likeness := _likeness(words, own)) >= LIKE_LETTERS and share < LONG_RUNS:
        return 90 + (likeness - LIKE_LETTERS) / 5
    return 80 + 9 * share if share >= LONG_RUNS or (share >= WEAK_RUNS and order >= WEAK_ORDER) else 0.0


def _short_score(length: int, share: float, count: int) -> float:
    if not ((share >= SHORT_RUNS and count >= SHORT_COUNT) or (share >= NEAR_RUNS and count >= NEAR_COUNT)):
        return 0.0
    # A text of a dozen words is a suggestion, however well it fits.
    return 90 + 10 * share if length >= SHORT_WORDS else 85.0


def _runs(words: list[str]) -> set[tuple[str, str, str]]:
    return set(zip(words, words[1:], words[2:], strict=False))


def _likeness(words: list[str], own: list[str]) -> float:
    from rapidfuzz.fuzz import partial_ratio

    return partial_ratio(" ".join(words), " ".join(own), score_cutoff=LIKE_LETTERS)
