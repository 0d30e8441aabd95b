r"""Unicode text to LaTeX text and back.

What comes out compiles with pdflatex (T1 fonts and amssymb where the text asks for them), passes through BibTeX, and holds no
command but accents, letters, symbols and checked mathematics: a `\input` in a title is printed, not obeyed. Accents stand in braces,
`{\'{e}}`, and never on `\i`: plain.bst breaks `\H{o}`, pandoc and biblatex break `{\'\i}`.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from bibtool.tex.mathematics import Node, split, to_latex
from bibtool.tex.symbols import (
    ACCENTS,
    COMBINING,
    GREEK_AS_LATIN,
    LETTERS,
    MATH_ACCENTS,
    MATH_SYMBOLS,
    PRINTED_AS_THEY_STAND,
    PUNCTUATION,
    SPECIALS,
    T1_LETTERS,
    TEXT_COMMANDS,
    TEXT_FONTS,
    TEXT_SWITCHES,
)

# Up to here letters are Latin; what follows is phonetic, then Greek.
LAST_LATIN = "\u024f"
# Nested groups in submitted titles go two or three deep.
DECODE_PASSES = 6

_ACTIVE = re.compile(r"[\\{}$&%#_~^<>|]")
# A word in Greek, which is no row of symbols, and its accented letters.
_GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
_GREEK_WORD = f"{_GREEK.pattern}{{2,}}"
_GREEK_ACCENTED = re.compile("[\u0384-\u0390\u03aa-\u03b0\u03ca-\u03ce\u1f00-\u1fff]")
# What is spelt otherwise in TeX: an active character, a letter with accents of its own, any character beyond ASCII.
_SPELT = re.compile(rf"{_ACTIVE.pattern}|[^\W\d_][\u0300-\u036f]+|{_GREEK_WORD}|[^\x00-\x7f]")
_STRAY_ACCENT = re.compile(r"[\u0300-\u036f]")
# What LaTeX's own utf8 input encoding prints with T1 fonts (measured character by character): Latin-1, Latin Extended-A, punctuation.
_INPUTENC = re.compile("[\u00a0-\u017f\u0218-\u021b\u2010-\u2026\u2030\u2039\u203a\u20ac\u2122]")
_NON_ASCII_RUN = re.compile(r"[^\x00-\x7f]+")
_SYMBOL_COMMANDS = {character: command for command, character in reversed(MATH_SYMBOLS.items()) if not character.isascii()}

_PLAIN_FORMULA = re.compile(r"\$[^\s$](?:[^$]*[^\s$])?\$(?![0-9])")
_SINGLE_QUOTED = re.compile(r"`[^`']*'")
_ACCENT = re.compile(
    r"""\\(?P<accent>[`'^"~=.](?=\s*[^\W\d_]|\s*[{\\])|[uvHckrdbt](?![A-Za-z]))\s*
    (?:\{\s*(?P<braced>\\[ij](?![A-Za-z])\s*|[^\W\d_][\u0300-\u036f]*)\s*\}|(?P<bare>\\[ij](?![A-Za-z])\s?|[^\W\d_]))""",
    re.VERBOSE,
)
# Authors who put an accent between dollars: Gr$\"o$bner (1601.00553), Schr$\ddot{o}$dinger.
_LETTER_IN_DOLLARS = re.compile(r"""\$\s*(?P<letter>\\[`'^"~=.]\s*(?:\{\\?[A-Za-z]\}|\\?[A-Za-z]))\s*\$""", re.ASCII)
_MATH_ACCENT_IN_WORD = re.compile(
    # From the dollar on, which is looked for: a look back would be tried at every character.
    r"\$(?<=[A-Za-z]\$)\s*\\(?P<accent>acute|breve|check|ddot|grave|hat|tilde)\s*(?:\{\s*(?P<braced>[A-Za-z])\s*\}|\s(?P<bare>[A-Za-z]))"
    r"\s*\$(?=[a-z])",
    re.ASCII,
)
_LETTER_COMMAND = re.compile(r"\\(?P<name>[A-Za-z]{1,20})(?![A-Za-z])(?:\{\}|(?P<space>\s*))", re.ASCII)
_FONT_COMMAND = re.compile(r"\\(?P<name>[A-Za-z]{2,15})\s*\{(?P<content>[^{}\\]*)\}", re.ASCII)
_SWITCH = re.compile(r"\\(?P<name>[A-Za-z]{2,14})(?![A-Za-z])\s*", re.ASCII)
# In "at sqrt{s}=196 GeV" (0704.0594) braces are mathematics that lost its dollars and backslash.
_CASE_GROUP = re.compile(r"(?P<command>\\[A-Za-z]+[0-9]*\s*(?:\{[^{}]*\})+)|(?<![\\_^])(?<!\bsqrt)\{(?P<content>[^\W_]*)\}")
_GROUP_OF_SWITCH = re.compile(r"(?<!\\)\{\s*\\(?P<name>[A-Za-z]{2,14})(?![A-Za-z])\s*(?P<content>[^{}\\]*)\}", re.ASCII)
_ESCAPE = re.compile(r"\\(?P<character>[%&#_${} ,;:!/@-]|\\)")
_ESCAPED = dict.fromkeys(" ,;:\\", " ") | dict.fromkeys("!/@-", "")
# A look back would be tried at every character; a literal start is looked for.
_DASHES = re.compile(r"---*>?")
_QUOTED = re.compile(r"`(?P<content>[^`'\s](?:[^`']{0,200}[^`'\s])?)'(?!\w)")


def encode(text: str, *, raw_letters: bool = False, initials: bool = False) -> str:
    r"""The text as LaTeX prints it, mathematics included.

    `raw_letters` leaves letters and punctuation beyond ASCII as they are; `initials` says that a style may cut off first letters (names),
    which must then be macros.

    >>> print(encode("Erdős & Rényi on $\delta$"))
    Erd{\H{o}}s \& R{\'{e}}nyi on {$\delta$}
    """
    if text.isascii() and _ACTIVE.search(text) is None:
        return text
    return "".join(
        encode_text(source, raw_letters=raw_letters, initials=initials) if formula is None else encode_formula(formula)
        for formula, source in split(text)
    )


def encode_formula(formula: Node) -> str:
    """The formula with its dollars, in braces that keep its case; nothing where nothing is left of it."""
    written = _NON_ASCII_RUN.sub(lambda run: r"\mbox{" + encode_text(run[0]) + "}", to_latex(formula).strip())
    # Two dollars with nothing between them would begin a display.
    return f"{{${written}$}}" if written else ""


def encode_text(
    text: str, *, raw_letters: bool = False, initials: bool = False, whole_letters: bool = False, is_balanced: bool | None = None
) -> str:
    """As `encode`, for a text without mathematics: a dollar is a dollar. `is_balanced` says it of the braces where this is a part of a
    longer text: BibTeX counts them even behind a backslash. `whole_letters` says that a style of BibTeX's will cut names (labels,
    initials): it counts bytes, but takes a group that begins with a command for one letter."""
    if text.isascii() and _ACTIVE.search(text) is None:
        return text
    if is_balanced is None:
        is_balanced = not initials and braces_balance(text)

    def spelt(found: re.Match[str]) -> str:
        cluster = found[0]
        if cluster.isascii():
            return _special(cluster, is_balanced=is_balanced, is_unit=initials)
        if _is_greek(cluster, in_name=initials):
            return "".join(map(_as_one_letter, cluster)) if whole_letters else cluster
        is_initial = whole_letters or (initials and not found.string[found.start() - 1 : found.start()].isalnum())
        return "".join(letter(each, is_initial=is_initial) for each in _letters(cluster))

    def letter(cluster: str, *, is_initial: bool) -> str:
        if raw_letters and len(cluster) > 1:
            # No letter of Unicode's: biber would write it as two characters, which pdflatex does not print.
            return _macro(cluster[0], is_initial=False)
        if raw_letters and (_INPUTENC.fullmatch(cluster) or _is_accented_letter(cluster)):
            return cluster
        macro = _macro(cluster, is_initial=is_initial)
        return macro if macro.isascii() or not whole_letters else _as_one_letter(macro)

    return _SPELT.sub(spelt, unicodedata.normalize("NFC", text))


def decode(text: str) -> str:
    r"""The text with TeX's accents, letters, quotes and font switches as Unicode; mathematics and unknown commands stay.

    >>> decode(r"{\it Schr\"odinger} and Erd{\H o}s: the $\delta$ in \LaTeX{}")
    'Schrödinger and Erdős: the $\\delta$ in LaTeX'
    """
    if "\\" in text and "$\\" in text:
        text = _LETTER_IN_DOLLARS.sub(lambda found: found["letter"], text)
        text = _MATH_ACCENT_IN_WORD.sub(_combined_in_word, text)
    if not _is_marked_up(text) or _is_marked_up_in_formulas_only(text):
        return text
    return "".join(_decode_text(source) if formula is None else f"${source}$" for formula, source in split(text))


def _special(character: str, *, is_balanced: bool, is_unit: bool) -> str:
    """An ASCII character; as a unit in braces, so that a style that cuts a name short does not cut through a command."""
    macro = SPECIALS.get(character, character)
    if character in "{}" and not is_balanced:
        macro = r"\textbraceleft{}" if character == "{" else r"\textbraceright{}"
    if not is_unit or len(macro) == 1:
        return macro
    return f"{{{macro.removesuffix('{}')}}}"


def _letters(cluster: str) -> Iterable[str]:
    """A cluster of the text's as letters: a row of Greek symbols one by one, a letter with its accents as one."""
    return (cluster,) if len(cluster) == 1 or _STRAY_ACCENT.match(cluster[1]) else cluster


def _is_greek(cluster: str, *, in_name: bool) -> bool:
    """Whether it is Greek text, which no style of mathematics spells: a name, or a word with accents."""
    if _GREEK.match(cluster) is None:
        return False
    return in_name or _GREEK_ACCENTED.search(cluster) is not None


def _as_one_letter(letter: str) -> str:
    return f"{{\\relax {letter}}}"


@lru_cache(maxsize=4096)
def _macro(cluster: str, *, is_initial: bool) -> str:
    """One character beyond ASCII, with its accents, as LaTeX; itself where LaTeX has no name for it."""
    if _STRAY_ACCENT.fullmatch(cluster):
        return ""
    if cluster in LETTERS:
        return "{" + LETTERS[cluster] + "}"
    if cluster in T1_LETTERS:
        return "{" + T1_LETTERS[cluster] + "}" if is_initial else cluster
    if cluster in PUNCTUATION:
        return PUNCTUATION[cluster]
    if cluster in PRINTED_AS_THEY_STAND:
        return cluster
    if cluster in GREEK_AS_LATIN:
        return GREEK_AS_LATIN[cluster]
    if cluster in _SYMBOL_COMMANDS:
        return "{$\\" + _SYMBOL_COMMANDS[cluster] + "$}"
    return _accented(cluster) or _compatible(cluster) or _bare(cluster) or _without_marks(cluster)


def _is_accented_letter(character: str) -> bool:
    r"""Whether it is one letter with accents. biber makes half a letter of two commands, `{\~{\^{e}}}`, and stops pdflatex with it."""
    return character.isalpha() and unicodedata.decomposition(character)[:1] not in ("", "<")


def _accented(cluster: str) -> str | None:
    decomposed = unicodedata.normalize("NFD", cluster)
    base, marks = decomposed[0], decomposed[1:]
    if not marks or any(mark not in ACCENTS for mark in marks):
        return None
    if not base.isascii():
        base = LETTERS.get(base, "")
        if not base:
            return None
    for mark in marks:
        base = f"\\{ACCENTS[mark]}{{{base}}}"
    return f"{{{base}}}"


def _bare(cluster: str) -> str | None:
    """The character without an accent that LaTeX has no name for, where it has one for the rest."""
    base = unicodedata.normalize("NFD", cluster)[0]
    macro = base if base == cluster else _macro(base, is_initial=False)
    return None if macro == base else macro


def _without_marks(cluster: str) -> str:
    """A Latin letter without the combining marks that LaTeX has no name for, and would stop at; anything else as it stands."""
    return _macro(cluster[0], is_initial=False) if len(cluster) > 1 and cluster[0] <= LAST_LATIN else cluster


def _compatible(cluster: str) -> str | None:
    """What Unicode itself calls the same: a ligature's letters, a full-width form's, raised and lowered digits."""
    kind = unicodedata.decomposition(cluster[0])
    if kind.startswith("<font>") and unicodedata.name(cluster[0], "").partition("DOUBLE-STRUCK CAPITAL")[1]:
        return f"{{$\\mathbb{{{unicodedata.normalize('NFKC', cluster[0])}}}$}}"
    plain = unicodedata.normalize("NFKC", cluster).replace("\u2212", "-")
    if not kind.startswith("<") or not plain.isascii():
        return None
    plain = "".join(SPECIALS.get(character, character) for character in plain)
    if kind.startswith("<super>"):
        return f"{{$^{{{plain}}}$}}"
    if kind.startswith("<sub>"):
        return f"{{$_{{{plain}}}$}}"
    return plain


def braces_balance(text: str) -> bool:
    """Whether every brace of the text has its partner."""
    if "{" not in text and "}" not in text:
        return True
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def _is_marked_up_in_formulas_only(text: str) -> bool:
    """Whether all that TeX would read otherwise stands between plain pairs of dollars: told without parsing them."""
    if "$" not in text or "\\$" in text or text.count("{") != text.count("}"):
        return False
    outside = _PLAIN_FORMULA.sub("", text)
    return "$" not in outside and not _is_marked_up(outside)


def _is_marked_up(text: str) -> bool:
    """Whether TeX reads anything in the text otherwise than it stands."""
    # One by one, single characters first: an expression of them all takes ten times as long.
    if "\\" in text or "{" in text or "--" in text or ("'" in text and "''" in text):
        return True
    return "`" in text and ("``" in text or _SINGLE_QUOTED.search(text) is not None)


def _decode_text(text: str) -> str:
    if not _is_marked_up(text):
        return text
    for _ in range(DECODE_PASSES):
        before = text
        if "\\" in text:
            text = _ACCENT.sub(_combined, text)
            text = _LETTER_COMMAND.sub(_letter, text)
        if "{" in text:
            text = _FONT_COMMAND.sub(_content_of_font, text)
            text = _GROUP_OF_SWITCH.sub(_content_of_switch, text)
            text = _CASE_GROUP.sub(lambda found: found["command"] or found["content"], text)
        if text == before:
            break
    text = _SWITCH.sub(lambda found: "" if found["name"] in TEXT_SWITCHES else found[0], text)
    text = _ESCAPE.sub(lambda found: _ESCAPED.get(found["character"], found["character"]), text)
    return _typographic(text)


def _combined(found: re.Match[str]) -> str:
    base = (found["braced"] or found["bare"]).strip().replace("\\i", "i").replace("\\j", "j")
    return unicodedata.normalize("NFC", base + COMBINING[found["accent"]])


def _combined_in_word(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", (found["braced"] or found["bare"]) + MATH_ACCENTS[found["accent"]])


def _letter(found: re.Match[str]) -> str:
    character = TEXT_COMMANDS.get(found["name"])
    if character is None:
        return found[0]
    # TeX eats the blanks after a command; who writes "\mu decay" in a title means two words.
    return character if character.isalpha() and character <= LAST_LATIN else character + (found["space"] or "")


def _content_of_font(found: re.Match[str]) -> str:
    return found["content"] if found["name"] in TEXT_FONTS else found[0]


def _content_of_switch(found: re.Match[str]) -> str:
    return found["content"] if found["name"] in TEXT_SWITCHES else found[0]


def _typographic(text: str) -> str:
    """TeX's ligatures; an arrow of ASCII characters ("-->") is none."""
    if "--" in text:
        text = _DASHES.sub(_dash, text)
    text = text.replace("``", "\u201c").replace("''", "\u201d")
    return _QUOTED.sub("\u2018\\g<content>\u2019", text) if "`" in text else text


def _dash(found: re.Match[str]) -> str:
    dash = {"--": "\u2013", "---": "\u2014"}.get(found[0])
    return found[0] if dash is None or found.string[found.start() - 1 : found.start()] == "<" else dash
