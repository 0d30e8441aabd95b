"""The file under the record store: opened for writing, or else for reading, or else not at all; and never trusted."""

import gc
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bibtool.pausing import pause
from bibtool.store.compression import Dictionary, Expander, MissingLibraryError
from bibtool.terminal import printable

FILE_NAME = "records.sqlite"

SCHEMA = 2
# Another process writes for milliseconds at a time; only a dead disk takes this long.
BUSY_SECONDS = 60.0
POLL_SECONDS = 0.05
BULK_CACHE_KIB = 64 << 10
BULK_LOG_PAGES = 20_000

# `version` is 0 for the newest; `body` is null where the source knew no such work; `origin` is 1 for imported records; `digest` is that
# of the line that was imported. Numbers are never used twice, so what `words` says about a number that is gone misleads nobody.
TABLES = """
CREATE TABLE record (
    number INTEGER PRIMARY KEY AUTOINCREMENT, identifier TEXT NOT NULL, version INTEGER NOT NULL, retrieved INTEGER NOT NULL,
    origin INTEGER NOT NULL, digest INTEGER, body BLOB, UNIQUE (identifier, version)
);
CREATE TABLE dictionary (number INTEGER PRIMARY KEY, form TEXT NOT NULL, content BLOB NOT NULL);
"""
# Words of titles and authors, without the texts themselves, which the records hold.
WORDS = """
CREATE VIRTUAL TABLE words USING fts5(title, authors, content='', columnsize=0, tokenize="unicode61 remove_diacritics 2")
"""


class UnusableError(Exception):
    """The file is there and is no store of ours."""


@dataclass(slots=True)
class Database:
    """The store's file, whatever state it is in. Reading gives nothing where nothing can be read; writing says whether it was done.

    What is damaged, or of another program or a newer one, is set aside with one warning, and an empty one begun.
    """

    folder: Path
    warn: Callable[[str], None]
    has_lost: bool = field(default=False, init=False)
    _connection: sqlite3.Connection | None = None
    _has_warned: bool = False
    _expander: Expander = field(init=False)

    @classmethod
    def open(cls, folder: Path, warn: Callable[[str], None]) -> "Database":
        """The file in this folder, made where there is none. Never raises."""
        database = cls(folder, warn)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return database
        try:
            database._connection = connect(database.path)
        except UnusableError as error:
            database._set_aside(str(error))
        except sqlite3.OperationalError:
            database._connection = connect_to_read(database.path)
        return database

    def __post_init__(self) -> None:
        self._expander = Expander(self.dictionaries)

    @property
    def path(self) -> Path:
        return self.folder / FILE_NAME

    def read(self, query: str, parameters: Sequence[str | int]) -> list[tuple]:  # type: ignore[type-arg]  # rows of several shapes
        """The rows."""
        if self._connection is None:
            return []
        try:
            return self._connection.execute(query, parameters).fetchall()
        except sqlite3.Error as error:
            if is_damage(error):
                self._set_aside(f"damaged ({error})")
            elif not is_without_words(error):
                self._warn_once(f"{printable(str(self.path))}: cannot be read ({error}); going on without the cache")
        return []

    def write(self, work: Callable[[sqlite3.Connection], object]) -> bool:
        """Does the work in one transaction; whether it was done."""
        is_done = self._write(work)
        self.has_lost = self.has_lost or not is_done
        return is_done

    def _write(self, work: Callable[[sqlite3.Connection], object]) -> bool:
        if self._connection is None:
            self._warn_once(
                f"{printable(str(self.folder))}: the cache cannot be written; going on without (BIBT_CACHE_DIR chooses another)"
            )
            return False
        try:
            self._transact(self._connection, work)
        except sqlite3.Error as error:
            if is_damage(error):
                self._set_aside(f"damaged ({error})")
            else:
                self._warn_once(f"{printable(str(self.path))}: the cache cannot be written ({error}); going on without")
            return False
        return True

    def compact(self) -> None:
        """Gives the space of what was deleted back to the disk, where it can."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.execute("VACUUM")
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._expander = Expander(self.dictionaries)

    @contextmanager
    def in_bulk(self) -> Iterator[None]:
        """Settings for many writes: what would be written again and again stays in memory, and the log is emptied less often."""
        self._set(f"PRAGMA cache_size = -{BULK_CACHE_KIB}", f"PRAGMA wal_autocheckpoint = {BULK_LOG_PAGES}")
        was_collecting = gc.isenabled()
        # Millions of small values that live for a moment and hold no cycles: looking for some takes a tenth of the time.
        gc.disable()
        try:
            yield
        finally:
            if was_collecting:
                gc.enable()
            self._set("PRAGMA cache_size = -2000", "PRAGMA wal_autocheckpoint = 1000")

    def _set(self, *pragmas: str) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                for pragma in pragmas:
                    self._connection.execute(pragma)

    def give_back(self) -> None:
        """Gives free pages back to the disk, where it can."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.execute("PRAGMA incremental_vacuum").fetchall()
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def dictionaries(self) -> list[Dictionary]:
        """What compressed bodies were compressed with, oldest first."""
        return [Dictionary(*row) for row in self.read("SELECT number, form, content FROM dictionary ORDER BY number", ())]

    def expanded(self, body: bytes | None) -> bytes | None:
        """The body as it was before it was compressed; None where it cannot be had back."""
        try:
            return self._expander.expand(body) if isinstance(body, bytes) else None
        except MissingLibraryError as error:
            self._warn_once(f"{printable(str(self.path))}: {error}; pip install zstandard makes the imported records readable")
        except ValueError:
            return None
        return None

    def close(self) -> None:
        """Lets go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @staticmethod
    def _transact(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], object]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            work(connection)
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise

    def _set_aside(self, problem: str) -> None:
        """Makes place for a new file. Of several processes that see the same damage, one moves it."""
        self.close()
        lock = locked(self.folder / "mending.lock")
        try:
            self._connection = connect(self.path)
            check(self._connection)
        except UnusableError:
            self.close()
            aside = move_aside(self.path)
            if aside is not None:
                self.warn(f"{printable(str(self.path))}: {problem}; set aside as {aside.name}, starting a new cache")
            with suppress(UnusableError, sqlite3.Error):
                self._connection = connect(self.path)
        except sqlite3.Error:
            self.close()
        finally:
            self._expander = Expander(self.dictionaries)
            if lock is not None:
                os.close(lock)

    def _warn_once(self, message: str) -> None:
        if not self._has_warned:
            self._has_warned = True
            self.warn(message)


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is at fault; one that is locked, full or read-only is sound. A text that is none counts as operational in Python."""
    return not isinstance(error, sqlite3.OperationalError) or "Could not decode" in str(error)


def is_without_words(error: sqlite3.Error) -> bool:
    """Whether all that is wrong is that this SQLite has no full text search."""
    return "no such table: words" in str(error)


def change_words(connection: sqlite3.Connection, statement: str, rows: Iterable[Sequence[str | int | None]]) -> None:
    """Runs a statement on the index of words for all rows, where there is one."""
    try:
        connection.executemany(statement, rows)
    except sqlite3.OperationalError as error:
        if not is_without_words(error):
            raise


def connect(path: Path) -> sqlite3.Connection:
    """A connection for reading and writing, with the tables made. Raises UnusableError, or sqlite3.OperationalError."""
    database = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        if _schema(database) != SCHEMA:
            _make_tables(database)
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("SELECT number FROM record LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        database.close()
        if "no such" in str(error):
            raise UnusableError(f"not a cache of this program ({error})") from error
        raise
    except sqlite3.DatabaseError as error:
        database.close()
        raise UnusableError(f"damaged ({error})") from error
    except UnusableError:
        database.close()
        raise
    return database


def connect_to_read(path: Path) -> sqlite3.Connection | None:
    """A connection to a store that may only be read; None where there is none."""
    if not path.is_file():
        return None
    # A write-ahead log needs its companion files written even by readers; in a folder that takes none, the file is taken as it is.
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        try:
            database = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
            if _schema(database) == SCHEMA:
                return database
            database.close()
        except sqlite3.Error:
            continue
    return None


def check(database: sqlite3.Connection) -> None:
    """Reads the whole file. Raises UnusableError."""
    try:
        answer = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        raise UnusableError(str(error)) from error
    if answer != ("ok",):
        raise UnusableError("damaged")


def move_aside(path: Path) -> Path | None:
    """Renames the file, with what belongs to it, out of the way; its new path, or None where another process did it."""
    aside = next(name for at in range(1, 1_000_000) if not (name := path.with_name(f"{path.name}.set-aside-{at}")).exists())
    moved = None
    with suppress(OSError):
        path.rename(aside)
        moved = aside
    for ending in ("-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + ending).unlink()
    return moved


def locked(path: Path, deadline: float | None = None) -> int | None:
    """A descriptor that holds the lock on this file, waited for; None where none can be had, or not before `deadline`.

    The lock is the kernel's and goes with its holder, however that ends. `deadline` is in seconds of `time.monotonic()`.
    """
    try:
        import fcntl

        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except (OSError, ImportError):
        return None
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if isinstance(error, BlockingIOError) and (deadline is None or time.monotonic() < deadline):
                pause(POLL_SECONDS)
                continue
            os.close(descriptor)
            return None
        return descriptor


def _schema(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _make_tables(database: sqlite3.Connection) -> None:
    """Makes the tables of a new file. Of several processes that meet on one, the first does it. Raises UnusableError."""
    # An import frees pages, which `give_back` then returns to the disk.
    database.execute("PRAGMA auto_vacuum = INCREMENTAL")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("BEGIN IMMEDIATE")
    found = _schema(database)
    if found > SCHEMA:
        raise UnusableError(f"written by a newer bibt (schema {found}, this one knows {SCHEMA})")
    if found not in (0, SCHEMA) or (found == 0 and database.execute("SELECT 1 FROM sqlite_master").fetchone()):
        raise UnusableError("not a cache of this program" if found == 0 else f"written by an older bibt (schema {found})")
    if found == 0:
        for statement in TABLES.split(";\n"):
            if statement.strip():
                database.execute(statement)
        with suppress(sqlite3.OperationalError):
            # Some builds of SQLite have no full text search: then there is none here.
            database.execute(WORDS)
        database.execute(f"PRAGMA user_version = {SCHEMA}")
    database.execute("COMMIT")
