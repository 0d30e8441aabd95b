"""The usual forms, recognised at an anchor in raw bytes without a closer look. What is not usual is left to `finding.py`.

A quick answer is the one that the closer look would give: nothing around it can change it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bibtool.extractors.anchors import CORE_AFTER, CORE_BEFORE, NUMBER_AFTER, Anchors, marker_before, places
from bibtool.extractors.folding import SETTING
from bibtool.identifiers import ARCHIVES

# An identifier in a usual form: where it starts and ends, and the form.
Usual = tuple[int, int, str]


class Quick(NamedTuple):
    """What was recognised, by where it starts. And the anchors that need a closer look, with their reach."""

    found: dict[int, Usual]
    rest: list[tuple[int, int]]


# Months whose numbers are beyond doubt; those at the borders get the closer look.
_VALID = rb"(?:(?:0[89]|1[0-4])(?:0[1-9]|1[0-2])\.(?!0000)[0-9]{4}|(?:1[5-9]|2[0-7])(?:0[1-9]|1[0-2])\.(?!00000)[0-9]{5})(?![0-9])"
_VERSION = rb"(?:v[1-9][0-9]?(?![0-9]))?"
# What may follow: nothing that could be a version, or hide one, or go on the number in markup or another encoding.
_END = (
    rb"(?=[a-uw-z0-9;:)\]\"'/?\n\r\t$!*|>=+\#@]|,(?!\ v)|[ }](?:[^v(\[\\\x80-\xff{%<&~]|[(\[][^v]|\\[a-z])"
    rb"|\.[^v\\\x80-\xff{%<&~}]|[-_][^v\\\x80-\xff{%<&~}])"
)
_MARK = (
    rb"(?:(?<=[^a-z/=?&:%]arxiv:)|(?<=[^a-z/=?&:%]arxiv:\ )|(?<=[^a-z0-9-]arxiv\.org/abs/)"
    rb"|(?<=[^a-z0-9-]arxiv\.org/pdf/)|(?<=10\.48550/arxiv\.))"
)
_NEW = re.compile(_MARK + _VALID + _VERSION + _END, re.VERBOSE | re.IGNORECASE)
_ARCHIVES = "|".join(sorted(ARCHIVES, key=lambda name: (-len(name), name))).encode()
# Behind an archive and its slash; and what stands before the archive.
_OLD = re.compile(
    rb"(?P<yymm>9[2-9](?:0[1-9]|1[0-2])|0[0-6](?:0[1-9]|1[0-2]))(?!000)[0-9]{3}(?![0-9])" + _VERSION + _END,
    re.IGNORECASE,
)
_BEFORE_OLD = re.compile(
    rb"(?<=[^a-z/=?&:%]arxiv:)|(?<=[^a-z0-9-]arxiv\.org/abs/)|(?<=[^a-z0-9-]arxiv\.org/pdf/)|(?<=[ \n{\"])", re.IGNORECASE
)
_ARCHIVE_END = re.compile(rb"(?<![a-z-])[a-z-]{2,9}\Z", re.IGNORECASE)
_CLASSED = re.compile(
    rb"(?<=[ \n])" + _VALID + rb"(?P<version>" + _VERSION + rb")"
    rb"(?=\ \[(?:" + _ARCHIVES + rb"|econ|eess|q-fin|stat)(?:\.[a-z]{2})?\])",
    re.IGNORECASE,
)
# The value of a field "eprint" of a BibTeX entry; "archiveprefix = {arXiv}" right before it marks it.
_FIELD_END = re.compile(rb"[}\"]\s{0,8}[,}]")
_FIELD_NEW = re.compile(rb"(?<=[{\"])" + _VALID + _VERSION + rb"(?=" + _FIELD_END.pattern + rb")")
_EPRINT = re.compile(rb"(?:archiveprefix\s{0,4}=\s{0,4}[{\"]ar(?P<marker>xiv)[}\"])?,\s{0,10}eprint\s{0,6}=\s{0,4}[{\"]\Z", re.IGNORECASE)
_EPRINT_BYTES, _ENTRY_BYTES = 80, 680
# What says whose eprint it is, and the value that says arXiv's.
_REGISTRIES, _ARXIV_VALUE = (b"archiveprefix", b"eprinttype"), re.compile(rb"[a-z]+\s{0,4}=\s{0,4}[{\"]arxiv[}\"]")
# What stands before a number without a mark and would make another form, or nothing, of it; and what could hide such a thing.
_LOUD = re.compile(
    rb"print|xi|xa|arx|arv|rix|abs|archi|citation|ssrn|repec|hal|pmc|pmid|jstor|zenodo|osf|ascl|submit|help|\{x|\}x|&x|<x|%x"
)
LOUD_BYTES = 96
_FORMS = {58: "marked", 32: "marked", 47: "url", 46: "doi"}
# Anchors that can belong to no identifier: numbers that arXiv never gave (a marker, where there is one, is an anchor itself).
_NEW_POSSIBLE = re.compile(
    rb"(?:0[7-9]|1[0-4])(?:0[1-9]|1[0-2])\.[0-9]{4}(?![0-9])|(?:1[5-9]|[2-8][0-9])(?:0[1-9]|1[0-2])\.[0-9]{5}(?![0-9])"
    # a field's value may have a zero too many or too few
    rb"|(?<=[{\"])(?:(?:0[7-9]|1[0-4])(?:0[1-9]|1[0-2])\.0[0-9]{4}|(?:1[5-9]|2[0-9])(?:0[1-9]|1[0-2])\.[0-9]{4})(?![0-9])"
)
_BETWEEN_DIGITS = re.compile(rb"(?<=[0-9]\.)[0-9]{4}\.[0-9]{4,5}\.[0-9]")
_OLD_POSSIBLE = re.compile(rb"(?:9[1-9]|0[0-7])(?:0[1-9]|1[0-2])(?!000)[0-9]{3}(?![0-9])")
# And markers behind which comes another word than those that may lead to a number.
_LEADING = (
    rb"e-?prints?|pre-?prints?|papers?|ids?|identifiers?|nos?|numbers?|num|nr|articles?|reports?|ref|version|abs|pdf|url|link|key|code|doi|type|"
    rb"value|content|name|archive|cornell\ university"
)
_DEAD_MARKER = re.compile(
    rb"xiv[\s,;:()\[\]'\"}]{1,12}(?:(?:" + _LEADING + rb")[\s,;:()\[\]'\"]{1,3}){0,3}"
    rb"(?!(?:" + _LEADING + rb"|org|v|econ|eess|q-fin|stat|" + b"|".join(name.encode() for name in ARCHIVES) + rb")(?![a-z]))[a-z]{3}",
    re.IGNORECASE,
)

# No identifier is without digits. One that starts where an anchor still reaches has them this near, behind its archive.
_DIGIT = re.compile(rb"[0-9]")
DIGIT_AFTER = CORE_AFTER + 64


def recognise(buffer: bytes, anchors: Anchors) -> Quick:
    """The usual forms among the anchors of a block, and what is left of these."""
    found: dict[int, Usual] = {}
    told = set[int | None]()  # the markers of what was recognised in fields
    rest = [(place, CORE_AFTER) for place in anchors.rest]
    for place in anchors.numbers:
        if match := _NEW.match(buffer, place):
            found[place] = (place, match.end(), _FORMS[buffer[place - 1]])
        elif (match := _CLASSED.match(buffer, place)) and _is_quiet(buffer, place):
            found[place] = (place, match.end(), "classed")
        elif (match := _FIELD_NEW.match(buffer, place)) and (field := _field(buffer, place, match.end())):
            found[place] = (place, match.end(), field.form)
            told.add(field.marker)
        else:
            if (marker := marker_before(buffer, place)) is not None:
                rest.append((marker, CORE_AFTER))
            if _NEW_POSSIBLE.match(buffer, place) and not _BETWEEN_DIGITS.match(buffer, place):
                rest.append((place, NUMBER_AFTER))
    for place in anchors.old:
        if _OLD_POSSIBLE.match(buffer, place):
            told.add(_recognise_old(buffer, place, found, rest))
    # "xiv:" and "xiv.org/abs/" before an old number that was recognised
    markers = [place for place in anchors.markers if place + 4 not in found and place + 12 not in found]
    rest += [(place, CORE_AFTER) for place in markers if place not in told and not _DEAD_MARKER.match(buffer, place)]
    return Quick(found, list(_near_digits(buffer, sorted(rest))))


def _near_digits(buffer: bytes, anchors: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The anchors, in order, without those that can belong to no identifier because no digit is near."""
    digit = -1
    for anchor in anchors:
        begin = max(0, anchor[0] - CORE_BEFORE)
        if digit < begin:
            found = _DIGIT.search(buffer, begin)
            if found is None:
                return
            digit = found.start()
        if digit < anchor[0] + DIGIT_AFTER:
            yield anchor


def _recognise_old(buffer: bytes, place: int, found: dict[int, Usual], rest: list[tuple[int, int]]) -> int | None:
    """Puts an old number where it belongs; the marker of the field that it stands in, if it does."""
    match, start = _OLD.match(buffer, place), _start_of_archive(buffer, place)
    if match is None or start is None or not _is_in_period(buffer[start : place - 1].decode().lower(), match["yymm"].decode()):
        rest.append((place, NUMBER_AFTER))
        return None
    end = match.end()
    if buffer[start - 1] in b'{"':
        field = _field(buffer, start, end) if _FIELD_END.match(buffer, end) else None
        if field is None:
            rest.append((place, NUMBER_AFTER))
            return None
        found[start] = (start, end, field.form)
        return field.marker
    is_marked = buffer[start - 1] in b":/"
    if is_marked or (_is_quiet(buffer, start) and _NOT_CLASSED.match(buffer, end)):
        found[start] = (start, end, _FORMS[buffer[start - 1]] if is_marked else "archive")
    else:
        rest.append((place, NUMBER_AFTER))
    return None


class _Field(NamedTuple):
    """The form of what stands in a field, and where its marker is, if it has one."""

    form: str
    marker: int | None = None


def _field(buffer: bytes, start: int, end: int) -> _Field | None:
    """What a whole value is that stands in a field for arXiv's identifiers; None where that is not beyond doubt."""
    found = _EPRINT.search(buffer, max(0, start - _EPRINT_BYTES), start)
    if found is None:
        return None
    if found["marker"]:
        return _Field("marked", found.start("marker"))
    before = buffer[max(0, start - LOUD_BYTES - _EPRINT_BYTES) : found.start()].lower()
    if _NEARLY_MARKED.search(before):
        return None
    entry = buffer[max(0, start - _ENTRY_BYTES) : end + _ENTRY_BYTES].lower()
    return _Field("field") if all(_ARXIV_VALUE.match(entry, place) for word in _REGISTRIES for place in places(entry, word)) else None


# From which a marker could lead over a few words to the field.
# Letters of Latin scripts are no part of one, other signs beyond ASCII may be.
_NEARLY_MARKED = re.compile(rb"xiv|xi-|x-|chi|\{[xiv]\}|\\[-u]|&[a-z#]|</?[a-z]|[\xc2\xc6-\xff]")


def _start_of_archive(buffer: bytes, place: int) -> int | None:
    """Where the word begins that stands before an old number and its slash, if what may stand before an archive stands before it."""
    word = _ARCHIVE_END.search(buffer, max(0, place - 11), place - 1) if buffer[place - 1 : place] == b"/" else None
    return word.start() if word is not None and _BEFORE_OLD.match(buffer, word.start()) else None


# No class and no version follows. A command that only sets type is nothing, and in JSON a backslash may be the beginning of a line end.
_NOT_CLASSED = re.compile(
    rb"(?!\.[a-z])\s{0,3}(?:[^\s\[(\x80-\xff<&%{}~\\]|[\[(](?!v|econ|eess|q-fin|stat|" + _ARCHIVES + rb")[a-z0-9]"
    rb"|\\(?![nrtu]|slash|" + SETTING.encode() + rb")[a-z])",
    re.IGNORECASE,
)


def _is_quiet(buffer: bytes, start: int) -> bool:
    """Whether nothing before a number speaks of it."""
    before = buffer[start - LOUD_BYTES : start].lower()
    return start >= LOUD_BYTES and before.isascii() and _LOUD.search(before) is None


def _is_in_period(archive: str, yymm: str) -> bool:
    """Whether the archive took papers in that month, without the months about which there is doubt."""
    if archive not in ARCHIVES:
        return False
    first, last = map(_month, ARCHIVES[archive])
    return first <= _month(yymm) <= last


def _month(yymm: str) -> str:
    return ("19" if yymm > "9" else "20") + yymm
