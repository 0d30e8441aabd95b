"""Text from outside as one line of plain Unicode: what every format starts from."""

import re
import unicodedata

from bibtool.tex.latex import decode
from bibtool.tex.mathematics import split, to_plain

_BLANKS = re.compile(r"\s+")
# Controls steer terminals and end fields, Cf holds the bidirectional overrides, Cs and Cn are no characters.
_ASCII_CONTROLS = bytes([*range(32), 127])
_REMOVED = frozenset({"Cc", "Cf", "Cs", "Cn"})


def clean(text: str) -> str:
    r"""The text in one line: blanks folded, TeX accents decoded, nothing in it that is no character. Mathematics stays TeX's.

    >>> clean("A\u202e  M\\\"obius\nstrip")
    'A Möbius strip'
    """
    line = text
    if text.isascii():
        if text.isalnum():
            return text
        # What nearly all texts are, told in a microsecond: deleting what must not be there takes a tenth of what `isprintable` does.
        is_sound = len(text.encode("ascii").translate(None, _ASCII_CONTROLS)) == len(text)
        if not is_sound or "  " in text or text.startswith(" ") or text.endswith(" "):
            line = " ".join(text.split())
            is_sound = is_sound or line.isprintable()
    else:
        line = unicodedata.normalize("NFC", " ".join(text.split()))
        is_sound = "\u00a0" not in text and line.isprintable()
    if is_sound:
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
