r"""Texts without what two writings of one title differ in: case, accents, punctuation, blanks, mark-up, the form of mathematics."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega".split()  # noqa: SIM905
)
# Letters that Unicode does not take apart.
_LETTERS = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", GREEK, strict=True)),
    "ς": "sigma",
    "ϵ": "epsilon",
    "ϕ": "phi",
    "ϑ": "theta",
    "ϱ": "rho",
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    **dict(zip("øłđðıȷħ", "olddijh", strict=True)),
}
_KEPT_COMMANDS = frozenset(GREEK) | {"ss", "ae", "oe", "aa", "o", "l", "i", "j", "AE", "OE", "AA", "O", "L"}
# REVTeX's bibliographies name each field, and link each.
_FIELD_COMMAND = re.compile(r"\\(?:bibinfo|bibfield|Eprint|field|strng|list)\s*\{[\w@ ]*\}|\\(?:href|url)(?:@noop)?\s*\{[^{}]*\}")
_COMMAND = re.compile(r"\\(?P<name>[A-Za-z]+)\*?(?P<brace>\s*\{)?|\\[\"'`^~=.](?=\s*[{A-Za-z\\])|\\(?P<mark>.)|\}\s*\{|[{}$^_]|~")
_TEX = re.compile(r"[\\{}$^_~]")
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_AND = re.compile(r"&(?:amp;)?")
_WORD = re.compile(r"[^\W_]+")
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad][ \t]*\r?\n[ \t>%*]*(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as one run of folded letters and digits; `places` holds for each of them its place in `text`."""

    text: str
    letters: str
    places: tuple[int, ...]


def folded(text: str) -> Folded:
    """The text's letters, and where each came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        found = _folded_character(character)
        if found:
            letters.append(found)
            places += [place] * len(found)
    return Folded(text, "".join(letters), tuple(places))


def letters_of(text: str) -> str:
    """The folded letters and digits of a record's text, without TeX.

    >>> letters_of(r"Decays $B^0 \\to \\mu^+\\mu^-$ of Erdős")
    'decaysb0mumuoferdos'
    """
    return "".join(words_of(text))


def words_of(text: str) -> list[str]:
    """The folded words of a text.

    >>> words_of("Łojasiewicz's In-\\nequality, β-decay")
    ['lojasiewicz', 's', 'inequality', 'beta', 'decay']
    """
    plain = without_tex(text)
    if "\n" in plain:
        plain = _BROKEN_WORD.sub("", plain)
    if "&" in plain:
        plain = _AND.sub(" and ", plain)
    if not plain.isascii():
        plain = _NON_ASCII.sub(_without_accent, plain)
    return _WORD.findall(plain.lower())


def without_tex(text: str) -> str:
    r"""The text without TeX's commands and braces, so that the words between them are whole.

    >>> without_tex(r"Erd{\H{o}}s on {\em the} $B^0\to\mu^+$")
    'Erdos on  the B0 mu+'
    """
    if _TEX.search(text) is None:
        return text
    return _COMMAND.sub(_command, _FIELD_COMMAND.sub(" ", text))


def _command(found: re.Match[str]) -> str:
    name = found["name"]
    if found["mark"] == "&":
        return " and "
    if name is None:
        return " " if (found[0][0] in "~}" and len(found[0]) > 1) or found[0] == "~" or found["mark"] in (" ", ",", ";", "\\") else ""
    if name in _KEPT_COMMANDS:
        return name
    # A font or an accent takes what follows in braces; a symbol or a switch stands between words.
    return "" if found["brace"] or len(name) == 1 else " "


def _without_accent(found: re.Match[str]) -> str:
    return _folded_character(found[0]) or ("" if _is_mark(found[0]) else " ")


@lru_cache(maxsize=4096)
def _folded_character(character: str) -> str:
    """What is left of one character: a letter or digit or several, or nothing."""
    lower = character.lower()
    if lower == "&":
        return "and"
    if lower.isascii():
        return lower if lower.isalnum() else ""
    known = _LETTERS.get(lower)
    if known is not None:
        return known
    apart = unicodedata.normalize("NFKD", lower).lower()
    return "".join(_LETTERS.get(one, one) for one in apart if one.isalnum())


@lru_cache(maxsize=1024)
def _is_mark(character: str) -> bool:
    """Whether it stands over another character, or is a hyphen that shows at a line's end only."""
    return bool(unicodedata.combining(character)) or character == "\u00ad"
