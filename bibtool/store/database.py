"""The file under the record store: opened for writing, or else for reading, or else not at all; and never trusted."""

import gc
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bibtool.packing import unpack
from bibtool.store.compression import Dictionary, Expander, MissingLibraryError
from bibtool.store.locking import locked
from bibtool.store.opening import CACHE_KIB, UnusableError, check, connect, connect_to_read, move_aside
from bibtool.store.sealing import opened
from bibtool.terminal import printable

FILE_NAME = "records.sqlite"

BULK_CACHE_KIB = 64 << 10
BULK_LOG_PAGES = 20_000


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
    _has_warned_of_damage: bool = False
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

    def check(self) -> None:
        """Reads the whole file; one that is damaged is set aside."""
        if self.read("PRAGMA quick_check(1)", ()) not in ([], [("ok",)]):
            self._set_aside("damaged")

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
            self._set(f"PRAGMA cache_size = -{CACHE_KIB}", "PRAGMA wal_autocheckpoint = 1000")

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

    def is_damaged(self, name: str, version: int, body: bytes) -> bool:
        """Whether the body of this record was changed by a faulty disk; one that cannot be expanded for want of a library is sound."""
        try:
            unpack(opened(name, version, body, self._expander.expand))
        except MissingLibraryError:
            return False
        except (ValueError, TypeError, AttributeError):
            return True
        return False

    def text(self, name: str, version: int, body: bytes | None) -> bytes | None:
        """The text in the body of this record; None where it cannot be had back."""
        try:
            return None if body is None else opened(name, version, body, self._expander.expand)
        except MissingLibraryError as error:
            self._warn_once(f"{printable(str(self.path))}: {error}; pip install zstandard makes the imported records readable")
        except (ValueError, TypeError, AttributeError):
            self.say_damaged(name)
        return None

    def say_damaged(self, name: str) -> None:
        """Says, for the first of them, that a record was changed by a faulty disk and counts as not kept."""
        if not self._has_warned_of_damage:
            self._has_warned_of_damage = True
            place = printable(f"{self.path}: {name}")
            self.warn(f"{place}: this record is damaged and counts as not kept ('bibt cache check' finds and forgets all such)")

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
