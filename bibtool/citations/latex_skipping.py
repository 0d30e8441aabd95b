"""What LaTeX does not read as LaTeX: verbatim text, listings, links, and the branches of conditions that are dead."""

import re
from dataclasses import replace

from bibtool.citations.latex_commands import CONDITIONS
from bibtool.citations.latex_reading import Handler, Reading, Text, tokens
from bibtool.citations.tex_cursor import Cursor

_IN_BRACES = re.compile(r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*+\}")
# What TikZ's \path goes on with is no mark of a verbatim text.
_NO_MARKS = ("", " ", "\n", "\t", "[", "(")
_BEGINS_VERBATIM = re.compile(r"\\(?:begin\s*\{)?(?P<name>[A-Za-z]+\*?)")


def _end_input(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    if text.taught is None:
        line_end = cursor.text.find("\n", cursor.position, cursor.end)
        cursor.end = cursor.end if line_end < 0 else line_end


def _verb(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    cursor.star()
    _skip_verb(cursor)


def _listing(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    cursor.optional()
    if name in ("mint", "mintinline"):
        cursor.group()
    _skip_verb(cursor)


def _skip_verb(cursor: Cursor) -> None:
    """Moves over text between two marks of one kind on a line, or in braces."""
    opening = cursor.text[cursor.position : cursor.position + 1]
    if opening == "{":
        found = _IN_BRACES.match(cursor.text, cursor.position, cursor.end)
        cursor.position = found.end() if found else cursor.position
        return
    line_end = cursor.text.find("\n", cursor.position, cursor.end)
    closing = cursor.text.find(opening, cursor.position + 1, cursor.end if line_end < 0 else line_end) if opening not in _NO_MARKS else -1
    cursor.position = cursor.position if closing < 0 else closing + 1


def _short_verb(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    cursor.position -= 1
    start = cursor.position
    _skip_verb(cursor)
    cursor.position += cursor.position == start


def _make_short_verb(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    cursor.star()
    cursor.optional()
    if (mark := cursor.command()) and not mark.isalpha():
        reading.handlers[mark] = _short_verb
        shorts = "".join(token for token in reading.handlers if token[0] != "\\")
        reading.tokens = (tokens("A-Za-z", shorts), tokens("A-Za-z@", shorts))


def _new_environment(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    r"""\newenvironment{code}{\verbatim}{\endverbatim}, \lstnewenvironment{code}, \excludecomment{code}."""
    cursor.star()
    environment = cursor.words()
    if name not in ("newenvironment", "renewenvironment"):
        reading.verbatim.add(environment)
        return
    look = replace(cursor)
    while look.optional():
        pass
    begin = look.group(is_long=True)
    opened = [found["name"] for found in _BEGINS_VERBATIM.finditer(cursor.text, *begin)] if begin else []
    if begin and opened and opened[-1] in reading.verbatim:
        reading.verbatim.add(environment)
        cursor.position = look.position
        cursor.group(is_long=True)


def _new_minted(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    named, language = cursor.optional(), cursor.words()
    reading.verbatim.add(cursor.text[slice(*named)].strip() if named else f"{language}code")


def _skip_next(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    cursor.command() if cursor.is_at("\\") else cursor.group(is_long=True)


def _skip_name(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    """What follows names a command or hook, and does not use it."""
    cursor.command()


def _new_if(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    defined = (cursor.command() or "").removeprefix("if")
    if defined:
        reading.conditions[defined] = False
        reading.teach(f"if{defined}", _if)
        for value in ("true", "false"):
            reading.teach(f"{defined}{value}", _set_condition)


def _set_condition(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    value = "true" if name.endswith("true") else "false"
    # Within a macro or another condition nobody knows whether it is done.
    is_certain = text.taught is None and not text.conditions and not text.has_at
    reading.conditions[name.removesuffix(value)] = value == "true" if is_certain else None


def _if(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    value = reading.conditions.get(name[2:])
    if name == "if" and cursor.text.startswith("0", cursor.position):
        value = cursor.text.startswith("00", cursor.position)
    if value is not False or reading.skip_dead(cursor):
        text.conditions.append(value is True)


def _else(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    if text.conditions and text.conditions[-1]:
        reading.skip_dead(cursor, is_else=True)
        text.conditions.pop()


def _fi(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    if text.conditions:
        text.conditions.pop()


SKIPPING: dict[Handler, str] = {
    _end_input: "endinput",
    _verb: "verb Verb spverb url nolinkurl path href burl",
    _listing: "lstinline mint mintinline",
    _make_short_verb: "MakeShortVerb DefineShortVerb lstMakeShortInline",
    _new_environment: "newenvironment renewenvironment lstnewenvironment excludecomment newtcblisting DefineVerbatimEnvironment",
    _new_minted: "newminted",
    _skip_next: "string detokenize",
    _skip_name: "DeclareCiteCommand* undef cslet csdef show meaning",
    _new_if: "newif",
    _if: " ".join(CONDITIONS),
    _else: "else",
    _fi: "fi",
}
