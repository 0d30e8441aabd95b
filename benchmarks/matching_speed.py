"""The index of terms at full size: how long it takes to build, how large it is, and how long a reference and an abstract take.

    python -m benchmarks.matching_speed --records 600000 --folder /scratch

Makes records of arXiv's usual lengths whose words and names are as frequent as Zipf's law has it (200,000 words, 150,000 families; one word
in 15 is the commonest), imports them, builds the index, and asks for some of them as reference strings and abstracts. Times are CPU times
of this one process; memory is its highest resident size. A second run on the same folder measures without the import.
"""

import argparse
import json
import random
import resource
import sys
import time
from bisect import bisect
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles

from benchmarks.offline_store import identifiers
from benchmarks.reference_strings import abstracts, strings
from bibtool.matching import search, terms
from bibtool.matching.clues import Clues
from bibtool.matching.judgement import MATCH, Verdict
from bibtool.sources.snapshot import candidates, line_packer
from bibtool.store import Store
from bibtool.store.terms import TermIndex, Vocabulary

WORDS, FAMILIES, POOL = 200_000, 150_000, 2_000_003
SYLLABLES = [consonant + vowel for consonant in "bcdfghklmnprstvwz" for vowel in "aeiou"]
TEXTS = 500


class Pool:
    """Words drawn by Zipf's law once; texts are taken from it at random distances, which is fast and repeats no run of words."""

    def __init__(self, dice: random.Random, size: int, shift: float) -> None:
        words = list(dict.fromkeys("".join(dice.choices(SYLLABLES, k=dice.choice((1, 2, 2, 3, 3, 4, 5)))) for _ in range(3 * size)))[:size]
        bounds = list(accumulate(1 / (rank + shift) for rank in range(len(words))))
        self._dice = dice
        self._drawn = [words[min(bisect(bounds, dice.random() * bounds[-1]), len(words) - 1)] for _ in range(POOL)]

    def take(self, count: int) -> list[str]:
        stride = self._dice.randrange(1, POOL // (count + 1))
        start = self._dice.randrange(POOL - stride * count)
        return self._drawn[start : start + stride * count : stride]


def lines(count: int) -> Iterator[bytes]:
    """The records as lines of arXiv's metadata snapshot."""
    dice = random.Random(20261125)
    words, families = Pool(dice, WORDS, 2.7), Pool(dice, FAMILIES, 60.0)
    for identifier in identifiers(count):
        people = [[family.capitalize(), f"{chr(65 + dice.randrange(26))}.", ""] for family in families.take(dice.randrange(1, 7))]
        record = {
            "id": identifier,
            "authors": ", ".join(f"{given} {family}" for family, given, _ in people),
            "authors_parsed": people,
            "title": " ".join(words.take(dice.randrange(5, 14))).capitalize(),
            "abstract": " ".join(words.take(dice.randrange(90, 210))),
            "categories": "cs.CL",
            "versions": [{"version": "v1", "created": "Mon, 2 Apr 2018 19:18:42 GMT"}],
            "update_date": "2018-04-03",
            **dict.fromkeys(("submitter", "comments", "journal-ref", "doi", "report-no", "license")),
        }
        yield json.dumps(record).encode() + b"\n"


def main() -> int:
    """Prints what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=600_000)
    parser.add_argument("--folder", type=Path, required=True, help="where the store is made, or stands from an earlier run")
    options = parser.parse_args()
    store = Store.open(options.folder, _complain, lambda: datetime.now(UTC))
    if store.last_number() < options.records:
        store.import_candidates(candidates(lines(options.records)), line_packer(lambda line, message: None))
    before = _peak()
    index = TermIndex(options.folder, Vocabulary(terms.terms_of, terms.MARKS, terms.VERSION), _complain)
    start = time.process_time()
    index.follow(store, lambda done, total: None)
    size = index.path.stat().st_size
    print(f"{index.count} records; index built in {time.process_time() - start:.0f} s, {size / 1e6:.0f} MB")
    sample = [record for _, record in store.records(random.Random(1).sample(range(1, options.records), 2 * TEXTS))]
    _measure(
        "reference", [case.text for case in strings(sample, 1, TEXTS)], lambda text: search.of_string(Clues.of(text), index, store.records)
    )
    _measure(
        "abstract",
        [case.text for case in abstracts(sample, 1, TEXTS)],
        lambda text: search.of_passage(Clues.of(text), index, store.records),
    )
    print(f"memory: {_peak():.0f} MB at most, {before:.0f} MB before the index")
    return 0


def _measure(name: str, texts: list[str], recognise: Callable[[str], Verdict]) -> None:
    times, found = [], 0
    for text in texts:
        start = time.process_time()
        found += recognise(text).verdict == MATCH
        times.append(1000 * (time.process_time() - start))
    print(f"{name}: median {median(times):.2f} ms, 95 % {quantiles(times, n=20)[-1]:.1f} ms, found {found} of {len(texts)}")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _complain(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
