"""Citation keys: the built-in styles, and the one place that makes keys unique.

The year is that of version 1, so that a key survives new versions and publication in a journal.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from bibtool.components import CitekeyStyle
from bibtool.hookspecs import hookimpl
from bibtool.identifiers import Identifier
from bibtool.plain_text import plain
from bibtool.reference import Name, Reference
from bibtool.tex_symbols import GREEK

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
_FORBIDDEN = re.compile(r"[^A-Za-z0-9:.+-]", re.ASCII)
# A title in one unbroken word would make a key that nobody can type.
MAX_WORD = 40


@hookimpl
def bibtool_citekey_styles() -> list[CitekeyStyle]:
    """`vaswani2017attention`, the arXiv identifier itself, and the form of INSPIRE's texkeys."""
    return [CitekeyStyle("default", default_citekey), CitekeyStyle("arxiv", arxiv_citekey), CitekeyStyle("inspire", inspire_citekey)]


def default_citekey(reference: Reference) -> str:
    """Family name, year, first word of the title that says something; the identifier where there is neither name nor title."""
    family = family_word(reference.authors[0]) if reference.authors else ""
    title = next(iter(title_words(reference.title or "")), "")
    if not family and not title:
        return arxiv_citekey(reference)
    year = str(reference.issued.year) if reference.issued else ""
    return f"{family or 'anon'}{year}{title}"


def arxiv_citekey(reference: Reference) -> str:
    """The identifier with a colon for the old style's slash: "2404.07839", "hep-th:9901001"; the version is no part of a key."""
    identifier = reference.identifier
    if identifier is None:
        return f"anon{reference.issued.year}" if reference.issued else "anon"
    spelt = _FORBIDDEN.sub("-", str(identifier.without_version()).replace("/", ":"))
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
        return next(iter(title_words(name.literal)), "")
    return "".join(_WORD.findall(fold(plain(name.family or name.given or "")))).lower()[:MAX_WORD]


def title_words(title: str) -> list[str]:
    """The words of a title that say something, in small ASCII letters; all where none does.

    Of a hyphenated word that is its first part, or the whole where the first part says nothing: "On-line" is "online".
    """
    words = [_word(written) for written in fold(plain(title)).split()]
    return [word for word in words if _says_something(word)] or [word for word in words if word]


def _word(written: str) -> str:
    parts = [part.lower() for part in _WORD.findall(written)]
    return (parts[0] if parts and _says_something(parts[0]) else "".join(parts))[:MAX_WORD]


def _says_something(word: str) -> bool:
    return len(word) > 1 and not word.isdigit() and word not in STOP_WORDS


def fold(text: str) -> str:
    """The text in ASCII letters where it has any: accents dropped, Greek letters by their names."""
    if text.isascii():
        return text.replace("'", "")
    decomposed = unicodedata.normalize("NFKD", text.translate(FOLDED_LETTERS))
    return "".join(_ascii(character) for character in decomposed if not unicodedata.combining(character))


def assign_citekeys(references: Sequence[Reference], style: CitekeyStyle, keep: Mapping[Identifier, str]) -> list[tuple[str, Reference]]:
    """The references in their order, each under a key that differs from every other also without regard to case.

    A key in `keep` (identifiers without version) is neither changed nor given to another work. Of references with one proposal the
    oldest takes it bare, the next ones with b, c, ..., z, ba: whatever their order here, the keys are the same.
    """
    keys: dict[int, str] = {}
    taken = {key.lower() for key in keep.values()}
    used: set[str] = set()
    ordered = sorted(range(len(references)), key=lambda place: _age(references[place]))
    for place in ordered:
        kept = next((keep[name] for known in references[place].identifiers if (name := known.without_version()) in keep), None)
        if kept is not None and kept.lower() not in used:
            keys[place] = kept
            used.add(kept.lower())
    counts: dict[str, int] = {}
    for place in ordered:
        if place not in keys:
            keys[place] = _free(_allowed(style.citekey(references[place]), references[place]), taken, counts)
            taken.add(keys[place].lower())
    return [(keys[place], reference) for place, reference in enumerate(references)]


def _age(reference: Reference) -> tuple[int, int, int, str, str, str]:
    issued = reference.issued
    identifier = reference.identifier
    date = (issued.year, issued.month or 0, issued.day or 0) if issued else (9999, 0, 0)
    return (*date, identifier.scheme if identifier else "", str(identifier or ""), reference.title or "")


def _allowed(proposal: str, reference: Reference) -> str:
    """The proposal in the characters that every reader takes; a style may propose anything."""
    return _FORBIDDEN.sub("", proposal) or arxiv_citekey(reference)


def _free(proposal: str, taken: set[str], counts: dict[str, int]) -> str:
    folded = proposal.lower()
    number = counts.get(folded, 0)
    while (key := proposal + _letters(number)).lower() in taken:
        number += 1
    counts[folded] = number + 1
    return key


def _letters(number: int) -> str:
    """Nothing, b, c, ..., z, ba, bb: numbers in base 26, without the leading a."""
    letters = ""
    while number:
        number, digit = divmod(number, 26)
        letters = chr(ord("a") + digit) + letters
    return letters


def _ascii(character: str) -> str:
    return character if character.isascii() else _GREEK_NAMES.get(character, " ")
