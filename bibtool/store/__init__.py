"""The record store: what sources have said, kept in one SQLite file. Nothing outside this package knows SQL."""

from bibtool.store.imports import Imported
from bibtool.store.records import Info, Store, Stored
from bibtool.store.terms import TermIndex, Vocabulary

__all__ = ["Imported", "Info", "Store", "Stored", "TermIndex", "Vocabulary"]
