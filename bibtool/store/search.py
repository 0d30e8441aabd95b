"""Words to records: those with all the words in title or authors, nearest title first."""

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from bibtool.store.database import Database

# How many records with all the words are compared before the best are shown; a search for less common words sees all of them.
CANDIDATES = 300
# To find words in a row, about so many entries of the index are looked at, of all words together: 5 ms; all that there are of three million
# records take up to 100.
WALKED = 40_000
# Words that millions of titles have, so that looking for them takes long and tells little.
COMMON = frozenset({"a", "an", "and", "by", "for", "from", "in", "is", "of", "on", "the", "to", "via", "with"})
TITLE = 7  # the place of the title in a packed record

Row = tuple[str, int, int, int, bytes | None]
COLUMNS = "identifier, version, retrieved, origin, body"
RETRIEVED: Final = 2
BODY: Final = 4


def found(database: Database, words: str, limit: int) -> list[Row]:
    """The rows of the best, each work once, its newest version first of all."""
    terms = re.findall(r"\w+", words)
    if not terms:
        return []
    telling = [term for term in terms if term.lower() not in COMMON] or terms
    numbers = _matching(database, " ".join(f'"{term}"' for term in telling))
    if len(numbers) == CANDIDATES:
        # There are more: then those first that have just these words in a row.
        numbers = list(dict.fromkeys([*_in_a_row(database, terms), *numbers]))[:CANDIDATES]
    marks, wanted = ",".join("?" * len(numbers)), _folded(" ".join(terms))
    phrase, different = f" {' '.join(wanted)} ", frozenset(wanted)
    ranked: dict[str, tuple[float, int, Row]] = {}
    for row in database.read(f"SELECT {COLUMNS} FROM record WHERE number IN ({marks}) ORDER BY version", numbers):  # noqa: S608
        name, version = row[:2]
        distance = _distance(database.text(name, version, row[BODY]), phrase, different)
        if distance is not None:
            ranked.setdefault(name, (distance, version, row))
    best = sorted(ranked.items(), key=lambda one: (one[1][0], one[0]))
    return [row for _, (_, _, row) in best[:limit]]


def _in_a_row(database: Database, terms: Sequence[str]) -> list[int]:
    """Those whose titles have these words in a row; where even the rarest is in very many titles, of those that came last."""
    holding = [_matching(database, f'title : "{term}"') for term in dict.fromkeys(terms)]
    if min(map(len, holding)) < CANDIDATES:
        return _matching(database, f'title : "{" ".join(terms)}"')
    entries_a_record = sum(CANDIDATES / (numbers[0] - numbers[-1]) for numbers in holding)
    last = max(numbers[0] for numbers in holding)
    # From there upwards: downwards, FTS5 looks at the limit only where it has found something.
    statement = "SELECT rowid FROM words WHERE words MATCH ? AND rowid > ? ORDER BY rowid LIMIT ?"
    rows = database.read(statement, (f'title : "{" ".join(terms)}"', last - int(WALKED / entries_a_record), CANDIDATES))
    return [number for (number,) in rows]


def _matching(database: Database, query: str) -> list[int]:
    rows = database.read("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?", (query, CANDIDATES))
    return [number for (number,) in rows]


def _distance(text: bytes | None, phrase: str, wanted: frozenset[str]) -> float | None:
    """How far a title is from just these words: 0 for the same, more for each word in excess; those of authors count as missing."""
    if text is None:
        return None
    try:
        title = _folded(json.loads(text)[TITLE] or "")
    except (ValueError, IndexError, TypeError):
        return None
    excess = len([word for word in title if word not in wanted])
    is_in_order = phrase in f" {' '.join(title)} "
    return excess + (0 if is_in_order else 100) + 1000 * len(wanted.difference(title))


def _folded(text: str) -> list[str]:
    """The words as the index knows them: without case and accents."""
    if text.isascii():
        return re.findall(r"\w+", text.lower())
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return re.findall(r"\w+", plain.casefold())
