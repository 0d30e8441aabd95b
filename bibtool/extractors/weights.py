"""How much each feature of a number's surroundings speaks for an identifier, in hundredths: learnt by `benchmarks/bare_numbers.py`."""

from collections.abc import Container, Iterable
from functools import cache
from pathlib import Path


@cache
def weights() -> dict[str, int]:
    """The table: on each line one weight, and the features that have it."""
    table: dict[str, int] = {}
    for line in Path(__file__).with_name("weights.txt").read_text(encoding="utf-8").split("\n"):
        weight, *names = line.split("\t")
        table.update(dict.fromkeys(names, int(weight or 0)))
    return table


def with_unknown(names: Iterable[str], known: Container[str]) -> list[str]:
    """The features, and with a head of a phrase that is not known (its ending, where it is long), that: most of what is numbered is of
    that kind. The order of the names says nothing, since those of a set have none."""
    every = list(names)
    head = min((name for name in every if name.startswith("head: ")), default=None)
    if head is not None and head not in known:
        every.extend([f"unknown {name}" for name in every if name.startswith("link: ")])
    return every
