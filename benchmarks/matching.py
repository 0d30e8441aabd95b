"""How well texts without an identifier are recognised, on true records.

    python -m benchmarks.matching SNAPSHOT.jsonl.gz [--part tuning] [--show]

SNAPSHOT is a file of arXiv's metadata snapshot, or a part of one (20,000 records make a fair sample). Its records are parted by a digest of
their identifiers: those of the part `tuning` were looked at while thresholds were chosen, those of the part `held-out` (the default) never.
One record in five of the part is kept out of the index; texts made of those must not be recognised. All else is in the index.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from statistics import median

from benchmarks.reference_strings import Case, abstracts, strings
from bibtool.bulk.importing import import_into
from bibtool.matching import search, terms
from bibtool.matching.clues import Clues
from bibtool.matching.judgement import MATCH, Verdict
from bibtool.reference import Reference
from bibtool.store import Store
from bibtool.store.terms import TermIndex, Vocabulary
from bibtool.workspace import Silence

SEED = 20261125
OUT_OF_INDEX = 5


def digest(record: Reference) -> int:
    """A number that is the same in every run."""
    return int.from_bytes(blake2b(str(record.identifier).encode(), digest_size=4).digest())


class Bench:
    """A store with all records but those kept out, and its index."""

    def __init__(self, snapshot: Path, part: str, folder: Path) -> None:
        everything = Store.open(folder / "all", _complain, _now)
        import_into(everything, snapshot, Silence(), _complain)
        records = [record for _, record in everything.records_after(0, 10**9)]
        own = [record for record in records if (digest(record) % 2 == 0) == (part == "tuning")]
        self.unknown = [record for record in own if digest(record) // 2 % OUT_OF_INDEX == 0]
        self.known = [record for record in own if digest(record) // 2 % OUT_OF_INDEX]
        left_out = {record.identifier for record in self.unknown}
        self.store = Store.open(folder / "part", _complain, _now)
        self.store.import_records(record for record in records if record.identifier not in left_out)
        self.index = TermIndex(folder / "part", Vocabulary(terms.terms_of, terms.MARKS, terms.VERSION), _complain)
        self.index.follow(self.store, lambda done, total: None)

    def string(self, text: str) -> Verdict:
        return search.of_string(Clues.of(text), self.index, self.store.records)

    def passage(self, text: str) -> Verdict:
        return search.of_passage(Clues.of(text), self.index, self.store.records)


def measure(name: str, recognise: Callable[[str], Verdict], known: Sequence[Case], unknown: Sequence[Case], show: bool) -> None:  # noqa: FBT001
    """Prints recall, precision and false matches, in total and for each form."""
    right, wrong, verdicts, times = Counter[str](), Counter[str](), Counter[str](), []
    for case in known:
        start = time.process_time()
        found = recognise(case.text)
        times.append(time.process_time() - start)
        verdicts[found.verdict] += 1
        is_right = found.identifier is not None and str(found.identifier.without_version()) == case.number
        if found.verdict == MATCH:
            (right if is_right else wrong)[case.form] += 1
        if show and not (is_right and found.verdict == MATCH):
            best = found.best
            reasons = f"{best.record.identifier} {best.score:.0f} {best.evidence} {best.record.title!r}" if best else "-"
            print(f"MISSED {case.form} {case.number} {found.verdict} {reasons}\n    {case.text!r}")
    false = []
    for case in unknown:
        found = recognise(case.text)
        if found.verdict == MATCH:
            false.append(case)
        if show and found.verdict not in ("none", "ambiguous"):
            best = found.best
            print(f"FALSE {found.verdict} {case.form} {best and (best.score, best.evidence, best.record.title)}\n    {case.text!r}")
    forms = Counter(case.form for case in known)
    print(f"{name}: {len(known)} known, {len(unknown)} unknown")
    print(f"  recall {right.total() / len(known):.4f}  precision {right.total() / max(1, right.total() + wrong.total()):.4f}  "
          f"false matches {len(false) / max(1, len(unknown)):.4f}  median {1000 * median(times):.2f} ms")  # fmt: skip
    print("  verdicts", dict(verdicts), "false", dict(Counter(case.form for case in false)))
    low = sorted((right[form] / forms[form], form) for form in forms)
    print("  " + ", ".join(f"{form} {share:.2f} of {forms[form]}" for share, form in low[:12]))


def main() -> int:
    """Runs both measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("--part", choices=("tuning", "held-out"), default="held-out")
    parser.add_argument("--count", type=int, default=2000, help="texts of each kind (default 2000)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.snapshot, options.part, Path(folder))
        for name, make, recognise in (("reference strings", strings, bench.string), ("abstracts", abstracts, bench.passage)):
            known, unknown = make(bench.known, options.seed, options.count), make(bench.unknown, options.seed + 1, options.count)
            measure(name, recognise, known, unknown, options.show)
    return 0


def _now() -> datetime:
    return datetime.now(UTC)


def _complain(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
