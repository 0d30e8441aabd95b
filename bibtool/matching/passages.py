"""A passage against a record's abstract: the shorter of the two has to be in the longer, word for word for the most part.

Titles and abstracts change between versions: five of the fifteen papers of `fixtures/corpus` differ from what arXiv has now, and keep at
least .62 of their runs of three words, .91 of their words.
"""

from bibtool.matching.folding import words_of
from bibtool.matching.judgement import Judgement
from bibtool.reference import Reference

LONG_WORDS, SHORT_WORDS = 40, 15
# Shares of runs of three words, and of words, in the shorter text. Random abstracts of 20,000 share .01 and .35 at most; siblings by the
# same authors up to .2.
LONG_RUNS, LONG_SHARE = 0.25, 0.6
WEAK_RUNS, WEAK_SHARE = 0.15, 0.5
SHORT_RUNS, SHORT_COUNT = 0.5, 15
NEAR_RUNS, NEAR_COUNT = 0.85, 8
# Where runs are few because a machine has misread many letters: likeness letter by letter.
LIKE_LETTERS = 75.0


def judge(words: list[str], record: Reference) -> Judgement | None:
    """How likely the words of a passage are the record's abstract; None where nothing speaks for it."""
    own = words_of(record.abstract or "")
    if len(own) < NEAR_COUNT or len(words) < NEAR_COUNT:
        return None
    runs, own_runs = _runs(words), _runs(own)
    shared = len(runs & own_runs)
    share_of_runs = shared / max(1, min(len(runs), len(own_runs)))
    vocabulary, own_vocabulary = set(words), set(own)
    share_of_words = len(vocabulary & own_vocabulary) / min(len(vocabulary), len(own_vocabulary))
    score = _score(min(len(words), len(own)), share_of_runs, shared, share_of_words)
    evidence = f"{share_of_runs:.0%} of the abstract's runs of words"
    if score < 90 and share_of_words >= 0.4:
        likeness = _likeness(words, own)
        if likeness >= LIKE_LETTERS and min(len(words), len(own)) >= LONG_WORDS:
            score, evidence = max(score, 90 + (likeness - LIKE_LETTERS) / 5), f"{likeness:.0f} % of the abstract's letters"
    return Judgement(record, min(score, 100.0), (evidence,), is_certain=share_of_runs > 0.95) if score else None


def _score(length: int, runs: float, count: int, share: float) -> float:
    if length >= LONG_WORDS:
        if runs >= LONG_RUNS and share >= LONG_SHARE:
            return 90 + 10 * (runs - LONG_RUNS) / (1 - LONG_RUNS)
        if runs >= WEAK_RUNS and share >= WEAK_SHARE:
            return 80 + 10 * (runs - WEAK_RUNS) / (LONG_RUNS - WEAK_RUNS) * 0.99 if runs < LONG_RUNS else 89.0
        return 0.0
    if (runs >= SHORT_RUNS and count >= SHORT_COUNT) or (runs >= NEAR_RUNS and count >= NEAR_COUNT):
        # A text of a dozen words is a suggestion, however well it fits.
        return 90 + 10 * runs * (length >= SHORT_WORDS) if length >= SHORT_WORDS else 85.0
    return 0.0


def _runs(words: list[str]) -> set[tuple[str, str, str]]:
    return set(zip(words, words[1:], words[2:], strict=False))


def _likeness(words: list[str], own: list[str]) -> float:
    from rapidfuzz.fuzz import partial_ratio

    return partial_ratio(" ".join(words), " ".join(own), score_cutoff=LIKE_LETTERS)
