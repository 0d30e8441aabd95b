"""How long 10,000 references take: keys, each format, and the way back from .bib files and CSL-JSON; and a paper with 3,300 authors.

python benchmarks/formats.py

CPU seconds within one process, the best of a few runs; twice the count stands beside it to show that the cost is linear. What a whole
command takes beyond that is finding identifiers and asking the store: `time bibt export` with known ones says it.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bibtool.bibliography import Bibliography
from bibtool.citekeys import bibtool_citekey_styles
from bibtool.citekeys.patterns import pattern_style
from bibtool.citekeys.unique import assign_citekeys
from bibtool.components import CitekeyStyle, FormatOptions, Formatter
from bibtool.entries.bib import read_bib
from bibtool.entries.csl import read_csl_json
from bibtool.formatters import bibtool_formatters
from bibtool.formatters.bibtex import format_bibtex
from bibtool.formatters.csl_json import format_csl_json
from bibtool.formatters.text import format_text
from bibtool.losses import lost
from bibtool.reference import Name
from tests.trap_records import traps

Input = TypeVar("Input")
COUNT = 10_000
REPEATS = 3
ALL_AUTHORS = FormatOptions(max_authors=0)
TEMPLATE = FormatOptions(template="- [{title}]({url}), {authors}, {year}")


def main() -> int:
    """Prints a line for each step."""
    records = list(islice(cycle(traps().values()), 2 * COUNT))
    crowd = replace(traps()["attention"], authors=tuple(Name(family=f"Éva{number}", given="A. B.") for number in range(3300)))
    one = Bibliography((f"key{number}", record) for number, record in enumerate(records[:COUNT]))
    two = Bibliography((f"key{number}", record) for number, record in enumerate(records))
    sizes = (one, two, Bibliography([("crowd", crowd)]))
    print(f"{'CPU seconds':28} {COUNT:>8,} {2 * COUNT:>8,} {'3,300 authors':>14}")
    for style in (*bibtool_citekey_styles(), pattern_style("auth.lower + shorttitle(3,3) + year")):
        show(f"keys {style.name}"[:28], partial(keyed, style), sizes)
    for formatter in bibtool_formatters():
        show(formatter.name, partial(formatted, formatter, ALL_AUTHORS), sizes)
    show("text --template", partial(formatted, Formatter("text", ".txt", format_text), TEMPLATE), sizes)
    show("read .bib", read, [(read_bib, format_bibtex(held, ALL_AUTHORS)) for held in sizes])
    show("read CSL-JSON", read, [(read_csl_json, format_csl_json(held, ALL_AUTHORS)) for held in sizes])
    show("say what CSL-JSON lacks", losses, sizes)
    return 0


def keyed(style: CitekeyStyle, held: Bibliography) -> object:
    """The references under keys of the style."""
    return assign_citekeys(list(held.values()), style, {})


def formatted(formatter: Formatter, options: FormatOptions, held: Bibliography) -> object:
    """The bibliography as text."""
    return formatter.format(held, options)


def read(reader_and_text: tuple[Callable[[str], Iterator[object]], str]) -> object:
    """All entries of the text."""
    reader, text = reader_and_text
    return list(reader(text))


def losses(held: Bibliography) -> object:
    """What CSL-JSON has no place for."""
    return [lost(reference, "csl") for reference in held.values()]


def show(name: str, work: Callable[[Input], object], inputs: Sequence[Input]) -> None:
    """One line: the best of a few runs of each, in CPU seconds."""
    few, many, crowd = (best(partial(work, one)) for one in inputs)
    print(f"{name:28} {few:8.2f} {many:8.2f} {crowd:14.3f}")


def best(work: Callable[[], object]) -> float:
    """The shortest of a few runs, in CPU seconds."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
