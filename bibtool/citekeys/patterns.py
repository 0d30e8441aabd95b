"""Citation key patterns in Better BibTeX's language: `auth.lower + shorttitle(3,3) + year`. Parsed, never evaluated.

A pattern is terms joined with `+`, alternatives with `|` or `;` (the first that gives something), texts in quotes, filters behind dots. The
older way with brackets, which is also JabRef's (`[auth:lower][year]`), is read as well (older_patterns.py).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bibtool.citekeys.filters import FILTERS, long_enough
from bibtool.citekeys.functions import FUNCTIONS, PLAIN_FIELDS, Arguments, SkipError, plain_field
from bibtool.components import CitekeyStyle
from bibtool.errors import InputError
from bibtool.reference import Reference
from bibtool.terminal import quoted

# From a reference, and the key as far as this alternative has come, to what comes next.
Term = Callable[[Reference, str], str]

# Longer than any pattern that a person types.
MAX_LENGTH = 500
# What Better BibTeX has and bibt has in another place.
ELSEWHERE = {
    "inspirehep": "--keys inspire gives keys of that form",
    "postfix": "keys that are alike are told apart by b, c, ...",
    "infix": "keys that are alike are told apart by b, c, ...",
}

_TOKEN = re.compile(
    r"""\s*(?:(?P<name>[A-Za-z][A-Za-z0-9]*)|(?P<number>-?[0-9]{1,4})|'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<mark>[+|;.(),=]))""",
    re.ASCII | re.VERBOSE,
)
_FUNCTIONS = {name.lower(): function for name, function in FUNCTIONS.items()}
_FILTERS = {name.lower(): change for name, change in FILTERS.items()}
_OLDER = re.compile(r"[^'\"(]*\[")


def is_pattern(name: str) -> bool:
    """Whether this is a pattern, and no mere name: `auth + year`, `[auth]`, or one function alone."""
    return not name.isalnum() or name.lower() in _FUNCTIONS


def pattern_style(pattern: str) -> CitekeyStyle:
    """The citation key style that a pattern describes. Raises InputError that says where the pattern goes wrong."""
    if len(pattern) > MAX_LENGTH:
        raise InputError(f"a citation key pattern of {len(pattern)} characters is too long; {MAX_LENGTH} are allowed")
    if _OLDER.match(pattern):
        from bibtool.citekeys.older_patterns import alternatives

        return CitekeyStyle(pattern, first_of(alternatives(pattern)))
    return CitekeyStyle(pattern, first_of(_Parser(pattern).alternatives()))


def first_of(alternatives: list[list[Term]]) -> Callable[[Reference], str]:
    """The key that the first alternative gives that gives one."""

    def citekey(reference: Reference) -> str:
        for terms in alternatives:
            key = ""
            try:
                for term in terms:
                    key += term(reference, key)
            except SkipError:
                continue
            if key := "".join(key.split()):
                return key
        return ""

    return citekey


def function_term(name: str, given: list[str | int | bool], named: Mapping[str, str | int | bool]) -> Term:
    """The term of a function. Raises InputError where there is none of that name, or an argument is none of its own."""
    if name.lower() == "len":
        checked = _arguments(name, ("relation", "length"), given, named)

        def length_so_far(_reference: Reference, key: str) -> str:
            long_enough(key, checked)
            return ""

        return length_so_far
    if name in PLAIN_FIELDS:
        function, parameters = plain_field(name), ""
    elif name.lower() in _FUNCTIONS:
        function, parameters = _FUNCTIONS[name.lower()]
    else:
        raise _unknown("function", name, [*FUNCTIONS, "len", *PLAIN_FIELDS])
    arguments = _arguments(name, tuple(parameters.split()), given, named)
    return lambda reference, _key: function(reference, arguments)


def filtered(term: Term, name: str, given: list[str | int | bool], named: Mapping[str, str | int | bool]) -> Term:
    """The term with a filter behind it. Raises InputError as `function_term` does."""
    if name.lower() not in _FILTERS:
        raise _unknown("filter", name, list(FILTERS))
    change, parameters = _FILTERS[name.lower()]
    arguments = _arguments(name, tuple(parameters.split()), given, named)
    return lambda reference, key: change(term(reference, key), arguments)


def _unknown(what: str, name: str, known: list[str]) -> InputError:
    if what == "function" and name.lower() in ELSEWHERE:
        return InputError(f"the citation key pattern: no function named {quoted(name)}; {ELSEWHERE[name.lower()]}")
    return InputError(f"the citation key pattern: no {what} named {quoted(name)}; there are {', '.join(known)}")


# Arguments that count something; every other one is a text, or true or false.
_NUMBERS = frozenset({"n", "m", "min", "max", "start", "chars", "length"})
_FLAGS = frozenset({"initials", "clean", "nopunct"})


def _arguments(name: str, parameters: tuple[str, ...], given: list[str | int | bool], named: Mapping[str, str | int | bool]) -> Arguments:
    if parameters == ("*",):
        return {str(place): value for place, value in enumerate(given)}
    named = {"sep" if key == "joiner" else key: value for key, value in named.items()}
    if len(given) > len(parameters) or set(named) - set(parameters):
        wrong = next(iter(set(named) - set(parameters)), "")
        known = f"takes {', '.join(parameters)}" if parameters else "takes no arguments"
        raise InputError(f"the citation key pattern: {quoted(name)} {known}" + (f", not {quoted(wrong)}" if wrong else ""))
    arguments: Arguments = {**dict(zip(parameters, given, strict=False)), **named}
    for parameter, value in arguments.items():
        is_right = isinstance(value, bool) if parameter in _FLAGS else type(value) is (int if parameter in _NUMBERS else str)
        if not is_right:
            wanted = "true or false" if parameter in _FLAGS else "a number" if parameter in _NUMBERS else "a text in quotes"
            raise InputError(f"the citation key pattern: {quoted(parameter)} of {quoted(name)} must be {wanted}, not {quoted(str(value))}")
    return arguments


@dataclass(slots=True)
class _Token:
    kind: str
    text: str
    start: int


class _Parser:
    """Recursive descent over the tokens of one pattern."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._tokens = self._split(pattern)
        self._at = 0

    def alternatives(self) -> list[list[Term]]:
        """The whole pattern."""
        alternatives = [self._sum()]
        while self._take("|") or self._take(";"):
            if self._at == len(self._tokens):
                break  # Better BibTeX ends its patterns with a semicolon
            alternatives.append(self._sum())
        if self._at < len(self._tokens):
            raise self._wrong("'+', '|' or the end")
        return alternatives

    def _sum(self) -> list[Term]:
        terms = [self._term()]
        while self._take("+"):
            terms.append(self._term())
        return terms

    def _term(self) -> Term:
        token = self._next()
        if token is not None and token.kind in ("single", "double"):
            text = token.text
            term: Term = lambda _reference, _key: text  # noqa: E731
        elif token is not None and token.kind == "name":
            term = function_term(token.text, *self._arguments())
        else:
            raise self._wrong("a function or a text in quotes", token)
        while self._take("."):
            token = self._next()
            if token is None or token.kind != "name":
                raise self._wrong("a filter", token)
            term = filtered(term, token.text, *self._arguments())
        return term

    def _arguments(self) -> tuple[list[str | int | bool], dict[str, str | int | bool]]:
        given: list[str | int | bool] = []
        named: dict[str, str | int | bool] = {}
        if not self._take("("):
            return given, named
        while not self._take(")"):
            token = self._next()
            name = token.text if token is not None and token.kind == "name" and self._take("=") else ""
            if name:
                token = self._next()
            if token is None or not (token.kind in ("number", "single", "double") or (token.kind == "name" and _is_word(token.text))):
                raise self._wrong("a number, a text in quotes or ')'", token)
            value: str | int | bool = int(token.text) if token.kind == "number" else token.text
            if token.kind == "name" and token.text in ("true", "false"):
                value = token.text == "true"
            if name:
                named[name] = value
            else:
                given.append(value)
            self._take(",")
        return given, named

    def _next(self) -> _Token | None:
        if self._at == len(self._tokens):
            return None
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, mark: str) -> bool:
        is_there = self._at < len(self._tokens) and self._tokens[self._at].kind == "mark" and self._tokens[self._at].text == mark
        self._at += is_there
        return is_there

    def _wrong(self, wanted: str, token: _Token | None = None) -> InputError:
        token = token or (self._tokens[self._at] if self._at < len(self._tokens) else None)
        place = f"character {token.start + 1}" if token else "its end"
        return InputError(f"the citation key pattern {quoted(self._pattern)}: {wanted} is wanted at {place}")

    def _split(self, pattern: str) -> list[_Token]:
        tokens = []
        position = 0
        while position < len(pattern.rstrip()):
            found = _TOKEN.match(pattern, position)
            if found is None:
                raise InputError(f"the citation key pattern {quoted(pattern)}: character {position + 1} has no meaning there")
            kind = found.lastgroup or ""
            tokens.append(_Token(kind, found[kind], found.start(kind)))
            position = found.end()
        return tokens


def _is_word(text: str) -> bool:
    """Whether a bare word may be an argument: a type, a kind of creator, true or false."""
    return text in ("true", "false") or (text[:1].islower() and text.lower() not in _FUNCTIONS)
