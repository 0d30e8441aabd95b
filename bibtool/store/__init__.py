"""The record store: what sources have said, kept in one SQLite file. Nothing outside this package knows SQL."""

from bibtool.store.batches import Imported
from bibtool.store.records import Info, Store, Stored

__all__ = ["Imported", "Info", "Store", "Stored"]
