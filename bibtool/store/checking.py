"""The whole store, looked through record by record."""

from collections.abc import Callable

from bibtool.store.batches import CHUNK, Looked
from bibtool.store.database import Database
from bibtool.terminal import printable


def forget_damaged(database: Database, watch: Callable[[int, int], None]) -> Looked:
    """Deletes the records that a faulty disk changed; see `Store.forget_damaged`. A file that is damaged as such is set aside."""
    database.check()
    last = next(iter(database.read("SELECT max(number) FROM record", ())), (0,))[0] or 0
    seen, number, damaged = 0, 0, dict[int, str]()
    query = "SELECT number, identifier, version, body FROM record WHERE number > ? ORDER BY number LIMIT ?"
    while rows := database.read(query, (number, CHUNK)):
        for number, name, version, body in rows:
            if body is not None and database.is_damaged(name, version, body):
                damaged[number] = name
        seen += len(rows)
        watch(number, last)
    if damaged:
        database.write(lambda connection: connection.executemany("DELETE FROM record WHERE number = ?", [(one,) for one in damaged]))
    return Looked(seen, [printable(str(name)) for name in damaged.values()])
