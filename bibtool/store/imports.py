"""Many records at once into the store: only what is new or changed, compressed, a batch at a time."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

from bibtool.packing import Candidate, Packed
from bibtool.store.compression import compressor, is_usable, learnt
from bibtool.store.database import Database, change_words

# In one transaction: another process waits for half a second at most.
BATCH = 10_000
# How many parameters one statement may take everywhere.
CHUNK = 500
# From how many records a dictionary is learnt; fewer are kept as they are.
SAMPLES = 5000

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Imported:
    """How many records were written, and how many were there already."""

    written: int
    unchanged: int


def import_candidates(
    database: Database, candidates: Iterable[Candidate], pack_one: Callable[[Candidate], Packed | None], now: int
) -> Imported:
    """Takes in what is new or changed; see `Store.import_candidates`."""
    squeeze: Callable[[bytes], bytes] | None = None
    written = unchanged = 0
    for batch in batches(candidates, BATCH):
        changed = _changed(database, batch)
        rows = [(one.digest, packed) for one, kept_until in changed if (packed := pack_one(one)) and kept_until < (packed.changed or "9")]
        unchanged += len(batch) - len(changed)
        if squeeze is None and rows:
            squeeze = _compressor(database, [packed.body for _, packed in rows[:SAMPLES]])
        if not database.write(lambda connection, rows=rows, squeeze=squeeze: _insert(connection, rows, squeeze or bytes, now)):  # type: ignore[misc]
            return Imported(written, unchanged)
        written += len(rows)
    if written:
        database.write(lambda connection: change_words(connection, "INSERT INTO words (words) VALUES (?)", [("optimize",)]))
        database.give_back()
    return Imported(written, unchanged)


def batches(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """The things in lists of at most `size`."""
    remaining = iter(things)
    while batch := list(islice(remaining, size)):
        yield batch


def _changed(database: Database, batch: Sequence[Candidate]) -> list[tuple[Candidate, str]]:
    """The new and the changed ones, each with the day on which a source was last asked for it ("" for never): what that said stays
    unless the record has changed since."""
    known: dict[str, tuple[int | None, int, int, int]] = {}
    names = [candidate.name for candidate in batch]
    for start in range(0, len(names), CHUNK):
        chunk = names[start : start + CHUNK]
        query = (
            "SELECT identifier, digest, origin, retrieved, body IS NULL FROM record "  # noqa: S608
            f"WHERE version = 0 AND identifier IN ({','.join('?' * len(chunk))})"
        )
        known |= {name: (digest, origin, retrieved, missing) for name, digest, origin, retrieved, missing in database.read(query, chunk)}
    chosen = []
    for candidate in batch:
        digest, origin, retrieved, missing = known.get(candidate.name, (None, 1, 0, 1))
        if digest is None or digest != candidate.digest:
            chosen.append((candidate, "" if origin or missing else f"{datetime.fromtimestamp(retrieved, UTC):%Y-%m-%d}"))
    return chosen


def _insert(connection: sqlite3.Connection, rows: Sequence[tuple[int, Packed]], squeeze: Callable[[bytes], bytes], now: int) -> None:
    last = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'record'").fetchone()
    start = (last[0] if last else 0) + 1
    connection.executemany(
        "INSERT OR REPLACE INTO record VALUES (?, ?, 0, ?, 1, ?, ?)",
        [(number, packed.name, now, digest, squeeze(packed.body)) for number, (digest, packed) in enumerate(rows, start=start)],
    )
    texts = [(number, packed.title, packed.authors) for number, (_, packed) in enumerate(rows, start=start)]
    change_words(connection, "INSERT INTO words (rowid, title, authors) VALUES (?, ?, ?)", texts)


def _compressor(database: Database, samples: Sequence[bytes]) -> Callable[[bytes], bytes] | None:
    """What makes bodies small: with a dictionary that is here already, or one learnt from these samples."""
    known = database.dictionaries()
    usable = [dictionary for dictionary in known if is_usable(dictionary)]
    if usable:
        return compressor(usable[-1])
    if len(samples) < SAMPLES:
        return None
    dictionary = learnt(samples, len(known) + 1)
    row = (dictionary.number, dictionary.form, dictionary.content)
    if not database.write(lambda connection: connection.execute("INSERT INTO dictionary VALUES (?, ?, ?)", row)):
        return None
    return compressor(dictionary)
