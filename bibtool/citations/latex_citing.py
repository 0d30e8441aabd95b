"""The commands that cite, and the macros of the author that wrap them."""

import re
from dataclasses import replace

from bibtool.citations.latex_commands import USUAL, shape_of
from bibtool.citations.latex_reading import Macro, Reading, Taught, Text
from bibtool.citations.tex_cursor import MOST_BODY_CHARACTERS, Cursor, Key, keys_between

MOST_PARAMETER_CHARACTERS = 200

_PARAMETER = re.compile(r"#(?P<number>[1-9])")
_PLAIN_PARAMETERS = re.compile(r"\s*(?:\[#1\]|\(#1\))?\s*(?:#[1-9]\s*)*")


def cite(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    """A citation. What stands in its brackets is read on, for it may cite, too."""
    after_name = cursor.position
    cite_as(reading, text, cursor, name, shape_of(name) or USUAL)
    cursor.position = after_name


def cite_as(reading: Reading, text: Text, cursor: Cursor, command: str, shape: str) -> None:
    """The keys of a command, whose arguments have that shape; a shape that begins with M has lists of them."""
    cursor.star()
    while cursor.optional("<>"):
        pass
    while shape[0] == "M" and cursor.optional("()"):
        pass
    keys = _keys(cursor, shape.lstrip("M"))
    if keys is None and text.taught is not None and cursor.position == cursor.end:
        # The body ends where the keys should stand: whoever uses the macro writes them.
        text.taught.append(Taught(command, shape, text, None))
    while keys is not None:
        for key in keys:
            reading.record(text, command, key, shape)
        keys = _keys(cursor, shape[1:]) if shape[0] == "M" else None


def _keys(cursor: Cursor, shape: str) -> list[Key] | None:
    for kind in shape:
        if kind == "k":
            return cursor.keys()
        if kind == "m" and cursor.group() is None:
            return None
        while kind == "o" and cursor.optional():
            pass
    return None


def use(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    """A macro of the author."""
    macro, after_name = reading.macros[name], cursor.position
    arguments = [_argument(cursor, kind) for kind in macro.parameters]
    for taught in macro.taught:
        if taught.key is None:
            cite_as(reading, text, replace(cursor), name, taught.shape)
        elif "#" not in taught.key.citekey:
            # The key stands in the macro's definition, whoever uses it.
            reading.record(replace(taught.text, taught=text.taught), taught.command, taught.key, taught.shape)
        else:
            for key in _filled(taught.key.citekey, arguments, text.text):
                reading.record(text, name, key, taught.shape)
    cursor.position = after_name


def _argument(cursor: Cursor, kind: str) -> tuple[int, int] | None:
    if kind == "s":
        cursor.star()
        return None
    if kind in "o(<":
        return cursor.optional({"o": "[]", "(": "()", "<": "<>"}[kind])
    return cursor.group(MOST_BODY_CHARACTERS, is_long=True)


def _filled(written: str, arguments: list[tuple[int, int] | None], text: str) -> list[Key]:
    """The keys that "arXiv:#1" gives with the arguments; a list in the place of one key gives several."""
    numbers = [int(found["number"]) for found in _PARAMETER.finditer(written)]
    spans = [arguments[number - 1] if number <= len(arguments) else None for number in numbers]
    if not spans or spans[0] is None or None in spans:
        return []
    keys = list(keys_between(text, *spans[0]))
    if len(numbers) > 1:
        whole = _PARAMETER.sub(lambda found: text[slice(*(arguments[int(found["number"]) - 1] or (0, 0)))].strip(), written)
        return [Key(whole, keys[0].start, keys[-1].end)] if keys else []
    before, _, after = _PARAMETER.sub("\0", written).partition("\0")
    last = len(keys) - 1
    return [
        replace(key, citekey=(before if number == 0 else "") + key.citekey + (after if number == last else ""))
        for number, key in enumerate(keys)
    ]


def new_command(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    r"""\newcommand*{\name}[2][default]{body}, and its relatives."""
    cursor.star()
    defined = cursor.command()
    count, default = cursor.optional(), cursor.optional()
    written = cursor.text[slice(*count)].strip() if count else "0"
    parameters = "m" * int(written) if written in set("0123456789") else ""
    _learn(reading, text, cursor, defined, "o" + parameters[1:] if default and parameters else parameters)


def new_document_command(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    r"""\NewDocumentCommand{\name}{s o m}{body}, as xparse has it."""
    defined, specification = cursor.command(), cursor.words()
    _learn(reading, text, cursor, defined, _xparse_parameters(specification))


def _xparse_parameters(specification: str) -> str:
    """Letters that stand for a bracket without naming it are one letter here, too."""
    parameters, at = "", 0
    while at < len(specification):
        letter = specification[at]
        at += 1
        if letter in "om":
            parameters += letter
        elif letter in "sv":
            parameters += "s" if letter == "s" else "m"
        elif letter == "O":
            parameters += "o"
            at = _after_group(specification, at)
        elif letter in "drDR":
            opening = specification[at : at + 1]
            parameters += opening if opening in ("(", "<") else "o"
            at = _after_group(specification, at + 2) if letter in "DR" else at + 2
        elif letter == ">":
            at = _after_group(specification, at)
        elif letter not in "+! \n\t":
            return ""
    return parameters


def _after_group(specification: str, at: int) -> int:
    cursor = Cursor(specification, at, len(specification))
    return cursor.position if cursor.group() else at


def define(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    r"""\def\name#1[#2]{body}, the primitive: parameters without brackets or marks of their own are understood."""
    defined = cursor.command()
    body = cursor.text.find("{", cursor.position, min(cursor.end, cursor.position + MOST_PARAMETER_CHARACTERS))
    if body < 0:
        return
    written = cursor.text[cursor.position : body]
    cursor.position = body
    kinds = "".join("o" if found[0][0] == "[" else found[0][0].replace("#", "m") for found in re.finditer(r"[\[(]?#[1-9]", written))
    if defined == "input@path":
        reading.input_folders += [reading.folder / path for path in re.findall(r"[^{}]+", cursor.words())]
        return
    _learn(reading, text, cursor, defined, kinds if _PLAIN_PARAMETERS.fullmatch(written) else "")


def _learn(reading: Reading, text: Text, cursor: Cursor, defined: str | None, parameters: str) -> None:
    """Reads the body that is next, and keeps what it cites."""
    body = cursor.group(MOST_BODY_CHARACTERS, is_long=True)
    if body is None or defined is None:
        return
    inside = cursor.text[slice(*body)]
    if not parameters and "\\" not in inside and "#" not in inside:
        reading.words[defined] = inside.strip()
    inner = replace(text, taught=[], conditions=[])
    reading.scan(inner, Cursor(text.text, *body))
    if inner.taught:
        # Macros that use each other twice would double what they cite with each.
        reading.macros[defined] = Macro(parameters, tuple({(one.key, one.shape): one for one in inner.taught}.values()))
        reading.teach(defined, use)
    elif not text.has_at and reading.meaning(defined) in (cite, use):
        # By its name it would cite; a package's own definition is beyond what is understood here, and is believed to.
        reading.teach(defined, None)
