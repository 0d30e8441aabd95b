"""The offline store at full size: how fast a snapshot comes in, how large it is then, and how fast records and words are found.

    .venv/bin/python benchmarks/offline_store.py --records 3000000 --folder /scratch

Makes a snapshot of made-up records in arXiv's own form and of its usual lengths (title 70, abstract 940 characters, 3.7 authors), and
imports it into a store in the same folder: 5 GB and 2.5 GB for three million records. The words come from `fixtures/corpus`, as often as
they stand there, and one in eight is made up, as names of things are. Times are CPU times of this one process, on one core.
"""

import argparse
import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bibtool.bulk.importing import import_into
from bibtool.identifiers import ArxivId
from bibtool.store import Store
from bibtool.workspace import Silence

ROOT = Path(__file__).resolve().parent.parent
SYLLABLES = (
    "ba be bi bo da de di do ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri ro sa se si so ta te ti to va ve vi vo".split()  # noqa: SIM905
)
QUERIES = (
    "training compute-optimal",
    "language models",
    "large language models",
    "the of",
    "the family of large models for",
    "attention is all you need",
    "chinchilla",
)
LOOKUPS = 20_000


class Words:
    """Titles, abstracts and names, the same in every run."""

    def __init__(self) -> None:
        self.random = random.Random(20261122)
        text = " ".join(path.read_text("utf-8", "replace") for path in sorted((ROOT / "fixtures" / "corpus").glob("*.txt")))
        self.vocabulary = re.findall(r"[A-Za-z][A-Za-z-]+[,.]?", text)
        self.names = [self.made_up(2).capitalize() for _ in range(40_000)]
        self.terms = [self.made_up(4) for _ in range(60_000)]

    def made_up(self, syllables: int) -> str:
        return "".join(self.random.choices(SYLLABLES, k=syllables))

    def text(self, characters: int) -> str:
        words = self.random.choices(self.vocabulary, k=characters // 6)
        for place in range(self.random.randrange(8), len(words), 8):
            words[place] = self.random.choice(self.terms)
        return " ".join(words)

    def author(self) -> list[str]:
        return [self.random.choice(self.names), f"{self.random.choice(self.names)} {chr(65 + self.random.randrange(26))}.", ""]


def identifiers(count: int) -> Iterator[str]:
    """So many identifiers in arXiv's order, a quarter of them of the years in which numbers had four digits."""
    months = [f"{year:02}{month:02}" for year in range(7, 27) for month in range(1, 13) if (year, month) >= (7, 4)]
    early, late = [month for month in months if month < "1501"], [month for month in months if month >= "1501"]
    for group, digits, share in ((early, 4, count // 4), (late, 5, count - count // 4)):
        a_month = -(-share // len(group))
        yield from (f"{group[number // a_month]}.{number % a_month + 1:0{digits}}" for number in range(share))


def lines(count: int) -> Iterator[str]:
    """The snapshot's lines, in arXiv's order."""
    words = Words()
    for number, identifier in enumerate(identifiers(count)):
        month = identifier[:4]
        authors = [words.author() for _ in range(min(1 + int(words.random.expovariate(1 / 2.7)), 60))]
        record = {
            "id": identifier,
            "submitter": " ".join(reversed(authors[0][:2])),
            "authors": ", ".join(" ".join(reversed(author[:2])) for author in authors),
            "title": words.text(70).capitalize(),
            "comments": f"{number % 40 + 4} pages, {number % 9} figures" if number % 3 else None,
            "journal-ref": f"Phys. Rev. D {number % 100} ({2007 + number % 19}) {number % 9999}" if number % 3 == 0 else None,
            "doi": f"10.1103/PhysRevD.{number % 100}.{number}" if number % 3 == 0 else None,
            "report-no": None,
            "categories": words.random.choice(("cs.CL cs.LG", "hep-ph", "math.CO", "astro-ph.GA", "cs.CV", "quant-ph", "cond-mat.str-el")),
            "license": "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
            "abstract": f"  {words.text(470)}\n{words.text(470)}\n",
            "versions": [
                {"version": f"v{version}", "created": f"Mon, {1 + number % 28} Jan 20{month[:2]} 19:18:42 GMT"}
                for version in range(1, 2 + number % 3)
            ],
            "update_date": f"20{month[:2]}-{month[2:]}-28",
            "authors_parsed": authors,
        }
        yield json.dumps(record) + "\n"


def timed(work: Callable[[], object]) -> float:
    """CPU seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Makes, imports, imports again, looks up, searches; prints a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, required=True, help="scratch space; the snapshot stays there for another run")
    options = parser.parse_args()
    snapshot = options.folder / f"snapshot-{options.records}.json"
    if not snapshot.exists():
        options.folder.mkdir(parents=True, exist_ok=True)
        with snapshot.open("w", encoding="utf-8") as stream:
            stream.writelines(lines(options.records))
    cache = options.folder / f"cache-{options.records}"
    for old in cache.glob("*"):
        old.unlink()
    with Store.open(cache, print, lambda: datetime.now(UTC)) as store:
        for name in ("imported", "imported again"):
            seconds = timed(lambda: import_into(store, snapshot, Silence(), print))
            print(f"{name:16} {options.records / seconds:9,.0f} records/s ({seconds:.1f} s CPU, {snapshot.stat().st_size / 1e9:.2f} GB)")
        info = store.info()
        print(f"{'size':16} {info.bytes / 1e9:9.3f} GB, {info.bytes / options.records:.0f} bytes a record")
    with Store.open(cache, print, lambda: datetime.now(UTC)) as store:
        look_up(store, snapshot)
        for query in QUERIES:
            times = []
            for _ in range(5):
                start = time.perf_counter()
                found = store.search(query)
                times.append(time.perf_counter() - start)
            print(f"{'search':16} {median(times) * 1e3:9.1f} ms (first {times[0] * 1e3:.1f}), {len(found)} shown: {query}")


def look_up(store: Store, snapshot: Path) -> None:
    """One identifier at a time, at random."""
    with snapshot.open(encoding="utf-8") as stream:
        known = [ArxivId(line[8 : line.index('"', 8)]) for line in stream]
    chosen = random.Random(1).choices(known, k=LOOKUPS)
    times = []
    for identifier in chosen:
        start = time.perf_counter()
        [stored] = store.get([identifier]).values()
        times.append(time.perf_counter() - start)
        if stored.reference is None:
            sys.exit(f"{identifier} is not there")
    print(f"{'one record':16} {median(times) * 1e6:9.1f} us (99 in 100 under {sorted(times)[LOOKUPS * 99 // 100] * 1e6:.0f} us)")


if __name__ == "__main__":
    main()
