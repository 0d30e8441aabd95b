"""The store's file as SQLite sees it: its tables, and how it is opened, checked and moved out of the way."""

import sqlite3
from contextlib import suppress
from pathlib import Path

SCHEMA = 2
# Another process writes for milliseconds at a time; only a dead disk takes this long.
BUSY_SECONDS = 60.0

# SQLite's own 2 MB do not hold the inner pages of three million records, which every look-up goes through. Taken only as far as it is used.
CACHE_KIB = 16 << 10

# `version` is 0 for the newest; `body` is null where the source knew no such work; `origin` is 1 for records that came unasked; `digest` is
# that of the line that was imported. Numbers are never used twice, so what `words` says about a number that is gone misleads nobody.
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


def connect(path: Path) -> sqlite3.Connection:
    """A connection for reading and writing, with the tables made. Raises UnusableError, or sqlite3.OperationalError."""
    database = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        if _schema(database) != SCHEMA:
            _make_tables(database)
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
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
