"""Candidates in a stretch of text, and which of them are identifiers."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bibtool.extractors import grammar
from bibtool.extractors.evidence import Bare, weigh
from bibtool.extractors.folding import Folded, Markup, fold
from bibtool.identifiers import ArxivId, checked


@dataclass(frozen=True, slots=True)
class Found:
    """An identifier and where it stands in the raw text that was searched."""

    start: int
    end: int
    identifier: ArxivId
    form: str
    confidence: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number in folded text with what the pattern says about it."""

    start: int
    end: int
    identifier: ArxivId
    form: str
    confidence: float
    evidence: str


def find(raw: str, markup: Markup = Markup.PLAIN, begin: int = 0, previous_end: int | None = None) -> list[Found]:
    """The identifiers that start at or after `begin` in a stretch of raw text, in order.

    `previous_end` is where the last identifier before `begin` ended, if that is within the stretch.
    """
    folded = fold(raw, markup)
    first = bisect_left(folded.starts, begin)
    previous = None if previous_end is None else bisect_left(folded.starts, previous_end)
    marked: list[Candidate] = []
    for candidate in sorted(_marked(folded.text), key=lambda found: (found.start, -found.confidence)):
        if candidate.start >= first and (not marked or candidate.start >= marked[-1].end):
            marked.append(candidate)
    return [_found(candidate, folded) for candidate in _with_bare(folded.text, marked, first, previous)]


def _found(candidate: Candidate, folded: Folded) -> Found:
    start, end = folded.span(candidate.start, candidate.end)
    return Found(start, end, candidate.identifier, candidate.form, candidate.confidence, candidate.evidence)


def _marked(text: str) -> Iterator[Candidate]:
    """Identifiers that carry a mark of their own; a place may come several times."""
    for pattern, interpret in _INTERPRETERS:
        for match in pattern.finditer(text):
            candidate = interpret(match)
            if candidate is not None:
                yield candidate


def _interpret_marked(match: re.Match[str]) -> Candidate | None:
    between = match["between"]
    # "on arXiv. 2004.19041 is" ends a sentence; only the DOI's form has a point.
    if re.search(r"\.\s", between):
        return None
    return _candidate(match, "marked", 0.98, "stands after 'arXiv'") or _repaired(match)


def _interpret_url(match: re.Match[str]) -> Candidate | None:
    if re.match(r"(?:list|year|submit|archive|catchup|find|a|search|help)/", match["path"]):
        return None
    return _candidate(match, "url", 0.99, "in a link to a paper") or _repaired(match)


def _interpret_cached(match: re.Match[str]) -> Candidate | None:
    identifier = checked(match["archive"], match["old"], _version(match))
    return _built(identifier, match.start("old"), _end(match, "old"), "url", 0.99, "in a link to a paper")


def _interpret_doi(match: re.Match[str]) -> Candidate | None:
    return _candidate(match, "doi", 1.0, "in arXiv's own DOI prefix") or _repaired(match)


def _interpret_bibcode(match: re.Match[str]) -> Candidate | None:
    identifier = checked(None, f"{match['yymm']}.{match['sequence']}")
    return _built(identifier, match.start("yymm"), match.end("sequence"), "bibcode", 0.98, "in an ADS bibcode")


def _interpret_dblp(match: re.Match[str]) -> Candidate | None:
    if match["archive"]:
        identifier = checked(match["archive"], match["old"])
        start, end = match.span("old")
    else:
        identifier = checked(None, f"{match['yymm']}.{match['sequence']}")
        start, end = match.start("yymm"), match.end("sequence")
    return _built(identifier, start, end, "dblp", 0.98, "in a DBLP key")


def _interpret_broken(match: re.Match[str]) -> Candidate | None:
    parts = match.groupdict()
    digits = [re.sub(r"[^0-9]", "", parts.get(name) or "") for name in ("yymm", "sequence", "old")]
    archive = re.sub(r"\s", "", parts.get("archive") or "") or None
    number = digits[2] or f"{digits[0]}.{digits[1]}"
    identifier = checked(archive, number, _version(match))
    start = match.start("archive") if archive else match.start("yymm")
    return _built(identifier, start, _end(match, "old" if archive else "sequence"), "broken", 0.9, "broken up by white space after 'arXiv'")


def _interpret_spaced(match: re.Match[str]) -> Candidate | None:
    yymm, sequence, version = (re.sub(r"\s", "", match[name] or "") for name in ("yymm", "sequence", "version"))
    identifier = checked(None, f"{yymm}.{sequence}", int(version) if version else None)
    return _built(identifier, match.start("yymm"), _end(match, "sequence"), "broken", 0.9, "letter-spaced after 'arXiv'")


def _candidate(match: re.Match[str], form: str, confidence: float, evidence: str) -> Candidate | None:
    identifier, start = _identifier(match)
    return _built(identifier, start, _end(match, "new" if match["new"] else "old"), form, confidence, evidence)


def _built(identifier: ArxivId | None, start: int, end: int, form: str, confidence: float, evidence: str) -> Candidate | None:
    return None if identifier is None else Candidate(start, end, identifier, form, confidence, evidence)


def _identifier(match: re.Match[str]) -> tuple[ArxivId | None, int]:
    """The identifier of a match of the grammar's NUMBER, and where it starts."""
    archive, new, old = match["archive"], match["new"], match["old"]
    if new:
        return checked(None, new, _version(match)), match.start("new")
    if archive:
        return checked(archive, old, _version(match)), match.start("archive")
    return checked(match["class"], old, _version(match)), match.start("old")


def _repaired(match: re.Match[str]) -> Candidate | None:
    """A marked number that is padded with a zero too many, or with one too few."""
    new = match["new"]
    if not new:
        return None
    yymm, _, sequence = new.partition(".")
    digits = f"0{sequence}" if len(sequence) == 4 else sequence[1:] if sequence[0] == "0" else ""
    identifier = checked(None, f"{yymm}.{digits}", _version(match)) if digits else None
    evidence = f"marked, but written {new}: repaired"
    return _built(identifier, match.start("new"), _end(match, "new"), "repaired", 0.7, evidence)


def _version(match: re.Match[str]) -> int | None:
    return int(match["version"]) if match["version"] else None


def _end(match: re.Match[str], digits: str) -> int:
    return match.end("version") if match["version"] else match.end(digits)


_INTERPRETERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Candidate | None]], ...] = (
    (grammar.MARKED, _interpret_marked),
    (grammar.URL, _interpret_url),
    (grammar.CACHED, _interpret_cached),
    (grammar.DOI, _interpret_doi),
    (grammar.BIBCODE, _interpret_bibcode),
    (grammar.DBLP, _interpret_dblp),
    (grammar.BROKEN, _interpret_broken),
    (grammar.SPACED, _interpret_spaced),
)


def _with_bare(text: str, marked: list[Candidate], first: int, previous_end: int | None) -> list[Candidate]:
    """The marked candidates and, between them, the numbers that their context makes identifiers."""
    chosen: list[Candidate] = []
    pending = marked[::-1]
    for match in grammar.PLAIN.finditer(text, max(0, first - 40)):
        while pending and pending[-1].start < match.end():
            chosen.append(pending.pop())
        identifier, start = _identifier(match)
        if identifier is None and match["old"] and not match["archive"]:
            identifier = checked(_class_of_entry(text, match.start(), match.end()), match["old"], _version(match))
        if chosen:
            previous_end = chosen[-1].end
        if identifier is None or start < max(first, previous_end or 0):
            continue
        bare = Bare(text, start, _end(match, "new" if match["new"] else "old"), identifier, match["class"])
        verdict = weigh(bare, None if previous_end is None else text[previous_end:start])
        if verdict is not None:
            chosen.append(Candidate(bare.start, bare.end, identifier, *verdict))
    return chosen + pending[::-1]


def _class_of_entry(text: str, start: int, end: int) -> str | None:
    """The archive that the primaryClass of the same BibTeX entry names, for a number in its eprint field."""
    if grammar.FIELD.search(text[max(0, start - 60) : start]) is None:
        return None
    before = text[max(0, start - 300) : start].rpartition("\n@")[2]
    after = text[end : end + 300].partition("\n@")[0]
    found = grammar.PRIMARY_CLASS.search(after) or grammar.PRIMARY_CLASS.search(before)
    return found["class"] if found else None
