"""Words to records: those with all the words in title or authors, nearest title first."""

import json
import re
import unicodedata
from collections.abc import Sequence

from bibtool.store.database import Database

# How many records with all the words are compared before the best are shown; a search for less common words sees all of them.
CANDIDATES = 300
TITLE = 7  # the place of the title in a packed record

Row = tuple[int, int, bytes | None]


def found(database: Database, words: str, limit: int) -> list[Row]:
    """The rows (retrieved, origin, body) of the best, each work once, its newest version first of all."""
    terms = re.findall(r"\w+", words)
    if not terms:
        return []
    numbers: list[int] = []
    # Exactly these words in a row first: among common ones they might not be among the first few hundred otherwise.
    for query in ('title : "' + " ".join(terms) + '"', " ".join(f'"{term}"' for term in terms)):
        rows = database.read("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?", (query, CANDIDATES))
        numbers += [number for (number,) in rows]
    numbers = list(dict.fromkeys(numbers))[:CANDIDATES]
    marks = ",".join("?" * len(numbers))
    ranked: dict[str, tuple[float, int, Row]] = {}
    for name, version, *row in database.read(
        f"SELECT identifier, version, retrieved, origin, body FROM record WHERE number IN ({marks}) ORDER BY version",  # noqa: S608
        numbers,
    ):
        distance = _distance(database.expanded(row[2]), terms)
        if distance is not None:
            ranked.setdefault(name, (distance, version, (row[0], row[1], row[2])))
    best = sorted(ranked.items(), key=lambda one: (one[1][0], one[0]))
    return [row for _, (_, _, row) in best[:limit]]


def _distance(text: bytes | None, terms: Sequence[str]) -> float | None:
    """How far a title is from just these words: 0 for the same, more for each word in excess; those of authors count as missing."""
    if text is None:
        return None
    try:
        title = _folded(json.loads(text)[TITLE] or "")
    except (ValueError, IndexError, TypeError):
        return None
    wanted = _folded(" ".join(terms))
    excess = len([word for word in title if word not in wanted])
    is_in_order = f" {' '.join(wanted)} " in f" {' '.join(title)} "
    return excess + (0 if is_in_order else 100) + 1000 * len([word for word in wanted if word not in title])


def _folded(text: str) -> list[str]:
    """The words as the index knows them: without case and accents."""
    if text.isascii():
        return re.findall(r"\w+", text.lower())
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return re.findall(r"\w+", plain.casefold())
