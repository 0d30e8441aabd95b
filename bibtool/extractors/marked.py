"""Identifiers that carry a mark: each pattern of the grammar with what its match means."""

import re
from collections.abc import Callable, Iterator

from bibtool.extractors import grammar
from bibtool.frozen import dataclass
from bibtool.identifiers import ArxivId, checked, month_of

# Forms with more confidence than this exclude by themselves that the number is another registry's.
CERTAIN = 0.95


@dataclass(frozen=True, slots=True)
class Candidate:
    """An identifier in folded text, and why it is one. Offsets are of the folded text."""

    start: int
    end: int
    identifier: ArxivId
    form: str
    confidence: float
    evidence: str


def marked(text: str) -> Iterator[Candidate]:
    """All readings of all marked identifiers; a place may come several times, the better reading with more confidence."""
    for needed, pattern, interpret in _INTERPRETERS:
        if needed and not any(word in text for word in needed):
            continue
        for match in pattern.finditer(text):
            candidate = interpret(match)
            if candidate is not None and (candidate.confidence > CERTAIN or not _is_elsewhere(text, candidate.start)):
                yield candidate


def _is_elsewhere(text: str, start: int) -> bool:
    """Whether the place belongs to another registry: another DOI, another archive."""
    opening = max(0, start - 160)
    doi = grammar.OTHER_DOI.search(text, opening, start)
    return (doi is not None and "48550" not in doi.group()) or grammar.OTHER_PLACE.search(text, opening, start) is not None


def identifier_of(match: re.Match[str], archive: str | None) -> ArxivId | None:
    """The identifier of a match of the grammar's NUMBER or PLAIN."""
    if match["new"]:
        return checked(None, match["new"], version_of(match))
    return checked(archive or match["class"] or match.groupdict().get("leading"), match["old"], version_of(match))


def version_of(match: re.Match[str]) -> int | None:
    """The version that a match of the grammar's VERSION names."""
    return int(match["version"]) if match["version"] else None


def end_of(match: re.Match[str]) -> int:
    """Where the number and its version end."""
    if match["version"]:
        end = match.end("version")
        return end + 1 if match.string[match.start("version") - 2] in "([" else end
    groups = match.re.groupindex
    return max(match.end(name) for name in ("new", "old", "sequence") if name in groups)


def _marked(match: re.Match[str]) -> Candidate | None:
    between = match["between"]
    # "on arXiv. 2004.19041 is" ends a sentence, and other registrants' DOIs may hold the word.
    if between.startswith(".") and between[1:2].isspace():
        return None
    if between[:1] in (".", "-", "_", "/") and grammar.OTHER_DOI.search(match.string, max(0, match.start() - 160), match.start()):
        return None
    return _numbered(match, "marked", 0.98, "stands after 'arXiv'") or _padded(match)


def _url(match: re.Match[str]) -> Candidate | None:
    if re.match(r"(?:list|year|submit|archive|catchup|find|a|search|help)/", match["path"]):
        return None
    return _numbered(match, "url", 0.99, "in a link to a paper") or _padded(match)


def _doi(match: re.Match[str]) -> Candidate | None:
    return _numbered(match, "doi", 1.0, "in arXiv's own DOI prefix") or _padded(match)


def _cached(match: re.Match[str]) -> Candidate | None:
    identifier = checked(match["archive"], match["old"], version_of(match))
    return _built(identifier, match.start("old"), end_of(match), "url", 0.99, "in a link to a paper")


def _bibcode(match: re.Match[str]) -> Candidate | None:
    identifier = checked(None, f"{match['yymm']}.{match['sequence']}")
    return _built(identifier, match.start("yymm"), match.end("sequence"), "bibcode", 0.985, "in an ADS bibcode")


def _old_bibcode(match: re.Match[str]) -> Candidate | None:
    archive = match["archive"].replace(".", "-")
    if len(match["filled"]) != 14:
        return None
    identifier = checked(archive, f"{match['year'][2:]}{int(match['number']):05}")
    if identifier is None or identifier.month[0] != int(match["year"]):
        return None
    return _built(identifier, match.start("filled"), match.end("number"), "bibcode", 0.98, "in an ADS bibcode")


def _dblp(match: re.Match[str]) -> Candidate | None:
    if match["archive"]:
        return _built(checked(match["archive"], match["old"]), *match.span("old"), "dblp", 0.98, "in a DBLP key")
    identifier = checked(None, f"{match['yymm']}.{match['sequence']}")
    return _built(identifier, match.start("yymm"), match.end("sequence"), "dblp", 0.98, "in a DBLP key")


def _spires(match: re.Match[str]) -> Candidate | None:
    identifier = checked(grammar.UNHYPHENATED[match["archive"]], match["old"])
    return _built(identifier, match.start("old"), match.end("old"), "marked", 0.97, "stands after its archive as SPIRES spells it")


def _broken(match: re.Match[str]) -> Candidate | None:
    if re.search(r"\s", match.group()) is None:
        return None
    if match["archive"]:
        identifier = checked(_joined(match["archive"]), _digits(match["old"]), version_of(match))
        return _built(identifier, match.start("archive"), end_of(match), "broken", 0.9, "marked, broken up by white space")
    identifier = checked(None, f"{_digits(match['yymm'])}.{_digits(match['sequence'])}", version_of(match))
    return _built(identifier, match.start("yymm"), end_of(match), "broken", 0.9, "marked, broken up by white space")


def _letter_spaced(match: re.Match[str]) -> Candidate | None:
    version = int(_digits(match["version"])) if match["version"] else None
    name = "archive" if match["archive"] else "yymm"
    number = _digits(match["old"]) if match["archive"] else f"{_digits(match['yymm'])}.{_digits(match['sequence'])}"
    identifier = checked(_joined(match["archive"] or "") or None, number, version)
    return _built(identifier, match.start(name), end_of(match), "broken", 0.9, "letter-spaced after 'arXiv'")


def _behind_spaced(match: re.Match[str]) -> Candidate | None:
    return _numbered(match, "broken", 0.9, "stands after 'arXiv', which is letter-spaced")


def _reversed(match: re.Match[str]) -> Candidate | None:
    version = int(match["version"][::-1]) if match["version"] else None
    identifier = checked(None, f"{_digits(match['yymm'])[::-1]}.{_digits(match['sequence'])[::-1]}", version)
    return _built(identifier, match.start(), match.end("yymm"), "broken", 0.8, "'arXiv' and its number, read backwards")


def _old(match: re.Match[str]) -> Candidate | None:
    """An old number whose archive is broken over a line or misspelt."""
    text, end = match.string, match.start()
    begin = max(0, end - grammar.OLD_CHARACTERS)
    if not text[begin:end].rstrip("/\\:._- \t\r\n")[-1:].isalpha():
        return None  # as most numbers: the expressions below take their time
    if broken := grammar.BROKEN_ARCHIVE.search(text, begin, end):
        name = next(name for name in ("archive", "split", "whole", "parted", "spaced") if broken[name])
        identifier = checked(_joined(broken[name]), match["old"], version_of(match))
        return _built(identifier, broken.start(name), end_of(match), "broken", 0.85, "stands after its archive, broken up by white space")
    slipped = grammar.SLIPPED_ARCHIVE.search(text, begin, end)
    if slipped is None or grammar.ARCHIVE_BEFORE.search(text, begin, end):
        return None
    name = "archive" if slipped["archive"] else "plain"
    archive = re.sub(r"[-_ ]", "", slipped[name])
    identifier = checked(grammar.UNHYPHENATED.get(archive, archive), match["old"], version_of(match))
    evidence = f"an old identifier, but written {text[slipped.start() : match.end()]!r}: repaired"
    return _built(identifier, slipped.start(name), end_of(match), "repaired", 0.7, evidence)


def _split_old(match: re.Match[str]) -> Candidate | None:
    digits = _digits(match["old"])
    before = grammar.ARCHIVE_BEFORE.search(match.string, max(0, match.start() - grammar.ARCHIVE_CHARACTERS), match.start() + 1)
    if before is None or len(digits) != 7 or match.string[max(0, before.start() - 1) : before.start()].isalnum():
        return None
    if "-" not in before["archive"] and match["old"][:4].strip("0123456789"):
        return None  # "math/030", too, is a folder with its files
    identifier = checked(before["archive"], digits, version_of(match))
    return _built(identifier, before.start(), end_of(match), "broken", 0.85, "stands after its archive, broken up by white space")


def _slipped_number(match: re.Match[str]) -> Candidate | None:
    digits = [match[name].translate(_LETTERS) for name in ("yymm", "sequence")]
    identifier = checked(None, ".".join(digits), version_of(match))
    return _built(identifier, match.start("yymm"), end_of(match), "repaired", 0.7, f"marked, but written {match.group()!r}: repaired")


# Letters that are typed for digits.
_LETTERS = str.maketrans("oli", "011")


def _padded(match: re.Match[str]) -> Candidate | None:
    """A marked number with a zero too many, or too few, for its month."""
    new = match["new"]
    identifier = repadded(new, version_of(match)) if new else None
    return _built(identifier, match.start("new"), end_of(match), "repaired", 0.7, f"marked, but written {new}: repaired")


def repadded(new: str, version: int | None) -> ArxivId | None:
    """The identifier that a number means that has a zero too many, or too few, for its month."""
    yymm, _, sequence = new.partition(".")
    digits = f"0{sequence}" if len(sequence) == 4 else sequence[1:] if sequence[0] == "0" else ""
    return checked(None, f"{yymm}.{digits}", version) if digits and month_of(yymm)[1] else None


def _numbered(match: re.Match[str], form: str, confidence: float, evidence: str) -> Candidate | None:
    identifier = identifier_of(match, match["archive"])
    start = match.start("new") if match["new"] else match.start("archive") if match["archive"] else match.start("old")
    return _built(identifier, start, end_of(match), form, confidence, evidence)


def _built(identifier: ArxivId | None, start: int, end: int, form: str, confidence: float, evidence: str) -> Candidate | None:
    return None if identifier is None else Candidate(start, end, identifier, form, confidence, evidence)


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _joined(text: str) -> str:
    return re.sub("-+", "-", re.sub(r"\s", "", text))


# Each pattern with what its text must hold, so that most are passed over without a search.
_INTERPRETERS: tuple[tuple[tuple[str, ...], re.Pattern[str], Callable[[re.Match[str]], Candidate | None]], ...] = (
    (("xiv", "a-", "ar-", "arx-", "arxi-"), grammar.MARKED, _marked),
    (("org", ".com", ".co/", "lanl", "128.84", "ucdavis.edu"), grammar.URL, _url),
    (("ps_cache", "ftp/", "arxiv/"), grammar.CACHED, _cached),
    (("48550",), grammar.DOI, _doi),
    (("arxiv",), grammar.BIBCODE, _bibcode),
    (("..", "ph.", "mat.", "dyn.", "alg.", "geom."), grammar.OLD_BIBCODE, _old_bibcode),
    (("corr/",), grammar.DBLP, _dblp),
    (("citation", "\\"), grammar.SPIRES, _spires),
    (("xiv", "a-", "ar-", "arx-", "arxi-", "abs/", "48550"), grammar.BROKEN, _broken),
    (("x i", "x\n", "x\r", "x  "), grammar.LETTER_SPACED, _letter_spaced),
    (
        ("x i", "x\n", "x\r", "x  "),
        grammar.SPACED_MARKER,
        _behind_spaced,
    ),
    (("vixra",), grammar.REVERSED, _reversed),
    (("v i x r a",), grammar.REVERSED_SPACED, _reversed),
    (("\n",), grammar.SPLIT_OLD, _split_old),
    ((), grammar.OLD, _old),
    (("xiv",), grammar.SLIPPED_NUMBER, _slipped_number),
)
