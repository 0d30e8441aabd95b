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
# Name and text; an empty element's name and term; an author's name and affiliations; a link.
_ELEMENT = re.compile(
    r"""
    <(?:
        (id|title|updated|summary|published|arxiv:(?:comment|journal_ref|doi))>([^<]*)</\1>
        | (category|arxiv:primary_category)\ term="([^"<>]*)"[^<>]*/>
        | author>\s*<name>([^<]*)</name>\s*((?:<arxiv:affiliation>[^<]*</arxiv:affiliation>\s*)*)</author>
        | (link)\ [^<>]*/>
    )
    """,
    re.ASCII | re.VERBOSE,
)
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
    if start is None or not _NAMES.issubset(start["names"].split()) or text.count("xmlns") != start["names"].count("xmlns"):
        return None
    head, *pieces = text[start.end() :].removesuffix("\n").removesuffix("</feed>").split("<entry>")
    if _HEAD.fullmatch(head) is None:
        return None
    found = []
    for piece in pieces:
        content = piece.rstrip()
        entry = _entry(content.removesuffix("</entry>")) if content.endswith("</entry>") else None
        if entry is None:
            return None
        found.append(entry)
    return found


def _entry(content: str) -> Entry | None:
    entry = Entry()
    brackets = 0
    for name, text, empty, term, author, places, link in _ELEMENT.findall(content):
        if name:
            brackets += 2
            if name == "arxiv:doi":
                entry.dois.append(_characters(text))
            else:
                entry.texts.setdefault(name, _characters(text))
        elif empty:
            brackets += 1
            if empty == "category":
                entry.categories += [_characters(term)] if term else []
            else:
                entry.primary = _characters(term) or None
        elif link:
            brackets += 1
        else:
            brackets += 4 + places.count("<")
            entry.authors.append(_characters(author))
    # More than was found means an element of another form, a comment, an instruction, or text as it stands.
    return entry if brackets == content.count("<") else None


def _characters(text: str) -> str:
    return _CHARACTER.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    if reference["name"]:
        return _CHARACTERS[reference["name"]]
    return chr(int(reference["decimal"]) if reference["decimal"] else int(reference["hexadecimal"], 16))
