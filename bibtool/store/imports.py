"""Many records at once into the store: only what is new or changed, compressed, a batch at a time."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from bibtool.packing import Candidate, Packed, unpack
from bibtool.store.batches import CHUNK, Imported, batches
from bibtool.store.compression import compressor, is_usable, learnt
from bibtool.store.database import Database, change_words
from bibtool.store.sealing import sealed

# In one transaction: another process waits for half a second at most.
BATCH = 10_000
# From how many records a dictionary is learnt; fewer are kept as they are.
SAMPLES = 5000

# Name, digest, text or body, title, authors, origin.
Row = tuple[str, int, bytes, str, str, int]


class Kept(NamedTuple):
    """What is here of a candidate: whether a record is, on which day a source said it ("" where it was imported), and its origin: what was
    once asked for stays so, and is refreshed."""

    is_there: bool
    said_on: str
    origin: int


NOTHING = Kept(is_there=False, said_on="", origin=1)


def import_candidates(
    database: Database, candidates: Iterable[Candidate], pack_one: Callable[[Candidate], Packed | None], now: int
) -> Imported:
    """Takes in what is new or changed; see `Store.import_candidates`."""
    keeper = _Keeper(database, pack_one, now)
    with database.in_bulk():
        for batch in batches(candidates, CHUNK):
            if not keeper.take(batch):
                return Imported(keeper.written, keeper.unchanged)
        keeper.flush()
        if keeper.written:
            database.write(lambda connection: change_words(connection, "INSERT INTO words (words) VALUES (?)", [("optimize",)]))
    if keeper.written:
        database.give_back()
    return Imported(keeper.written, keeper.unchanged)


@dataclass(slots=True)
class _Keeper:
    """Packs records as they come and writes them when there are enough for one transaction."""

    database: Database
    pack_one: Callable[[Candidate], Packed | None]
    now: int
    written: int = 0
    unchanged: int = 0
    _rows: list[Row] = field(default_factory=list)
    _squeeze: Callable[[bytes], bytes] | None = None

    def take(self, batch: Sequence[Candidate]) -> bool:
        """Packs what is new or changed. False where nothing can be written any more."""
        changed = _changed(self.database, batch)
        self.unchanged += len(batch) - len(changed)
        rows: list[Row] = []
        for candidate, kept in changed:
            packed = self.pack_one(candidate)
            if packed is None:
                continue
            if kept.is_there and self._is_newer_here(packed, kept.said_on):
                self.unchanged += 1
                continue
            rows.append((packed.name, candidate.digest, packed.body, packed.title, packed.authors, kept.origin))
        self._rows += rows if self._squeeze is None else _sealed(rows, self._squeeze)
        return len(self._rows) < BATCH or self.flush()

    def _is_newer_here(self, packed: Packed, said_on: str) -> bool:
        """Whether what is here stays: a source said it after the record last changed, or it describes a later version, since an older
        snapshot takes nothing back."""
        rows = self.database.read("SELECT body FROM record WHERE identifier = ? AND version = 0", (packed.name,))
        text = self.database.text(packed.name, 0, rows[0][0]) if rows else None
        if text is None:
            return False
        try:
            here, new = unpack(text), unpack(packed.body)
        except ValueError:
            return False
        if said_on >= (packed.changed or "9"):
            # A saved answer may be older than the day on which it was taken in.
            return str(here.updated or "9") >= str(new.updated or "")
        return not said_on and (here.version or 0) > (new.version or 0)

    def flush(self) -> bool:
        """Writes what is there; whether that could be done."""
        if self._squeeze is None and self._rows:
            self._squeeze = squeeze = _compressor(self.database, [row[2] for row in self._rows[:SAMPLES]])
            self._rows = _sealed(self._rows, squeeze)
        rows, self._rows = self._rows, []
        if not self.database.write(lambda connection: _insert(connection, rows, self.now)):
            return False
        self.written += len(rows)
        return True


def _sealed(rows: Iterable[Row], squeeze: Callable[[bytes], bytes] | None) -> list[Row]:
    """The rows with bodies for texts, one after the other: between other work, compressing takes several times as long."""
    return [(name, digest, sealed(name, 0, text, squeeze), title, authors, origin) for name, digest, text, title, authors, origin in rows]


def _changed(database: Database, batch: Sequence[Candidate]) -> list[tuple[Candidate, Kept]]:
    """The new and the changed ones, each with what is here of it."""
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
            day = f"{datetime.fromtimestamp(retrieved, UTC):%Y-%m-%d}" if digest is None and not missing else ""
            chosen.append((candidate, Kept(not missing, day, origin) if candidate.name in known else NOTHING))
    return chosen


def _insert(connection: sqlite3.Connection, rows: Sequence[Row], now: int) -> None:
    last = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'record'").fetchone()
    start = (last[0] if last else 0) + 1
    numbered = ((number, name, now, origin, digest, body) for number, (name, digest, body, _, _, origin) in enumerate(rows, start=start))
    for chunk in batches(numbered, CHUNK // 6):
        # Many rows a statement: half the time of a statement a row.
        places = ", ".join(["(?, ?, 0, ?, ?, ?, ?)"] * len(chunk))
        connection.execute(f"INSERT OR REPLACE INTO record VALUES {places}", [value for row in chunk for value in row])  # noqa: S608
    texts = [(number, title, authors) for number, (_, _, _, title, authors, _) in enumerate(rows, start=start)]
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
    if not database.write(lambda connection: connection.execute("INSERT OR IGNORE INTO dictionary VALUES (?, ?, ?)", row)):
        return None
    # Another import may have been faster: then its dictionary has the number.
    there = [one for one in database.dictionaries() if one.number == dictionary.number and is_usable(one)]
    return compressor(there[0]) if there else None
