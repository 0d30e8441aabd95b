"""Citation key patterns with brackets, JabRef's and Better BibTeX's older ones: `[auth:lower][year]`. Parsed, never evaluated.

A function stands in brackets, filters behind colons, their arguments behind commas or `=`; whatever stands outside of brackets is text.
"""

import re

from bibtool.citekeys.patterns import Term, filtered, function_term
from bibtool.errors import InputError
from bibtool.terminal import quoted

_PIECE = re.compile(r"\[(?P<inside>[^\[\]]*)\]|(?P<bar>\|)|(?P<text>[^\[\]|]+)")
_FUNCTION = re.compile(
    r"(?P<name>[A-Za-z][A-Za-z.]*?[A-Za-z]|[A-Za-z])(?P<n>[0-9]*)(?:_(?P<m>[0-9]+))?(?P<flag>\+initials)?(?:[=,](?P<text>.*))?"
)
_LENGTH = re.compile(r"(?P<relation>[<>!]=|[<>=])(?P<length>[0-9]+)")
_FILTER = re.compile(r"(?P<name>[a-z-]+)(?P<arguments>(?:[,=][^,=]*)*)")
_DEFAULT = re.compile(r"\((?P<text>[^)]*)\)")
# Names that the newer language writes otherwise.
_NEWER = {"auth.etal": "authEtal2", "auth.auth.ea": "authAuthEa", "authors": "authorsn"}


def alternatives(pattern: str) -> list[list[Term]]:
    """The terms of each alternative. Raises InputError that says what is wrong."""
    found: list[list[Term]] = [[]]
    position = 0
    while position < len(pattern):
        piece = _PIECE.match(pattern, position)
        if piece is None:
            raise InputError(f"the citation key pattern {quoted(pattern)}: character {position + 1} has no meaning there")
        position = piece.end()
        if piece["bar"]:
            found.append([])
        elif piece["text"]:
            found[-1].append(_text(piece["text"]))
        elif piece["inside"] not in ("", "0"):
            found[-1].append(_term(piece["inside"]))
    return found


def _text(text: str) -> Term:
    return lambda _reference, _key: text


def _term(inside: str) -> Term:
    if length := _LENGTH.fullmatch(inside):
        return function_term("len", [length["relation"], int(length["length"])], {})
    if inside.startswith("="):
        return function_term("type", list(inside[1:].split("/")), {})
    written, *filters = re.split(r":(?![^(]*\))", inside)
    term = _function(written)
    for one in filters:
        if default := _DEFAULT.fullmatch(one):
            term = filtered(term, "default", [default["text"]], {})
        elif length := _LENGTH.fullmatch(one.removeprefix("longer").replace("longer=", ">")):
            term = filtered(term, "len", [length["relation"], int(length["length"])], {})
        elif known := _FILTER.fullmatch(one):
            values = re.split("[,=]", known["arguments"])[1:]
            term = filtered(term, known["name"].replace("-", ""), [int(value) if value.isdecimal() else value for value in values], {})
        else:
            raise InputError(f"the citation key pattern: {quoted(one)} in {quoted(inside)} is no filter")
    return term


def _function(written: str) -> Term:
    found = _FUNCTION.fullmatch(written)
    if found is None:
        raise InputError(f"the citation key pattern: {quoted(written)} is no function")
    name = found["name"]
    named: dict[str, str | int | bool] = {key: int(found[key]) for key in ("n", "m") if found[key]}
    if name.lower().startswith(("edtr", "editors")):
        # The same functions, asked of editors.
        name = re.sub(r"(?i)^edtr", "auth", re.sub(r"(?i)^editors", "authors", name))
        named["creator"] = "editor"
    if found["flag"]:
        named["initials"] = True
    if name.lower() == "authetal" and named.get("n") == 2:
        name, named = "authEtal2", {key: value for key, value in named.items() if key != "n"}
    texts: list[str | int | bool] = [found["text"]] if found["text"] else []
    return function_term(_NEWER.get(name.lower(), name), texts, named)
