"""Names as BibTeX reads them: "First von Last", "von Last, First" and "von Last, Jr, First" (btxdoc, 4)."""

import re
from collections.abc import Sequence

from bibtool.plain_text import clean
from bibtool.reference import Name
from bibtool.tex.mathematics import split
from bibtool.vocabulary import NAMES, OTHERS

# Fields that hold names; their values stay as BibTeX writes them, since braces part the names.
NAME_FIELDS = NAMES | {"editora", "editorb", "editorc", "shortauthor", "shorteditor", "sortname"}

# What TeX reads otherwise than it stands there, braces aside.
_TEX = re.compile(r"[\\~$]")
# Most names are these; "and" and "others" start small.
USUAL_NAME = re.compile(r"(?P<family>[A-Z][A-Za-z'-]*),(?P<given>(?: [A-Z][A-Za-z'.-]*)+)", re.ASCII)
_SEPARATORS = {" and ": re.compile(r"[{}]| and ", re.IGNORECASE), ",": re.compile(r"[{},]"), " ": re.compile(r"[{} ]")}
_BLANKS = re.compile(r"\s+")
_TIE = re.compile(r"(?<!\\)~")
_UNESCAPED_BRACE = re.compile(r"(?<!\\)[{}]")
_SPLITS_NAMES = re.compile(r"[,{}]|\band\b", re.IGNORECASE)
# Braces that are printed travel as private-use characters while those that group are taken away.
_SHOWN_BRACE = re.compile(r"(?<!\\)\\(?:(?P<brace>[{}])|(?P<name>textbraceleft|textbraceright)(?:\{\}|(?![A-Za-z])\s?))")
_KEPT = {"{": "\ue010", "}": "\ue011", "textbraceleft": "\ue010", "textbraceright": "\ue011"}
_RESTORED = str.maketrans({"\ue010": "{", "\ue011": "}"})
# A macro that nobody here knows says nothing of its argument: \booktitle{Emma}.
_OF_ARGUMENT = re.compile(r"\\[A-Za-z]+\s*(?=\{)")
_DOLLARS = re.compile(r"(?<!\\)\$[^$]+\$")


def parse_names(text: str) -> tuple[Name, ...]:
    """The names of an author or editor field; "and others" is the group "others".

    >>> [str(name) for name in parse_names(r"van der Berg, Jr., J{\\"o}rg and {The CMS} and others")]
    ['Jörg van der Berg, Jr.', 'The CMS', 'others']
    """
    return tuple(_name(written) for written in _top_level(text, " and ") if written.strip())


def bibtex_name(name: Name) -> str:
    """The name as BibTeX reads it back: in braces what it would take apart."""
    if name.literal is not None:
        return f"{{{_bare(name.literal)}}}"
    family = " ".join(part for part in (name.particle, _grouped(name.family or name.given or "")) if part)
    given = _grouped(name.given or "") if name.family else ""
    return ", ".join([family, *([name.suffix] if name.suffix else []), *([given] if given or name.suffix else [])])


def inverted_name(parts: Sequence[str]) -> Name:
    """The name of its parts `Family`, `Given`, `Suffix`; one part alone is a group's name, or a single word."""
    family, *others = parts
    if not others:
        return Name(literal=family) if " " in family else Name(family=family)
    name = Name(family=family, given=others[0] or None, suffix=", ".join(others[1:]) or None)
    # BibTeX's rule tells "van der" from the family name.
    return parse_names(bibtex_name(name))[0] if family[:1].islower() else name


def plain_value(value: str) -> str:
    """A field's value as plain Unicode: TeX decoded, the braces that protect capitals gone, mathematics left."""
    if not _TEX.search(value):
        # Braces that only group may go in any order.
        return clean(value.replace("{", "").replace("}", ""))
    shown = _SHOWN_BRACE.sub(lambda found: _KEPT[found["brace"] or found["name"]], value) if "\\" in value else value
    cleaned = clean(_TIE.sub(" ", shown))
    text = "".join(
        _UNESCAPED_BRACE.sub("", _OF_ARGUMENT.sub("", source)) if formula is None else f"${source}$"
        for formula, source in split(_in_formulas(cleaned))
    )
    return text.translate(_RESTORED)


def _in_formulas(text: str) -> str:
    """The text with the braces that formulas show written as TeX writes them."""
    if "$" not in text or not any(mark in text for mark in _KEPT.values()):
        return text
    return _DOLLARS.sub(lambda found: found[0].replace(_KEPT["{"], "\\{").replace(_KEPT["}"], "\\}"), text)


def _grouped(text: str) -> str:
    return f"{{{_bare(text)}}}" if _SPLITS_NAMES.search(text) else text


def _bare(text: str) -> str:
    return re.sub(r"[{}\\]", "", text)


def _name(written: str) -> Name:
    written = written.strip()
    if usual := USUAL_NAME.fullmatch(written):
        return Name(usual["family"], usual["given"][1:])
    if written == OTHERS.literal:
        return OTHERS
    if written.startswith("{") and _top_level(written, " ") == [written] and "," not in _outside(written):
        return Name(literal=plain_value(written))
    parts = [part.strip() for part in _top_level(written, ",")]
    if len(parts) == 1:
        return _in_reading_order(_top_level(parts[0], " "))
    particle, family = _particle(_top_level(parts[0], " "))
    suffix = parts[1] if len(parts) > 2 else ""
    return _made(family, " ".join(parts[2:]) if len(parts) > 2 else parts[1], particle, suffix)


def _in_reading_order(words: list[str]) -> Name:
    words = [word for word in words if word]
    small = [place for place, word in enumerate(words[:-1]) if _starts_small(word)]
    if not small:
        return _made(" ".join(words[-1:]), " ".join(words[:-1]), "", "")
    return _made(" ".join(words[small[-1] + 1 :]), " ".join(words[: small[0]]), " ".join(words[small[0] : small[-1] + 1]), "")


def _particle(words: list[str]) -> tuple[str, str]:
    """What BibTeX takes for the particle: up to the last small word but the last word of all."""
    small = [place for place, word in enumerate(words[:-1]) if _starts_small(word)]
    last = small[-1] + 1 if small else 0
    return " ".join(words[:last]), " ".join(words[last:])


def _starts_small(word: str) -> bool:
    if word.startswith("{") and not word.startswith("{\\"):
        return False
    letter = next((character for character in plain_value(word) if character.isalpha()), "A")
    return letter.islower()


def _made(family: str, given: str, particle: str, suffix: str) -> Name:
    parts = [plain_value(part) or None for part in (family, given, particle, suffix)]
    return Name(*parts)


def _outside(text: str) -> str:
    """What stands outside all braces."""
    depth = 0
    kept = []
    for character in text:
        depth += character == "{"
        if depth == 0:
            kept.append(character)
        depth -= character == "}"
    return "".join(kept)


def _top_level(text: str, separator: str) -> list[str]:
    """The parts of the text between separators that stand outside all braces."""
    parts: list[str] = []
    depth = start = 0
    text = _BLANKS.sub(" ", text)
    for mark in _SEPARATORS[separator].finditer(text):
        character = mark[0]
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
        elif depth == 0:
            parts.append(text[start : mark.start()])
            start = mark.end()
    return [*parts, text[start:]]
