"""Text from outside as one line of plain Unicode: what every format starts from."""

import re
import unicodedata

from bibtool.tex.latex import decode
from bibtool.tex.mathematics import split, to_plain

_BLANKS = re.compile(r"\s+")
# Controls steer terminals and end fields, Cf holds the bidirectional overrides, Cs and Cn are no characters.
_PRINTABLE = bytes(range(0x20, 0x7F))
_REMOVED = frozenset({"Cc", "Cf", "Cs", "Cn"})


def clean(text: str) -> str:
    r"""The text in one line: blanks folded, TeX accents decoded, nothing in it that is no character. Mathematics stays TeX's.

    >>> clean("A\u202e  M\\\"obius\nstrip")
    'A Möbius strip'
    """
    if text.isascii():
        if text.isalnum():
            return text
        line = text.strip().replace("\n", " ")
        if "  " in line or not _is_printable(line):
            line = " ".join(text.split())
        if _is_printable(line):
            return decode(line)
    else:
        line = unicodedata.normalize("NFC", " ".join(text.split()))
        if line.isprintable() and "\u00a0" not in text:
            return decode(line)
    visible = "".join(_visible(character) for character in text)
    return decode(unicodedata.normalize("NFC", _BLANKS.sub(" ", visible).strip()))


def plain(text: str) -> str:
    r"""As `clean`, with mathematics as Unicode too.

    >>> plain(r"Decays $B^0 \to \mu^+\mu^-$")
    'Decays B⁰ → μ⁺μ⁻'
    """
    cleaned = clean(text)
    if "$" not in cleaned:
        return cleaned
    return "".join(source if formula is None else to_plain(formula) for formula, source in split(cleaned))


def _is_printable(text: str) -> bool:
    """As `str.isprintable`, for ASCII in a quarter of the time."""
    return not text.encode().translate(None, _PRINTABLE)


def _visible(character: str) -> str:
    if character.isspace():
        return "\u00a0" if character == "\u00a0" else " "
    return "" if unicodedata.category(character) in _REMOVED else character
