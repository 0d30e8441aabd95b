"""The identifiers in a stretch of raw text: marked ones first, then the numbers between them that their context speaks for."""

import re
from bisect import bisect_left

from bibtool.extractors import grammar
from bibtool.extractors.bare import Bare
from bibtool.extractors.evidence import CONTINUES, weigh
from bibtool.extractors.folding import Folded, fold
from bibtool.extractors.found import Found, Markup
from bibtool.extractors.marked import Candidate, end_of, identifier_of, marked, repadded, version_of
from bibtool.identifiers import ArxivId, checked


def find(raw: str, markup: Markup = Markup.PLAIN, begin: int = 0, previous: Found | None = None) -> list[Found]:
    """The identifiers that start at or after `begin` in a stretch of raw text, in order.

    `previous` is the last one before `begin`, if that is within the stretch: a list may go on.
    """
    folded = fold(raw, markup)
    first = bisect_left(folded.starts, begin)
    chosen: list[Candidate] = []
    for candidate in sorted(marked(folded.text), key=lambda found: (found.start, -found.confidence)):
        if candidate.start >= first and (not chosen or candidate.start >= chosen[-1].end):
            chosen.append(candidate)
    return [_found(candidate, folded) for candidate in _with_bare(folded, markup, chosen, first, _folded(previous, folded))]


def _found(candidate: Candidate, folded: Folded) -> Found:
    start, end = folded.span(candidate.start, candidate.end)
    return Found(start, end, candidate.identifier, candidate.form, candidate.confidence, candidate.evidence)


def _folded(previous: Found | None, folded: Folded) -> Candidate | None:
    if previous is None:
        return None
    start, end = (bisect_left(folded.starts, offset) for offset in (previous.start, previous.end))
    return Candidate(start, end, previous.identifier, previous.form, previous.confidence, previous.evidence)


def _with_bare(folded: Folded, markup: Markup, pending: list[Candidate], first: int, previous: Candidate | None) -> list[Candidate]:
    """The marked candidates and, between them, the numbers that their context makes identifiers."""
    text, pending = folded.text, pending[::-1]
    chosen: list[Candidate] = []
    for match in grammar.PLAIN.finditer(text, max(0, first - 40)):
        while pending and pending[-1].start < match.end():
            chosen.append(pending.pop())
        previous = chosen[-1] if chosen else previous
        before = _archive_before(text, match.start())
        archive = before["archive"] if before else None
        start = before.start() if before and match["old"] else match.start()
        identifier = identifier_of(match, archive)
        between = text[previous.end : start] if previous else ""
        identifier = identifier or (None if archive else _of_context(match, text, previous, between))
        if start < max(first, previous.end if previous else 0):
            continue
        if identifier is None:
            chosen += _slipped_in_field(match, text)
            continue
        if previous and _goes_on(previous, between, match, markup):
            chosen.append(Candidate(start, end_of(match), identifier, *_continued(previous), CONTINUES))
            continue
        bare = Bare(text, folded.cased, start, end_of(match), identifier, archive, match["class"], markup)
        if _is_foreign(folded, start, bare.end):
            continue
        verdict = weigh(bare, previous.identifier, between, _continued(previous)) if previous else weigh(bare, None, between)
        if verdict is not None:
            chosen.append(Candidate(start, bare.end, identifier, *verdict))
    return chosen + pending[::-1]


def _archive_before(text: str, start: int) -> re.Match[str] | None:
    if not text.endswith("/", 0, start):
        return None
    return grammar.ARCHIVE_BEFORE.search(text, max(0, start - grammar.ARCHIVE_CHARACTERS), start)


def _continued(previous: Candidate) -> tuple[str, float]:
    """Form and confidence of what continues a list: a list that no mark began is as unsure as its first number."""
    return "bare" if previous.form == "bare" else "listed", min(0.9, previous.confidence)


def _goes_on(previous: Candidate, between: str, match: re.Match[str], markup: Markup) -> bool:
    """Whether a number stands amid a list just as the one before it did, so that the same is true of it."""
    if previous.evidence != CONTINUES or between not in _PLAIN_BETWEEN or markup is Markup.JSON:
        return False
    if not match["new"] or match["class"]:
        return False
    return match.string.startswith(between, match.end()) and match.string[(after := match.end() + len(between)) : after + 1].isdecimal()


_PLAIN_BETWEEN = frozenset({" ", ", ", "; ", ",", "\n", ",\n"})


def _of_context(match: re.Match[str], text: str, previous: Candidate | None, between: str) -> ArxivId | None:
    """An old number without its archive: the list before it or the entry around it may name that."""
    if not match["old"]:
        return None
    archive = _class_of_entry(text, match.start(), match.end())
    if archive is None and previous is not None and grammar.BETWEEN_LISTED.fullmatch(between):
        archive = previous.identifier.archive
    return checked(archive, match["old"], version_of(match))


def _slipped_in_field(match: re.Match[str], text: str) -> list[Candidate]:
    """The identifier that a field means where arXiv's eprint is written with a zero too many, or too few; at most one."""
    start, end = match.start(), match.end()
    identifier = repadded(match["new"], version_of(match)) if match["new"] else None
    if identifier is None or not grammar.in_field(text[max(0, start - 60) : start]):
        return []
    if grammar.AT_ARXIV.search("|".join(grammar.entry_around(text, start, end))) is None:
        return []
    return [Candidate(start, end_of(match), identifier, "repaired", 0.7, f"in a field for arXiv's, but written {match['new']}: repaired")]


def _class_of_entry(text: str, start: int, end: int) -> str | None:
    """The archive that the primaryClass of the same BibTeX entry names, for a number in its eprint field."""
    if not grammar.in_field(text[max(0, start - 60) : start]):
        return None
    before, after = grammar.entry_around(text, start, end)
    found = grammar.PRIMARY_CLASS.search(after) or grammar.PRIMARY_CLASS.search(before)
    return found["class"] if found else None


def _is_foreign(folded: Folded, start: int, end: int) -> bool:
    """Whether a number is the eprint of a BibTeX entry that names another archive than arXiv, and not by a macro: those stand for arXiv."""
    text = folded.text
    if not grammar.in_field(text[max(0, start - 60) : start]):
        return False
    if grammar.FOREIGN_ENTRY.search("|".join(grammar.entry_around(text, start, end))) is None:
        return False
    raw = grammar.entry_around(folded.raw.lower(), *folded.span(start, end))
    return grammar.ARCHIVE_MACRO.search("|".join(raw)) is None
