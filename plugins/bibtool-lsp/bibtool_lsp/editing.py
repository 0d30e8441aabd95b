"""What a document says at a place, and what a quick fix puts there. Offsets are in characters from 0."""

import re
from pathlib import Path

from bibtool import Mention, Reference, plain

# What a citation looks like, by the suffix of the document; every other is written as Markdown.
CITATIONS = {".tex": r"\cite{%s}", ".typ": "@%s"}
# The whole of what an identifier stands in: a link, or a number with its mark.
WHOLE = re.compile(r"<?https?://[^\s<>()\[\]{}\"']*[^\s<>()\[\]{}\"'.,;:!?]>?|arXiv:\s?[\w./-]*\w", re.ASCII | re.IGNORECASE)
CITING = re.compile(r"(?:\\\w*cite\w*\*?(?:\[[^\]]*\])*\{[^}]*|(?<!\w)@[\w:.+-]*)$", re.ASCII)
KEY = re.compile(r"[\w:.+-]+", re.ASCII)
AUTHORS = 5
DEFAULT_BIBLIOGRAPHY = "refs.bib"


def citation(suffix: str, key: str) -> str:
    """The citation of a key in a document of that kind."""
    return CITATIONS.get(suffix, "[@%s]") % key


def whole(text: str, mention: Mention) -> tuple[int, int]:
    """Where the link or the marked number stands that a mention is part of."""
    line_start = text.rfind("\n", 0, mention.start) + 1
    line_end = text.find("\n", mention.end)
    for found in WHOLE.finditer(text, line_start, len(text) if line_end < 0 else line_end):
        if found.start() <= mention.start and mention.end <= found.end():
            return found.span()
    return mention.start, mention.end


def is_citable(text: str, start: int) -> bool:
    """Whether a citation may stand there; inside another piece of mark-up it would break that."""
    return not text[:start].endswith(("](", "{", "@"))


def key_at(text: str, offset: int) -> str | None:
    """The word at an offset, as citation keys are written."""
    line_start = text.rfind("\n", 0, offset) + 1
    line_end = text.find("\n", offset)
    for word in KEY.finditer(text, line_start, len(text) if line_end < 0 else line_end):
        if word.start() <= offset <= word.end():
            return word[0].rstrip(".")
    return None


def is_citing(text: str, offset: int) -> bool:
    """Whether a citation key is being typed before the offset."""
    return bool(CITING.search(text[max(text.rfind("\n", 0, offset) + 1, offset - 500) : offset]))


def bibliography_beside(document: Path) -> Path:
    """The .bib file next to a document, the first by name; `refs.bib` where there is none."""
    return min(document.parent.glob("*.bib"), default=document.parent / DEFAULT_BIBLIOGRAPHY)


def shown(reference: Reference) -> str:
    """A paper in a few lines."""
    authors = [str(author) for author in reference.authors[:AUTHORS]]
    more = len(reference.authors) - len(authors)
    lines = [
        plain(reference.title or "(no title)"),
        plain(", ".join(authors) + (f" and {more} more" if more else "")),
        f"{reference.identifier} ({reference.issued})" if reference.issued else str(reference.identifier),
        "WITHDRAWN" if reference.status == "withdrawn" else "",
        plain(reference.journal_ref or ""),
        plain(reference.abstract or ""),
    ]
    return "\n".join(line for line in lines if line)
