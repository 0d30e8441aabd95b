"""Text from outside as one line of plain Unicode: what every format starts from."""

import re
import unicodedata

from bibtool.tex.latex import decode
from bibtool.tex.mathematics import split, to_plain

_BLANKS = re.compile(r"\s+")
# Controls steer terminals and end fields, Cf holds the bidirectional overrides, Cs and Cn are no characters.
# Without one of these, TeX would read a text as it stands.
_TEX_MARKS = ("\\", "{", "--", "`", "''")
_ASCII_CONTROLS = bytes([*range(32), 127])
_REMOVED = frozenset({"Cc", "Cf", "Cs", "Cn"})


def clean(text: str) -> str:
    r"""The text in one line: blanks folded, TeX accents decoded, nothing in it that is no character. Mathematics stays TeX's.

    >>> clean("A\u202e  M\\\"obius\nstrip")
    'A Möbius strip'
    """
    if text.isascii():
        line = _line_of_ascii(text)
        if line is not None:
            return _decoded(line)
    else:
        folded = " ".join(text.split())
        if "\u00a0" not in text and folded.isprintable():
            return _decoded(unicodedata.normalize("NFC", folded))
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


def _line_of_ascii(text: str) -> str | None:
    """What nearly all texts are, in a microsecond or two: the line, or None where more than blanks has to go."""
    # Deleting what should not be there and counting takes a tenth of what `isprintable` does.
    is_printable = len(text.encode("ascii").translate(None, _ASCII_CONTROLS)) == len(text)
    if is_printable and "  " not in text and not text.startswith(" ") and not text.endswith(" "):
        return text
    line = " ".join(text.split())
    return line if is_printable or line.isprintable() else None


def _decoded(line: str) -> str:
    return decode(line) if any([mark in line for mark in _TEX_MARKS]) else line  # noqa: C419  # a generator takes thrice as long


def _visible(character: str) -> str:
    if character.isspace():
        return "\u00a0" if character == "\u00a0" else " "
    return "" if unicodedata.category(character) in _REMOVED else character
