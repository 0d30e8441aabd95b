"""The record store: references by identifier and version, in SQLite, so that what is known never costs a request.

A store that cannot be read, written or trusted is never a failure: it is set aside, or done without, with one warning.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bibtool.identifiers import ArxivId, Doi, Identifier
from bibtool.packing import Candidate, Packed, pack, title_and_authors, unpack
from bibtool.reference import Reference
from bibtool.store.batches import CHUNK, Imported, Looked, batches
from bibtool.store.database import Database, change_words
from bibtool.store.locking import locked
from bibtool.store.sealing import sealed
from bibtool.store.search import BODY, COLUMNS, RETRIEVED, Row
from bibtool.store.search import found as found_by_words

FRESH_LATEST = timedelta(days=30)
FRESH_VERSION = timedelta(days=365)
FRESH_MISSING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store knows of an identifier: its reference, or None where the source said that there is none.

    What is not fresh is worth asking for again; where nobody answers, or offline, it still serves.
    """

    reference: Reference | None
    is_fresh: bool
    retrieved: datetime
    is_imported: bool = False


@dataclass(frozen=True, slots=True)
class Info:
    """What there is in the store; stale are references that a source would be asked for again. Times are None where there is nothing."""

    path: Path
    references: int
    missing: int
    imported: int
    stale: int
    bytes: int
    oldest: datetime | None
    newest: datetime | None


@dataclass(slots=True)
class Store:
    """References by identifier and version. Use as a context manager, or call `close`."""

    clock: Callable[[], datetime]
    _database: Database

    @classmethod
    def open(cls, folder: Path, warn: Callable[[str], None], clock: Callable[[], datetime]) -> "Store":
        """The store in this folder, made where there is none. It never raises: what cannot be used is set aside or done without."""
        return cls(clock, Database.open(folder, warn))

    @property
    def path(self) -> Path:
        return self._database.path

    def get(self, identifiers: Sequence[Identifier]) -> dict[Identifier, Stored]:
        """What is known of each of these; an identifier of which nothing is known is not in the answer."""
        rows: dict[str, dict[int, Row]] = {}
        names = list(dict.fromkeys(map(stored_name, identifiers)))
        for start in range(0, len(names), CHUNK):
            chunk = names[start : start + CHUNK]
            query = f"SELECT {COLUMNS} FROM record WHERE identifier IN ({','.join('?' * len(chunk))})"  # noqa: S608
            for row in self._database.read(query, chunk):
                rows.setdefault(row[0], {})[row[1]] = row
        now = self.clock()
        found: dict[Identifier, Stored] = {}
        for identifier in identifiers:
            stored = self._stored(identifier, rows.get(stored_name(identifier), {}), now)
            if stored is not None:
                found[identifier] = stored
        return found

    def asked(self) -> list[Identifier]:
        """The identifiers that sources have been asked for, as they were asked for, in order."""
        known = self._database.read("SELECT identifier, version FROM record WHERE origin = 0 ORDER BY identifier, version", ())
        return [one for name, version in known if (one := _identifier(name, version)) is not None]

    def put(self, identifier: Identifier, reference: Reference) -> None:
        """Keeps what a source has just said about `identifier`."""
        self._database.write(lambda database: self._put(database, identifier, reference, origin=0))

    def put_missing(self, identifier: Identifier) -> None:
        """Keeps that a source has just said that there is no such work. A reference that is already here stays."""
        row = (stored_name(identifier), identifier.version or 0, self._now())
        self._database.write(
            lambda database: database.execute(
                "INSERT INTO record (identifier, version, retrieved, origin) VALUES (?, ?, ?, 0) "
                "ON CONFLICT DO UPDATE SET retrieved = excluded.retrieved WHERE record.body IS NULL",
                row,
            )
        )

    def import_records(self, references: Iterable[Reference]) -> Imported:
        """Takes in references of a feed, each for the newest version of its work."""
        written = unchanged = 0
        for chunk in batches(references, CHUNK):
            news: list[bool] = []

            def keep(database: sqlite3.Connection, chunk: list[Reference] = chunk, news: list[bool] = news) -> None:
                news += [
                    self._put(database, one.identifier.without_version(), one, origin=1) for one in chunk if one.identifier is not None
                ]

            if self._database.write(keep):
                written += news.count(True)
                unchanged += news.count(False)
        return Imported(written, unchanged)

    def import_candidates(self, candidates: Iterable[Candidate], pack_one: Callable[[Candidate], Packed | None]) -> Imported:
        """Takes in what is new or changed. `pack_one` gives None for what is no record.

        What a source said after the record last changed stays. Each batch is kept as it is done, so that an import that was interrupted
        goes on where it stopped as soon as it is begun again.
        """
        from bibtool.store.imports import import_candidates

        return import_candidates(self._database, candidates, pack_one, self._now())

    def search(self, words: str, limit: int = 10) -> list[Reference]:
        """The references with all these words in title or authors, those first whose titles are nearest to just these words."""
        now = self.clock()
        revived = [self._revived(None, row, now, FRESH_LATEST) for row in found_by_words(self._database, words, limit)]
        return [stored.reference for stored in revived if stored is not None and stored.reference is not None]

    def identity(self) -> str:
        """A text that is this store's alone, so that an index of it is never taken for one of another; "" where it cannot be kept."""
        if self._database.read("SELECT 1 FROM sqlite_master WHERE name = 'identity'", ()):
            known = self._database.read("SELECT name FROM identity", ())
            if known:
                return str(known[0][0])
        name = os.urandom(16).hex()

        def make(database: sqlite3.Connection) -> None:
            database.execute("CREATE TABLE IF NOT EXISTS identity (name TEXT NOT NULL)")
            database.execute("INSERT INTO identity SELECT ? WHERE NOT EXISTS (SELECT 1 FROM identity)", (name,))

        return str(self._database.read("SELECT name FROM identity", ())[0][0]) if self._database.write(make) else ""

    def last_number(self) -> int:
        """The number of the record that came last; numbers rise, and none is used twice."""
        rows = self._database.read("SELECT max(number) FROM record", ())
        return int(rows[0][0] or 0) if rows else 0

    def count(self) -> int:
        """How many records there are, in all versions, those that are known not to be included."""
        rows = self._database.read("SELECT count(*) FROM record", ())
        return int(rows[0][0]) if rows else 0

    def records_after(self, number: int, limit: int) -> list[tuple[int, Reference]]:
        """So many of the records that came after the one of this number, with their numbers, in order."""
        query = "SELECT number, identifier, version, body FROM record WHERE number > ? AND body IS NOT NULL ORDER BY number LIMIT ?"
        return self._numbered(self._database.read(query, (number, limit)))

    def records(self, numbers: Sequence[int]) -> list[tuple[int, Reference]]:
        """The records of these numbers, as far as they are still there."""
        query = (
            f"SELECT number, identifier, version, body FROM record WHERE number IN ({','.join('?' * len(numbers))}) AND body IS NOT NULL"  # noqa: S608
        )
        return self._numbered(self._database.read(query, list(numbers)))

    def _numbered(self, rows: Iterable[tuple[int, str, int, bytes]]) -> list[tuple[int, Reference]]:
        return [(number, known) for number, name, version, body in rows if (known := self._known(name, version, body)) is not None]

    def info(self) -> Info:
        """Counts, ages and size."""
        query = (
            "SELECT count(body), count(*) - count(body), sum(origin), sum(body IS NOT NULL AND retrieved <= iif(version, ?, ?)), "
            "min(retrieved), max(retrieved) FROM record"
        )
        now = self._now()
        limits = [now - int(fresh.total_seconds()) for fresh in (FRESH_VERSION, FRESH_LATEST)]
        rows = self._database.read(query, limits)
        references, missing, imported, stale, oldest, newest = next(iter(rows), (0, 0, 0, 0, None, None))
        size = 0
        for path in self.path.parent.glob("*.sqlite*"):
            with suppress(OSError):
                size += path.stat().st_size
        return Info(self.path, references, missing, imported or 0, stale or 0, size, _moment(oldest), _moment(newest))

    def forget_damaged(self, watch: Callable[[int, int], None]) -> Looked:
        """Looks all records through and forgets what a faulty disk changed, so that it is asked for, or imported, anew."""
        from bibtool.store.checking import forget_damaged

        return forget_damaged(self._database, watch)

    def clear(self) -> None:
        """Forgets everything."""
        self._database.write(lambda connection: connection.execute("DELETE FROM record"))
        self._database.write(lambda connection: change_words(connection, "INSERT INTO words (words) VALUES (?)", [("delete-all",)]))
        self._database.write(lambda connection: connection.execute("DELETE FROM dictionary"))
        self._database.write(lambda connection: connection.execute("DROP TABLE IF EXISTS identity"))
        self._database.compact()

    @property
    def has_lost(self) -> bool:
        """Whether something could not be written since the store was opened."""
        return self._database.has_lost

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def turn(self, deadline: float | None = None) -> Iterator[None]:
        """Held by the one process that asks sources for what this store lacks: those that waited look here again before they ask.

        Where the turn cannot be had, or not before `deadline` (seconds of `time.monotonic()`), everyone goes ahead.
        """
        descriptor = locked(self.path.parent / "asking.lock", deadline)
        try:
            yield
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _now(self) -> int:
        return int(self.clock().timestamp())

    def _stored(self, identifier: Identifier, rows: dict[int, Row], now: datetime) -> Stored | None:
        """The row that answers: that of the version asked for, or the newest where it describes that version. An older version never
        answers for the newest."""
        wanted = identifier.version or 0
        own = rows.get(wanted)
        if own is not None and own[BODY] is not None:
            return self._revived(identifier, own, now, FRESH_VERSION if wanted else FRESH_LATEST)
        newest = rows.get(0) if wanted else None
        if newest is not None and newest[BODY] is not None:
            stored = self._revived(identifier, newest, now, FRESH_VERSION)
            if stored is not None and stored.reference is not None and stored.reference.version == wanted:
                return stored
        if own is None:
            return None
        moment = _moment(own[RETRIEVED]) or now
        return Stored(None, now - moment < FRESH_MISSING, moment)

    def _revived(self, identifier: Identifier | None, row: Row, now: datetime, fresh: timedelta) -> Stored | None:
        name, version, retrieved, origin, body = row
        moment = _moment(retrieved) or now
        reference = self._known(name, version, body, moment)
        if reference is None:
            return None
        if identifier is not None and reference.identifier != identifier:
            others = reference.identifiers[1:] if isinstance(identifier, ArxivId) else reference.identifiers
            url = identifier.url if isinstance(identifier, ArxivId) else reference.url
            reference = replace(reference, identifiers=(identifier, *(one for one in others if one != identifier)), url=url)
        # A record "from the future" was written before the clock was set back: it is as good as new.
        return Stored(reference, now - moment < fresh, moment, bool(origin))

    def _put(self, database: sqlite3.Connection, identifier: Identifier, reference: Reference, origin: int) -> bool:
        """Writes the record; whether it says anything new."""
        name, version = stored_name(identifier), identifier.version or 0
        number, before, body = database.execute(
            "SELECT number, origin, body FROM record WHERE identifier = ? AND version = ?", (name, version)
        ).fetchone() or (None, origin, None)
        # What was once asked for stays so, and is refreshed.
        origin = min(origin, before)
        known = self._known(name, version, body)
        if known is not None and reference.version is None and known.updated == reference.updated:
            # OAI-PMH does not say which version it describes; one of the same day is that which is known.
            reference = replace(reference, version=known.version)
        texts, now, body = title_and_authors(reference), self._now(), sealed(name, version, pack(reference))
        if known is not None and _is_found_alike(known, reference):
            database.execute(
                "UPDATE record SET retrieved = ?, origin = ?, digest = NULL, body = ? WHERE number = ?",
                (now, origin, body, number),
            )
            return known != reference
        added = database.execute(
            "INSERT OR REPLACE INTO record (identifier, version, retrieved, origin, body) VALUES (?, ?, ?, ?, ?)",
            (name, version, now, origin, body),
        )
        change_words(database, "INSERT INTO words (rowid, title, authors) VALUES (?, ?, ?)", [(added.lastrowid, *texts)])
        return True

    def _known(self, name: str, version: int, body: bytes | None, retrieved: datetime | None = None) -> Reference | None:
        """The reference in this body. One that a faulty disk changed is as if it were not there, so it is asked for and written anew."""
        text = self._database.text(name, version, body)
        if text is None:
            return None
        try:
            return unpack(text, retrieved)
        except ValueError:
            self._database.say_damaged(name)
            return None


def _is_found_alike(known: Reference, new: Reference) -> bool:
    """Whether an index that has the one has the other, too, so that the record may keep its number."""
    return (title_and_authors(known), known.abstract, known.journal_ref, known.doi) == (
        title_and_authors(new),
        new.abstract,
        new.journal_ref,
        new.doi,
    )


def stored_name(identifier: Identifier) -> str:
    """Under which the store keeps what it knows of a work in any version."""
    return f"{identifier.scheme}:{str(identifier.without_version()).lower()}"


def _identifier(name: str, version: int) -> Identifier | None:
    scheme, _, spelling = name.partition(":")
    if scheme == "arxiv":
        return ArxivId(spelling, version or None)
    return Doi(spelling) if scheme == "doi" else None


def _moment(seconds: int | None) -> datetime | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError, TypeError):
        return datetime.fromtimestamp(0, UTC)
