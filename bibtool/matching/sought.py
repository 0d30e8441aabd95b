"""What to ask a service for: a guess at the title and the first author of a reference string, a telling run of words of an abstract."""

import re

from bibtool.components import Sought
from bibtool.matching.clues import Clues
from bibtool.matching.folding import words_of
from bibtool.matching.terms import COMMON

_QUOTED = re.compile(r"[“\"„«](?P<title>[^“”\"„«»]{10,300})[”\"»]|``(?P<tex>[^`']{10,300})''")
_PARTS = re.compile(r"[.?!]\s+|,\s+(?![a-z])|[()\[\]\n|*]|:\s+(?=[A-Z])|\s[-–—]\s")
_INITIAL = re.compile(r"\b[A-Z]\.|\bet al\b|\b(?:and|&)\s+[A-Z]\w+$|,\s*[A-Z]{1,2}\b")
_VENUE = re.compile(
    r"(?i)\b(?:proceedings|proc|journal|conference|transactions|physical review|phys|lett|ieee|acm|arxiv|preprint|advances|annals|"
    r"university|press|springer|notices|workshop|symposium|vol|pp)\b"
)
_PEOPLE = re.compile(r"[A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*){0,3} (?:and|&) [A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*){0,3}|[A-Z][\w'’-]+ [A-Z]{1,3}")
NEARLY = 0.6
_FIRST_AUTHOR = re.compile(
    r"\A\W*(?:(?:[A-Z]\.[\s~-]*)+(?P<after>[^\W\d_][\w'’-]+)|(?P<before>[^\W\d_][\w'’-]+)(?:\s*,| [A-Z]{1,3}[,.])|"
    r"(?:[A-Z][\w'’.-]+\s+){1,3}?(?P<last>[A-Z][\w'’-]+)(?=,| and|\.|:|$))"
)
PASSAGE_WORDS = 8
MOST_CHARACTERS = 2000


def sought(clues: Clues, *, is_abstract: bool) -> Sought:
    """What a text gives to ask for."""
    if is_abstract:
        return Sought(passage=_passage(clues.words))
    text = clues.text[:MOST_CHARACTERS]
    return Sought(title=" ".join(words_of(_title(text))), author=" ".join(words_of(_author(text))))


def _title(text: str) -> str:
    """The likeliest title: what stands in quotation marks, or the longest part that is neither people nor a place."""
    quoted = _QUOTED.search(text)
    if quoted is not None:
        return quoted["title"] or quoted["tex"]
    parts = [part.strip(" .,;") for part in _PARTS.split(text) if part]
    titles = [part for part in parts if not _INITIAL.search(part) and not _PEOPLE.fullmatch(part) and not _VENUE.search(part)]
    counted = [(sum(len(word) > 2 and not word.isdigit() for word in words_of(part)), part) for part in titles or parts]
    most = max((count for count, _ in counted), default=0)
    # A journal's abbreviated name may be as long, but stands behind.
    return next((part for count, part in counted if count and count >= NEARLY * most), "")


def _author(text: str) -> str:
    found = _FIRST_AUTHOR.match(text)
    return next((name for name in found.groups() if name), "") if found is not None else ""


def _passage(words: list[str]) -> str:
    """The eight words in a row that are the least common: long ones that are not in every abstract."""
    runs = [words[start : start + PASSAGE_WORDS] for start in range(max(1, len(words) - PASSAGE_WORDS + 1))]
    plain = [run for run in runs if all((word.isascii() and word.isalpha() and len(word) > 1) or word == "a" for word in run)]
    best = max(plain or runs, key=lambda run: sum(len(word) for word in run if word not in COMMON))
    return " ".join(best)
