"""A piece of text against an index of records: the few that share its rarest terms are compared, and the verdict is given."""

from collections.abc import Callable, Iterable, Sequence

from bibtool.matching import passages, strings, terms
from bibtool.matching.clues import Clues
from bibtool.matching.judgement import Judgement, Verdict, verdict
from bibtool.matching.retrieval import Terms, likely
from bibtool.reference import Reference

# How many records are compared with one text, and how many may share a term that is nearly unique.
COMPARED_STRINGS, COMPARED_PASSAGES, CERTAIN = 10, 5, 20
# A whole title with its people, or a DOI: volume and page alone reach less.
SETTLED = 97.0
# Of a long passage, its first words: more tell no more.
MOST_WORDS = 600

Records = Callable[[Sequence[int]], Iterable[tuple[int, Reference]]]


def of_string(clues: Clues, index: Terms, records: Records, known: Iterable[Reference] = ()) -> Verdict:
    """The record that a reference string names. `known` are records to be compared whatever they share with it."""
    first = index.holding_any(clues.certain_terms, CERTAIN)
    judged = compared_strings(clues, [*known, *_found(records, first)])
    if any(one.is_certain and one.score >= SETTLED for one in judged):
        # Only another one of these could rival it.
        return verdict(judged)
    others = likely(index, (word for word in clues.words if len(word) > 1), COMPARED_STRINGS)
    return verdict([*judged, *compared_strings(clues, _found(records, [number for number in others if number not in first]))])


def of_passage(clues: Clues, index: Terms, records: Records) -> Verdict:
    """The record whose abstract the passage is."""
    words = clues.words[:MOST_WORDS]
    numbers = likely(index, terms.abstract_terms(words), COMPARED_PASSAGES)
    return verdict(compared_passages(clues, _found(records, numbers)))


def compared_strings(clues: Clues, records: Iterable[Reference]) -> list[Judgement]:
    """Each record against a reference string."""
    judged = (strings.judge(clues, record) for record in records)
    return [one for one in judged if one is not None]


def compared_passages(clues: Clues, records: Iterable[Reference]) -> list[Judgement]:
    """Each record's abstract against a passage."""
    judged = (passages.judge(clues.words[:MOST_WORDS], record) for record in records)
    return [one for one in judged if one is not None]


def _found(records: Records, numbers: Sequence[int]) -> list[Reference]:
    by_number = dict(records(list(dict.fromkeys(numbers))))
    return [by_number[number] for number in dict.fromkeys(numbers) if number in by_number]
