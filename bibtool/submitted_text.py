"""Texts as authors submitted them (line breaks, TeX, stray control characters) to plain Unicode on one line."""

import re
import unicodedata

_STEERING = frozenset({"Cc", "Cf", "Cs"})
_MARKED_UP = re.compile(r"[\\{`]|--|''")
_MATH = re.compile(r"\$[^$]*\$")


def plain_text(text: str) -> str:
    r"""The text on one line, TeX's accents, quotes and font switches decoded; mathematics stays.

    >>> plain_text("Schr\\\"odinger's\n  cat: $x\\in X$")
    "Schrödinger's cat: $x\\in X$"
    """
    return tex_to_text(on_one_line(text))


def on_one_line(text: str) -> str:
    """The text with white space folded, without control and bidirectional characters.

    >>> on_one_line(" a\\n  b\\u202e")
    'a b'
    """
    folded = " ".join(text.split())
    if folded.isprintable() and folded.isascii():
        return folded
    return " ".join("".join(character for character in folded if unicodedata.category(character) not in _STEERING).split())


def tex_to_text(text: str) -> str:
    """The text without TeX but for mathematics. One that has none, or only there, is recognised in a microsecond."""
    if "\\" not in text and "{" not in text and "--" not in text and "`" not in text and "''" not in text:
        return text
    if "$" in text and _MARKED_UP.search(_MATH.sub("", text)) is None:
        return text
    from bibtool.latex import decode

    return decode(text)
