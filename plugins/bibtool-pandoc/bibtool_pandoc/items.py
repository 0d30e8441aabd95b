"""CSL items as pandoc keeps them in a document's metadata: dates as ISO 8601, mark-up of titles as inlines."""

import re
from typing import Any

MARKUP = re.compile(r'(<(?:i|b|sup|sub)>|</(?:i|b|sup|sub|span)>|<span class="nocase">)')
INLINES = {"<i>": "Emph", "<b>": "Strong", "<sup>": "Superscript", "<sub>": "Subscript"}


def meta_reference(item: dict[str, object]) -> dict[str, Any]:
    """One item as a value of the metadata."""
    return {"t": "MetaMap", "c": {name: meta_value(name, value) for name, value in item.items()}}


def meta_value(name: str, value: Any) -> dict[str, Any]:
    """One variable of an item."""
    if name == "issued":
        return {"t": "MetaString", "c": "-".join(f"{part:02}" for part in value["date-parts"][0])}
    if isinstance(value, list):
        return {"t": "MetaList", "c": [meta_reference(person) for person in value]}
    if name in ("title", "abstract", "container-title"):
        return {"t": "MetaInlines", "c": inlines(value)}
    return {"t": "MetaString", "c": str(value)}


def inlines(text: str) -> list[dict[str, Any]]:
    """Text with CSL's mark-up as inlines; a tag that closes nothing is dropped, one that is left open closes at the end."""
    open_at: list[tuple[str, list[dict[str, Any]]]] = [("", [])]
    for piece in MARKUP.split(text):
        if not MARKUP.fullmatch(piece):
            open_at[-1][1].extend(words(piece))
        elif not piece.startswith("</"):
            open_at.append((piece, []))
        elif len(open_at) > 1:
            _close(open_at)
    while len(open_at) > 1:
        _close(open_at)
    return open_at[0][1]


def words(text: str) -> list[dict[str, Any]]:
    """Words and the spaces between them."""
    return [{"t": "Space"} if piece.isspace() else {"t": "Str", "c": piece} for piece in re.split(r"(\s+)", text) if piece]


def _close(open_at: list[tuple[str, list[dict[str, Any]]]]) -> None:
    tag, content = open_at.pop()
    element = {"t": INLINES[tag], "c": content} if tag in INLINES else {"t": "Span", "c": [["", ["nocase"], []], content]}
    open_at[-1][1].append(element)
