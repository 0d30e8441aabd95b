"""Many records at a time, in numbers that SQLite takes everywhere."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeVar

# How many parameters one statement may take everywhere.
CHUNK = 500

Thing = TypeVar("Thing")


class Imported(NamedTuple):
    """How many records were written, and how many were there already."""

    written: int
    unchanged: int


class Looked(NamedTuple):
    """How many records were looked at, and under which names the store kept those that were damaged."""

    seen: int
    damaged: list[str]


def batches(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """The things in lists of at most `size`."""
    remaining = iter(things)
    while batch := list(islice(remaining, size)):
        yield batch
