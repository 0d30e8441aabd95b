"""The record store: references by identifier and version, in SQLite, so that what is known never costs a request.

A store that cannot be read, written or trusted is never a failure: it is set aside, or done without, with one warning.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bibtool.identifiers import ArxivId, Identifier
from bibtool.packing import pack, unpack
from bibtool.reference import Reference
from bibtool.terminal import printable

SCHEMA = 1
FILE_NAME = "records.sqlite"
# Another process writes for milliseconds at a time; only a dead disk takes this long.
BUSY_SECONDS = 60.0
POLL_SECONDS = 0.05

FRESH_LATEST = timedelta(days=30)
FRESH_VERSION = timedelta(days=365)
FRESH_MISSING = timedelta(hours=1)
# How many parameters one statement may take everywhere.
CHUNK = 500

# `version` is 0 for the newest; `body` is null where the source knew no such work; `origin` is 1 for imported records.
_TABLES = """
CREATE TABLE IF NOT EXISTS record (
    identifier TEXT NOT NULL, version INTEGER NOT NULL, retrieved INTEGER NOT NULL, origin INTEGER NOT NULL, body BLOB,
    PRIMARY KEY (identifier, version)
)
"""


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
    """What there is in the store. Times are None where there is nothing."""

    path: Path
    references: int
    missing: int
    imported: int
    bytes: int
    oldest: datetime | None
    newest: datetime | None


@dataclass(slots=True)
class Store:
    """References by identifier and version. Use as a context manager, or call `close`."""

    folder: Path
    warn: Callable[[str], None]
    clock: Callable[[], datetime]
    _database: sqlite3.Connection | None = None
    _has_warned: bool = field(default=False)

    @classmethod
    def open(cls, folder: Path, warn: Callable[[str], None], clock: Callable[[], datetime]) -> "Store":
        """The store in this folder, made where there is none. It never raises: what cannot be used is set aside or done without."""
        store = cls(folder, warn, clock)
        store._open()
        return store

    @property
    def path(self) -> Path:
        return self.folder / FILE_NAME

    def get(self, identifiers: Sequence[Identifier]) -> dict[Identifier, Stored]:
        """What is known of each of these; an identifier of which nothing is known is not in the answer."""
        rows: dict[str, dict[int, tuple[int, int, bytes | None]]] = {}
        names = list(dict.fromkeys(map(_name, identifiers)))
        for start in range(0, len(names), CHUNK):
            chunk = names[start : start + CHUNK]
            marks = ",".join("?" * len(chunk))
            query = f"SELECT identifier, version, retrieved, origin, body FROM record WHERE identifier IN ({marks})"  # noqa: S608
            for name, version, retrieved, origin, body in self._read(query, chunk):
                rows.setdefault(name, {})[version] = (retrieved, origin, body)
        now = self.clock()
        found: dict[Identifier, Stored] = {}
        for identifier in identifiers:
            stored = self._stored(identifier, rows.get(_name(identifier), {}), now)
            if stored is not None:
                found[identifier] = stored
        return found

    def put(self, identifier: Identifier, reference: Reference) -> None:
        """Keeps what a source has just said about `identifier`."""
        self._write(
            "INSERT OR REPLACE INTO record VALUES (?, ?, ?, 0, ?)",
            [(_name(identifier), identifier.version or 0, int(self.clock().timestamp()), pack(reference))],
        )

    def put_missing(self, identifier: Identifier) -> None:
        """Keeps that a source has just said that there is no such work. A reference that is already here stays."""
        self._write(
            "INSERT INTO record VALUES (?, ?, ?, 0, NULL) "
            "ON CONFLICT DO UPDATE SET retrieved = excluded.retrieved WHERE record.body IS NULL",
            [(_name(identifier), identifier.version or 0, int(self.clock().timestamp()))],
        )

    def import_records(self, references: Iterable[Reference]) -> int:
        """Takes in references of a snapshot or feed, each for the newest version of its work. Returns how many there were."""
        retrieved = int(self.clock().timestamp())
        rows = ((_name(one.identifier), retrieved, pack(one)) for one in references if one.identifier is not None)
        return self._write("INSERT OR REPLACE INTO record VALUES (?, 0, ?, 1, ?)", rows)

    def info(self) -> Info:
        """Counts, ages and size."""
        query = "SELECT count(body), count(*) - count(body), sum(origin), min(retrieved), max(retrieved) FROM record"
        references, missing, imported, oldest, newest = next(iter(self._read(query, ())), (0, 0, 0, None, None))
        size = sum(path.stat().st_size for path in self.folder.glob("*.sqlite*") if path.is_file())
        return Info(self.path, references, missing, imported or 0, size, _moment(oldest), _moment(newest))

    def clear(self) -> None:
        """Forgets everything."""
        self._write("DELETE FROM record", [()])
        self._write("VACUUM", [()])

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def turn(self, deadline: float | None = None) -> Iterator[None]:
        """Held by the one process that asks sources for what this store lacks: those that waited look here again before they ask.

        The lock is the kernel's and goes with its holder. Where none can be had, or not before `deadline` (seconds of
        `time.monotonic()`), everyone goes ahead.
        """
        descriptor = self._locked("asking.lock", deadline)
        try:
            yield
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _stored(self, identifier: Identifier, rows: dict[int, tuple[int, int, bytes | None]], now: datetime) -> Stored | None:
        """The row that answers: that of the version asked for, or the newest where it describes that version. An older version never
        answers for the newest."""
        wanted = identifier.version or 0
        own = rows.get(wanted)
        if own is not None and own[2] is not None:
            return self._revived(identifier, own, now, FRESH_VERSION if wanted else FRESH_LATEST)
        newest = rows.get(0) if wanted else None
        if newest is not None and newest[2] is not None:
            stored = self._revived(identifier, newest, now, FRESH_VERSION)
            if stored is not None and stored.reference is not None and stored.reference.version == wanted:
                return stored
        if own is None:
            return None
        moment = _moment(own[0]) or now
        return Stored(None, now - moment < FRESH_MISSING, moment)

    def _revived(self, identifier: Identifier, row: tuple[int, int, bytes | None], now: datetime, fresh: timedelta) -> Stored | None:
        retrieved, origin, body = row
        moment = _moment(retrieved) or now
        try:
            reference = unpack(body or b"", moment)
        except ValueError:
            # Bytes that a faulty disk changed: as if they were not there, so they are asked for and written anew.
            return None
        if isinstance(identifier, ArxivId) and reference.identifier != identifier:
            reference = replace(reference, identifiers=(identifier, *reference.identifiers[1:]), url=identifier.url)
        # A record "from the future" was written before the clock was set back: it is as good as new.
        return Stored(reference, now - moment < fresh, moment, bool(origin))

    def _open(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return
        try:
            self._database = _connect(self.path)
        except _UnusableError as error:
            self._set_aside(str(error))
        except sqlite3.OperationalError:
            self._database = _connect_to_read(self.path)

    def _set_aside(self, problem: str) -> None:
        """Makes place for a new store. Of several processes that see the same damage, one moves the file."""
        self.close()
        lock = self._locked("mending.lock")
        try:
            self._database = _connect(self.path)
            _check(self._database)
        except _UnusableError:
            self.close()
            aside = _free_name(self.path)
            with suppress(OSError):
                self.path.rename(aside)
                self.warn(f"{printable(str(self.path))}: {problem}; set aside as {aside.name}, starting a new cache")
            for ending in ("-wal", "-shm"):
                with suppress(OSError):
                    self.path.with_name(self.path.name + ending).unlink()
            with suppress(_UnusableError, sqlite3.Error):
                self._database = _connect(self.path)
        except sqlite3.Error:
            self._database = None
        finally:
            if lock is not None:
                os.close(lock)

    def _read(self, query: str, parameters: Sequence[str]) -> list[tuple]:  # type: ignore[type-arg]  # rows of several shapes
        if self._database is None:
            return []
        try:
            return self._database.execute(query, parameters).fetchall()
        except sqlite3.OperationalError as error:
            self._warn_once(f"{printable(str(self.path))}: cannot be read ({error}); going on without the cache")
        except sqlite3.DatabaseError as error:
            self._set_aside(f"damaged ({error})")
        return []

    def _write(self, statement: str, rows: Iterable[tuple]) -> int:  # type: ignore[type-arg]  # rows of several shapes
        """Runs the statement for all rows in one transaction; returns how many there were, 0 where nothing can be written."""
        if self._database is None:
            self._warn_once(
                f"{printable(str(self.folder))}: the cache cannot be written; going on without (BIBT_CACHE_DIR chooses another)"
            )
            return 0
        before = self._database.total_changes
        try:
            if statement == "VACUUM":
                self._database.execute(statement)
                return 0
            with self._database:
                self._database.executemany(statement, rows)
        except sqlite3.OperationalError as error:
            self._warn_once(f"{printable(str(self.path))}: the cache cannot be written ({error}); going on without")
        except sqlite3.DatabaseError as error:
            self._set_aside(f"damaged ({error})")
        return self._database.total_changes - before if self._database is not None else 0

    def _warn_once(self, message: str) -> None:
        if not self._has_warned:
            self._has_warned = True
            self.warn(message)

    def _locked(self, name: str, deadline: float | None = None) -> int | None:
        """A descriptor that holds the lock of this name, waited for; None where the folder takes no lock, or not in time."""
        try:
            import fcntl

            descriptor = os.open(self.folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            if deadline is None:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            else:
                _lock_before(descriptor, deadline)
        except (OSError, ImportError):
            return None
        return descriptor


def _lock_before(descriptor: int, deadline: float) -> None:
    """Takes the lock. Raises BlockingIOError where it is not free in time."""
    import fcntl

    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                raise
            time.sleep(POLL_SECONDS)


class _UnusableError(Exception):
    """The file is there and is no store of ours."""


def _connect(path: Path) -> sqlite3.Connection:
    """A connection for reading and writing, with the tables made. Raises _UnusableError, or sqlite3.OperationalError."""
    database = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        found = database.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA:
            raise _UnusableError(f"written by a newer bibt (schema {found}, this one knows {SCHEMA})")
        if found < SCHEMA:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("BEGIN IMMEDIATE")
            database.execute(_TABLES)
            database.execute(f"PRAGMA user_version = {SCHEMA}")
            database.commit()
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("SELECT 1 FROM record LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        database.close()
        if "no such table" in str(error) or "no such column" in str(error):
            raise _UnusableError(f"not a cache of this program ({error})") from error
        raise
    except sqlite3.DatabaseError as error:
        database.close()
        raise _UnusableError(f"damaged ({error})") from error
    except _UnusableError:
        database.close()
        raise
    return database


def _check(database: sqlite3.Connection) -> None:
    """Reads the whole file; another process may have mended it already. Raises _UnusableError."""
    try:
        answer = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        raise _UnusableError(str(error)) from error
    if answer != ("ok",):
        raise _UnusableError("damaged")


def _connect_to_read(path: Path) -> sqlite3.Connection | None:
    """A connection to a store that may only be read; None where there is none."""
    if not path.is_file():
        return None
    # A write-ahead log needs its companion files written even by readers; in a folder that takes none, the file is taken as it is.
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        try:
            database = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=BUSY_SECONDS)
            database.execute("SELECT 1 FROM record LIMIT 1").fetchone()
        except sqlite3.Error:
            continue
        return database
    return None


def _free_name(path: Path) -> Path:
    return next(name for at in range(1, 1_000_000) if not (name := path.with_name(f"{path.name}.set-aside-{at}")).exists())


def _name(identifier: Identifier) -> str:
    return f"{identifier.scheme}:{str(identifier.without_version()).lower()}"


def _moment(seconds: int | None) -> datetime | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)
