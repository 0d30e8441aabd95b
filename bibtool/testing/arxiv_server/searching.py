"""The search of the query API, as far as bibtool asks it."""

import re
import unicodedata

from bibtool.testing.arxiv_server.records import Record


def searched(query: str) -> list[tuple[str, str]] | None:
    """Field and words of each part of a search query, parts joined by AND; None where arXiv refuses it.

    A phrase stands in quotation marks. Brackets and letters with accents give status 400, a hyphen is read as NOT.
    """
    if not query.isascii() or re.search(r"[()\[\]{}]", query):
        return None
    parts = [re.fullmatch(r'(ti|au|abs|all):(?:"([^"]+)"|([^\s"]+))', part) for part in query.split(" AND ")]
    return [(part[1], part[2] or part[3]) if part else ("all", "-") for part in parts]


def holds(record: Record, field: str, words: str) -> bool:
    """Whether the words stand in that field of the record, in a row and whole; a hyphen or a colon inside finds nothing."""
    texts = {"ti": record.title, "au": " ".join(record.authors), "abs": record.abstract}
    text = texts.get(field, " ".join(texts.values()))
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    is_plain = re.fullmatch(r"[A-Za-z0-9 ]+", words) is not None
    return is_plain and f" {words.lower()} " in f" {' '.join(re.findall('[a-z0-9]+', folded))} "
