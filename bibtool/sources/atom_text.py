"""The entries of a feed in just the form that arXiv's server writes, taken from its text, in a third of the time.

Only what is whole XML, and nothing but elements of that form, is read here; `atom.py` follows the elements of anything else.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

_START = re.compile(
    r"(?:<\?xml version=['\"]1\.0['\"](?: encoding=['\"]utf-8['\"])?\?>\s*)?<feed(?P<names>(?:\s+xmlns(?::[a-z]+)?=\"[^\"<]*\")+)\s*>",
    re.ASCII | re.IGNORECASE,
)
_HEAD = re.compile(r"(?:\s*(?:<(id|title|updated|opensearch:[A-Za-z]+)>[^<]*</\1>|<link [^<>]*/>))*\s*", re.ASCII)
_NAMES = frozenset({'xmlns="http://www.w3.org/2005/Atom"', 'xmlns:arxiv="http://arxiv.org/schemas/atom"'})
# One expression for each form, and what one element of it has of "<": an element of any other form leaves some over.
_TEXT = re.compile(r"<(id|title|updated|summary|published|arxiv:(?:comment|journal_ref|doi))>([^<]*)</\1>")
_EMPTY = re.compile(r"<(?:((?:arxiv:primary_)?category) term=\"([^\"<>]*)\"(?: scheme=\"[^\"<>]*\")?|link [^<>]*)/>")
_AUTHOR = re.compile(r"<author>\s*<name>([^<]*)</name>\s*((?:<arxiv:affiliation>[^<]*</arxiv:affiliation>\s*)*)</author>", re.ASCII)
_CHARACTER = re.compile(r"&(?:(?P<name>amp|lt|gt|quot|apos)|#(?P<decimal>[0-9]+)|#x(?P<hexadecimal>[0-9A-Fa-f]+));", re.ASCII)
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


@dataclass(slots=True)
class Entry:
    """The texts of one entry by the names of their elements ("title", "arxiv:comment"), as they stand."""

    texts: dict[str, str] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)
    dois: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    primary: str | None = None


def plain_entries(body: bytes) -> list[Entry] | None:
    """The entries; None where anything is of another form."""
    try:
        text = body.decode("utf-8")
        # For what is no XML, or not whole.
        expat.ParserCreate(namespace_separator=" ").Parse(body, True)
    except (UnicodeDecodeError, expat.ExpatError, ValueError, LookupError):
        return None
    start = _START.match(text)
    if start is None or not _NAMES.issubset(start["names"].split()):
        return None
    head, *pieces = text[start.end() :].rstrip().removesuffix("</feed>").split("<entry>")
    contents = [piece.rstrip() for piece in pieces]
    if _HEAD.fullmatch(head) is None or not all(content.endswith("</entry>") for content in contents):
        return None
    entries = [entry for entry in map(_entry, contents) if entry is not None]
    return entries if len(entries) == len(contents) else None


def _entry(content: str) -> Entry | None:
    texts, empty, authors = _TEXT.findall(content), _EMPTY.findall(content), _AUTHOR.findall(content)
    brackets = 2 * len(texts) + len(empty) + 4 * len(authors) + "".join([places for _, places in authors]).count("<")
    if brackets + 1 != content.count("<"):
        # Beside its own end, an element of another form, a comment, an instruction, or text as it stands.
        return None
    if "&" in content:
        texts, empty, authors = ([(_characters(one), _characters(two)) for one, two in pairs] for pairs in (texts, empty, authors))
    primary = [term for name, term in empty if name == "arxiv:primary_category"]
    return Entry(
        dict(reversed(texts)),  # the first of a name counts
        [name for name, _ in authors],
        [text for name, text in texts if name == "arxiv:doi"],
        [term for name, term in empty if name == "category" and term],
        primary[-1] or None if primary else None,
    )


def _characters(text: str) -> str:
    return _CHARACTER.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    if reference["name"]:
        return _CHARACTERS[reference["name"]]
    return chr(int(reference["decimal"]) if reference["decimal"] else int(reference["hexadecimal"], 16))
