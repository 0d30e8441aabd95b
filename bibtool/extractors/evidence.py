"""What speaks for and against a number that has no mark of its own."""

import re
from dataclasses import dataclass

from bibtool.extractors import grammar
from bibtool.identifiers import ArxivId

LOOK_BACK = 160
LOOK_AHEAD = 80
ACCEPTED = 0.5


@dataclass(frozen=True, slots=True)
class Bare:
    """A well-formed number in folded text: identifier from `start` to `end`; `suffix` is the archive of the class behind it."""

    text: str
    start: int
    end: int
    identifier: ArxivId
    suffix: str | None


def weigh(bare: Bare, since_previous: str | None) -> tuple[str, float, str] | None:
    """Form, confidence and evidence of a number that is taken for an identifier; None for one that is not."""
    before = bare.text[max(0, bare.start - LOOK_BACK) : bare.start]
    after = bare.text[bare.end : bare.end + LOOK_AHEAD]
    if grammar.OTHER_DOI.search(before) or _OTHER_PLACE.search(before):
        return None
    return _own_mark(bare, before) or _listed(since_previous) or _by_context(bare, before, after)


_OTHER_PLACE = re.compile(
    r"(?:vixra|chinaxiv|ascl|biorxiv|medrxiv)(?:\.org)?[\s:./\-_a-z]{0,20}[\"'=\s]{0,3}\Z|arxiv\.org/(?:list|submit|year|archive)/[^\s]*\Z|submit/\Z"
)


def _own_mark(bare: Bare, before: str) -> tuple[str, float, str] | None:
    if grammar.ABSTRACT.search(before):
        return "marked", 0.97, "stands after 'abs/'"
    if grammar.FIELD.search(before):
        return "field", 0.97, "in an eprint field"
    if bare.suffix:
        return "classed", 0.97, "an arXiv class stands after it"
    if bare.identifier.archive and not re.search(r"[a-z0-9.]\Z", before):
        return "archive", 0.95, "stands after its archive"
    return None


def _listed(since_previous: str | None) -> tuple[str, float, str] | None:
    if since_previous is not None and grammar.BETWEEN_LISTED.fullmatch(since_previous):
        return "listed", 0.9, "continues a list of identifiers"
    return None


# Just before the number: letters, digits and signs that make it a part of something else.
_JOINED_BEFORE = re.compile(r"[a-z0-9_.$€£¥#@%^/\\=<>~±+&-]\Z|(?:[0-9][,.: ])\Z")
_JOINED_AFTER = re.compile(r"[0-9]|[.,:/-][0-9]|[_%°$€£±=^~*/\\]|\s?[+*/=×±<>^]|[a-z]")
_UNITS = re.compile(
    r"\s?(?:m/z|[kmgt]?hz|[kmg]?ev|[munk]?m|cm|[km]?g|da|mg|ml|l|s|ms|sec|min|hours?|usd|eur|euros?|dollars?|kr|rub|yen|[kmgt]i?b|bytes|pixels?|px|"
    r"percent|points?|k|volts?|v|w|mw|kw|pa|mbar|bar|miles?|kms?|feet|ft|inch(?:es)?|in|deg|degrees)\b"
)
_AGAINST = re.compile(
    r"\b(?:build|version|release|firmware|kb|revision|rev|phone|tel|telephone|fax|mobile|call|price|cost|total|sum|amount|usd|eur|gbp|section|sec|"
    r"paragraph|para|clause|rule|part|article|§|mass|peak|energy|wavelength|frequency|sdss|iras|2mass|coordinates?|latitude|longitude|lat|lon|"
    r"date|dated|on|serial|invoice|account|isbn|issn|patent|model|windows|ios|android|chrome|safari|driver|patch|gp[a-z]{3}|loss|score|value|"
    r"mean|sum|rate|ratio|speed|size|weight|length|height|width|distance|time|temperature|pressure|voltage|pages?|pp|vol|volume|line|lines|row|column|id)\W{0,3}\Z"
)
_FOR = re.compile(
    r"\b(?:arxiv|axiv|preprints?|e-?prints?|papers?|et al|"
    r"cite[sd]?|see|refs?|references?|cf|article|manuscript|work of|works|appeared|proof in|lanl|ar5iv)\b"
)


def _by_context(bare: Bare, before: str, after: str) -> tuple[str, float, str] | None:
    if _JOINED_BEFORE.search(before) or (_JOINED_AFTER.match(after) and not _is_glued_text(bare, after)) or _UNITS.match(after):
        return None
    if grammar.CITED.search(before):
        return "bare", 0.9, "is cited"
    confidence = 0.5 if len(bare.identifier.number) > 9 else 0.3
    reasons = []
    if bare.identifier.version:
        confidence, reasons = confidence + 0.3, ["has a version"]
    if _FOR.search(before) or _FOR.search(after):
        confidence, reasons = confidence + 0.25, [*reasons, "a word nearby speaks of papers"]
    if _AGAINST.search(before):
        confidence -= 0.35
    if confidence < ACCEPTED:
        return None
    return "bare", round(min(confidence, 0.9), 2), "a bare number; " + (", ".join(reasons) or "its length and month are right")


def _is_glued_text(bare: Bare, after: str) -> bool:
    return bare.identifier.version is not None and after[:1].isalpha()
