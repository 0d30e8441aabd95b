"""The built-in styles of citation keys: what each proposes for a reference.

The year is that of version 1, so that a key survives new versions and publication in a journal.
"""

import re
import unicodedata

from bibtool.plain_text import plain
from bibtool.reference import Name, Reference
from bibtool.tex.symbols import GREEK

# No first word of interest: articles, prepositions, conjunctions, as Better BibTeX skips them.
_STOP_WORDS = """
    a ab about above across after against al along also among an and any are around as at be before behind below beneath beside between
    beyond but by can d da das de del der des di die do does down du during e ein eine el en et except for from gli how i il in inside
    into is it its l la las le les like lo los near nor o of off on onto or our out over past per plus round s since some sur than that
    the their through throughout to toward towards un una und under une until up upon using via we what when where which while why with
    within without yet
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
# Letters that Unicode does not decompose, as they are written where they are missing.
FOLDED_LETTERS = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d",
        "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ŋ": "ng", "Ŋ": "Ng", "ħ": "h", "Ħ": "H", "ə": "e", "’": "", "'": "", "‘": "",
    }
)  # fmt: skip
_GREEK_NAMES = {letter: name.removeprefix("var").lower() for name, letter in GREEK.items()}

_WORD = re.compile(r"[A-Za-z0-9]+", re.ASCII)
FORBIDDEN = re.compile(r"[^A-Za-z0-9:.+-]", re.ASCII)
# A title in one unbroken word would make a key that nobody can type.
MAX_WORD = 40


def default_citekey(reference: Reference) -> str:
    """Family name, year, first word of the title that says something; the identifier where there is neither name nor title."""
    family = family_word(reference.authors[0]) if reference.authors else ""
    title = title_word(reference.title or "")
    if not family and not title:
        return arxiv_citekey(reference)
    year = str(reference.issued.year) if reference.issued else ""
    return f"{family or 'anon'}{year}{title}"


def arxiv_citekey(reference: Reference) -> str:
    """The identifier with a colon for the old style's slash: "2404.07839", "hep-th:9901001"; the version is no part of a key."""
    identifier = reference.identifier
    if identifier is None:
        return f"anon{reference.issued.year}" if reference.issued else "anon"
    spelt = FORBIDDEN.sub("-", str(identifier.without_version()).replace("/", ":"))
    return spelt if identifier.scheme == "arxiv" else f"{identifier.scheme}:{spelt}"


def inspire_citekey(reference: Reference) -> str:
    """`Maldacena:1997abc`: family name, year and three letters, which come from the identifier; INSPIRE draws its own at random."""
    from hashlib import sha256

    name = reference.authors[0] if reference.authors else Name()
    written = name.literal or " ".join(part for part in (name.particle, name.family or name.given) if part)
    family = "".join(_WORD.findall(fold(plain(written))))[:MAX_WORD] or "Anon"
    identifier = reference.identifier
    digest = sha256(str(identifier.without_version() if identifier else reference.title).encode()).digest()
    letters = "".join(chr(ord("a") + byte % 26) for byte in digest[:3])
    return f"{family}:{reference.issued.year if reference.issued else ''}{letters}"


def family_word(name: Name) -> str:
    """The family name in small ASCII letters, without its particle; of a group, its first word that is no stop word."""
    if name.literal is not None:
        return title_word(name.literal)
    return "".join(_WORD.findall(fold(plain(name.family or name.given or "")))).lower()[:MAX_WORD]


def title_word(title: str) -> str:
    """The first word of a title that says something, in small ASCII letters; the first of all where none does.

    Of a hyphenated word that is its first part, or the whole where the first part says nothing: "On-line" is "online".
    """
    words: list[str] = []
    for written in fold(plain(title)).split():
        word = _word(written)
        if _says_something(word):
            return word
        words.append(word)
    return next(filter(None, words), "")


def _word(written: str) -> str:
    parts = _WORD.findall(written.lower())
    return (parts[0] if parts and _says_something(parts[0]) else "".join(parts))[:MAX_WORD]


def _says_something(word: str) -> bool:
    return len(word) > 1 and not word.isdigit() and word not in STOP_WORDS


def fold(text: str) -> str:
    """The text in ASCII letters where it has any: accents dropped, Greek letters by their names."""
    if text.isascii():
        return text.replace("'", "")
    decomposed = unicodedata.normalize("NFKD", text.translate(FOLDED_LETTERS))
    return "".join(_ascii(character) for character in decomposed if not unicodedata.combining(character))


def _ascii(character: str) -> str:
    return character if character.isascii() else _GREEK_NAMES.get(character, " ")
