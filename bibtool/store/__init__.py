"""The record store: what sources have said, kept in one SQLite file. Nothing outside this package knows SQL."""

from bibtool.store.batches import Imported, Looked
from bibtool.store.records import FRESH_LATEST, FRESH_VERSION, Info, Store, Stored

__all__ = ["FRESH_LATEST", "FRESH_VERSION", "Imported", "Info", "Looked", "Store", "Stored"]
