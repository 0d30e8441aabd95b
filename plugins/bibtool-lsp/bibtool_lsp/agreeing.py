"""Whether an entry and a record can be the same paper. A false alarm costs more than a miss: what may be the same is never accused.

Papers are renamed, titles shortened and translated, names abbreviated, so one difference alone says nothing: another paper is one whose
title and authors both have nothing to do with the entry's.
"""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

from bibtool import Name, Reference, plain

WORD = re.compile(r"[^\W_]+")
FORMULA = re.compile(r"\$[^$]*\$")
# Written into an author field it is read as a name.
AND_OTHERS = re.compile(r"\bet\.? al\b", re.IGNORECASE)
STOP_WORDS = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "beyond", "by", "can", "do", "does", "for"}
    | {"from", "how", "in", "into", "is", "it", "its", "of", "on", "or", "over", "that", "the"}
    | {"to", "towards", "under", "using", "via", "what", "when", "with", "without", "new", "study", "approach", "method"}
    | {"methods", "based"}
)
# Of the shorter title's words; what shares more may be the same title in other words.
MAX_SHARED = 0.34
# Of the characters in order: spellings apart ("self-supervised", "selfsupervised"), unlike titles of real papers stay under 0.5.
MAX_LIKE = 0.55
MIN_WORDS = 2
MIN_WORDS_ALONE = 3  # without authors the title has to say enough for both


def is_another_paper(entry: Reference, record: Reference) -> bool:
    """Whether the entry describes some other paper than the record."""
    written, known = _words(entry.title), _words(record.title)
    least = MIN_WORDS if entry.authors else MIN_WORDS_ALONE
    if min(len(written), len(known)) < least or not _is_unlike(written, known):
        return False
    if not entry.authors:
        return not set(written) & set(known)
    return _are_others(entry.authors, record.authors)


def _is_unlike(written: list[str], known: list[str]) -> bool:
    shared = {word for word in written if get_close_matches(word, known, n=1, cutoff=0.8)}
    if len(shared) > MAX_SHARED * min(len(set(written)), len(set(known))):
        return False
    return SequenceMatcher(None, "".join(written), "".join(known), autojunk=False).ratio() < MAX_LIKE


def _are_others(written: Iterable[Name], known: Iterable[Name]) -> bool:
    """Whether no author of the one can be an author of the other; groups and names in other scripts can't be told."""
    ours, theirs = [_parts(name) for name in written], [_parts(name) for name in known]
    if not ours or not theirs or not all(ours) or not all(theirs):
        return False
    known_names = {name for parts in theirs for name in parts}
    return not any(_may_be(parts, theirs, known_names) for parts in ours)


def _may_be(parts: list[str], theirs: list[list[str]], known_names: set[str]) -> bool:
    """Whether somebody of theirs has such a family name, in whichever place, and no other initial."""
    for name in parts:
        near = set(get_close_matches(name, known_names, n=20, cutoff=0.8)) if len(name) > 1 else set()
        for other in theirs:
            rest, other_rest = _initials(parts, {name}), _initials(other, near)
            if near & set(other) and (not rest or not other_rest or rest & other_rest):
                return True
    return False


def _initials(parts: list[str], without: set[str]) -> set[str]:
    return {part[0] for part in parts if part not in without}


def _parts(name: Name) -> list[str]:
    """The words of a person's name; none of a group's, or where the letters are not Latin."""
    if name.literal is not None or not name.family:
        return []
    words = _folded(AND_OTHERS.sub(" ", f"{name.particle or ''} {name.family} {name.given or ''}"))
    return words if all(word.isascii() for word in words) else []


def _words(title: str | None) -> list[str]:
    """What a title says, without small words and formulas; nothing where its letters are not Latin."""
    words = [word for word in _folded(FORMULA.sub(" ", title or "")) if word not in STOP_WORDS and len(word) > 1]
    return words if all(word.isascii() for word in words) else []


def _folded(text: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", plain(text)).casefold()
    return WORD.findall("".join(one for one in letters if not unicodedata.combining(one)).replace("ø", "o").replace("ł", "l"))
