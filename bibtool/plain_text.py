"""Text from outside as one line of plain Unicode: what every format starts from."""

import re
import unicodedata

from bibtool.tex.latex import decode
from bibtool.tex.mathematics import split, to_plain

_BLANKS = re.compile(r"\s+")
# Controls steer terminals and end fields, Cf holds the bidirectional overrides, Cs and Cn are no characters.
_REMOVED = frozenset({"Cc", "Cf", "Cs", "Cn"})


def clean(text: str) -> str:
    r"""The text in one line: blanks folded, TeX accents decoded, nothing in it that is no character. Mathematics stays TeX's.

    >>> clean("A\u202e  M\\\"obius\nstrip")
    'A Möbius strip'
    """
    if text.isascii() and text.isalnum():
        return text
    line = " ".join(text.split())
    if not line.isascii():
        line = unicodedata.normalize("NFC", line)
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


def _visible(character: str) -> str:
    if character.isspace():
        return "\u00a0" if character == "\u00a0" else " "
    return "" if unicodedata.category(character) in _REMOVED else character
