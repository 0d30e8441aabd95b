"""How much each feature of a number's surroundings speaks for an identifier, in hundredths: learnt by `benchmarks/bare_numbers.py`."""

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
