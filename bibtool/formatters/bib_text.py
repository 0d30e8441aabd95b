"""What BibTeX and BibLaTeX share: how names, titles and whole entries are spelt.

Names are always "particle Family, Suffix, Given" (pandoc misreads the other order with accents); what BibTeX would take apart stands in
braces.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from bibtool.bibtex_names import NAME_FIELDS, USUAL_NAME, parse_names
from bibtool.errors import FormatError
from bibtool.formatters.links import web_address
from bibtool.kinds import ENTRY_TYPE, GENRES, Kind
from bibtool.plain_text import clean
from bibtool.reference import Name, Reference
from bibtool.terminal import quoted
from bibtool.tex.latex import braces_balance, encode, encode_formula, encode_text
from bibtool.tex.mathematics import split
from bibtool.vocabulary import OTHERS, PROTECTED, field_of

# The words of a title that may need braces: every other one is small letters. Where titles have capitals, a plain word with one is none
# of them unless a sentence starts there.
_NOTABLE = re.compile(r"(?<!\S)[a-z,;:.-]*[^a-z\s,;:.-]\S*")
_NOTABLE_AMONG_CAPITALS = re.compile(r"(?<!\S)(?!(?<=[^.?!]\s)[A-Z][a-z]+[,;:]?(?!\S))[a-z,;:.-]*[^a-z\s,;:.-]\S*")
# Stand for the braces that protect a word until the title is TeX: controls, which no clean text holds.
_OPEN, _CLOSE = "\x02", "\x03"
_BRACES = str.maketrans({_OPEN: "{", _CLOSE: "}"})
_CORE = re.compile(r"[^\W_](?:[^\s\-/–—()\[\]]*[^\W_])?")
_SMALL_WORDS = """
    about above across after against along amid among around based before behind below beneath beside between beyond down during except
    from given into like near onto over past since than that their them then this through throughout toward towards under until unto upon
    versus when where which while with within without
"""
SMALL_WORDS = frozenset(_SMALL_WORDS.split())
_COMMAND_GROUP = re.compile(r"(\{\\(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})")
_SYMBOL_AT_END = re.compile(r"(?<![^\W_])[A-Z][a-z]?$")
# BibTeX cuts through `{$...$}`, but not through a group that starts with a command.
_NO_BRACES = str.maketrans("{}\\", "()/")
_MATH_GROUP = re.compile(r"\{\$(?P<formula>(?:[^$\\]|\\[^$])*)\$\}")
# Commas and "and" part names for BibTeX, brackets end a \bibitem's label.
_SPLITS_NAMES = re.compile(r"[,()\[\]]|(?:^|\s)and(?:\s|$)|^others$|^and$", re.IGNORECASE)
_LETTER = re.compile(r"[^\W_]")
_NO_KEY = re.compile(r"[\s{}(),=#%\"'\\~^&$<>|`@]")
# biblatex's annotations have names like `author+an:default`.
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+:.-]*", re.ASCII)
# What crude readers take for the start of an entry, wherever it stands.
_LIKE_AN_ENTRY = re.compile(r"@(?=[A-Za-z]+\s*[{(])")
_BAD_KEY = re.compile(rf"{_NO_KEY.pattern}|^$")

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
VERBATIM_FIELDS = frozenset({"crossref", "xref", "ids", "entryset", "related", "file"})


# Where a word stands: BibTeX leaves the capital at a title's start and after a colon, but neither after a full stop nor behind a formula.
_START, _INSIDE, _SENTENCE, _GLUED = "start", "inside", "sentence", "glued"
_AFTER = {":": _START, ".": _SENTENCE, "?": _SENTENCE, "!": _SENTENCE}


class _Case(NamedTuple):
    """What a whole title says of its words, and those that its author protects."""

    is_sentence: bool
    protected: frozenset[str]

    def braced(self, core: str, place: str) -> str:
        """The word, in marks where a style would take its capitals."""
        return f"{_OPEN}{core}{_CLOSE}" if self._needs_braces(core, place) else core

    def _needs_braces(self, core: str, place: str) -> bool:
        """Acronyms and mixed case always; a capital where titles have none, or where BibTeX's rule would take it away."""
        if core == core.lower():
            return False
        if core in self.protected:
            return True
        if core[1:] != core[1:].lower() or place in (_SENTENCE, _GLUED):
            return True
        if not core.isalpha() and (any(character.isdigit() for character in core) or not core[1].isalpha()):
            return True
        if len(core) == 1:
            return core != "A"
        return self.is_sentence and place != _START


def usable_key(citekey: str) -> str:
    """The citation key, or what is left of it without the characters that BibTeX cannot hold in one; "entry" where nothing is."""
    return _NO_KEY.sub("", citekey) or "entry"


def entry_text(entry_type: str, citekey: str, fields: Iterable[tuple[str, str]], omit: Sequence[str]) -> str:
    """One entry. Values are TeX already; a month stands bare, as the name that every style defines."""
    if _BAD_KEY.search(citekey):
        raise FormatError(f"BibTeX cannot hold the citation key {quoted(citekey)}; use letters, digits and :.+-_/ only")
    shown = [(name, value) for name, value in fields if value]
    if omit:
        left_out = {name.lower() for name in omit}
        shown = [(name, value) for name, value in shown if name.lower() not in left_out]
    body = ",\n".join([_line(name, value) for name, value in shown])
    return f"@{entry_type}{{{citekey},\n{body}\n}}\n"


def _line(name: str, value: str) -> str:
    if name == "month" and value in MONTHS:
        return f"  month = {value}"
    if "@" in value and name not in ("url", "doi", "file"):
        value = _LIKE_AN_ENTRY.sub("{@}", value)
    return f"  {name} = {{{value}}}"


def names_text(names: tuple[Name, ...], max_authors: int, *, raw_letters: bool, for_bibtex: bool, is_styled: bool = False) -> str:
    """The names joined with "and"; with `max_authors` of them and "others" where there are more (0: all)."""
    shown = names if max_authors < 1 or len(names) <= max_authors else names[:max_authors]
    is_cut = len(shown) < len(names) or shown[-1:] == (OTHERS,)
    written = [name for name in shown if name is not shown[-1] or name != OTHERS]
    spelt = [name_text(name, raw_letters=raw_letters, for_bibtex=for_bibtex, is_styled=is_styled) for name in written]
    if is_cut:
        spelt.append("others")
    return " and ".join(text for text in spelt if text)


def name_text(name: Name, *, raw_letters: bool, for_bibtex: bool, is_styled: bool = False) -> str:
    """One name in BibTeX's terms. BibTeX styles cut names short (`for_bibtex`); biber does that by itself. Where a style is known
    (`is_styled`), nothing but BibTeX will read the name, and it is spelt for it alone."""
    usual = f"{name.family}, {name.given}"
    if name.family and name.given and not name.particle and not name.suffix and USUAL_NAME.fullmatch(usual):
        return usual

    grouped = _group if for_bibtex else "{{{}}}".format

    def encoded(part: str) -> str:
        # A comma at either end is no part of a name, and biber stumbles over it even in braces.
        written = clean(part).strip(" ,;")
        # Of a brace's or a backslash's command biber makes initials that do not balance.
        written = written if for_bibtex else written.translate(_NO_BRACES)
        if not for_bibtex and _LETTER.search(written) is None:
            return ""
        text = encode_text(written, raw_letters=raw_letters, initials=for_bibtex, whole_letters=is_styled, is_balanced=False)
        return _MATH_GROUP.sub(r"{\\ensuremath{\g<formula>}}", text) if for_bibtex and "{$" in text else text

    if name.literal is not None:
        literal = encoded(name.literal)
        return grouped(literal) if literal else ""
    family, given, particle, suffix = (encoded(part) if part else "" for part in (name.family, name.given, name.particle, name.suffix))
    if suffix and not for_bibtex:
        family = family.replace(",", "")
    if not family:
        return grouped(given) if given and _is_taken_apart(given) else given
    if particle and _unsplit(particle) != particle:
        family, particle = grouped(f"{particle} {family}"), ""
    elif _unsplit(family) != family or _has_lower_word(name.family or "", is_alone=not given):
        family = grouped(family)
    last = f"{particle}{'' if particle[-1:] in ('-', chr(39), '’') else ' '}{family}" if particle else family
    unsplit = _unsplit if for_bibtex else _without_commas
    parts = [last, unsplit(suffix), unsplit(given)] if suffix else [last, unsplit(given)]
    if len(parts) == 3 and not parts[2]:
        parts[2] = "{}"
    return ", ".join(part for part in parts if part)


def title_text(reference: Reference, protect_case: str, *, raw_letters: bool) -> str:
    """The title with braces around what a style must not lower-case."""
    title = clean(reference.title or "")
    if protect_case == "none":
        return encode(title, raw_letters=raw_letters)
    if protect_case == "all":
        return "{" + encode(title, raw_letters=raw_letters) + "}"
    case = _Case(_is_sentence_case(title), _protected_words(reference))
    is_balanced = braces_balance(title)
    pieces: list[str] = []
    place = _START
    for formula, source in split(title):
        if formula is None:
            pieces.append(encode_text(_protected(source, case, place), raw_letters=raw_letters, is_balanced=is_balanced))
            place = _INSIDE
        else:
            # The "La" of La$_2$ is no word: no style may take its capital.
            pieces[-1:] = [_SYMBOL_AT_END.sub(r"{\g<0>}", piece) for piece in pieces[-1:]]
            pieces.append(encode_formula(formula))
            place = _GLUED
    return "".join(pieces).translate(_BRACES)


def kept_fields(
    reference: Reference, taken: Iterable[str], *, raw_letters: bool, for_bibtex: bool, is_styled: bool = False
) -> list[tuple[str, str]]:
    """What else the author's own entry held, under the names of BibTeX or biblatex, but for what is already said."""
    if not reference.fields:
        return []
    used = {name.lower() for name in taken}
    kept = []
    for name, value in reference.fields:
        word = (field_of(name).bibtex if for_bibtex else name) or name
        if name in (ENTRY_TYPE, PROTECTED) or word.lower() in used or _FIELD_NAME.fullmatch(word) is None:
            continue
        kept.append((word, _kept(name.lower(), value, raw_letters=raw_letters, for_bibtex=for_bibtex, is_styled=is_styled)))
    return kept


def type_text(reference: Reference, kind: Kind, *, for_bibtex: bool) -> str:
    """The field `type`: what an entry says of its kind beyond its entry type."""
    genre = reference.genre or ""
    is_said = genre.lower() == kind.genre.lower()
    if not for_bibtex:
        genre = next((key for key, phrase in GENRES.items() if phrase.lower() == genre.lower()), genre)
    return "" if is_said else genre


def _kept(name: str, value: str, *, raw_letters: bool, for_bibtex: bool, is_styled: bool) -> str:
    if name in NAME_FIELDS:
        return names_text(parse_names(value), 0, raw_letters=raw_letters, for_bibtex=for_bibtex, is_styled=is_styled)
    if name == "url":
        return web_address(value)
    # Kept as they are by every reader: keys of other entries, and files' names.
    return encode(clean(value), raw_letters=raw_letters) if name not in VERBATIM_FIELDS else re.sub(r"[{}\\]", "", clean(value))


@lru_cache(maxsize=1024)
def encoded_category(category: str) -> str:
    """A category as TeX; arXiv has a few hundred."""
    return encode(clean(category))


def joined_notes(*notes: str) -> str:
    """What several sources say in the one field that an entry has for remarks."""
    return "; ".join(dict.fromkeys(note for note in notes if note))


def _protected_words(reference: Reference) -> frozenset[str]:
    words = next((value for name, value in reference.fields if name == PROTECTED), "") if reference.fields else ""
    return frozenset(_CORE.findall(words)) if words else frozenset()


def _group(text: str) -> str:
    """A name that is not to be taken apart, as one word.

    A label takes the first three letters of it and counts a command in braces as one letter only where it stands outside all others:
    R{\\'{e}}seau is {R}{\\'{e}}{seau}.
    """
    if "{\\" not in text[:12]:
        return f"{{{text}}}" if text else ""
    return "".join(part if part.startswith("{\\") else f"{{{part}}}" for part in _COMMAND_GROUP.split(text) if part)


def _is_taken_apart(text: str) -> bool:
    return bool(_SPLITS_NAMES.search(text)) or " " in text or text[:1].islower()


def _unsplit(text: str) -> str:
    """The part in braces where BibTeX would take it apart, or see nothing in it: hyphens and ties part words."""
    return f"{{{text}}}" if text and (_LETTER.search(text) is None or _SPLITS_NAMES.search(text)) else text


def _without_commas(text: str) -> str:
    """The part for biber, which takes names apart at commas even inside of a group."""
    return _unsplit(" ".join(text.replace(",", " ").split()))


def _has_lower_word(family: str, *, is_alone: bool) -> bool:
    """Whether BibTeX would take a part of the family name for a particle, or a name without a given one apart."""
    words = family.split()
    return any(word[0].islower() for word in words[:-1]) or (is_alone and (len(words) > 1 or family[:1].islower()))


def _is_sentence_case(title: str) -> bool:
    """Whether longer words after the first start small, so that a capital there belongs to the word.

    A title in capitals has small words only of the kinds in SMALL_WORDS.
    """
    cores = [word if word.isalpha() else _core(word) for word in title.split()[1:] if len(word) > 3]
    count = small = 0
    for core in cores:
        if len(core) > 3 and core[0].isalpha():
            count += 1
            small += core.islower() and core not in SMALL_WORDS
    return small > 0 and small * 5 >= count


def _core(word: str) -> str:
    """The word without what stands around it."""
    found = _CORE.search(word)
    return found[0] if found else ""


def _protected(text: str, case: _Case, place: str) -> str:
    def protected(word: re.Match[str]) -> str:
        start = word.start()
        # Blanks are single, so the last word's end is two characters before this one.
        at = place if start == 0 else _AFTER.get(text[start - 2 : start - 1], _INSIDE)
        return _protected_word(word[0], case, at)

    return (_NOTABLE if case.is_sentence or case.protected else _NOTABLE_AMONG_CAPITALS).sub(protected, text)


def _protected_word(word: str, case: _Case, place: str) -> str:
    if word.isalpha():
        return case.braced(word, place)
    pieces, end = [], 0
    for core in _CORE.finditer(word):
        pieces += [word[end : core.start()], case.braced(core[0], place if end == 0 else _INSIDE)]
        end = core.end()
    return "".join(pieces) + word[end:]
