"""A document's text in the pieces that may each speak of one paper: entries of a list of references, abstracts, titles.

What stands in TeX is taken from its bibliography alone; the rest of a paper speaks of that paper itself.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

TEX_SUFFIXES = frozenset({".tex", ".bbl", ".ltx"})
HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})

_BIBITEM = re.compile(r"\\bibitem\b.*?(?=\\bibitem\b|\\end\s*\{thebibliography\}|\Z)", re.DOTALL)
_ENTRY = re.compile(r"\\entry\{(?:(?!\\entry\{).)*?\\endentry", re.DOTALL)
# A label is short; an item may be a whole hostile file.
MOST_LABEL = 2000
_ENTRY_TEXT = re.compile(r"family=\{+(?P<family>[^{}]*)\}|given=\{+(?P<given>[^{}]*)\}|\\(?:field|verb|strng)\{(?P<name>title|subtitle|journaltitle|booktitle|volume|year|pages|doi)\}\{(?P<value>(?:[^{}]|\{[^{}]*\})*)\}|\\verb\s+(?P<doi>10\.\S+)")  # fmt: skip  # noqa: E501
_LABEL = re.compile(r"\\bibitem\s*(?:\[(?:[^\[\]{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\])?\s*(?:%\s*)?(?:\{[^{}]*\})?")
_TAG = re.compile(r"<(?P<name>/?[A-Za-z][A-Za-z0-9]*)[^<>]*>")
_BLOCK_TAGS = frozenset("p li ul ol div tr td br h1 h2 h3 h4 h5 h6 dt dd blockquote section article table body".split())  # noqa: SIM905
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_FENCE = re.compile(r"\s*(?:```|~~~)")
# [12], (3), 4., 5), -, *, •, |: what begins an entry of a list.
_MARKER = re.compile(r"\s*(?:\[[\w+.:-]{1,16}\]|\([0-9]{1,3}\)|[0-9]{1,3}[.)](?=\s)|[-*+•–](?=\s)|\|)\s*")
# What a document writes before an abstract; the identifier is that of the one before.
_OPENING = re.compile(r"\s*(?:arXiv:\s?(?:[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7}|[0-9]{4}\.[0-9]{4,5})(?:v[0-9]+)?\s*)?(?P<label>(?:abstract|summary)\s*[:.—–-]\s*)?", re.I)  # fmt: skip  # noqa: E501
_NAME_FIRST = re.compile(
    r"(?:[A-Z]\.[\s~-]?){1,3}[^\W\d_]{2,}|[^\W\d_a-z][\w'’-]+,\s+(?:[A-Z]\.|[A-Z][a-z]+)|"
    r"[A-Z][\w'’-]+(?: [A-Z]\.?)? [A-Z][\w'’-]+(?:,| and| et al)"
)
_QUOTE = re.compile(r"[“\"„«]|``")
_ENDED = re.compile(r"[.)\]\"”0-9/]\s*\Z")
LONG_LINE = 300
# Lines of a block that was broken into a column are at most so long, and all but the last nearly as long as the longest.
WIDEST = 130
NEARLY = 0.72
MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, from `start` to `end`. `said` is what it says, where that is not what it reads; `lines` are the pieces that it may
    really be. Its place or a label may show that it is a reference, an item of some list, or an abstract."""

    start: int
    end: int
    said: str | None = None
    is_reference: bool = False
    is_listed: bool = False
    is_labelled: bool = False
    lines: tuple[tuple[int, int], ...] = field(default=())


def pieces(text: str, suffix: str) -> Iterator[Piece]:
    """The pieces in order."""
    if suffix in TEX_SUFFIXES:
        yield from _of_tex(text)
        return
    if suffix in HTML_SUFFIXES:
        text = _TAG.sub(_without_tag, text)
    block: list[tuple[int, int]] = []
    is_code = False
    for found in _LINE.finditer(text):
        line = found[0]
        if _FENCE.match(line):
            is_code = not is_code
        if is_code or not line.strip() or _FENCE.match(line):
            yield from _of_block(text, block)
            block = []
        else:
            block.append((found.start(), found.start() + len(line.rstrip("\r\n"))))
    yield from _of_block(text, block)


def _without_tag(found: re.Match[str]) -> str:
    """As many blanks as the tag is long; one that ends a block ends a line."""
    name = found["name"].strip("/").lower()
    return ("\n\n" if name in _BLOCK_TAGS and len(found[0]) > 1 else "  ").ljust(len(found[0]))


def _of_tex(text: str) -> Iterator[Piece]:
    for found in _BIBITEM.finditer(text):
        label = _LABEL.match(found[0][:MOST_LABEL])
        start = found.start() + (label.end() if label else 0)
        said = text[start : found.end()]
        if said.strip():
            yield _trimmed(text, start, found.end(), is_reference=True)
    for found in _ENTRY.finditer(text):
        yield Piece(found.start(), found.end(), said=_said_by_entry(found[0]), is_reference=True)


def _said_by_entry(entry: str) -> str:
    """biblatex's .bbl entry as a reference reads."""
    parts: dict[str, str] = {}
    people: list[str] = []
    for found in _ENTRY_TEXT.finditer(entry):
        if found["family"]:
            people.append(found["family"])
        elif found["given"] and people:
            people[-1] += f", {found['given']}"
        elif found["name"]:
            parts.setdefault(found["name"], found["value"])
        elif found["doi"]:
            parts.setdefault("doi", found["doi"])
    names = ("title", "subtitle", "journaltitle", "booktitle", "volume", "pages", "year", "doi")
    return ". ".join(["; ".join(people), *(parts[name] for name in names if name in parts)])


def _of_block(text: str, block: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    """The pieces of lines that no empty line parts."""
    if not block:
        return
    width = max(end - start for start, end in block)
    has_markers = _MARKER.match(text, *block[0]) is not None
    group: list[tuple[int, int]] = []
    for line in block:
        if group and not _goes_on(text, group, line, width, has_markers=has_markers):
            yield _joined(text, group, is_listed=has_markers)
            group = []
        group.append(line)
    yield _joined(text, group, is_listed=has_markers)


def _goes_on(text: str, group: Sequence[tuple[int, int]], line: tuple[int, int], width: int, *, has_markers: bool) -> bool:
    """Whether the line belongs to the piece before it."""
    before, after = text[slice(*group[-1])].rstrip(), text[slice(*line)]
    if _MARKER.match(after):
        return False
    if len(before) >= LONG_LINE or len(after) >= LONG_LINE:
        return False
    if has_markers or (after[:1].isspace() and not text[slice(*group[0])][:1].isspace()):
        return True
    first = after.lstrip()[:1]
    if before[-1:] in "-,:;&" or first.islower() or first in "(":
        return True
    if width > WIDEST:
        return False
    if _QUOTE.match(after.lstrip()):
        # A title behind its people and year; where a quoted title stands already, the next begins another reference.
        return _QUOTE.search(text, group[0][0], group[-1][1]) is None
    if not _ENDED.search(before):
        return len(before) >= NEARLY * width
    return len(before) >= NEARLY * width and not _NAME_FIRST.match(after.lstrip())


def _joined(text: str, group: Sequence[tuple[int, int]], *, is_listed: bool) -> Piece:
    start, end = group[0][0], group[-1][1]
    opening = _OPENING.match(text, start, end)
    is_labelled = bool(opening and opening["label"])
    if opening is not None:
        start = opening.end()
    marker = _MARKER.match(text, start, end)
    if marker is not None:
        start = marker.end()
    lines = tuple(group) if 1 < len(group) <= MOST_LINES and not is_listed else ()
    return _trimmed(text, start, end, is_listed=is_listed, is_labelled=is_labelled, lines=lines)


def _trimmed(text: str, start: int, end: int, **known: object) -> Piece:
    inside = text[start:end]
    start += len(inside) - len(inside.lstrip())
    return Piece(start, max(start, start + len(inside.strip())), **known)  # type: ignore[arg-type]  # as the callers name them
