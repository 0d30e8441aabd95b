"""How long each format takes for 10,000 references, and for a paper with 3,300 authors.

python benchmarks/formats.py
"""

import sys
import time
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bibtool.bibliography import Bibliography
from bibtool.components import FormatOptions
from bibtool.formatters import bibtool_formatters
from bibtool.reference import Name
from tests.trap_records import traps

COUNT = 10_000
REPEATS = 3


def main() -> int:
    """Prints the best of a few runs in seconds, and twice the count beside it to show that the cost is linear."""
    records = list(islice(cycle(traps().values()), 2 * COUNT))
    crowd = replace(traps()["attention"], authors=tuple(Name(family=f"Éva{number}", given="A. B.") for number in range(3300)))
    one = Bibliography((f"key{number}", record) for number, record in enumerate(records[:COUNT]))
    two = Bibliography((f"key{number}", record) for number, record in enumerate(records))
    print(f"{'format':10} {COUNT:>8,} {2 * COUNT:>8,} {'3,300 authors':>14}")
    for formatter in bibtool_formatters():
        times = [best(formatter.format, what) for what in (one, two, Bibliography([("crowd", crowd)]))]
        print(f"{formatter.name:10} {times[0]:8.2f} {times[1]:8.2f} {times[2]:14.3f}")
    return 0


def best(write: object, bibliography: Bibliography) -> float:
    """The shortest of a few runs, in seconds."""
    options = FormatOptions(max_authors=0)
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        write(bibliography, options)  # type: ignore[operator]
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
