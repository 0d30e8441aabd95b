"""An index of terms beside the store: which records hold which. It follows the store, and is made anew wherever it does not fit it.

SQLite's FTS5 serves as the lists of numbers alone (no texts, no places: `detail=none`), because it merges and packs them in C.
"""

import gc
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bibtool.reference import Reference
from bibtool.store.batches import CHUNK
from bibtool.store.locking import locked
from bibtool.store.records import Store
from bibtool.terminal import printable

FILE_NAME = "terms.sqlite"
BUSY_SECONDS = 60.0
# In one transaction, at whose end FTS5 writes and merges its lists; what was done stays when the rest is interrupted.
BATCH = 25_000
# One record in so many is counted: enough to tell common terms from rare ones.
SAMPLED = 16
# FTS5 packs lists in memory up to this size before it writes them.
HASH_BYTES = 16 << 20
# Where so many of the records in the index are gone from the store, it is made anew.
MOST_GONE = 0.5

TABLES = (
    "CREATE VIRTUAL TABLE holder USING fts5(terms, content='', columnsize=0, detail=none, tokenize=\"ascii tokenchars '{marks}'\")",
    "CREATE TABLE frequency (term TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE state (store TEXT NOT NULL, version INTEGER NOT NULL, reached INTEGER NOT NULL, records INTEGER NOT NULL)",
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How records become terms: the function, the marks that terms may hold beside letters and digits, and the version of both."""

    terms_of: Callable[[Reference], Sequence[str]]
    marks: str
    version: int


@dataclass(slots=True)
class TermIndex:
    """Terms to numbers of records. What cannot be kept in the folder is kept for this run alone."""

    folder: Path
    vocabulary: Vocabulary
    warn: Callable[[str], None]
    count: int = field(default=0, init=False)
    _connection: sqlite3.Connection | None = field(default=None, init=False)

    @property
    def path(self) -> Path:
        return self.folder / FILE_NAME

    def follow(self, store: Store, watch: Callable[[int, int], None]) -> None:
        """Takes in what is new in the store, and says how far it has got. One process does it while others wait for it."""
        lock = locked(self.folder / "terms.lock")
        was_collecting = gc.isenabled()
        # Words by the hundred million that hold no cycles.
        gc.disable()
        try:
            self._take_in(store, watch)
        except sqlite3.Error as error:
            self._begin_anew(error)
            self._take_in(store, watch)
        finally:
            if was_collecting:
                gc.enable()
            if lock is not None:
                os.close(lock)

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """About how many records hold each of the terms; a term that is not in the answer is rare."""
        found: dict[str, int] = {}
        for start in range(0, len(terms), CHUNK):
            chunk = terms[start : start + CHUNK]
            query = f"SELECT term, count FROM frequency WHERE term IN ({','.join('?' * len(chunk))})"  # noqa: S608
            found |= {term: count * SAMPLED for term, count in self._read(query, chunk)}
        return found

    def holding_all(self, terms: Sequence[str], limit: int) -> list[int]:
        """The numbers of records that hold all of the terms."""
        return self._matching(" AND ".join(f'"{term}"' for term in terms), limit)

    def holding_any(self, terms: Sequence[str], limit: int) -> list[int]:
        """The numbers of records that hold one of the terms."""
        return self._matching(" OR ".join(f'"{term}"' for term in terms), limit) if terms else []

    def close(self) -> None:
        """Lets go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _matching(self, query: str, limit: int) -> list[int]:
        return [number for (number,) in self._read("SELECT rowid FROM holder WHERE holder MATCH ? LIMIT ?", (query, limit))]

    def _read(self, query: str, parameters: Sequence[str | int]) -> list[tuple]:  # type: ignore[type-arg]  # rows of several shapes
        return self._connection.execute(query, parameters).fetchall() if self._connection is not None else []

    def _take_in(self, store: Store, watch: Callable[[int, int], None]) -> None:
        connection = self._connection or self._opened()
        self._connection = connection
        reached, self.count = self._state(connection, store)
        last = store.last_number()
        if last <= reached:
            return
        if self.count and store.count() < self.count * MOST_GONE:
            reached, self.count = self._emptied(connection, store)
        while reached < last:
            before = reached
            reached = self._add(connection, store, reached)
            if reached == before:
                # No more, or none that can be read here for want of a library: then another run may.
                return
            watch(reached, last)

    def _add(self, connection: sqlite3.Connection, store: Store, reached: int) -> int:
        """Takes in one batch after the record of this number; the number of its last."""
        added, counted = 0, Counter[str]()
        connection.execute("BEGIN IMMEDIATE")
        try:
            while added < BATCH and (rows := store.records_after(reached, CHUNK)):
                connection.executemany("INSERT INTO holder (rowid, terms) VALUES (?, ?)", self._written(rows, counted))
                added, reached = added + len(rows), rows[-1][0]
            connection.executemany(
                "INSERT INTO frequency VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count", sorted(counted.items())
            )
            connection.execute("UPDATE state SET reached = ?, records = records + ?", (reached, added))
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        self.count += added
        return reached

    def _written(self, rows: Sequence[tuple[int, Reference]], counted: Counter[str]) -> Iterator[tuple[int, str]]:
        """Each record's number and terms; the terms of some are counted."""
        for number, record in rows:
            terms = self.vocabulary.terms_of(record)
            if number % SAMPLED == 0:
                counted.update(terms)
            yield number, " ".join(terms)

    def _state(self, connection: sqlite3.Connection, store: Store) -> tuple[int, int]:
        """Up to which number the store is in the index, and how many records; an index of another store or other terms is emptied."""
        row = connection.execute("SELECT store, version, reached, records FROM state").fetchone()
        if row is None or row[:2] != (store.identity(), self.vocabulary.version):
            return self._emptied(connection, store)
        return row[2], row[3]

    def _emptied(self, connection: sqlite3.Connection, store: Store) -> tuple[int, int]:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO holder (holder) VALUES ('delete-all')")
        connection.execute("DELETE FROM frequency")
        connection.execute("DELETE FROM state")
        connection.execute("INSERT INTO state VALUES (?, ?, 0, 0)", (store.identity(), self.vocabulary.version))
        connection.execute("COMMIT")
        return 0, 0

    def _opened(self) -> sqlite3.Connection:
        """The index in the folder, or one for this run where the folder takes none."""
        try:
            return self._prepared(str(self.path))
        except sqlite3.OperationalError as error:
            if "fts5" in str(error):
                raise
            self.warn(f"{printable(str(self.path))}: cannot be written ({error}); the index is made for this run alone")
            return self._prepared("")

    def _prepared(self, name: str) -> sqlite3.Connection:
        connection = sqlite3.connect(name, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone():
                for statement in TABLES:
                    connection.execute(statement.format(marks=self.vocabulary.marks))
                connection.execute("INSERT INTO holder (holder, rank) VALUES ('hashsize', ?)", (HASH_BYTES,))
            connection.execute("COMMIT")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _begin_anew(self, error: sqlite3.Error) -> None:
        self.close()
        self.warn(f"{printable(str(self.path))}: damaged ({error}); making the index anew")
        for ending in ("", "-wal", "-shm"):
            with suppress(OSError):
                self.path.with_name(self.path.name + ending).unlink()
