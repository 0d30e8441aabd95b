"""Names as BibTeX reads them: "First von Last", "von Last, First" and "von Last, Jr, First" (btxdoc, 4)."""

import re

from bibtool.plain_text import clean
from bibtool.reference import Name
from bibtool.tex.mathematics import split

# Fields that hold names; their values stay as BibTeX writes them, since braces part the names.
NAME_FIELDS = frozenset({"editor", "editora", "editorb", "editorc", "translator", "annotator", "commentator", "bookauthor", "holder"})

# What stands for the names that a list leaves out.
OTHERS = Name(literal="others")

_TIE = re.compile(r"(?<!\\)~")
_UNESCAPED_BRACE = re.compile(r"(?<!\\)[{}]")


def parse_names(text: str) -> tuple[Name, ...]:
    """The names of an author or editor field; "and others" is the group "others".

    >>> [str(name) for name in parse_names(r"van der Berg, Jr., J{\\"o}rg and {The CMS} and others")]
    ['Jörg van der Berg, Jr.', 'The CMS', 'others']
    """
    return tuple(_name(written) for written in _top_level(text, " and ") if written.strip())


def plain_value(value: str) -> str:
    """A field's value as plain Unicode: TeX decoded, the braces that protect capitals gone, mathematics left."""
    cleaned = clean(_TIE.sub(" ", value))
    return "".join(_UNESCAPED_BRACE.sub("", source) if formula is None else f"${source}$" for formula, source in split(cleaned))


def _name(written: str) -> Name:
    written = written.strip()
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
    depth = start = place = 0
    text = re.sub(r"\s+", " ", text)
    while place < len(text):
        if depth == 0 and text[place : place + len(separator)].lower() == separator:
            parts.append(text[start:place])
            place = start = place + len(separator)
            continue
        depth += (text[place] == "{") - (text[place] == "}")
        place += 1
    return [*parts, text[start:]]
