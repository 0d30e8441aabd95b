"""Text on its way through a style engine, and out of it as Markdown, HTML or plain text.

Engines pass mark-up on as it comes, so a record's own `<script>` would be live in their output. What means something to HTML therefore
travels as private-use characters, which no engine touches, and each target spells it out at the end.
"""

import re
from collections.abc import Iterable
from html import escape, unescape

# Tags that mean something in a reference list; each has a character that opens it and one that closes it.
TAGS = ("i", "b", "sup", "sub", "sc", "nocase")
OPEN = {tag: chr(0xE100 + number) for number, tag in enumerate(TAGS)}
CLOSE = {tag: chr(0xE180 + number) for number, tag in enumerate(TAGS)}
# HTML's own characters, hidden.
HIDDEN = {character: chr(0xE000 + ord(character)) for character in "<>&"}
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_SHOWN = str.maketrans({hidden: character for character, hidden in HIDDEN.items()})
_HIDE = str.maketrans(HIDDEN)

_ITEM_TAG = re.compile(r"<(?P<close>/)?(?P<tag>i|b|sup|sub|sc)>|<span class=\"(?P<nocase>nocase)\">|</(?P<span>span)>")
_PIECE = re.compile(r"<(?P<close>/)?(?P<tag>i|b|sup|sub)\b[^>]*>|<[^>]*>|(?P<mark>[\ue100-\ue1ff])|(?P<text>[^<\ue100-\ue1ff]+)|<")
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>&~^$|#@]|!(?=\[)")
# Renderers make links of addresses; those that a style prints lead to arXiv and to DOIs.
_MARKDOWN_LINK = re.compile(r"(?i)(?P<before>www|ftp|mailto|https?(?!://(?:arxiv|(?:dx\.)?doi)\.org/))(?P<mark>[.:])")
# Of what starts a list, a heading or a quotation, all but these is escaped wherever it stands; pandoc numbers lists with letters, too.
_MARKDOWN_START = re.compile(r"^(?:(?P<number>\(?(?:[0-9]{1,9}|[^\W\d_A-Z]|[ivxlcdm]{1,9}|[A-Z]{1,9}(?=\)))(?=[.)]))|(?=[-+=:](?:\s|$|-)))")
_TARGET_TAGS = {
    "html": {tag: (f"<{tag}>", f"</{tag}>") for tag in ("i", "b", "sup", "sub")},
    "markdown": {"i": ("*", "*"), "b": ("**", "**"), "sup": ("<sup>", "</sup>"), "sub": ("<sub>", "</sub>")},
    "text": {"sup": ("^", ""), "sub": ("_", "")},
}


def hidden(text: str) -> str:
    """A text of a CSL item, its tags and HTML's characters as private-use characters."""
    return _ITEM_TAG.sub(_marked, unmarked(text)).translate(_HIDE)


def unmarked(text: str) -> str:
    """A record's text without private-use characters, which are marks here."""
    return _PRIVATE.sub("", text)


def spelt(rendered: str, target: str) -> str:
    """An engine's output, in its HTML and our marks, as the target writes it."""
    tags = _TARGET_TAGS[target]
    pieces: list[str] = []
    open_tags: list[str] = []
    for piece in _PIECE.finditer(rendered):
        if piece["text"]:
            pieces.append(_text(unescape(piece["text"]).translate(_SHOWN), target))
            continue
        tag, is_closing = _tag(piece)
        if tag not in tags or (is_closing and tag not in open_tags):
            continue
        if is_closing:
            open_tags.remove(tag)
        else:
            open_tags.append(tag)
        pieces.append(tags[tag][is_closing])
    return re.sub(r"\s+", " ", "".join(pieces + [tags[tag][1] for tag in reversed(open_tags)])).strip()


def listed(items: Iterable[str], target: str) -> str:
    """The items as a list."""
    if target == "html":
        return '<ol class="references">\n' + "".join(f"<li>{item}</li>\n" for item in items) + "</ol>\n"
    if target == "markdown":
        return "".join("- " + _MARKDOWN_START.sub(r"\g<0>\\", item) + "\n" for item in items)
    return "\n".join(f"{item}\n" for item in items)


def _marked(found: re.Match[str]) -> str:
    if found["nocase"]:
        return OPEN["nocase"]
    if found["span"]:
        return CLOSE["nocase"]
    return (CLOSE if found["close"] else OPEN)[found["tag"]]


def _tag(piece: re.Match[str]) -> tuple[str, bool]:
    if piece["mark"]:
        number = ord(piece["mark"]) - 0xE100
        return (TAGS[number % 0x80], number >= 0x80) if number % 0x80 < len(TAGS) else ("", False)
    return piece["tag"] or "", bool(piece["close"])


def _text(text: str, target: str) -> str:
    if target == "html":
        return escape(text)
    if target == "markdown":
        return _MARKDOWN_LINK.sub(r"\g<before>\\\g<mark>", _MARKDOWN.sub(r"\\\g<0>", text))
    return text
