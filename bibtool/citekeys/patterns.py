"""Citation key patterns in Better BibTeX's language: `auth.lower + shorttitle(3,3) + year`. Parsed, never evaluated.

https://retorque.re/zotero-better-bibtex/citing/ names the functions and filters; these are the ones that people use. A pattern is
terms joined with `+`, alternatives with `|` (the first that gives something), texts in quotes, filters behind dots. Words stay apart up to
the end of a key, for filters that choose among them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bibtool.citekeys.styles import STOP_WORDS, fold
from bibtool.components import CitekeyStyle
from bibtool.errors import InputError
from bibtool.plain_text import plain
from bibtool.reference import Name, Reference
from bibtool.terminal import quoted

Arguments = Sequence[str | int]
Term = Callable[[Reference], str]

# Longer than any pattern that a person types.
MAX_LENGTH = 500

_TOKEN = re.compile(
    r"""\s*(?:(?P<name>[A-Za-z]+)|(?P<number>[0-9]{1,4})|'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<mark>[+|.(),=]))""",
    re.ASCII | re.VERBOSE,
)
_NOT_A_WORD = re.compile(r"[^A-Za-z0-9]+", re.ASCII)


def pattern_style(pattern: str) -> CitekeyStyle:
    """The citation key style that a pattern describes. Raises InputError that says where the pattern goes wrong."""
    if len(pattern) > MAX_LENGTH:
        raise InputError(f"a citation key pattern of {len(pattern)} characters is too long; {MAX_LENGTH} are allowed")
    return CitekeyStyle(pattern, _Parser(pattern).pattern())


def _family(name: Name) -> str:
    if name.literal is not None:
        return name.literal
    return " ".join(part for part in (name.particle, name.family or name.given) if part)


def _auth(reference: Reference, arguments: Arguments) -> str:
    """The family name of the first author, or of the m-th; of it the first n letters."""
    length, which = _number(arguments, 0, 0), _number(arguments, 1, 1)
    if not 1 <= which <= len(reference.authors):
        return ""
    family = _joined(_family(reference.authors[which - 1]))
    return family[:length] if length else family


def _authors(reference: Reference, arguments: Arguments) -> str:
    """The family names of all authors, or of the first n and "EtAl"."""
    limit = _number(arguments, 0, 0)
    shown = reference.authors[: limit or None]
    return "".join(_joined(_family(name)) for name in shown) + ("EtAl" if len(shown) < len(reference.authors) else "")


def _auth_et_al(reference: Reference, _arguments: Arguments) -> str:
    if len(reference.authors) < 3:
        return "".join(_joined(_family(name)) for name in reference.authors)
    return _joined(_family(reference.authors[0])) + "EtAl"


def _initials(reference: Reference, _arguments: Arguments) -> str:
    return "".join(_joined(_family(name))[:1] for name in reference.authors[:4]) + ("+" if len(reference.authors) > 4 else "")


def _short_title(reference: Reference, arguments: Arguments) -> str:
    """The first n words that are no stop words, the first m of them with a capital."""
    count, capitals = _number(arguments, 0, 3), _number(arguments, 1, 0)
    words = [word for word in _words(reference.title) if word.lower() not in STOP_WORDS] or _words(reference.title)
    return " ".join(_capital(word) if place < capitals else word for place, word in enumerate(words[:count]))


def _very_short_title(reference: Reference, arguments: Arguments) -> str:
    return _short_title(reference, (_number(arguments, 0, 1), _number(arguments, 1, 0)))


def _title(reference: Reference, _arguments: Arguments) -> str:
    return " ".join(map(_capital, _words(reference.title)))


def _year(reference: Reference, _arguments: Arguments) -> str:
    return str(reference.issued.year) if reference.issued else ""


FUNCTIONS: dict[str, Callable[[Reference, Arguments], str]] = {
    "auth": _auth,
    "authors": _authors,
    "authetal": _auth_et_al,
    "authorsalpha": _initials,
    "authorlast": lambda reference, _arguments: _joined(_family(reference.authors[-1])) if reference.authors else "",
    "shorttitle": _short_title,
    "veryshorttitle": _very_short_title,
    "title": _title,
    "year": _year,
    "shortyear": lambda reference, arguments: _year(reference, arguments)[-2:],
    "month": lambda reference, _arguments: f"{reference.issued.month:02}" if reference.issued and reference.issued.month else "",
    "journal": lambda reference, _arguments: " ".join(_words(reference.container)),
    "type": lambda reference, _arguments: _joined(reference.type),
    "firstpage": lambda reference, _arguments: _joined((reference.pages or "").partition("-")[0]),
    "arxiv": lambda reference, _arguments: str(reference.arxiv.without_version()).replace("/", ":") if reference.arxiv else "",
}
FILTERS: dict[str, Callable[[str, Arguments], str]] = {
    "lower": lambda text, _arguments: text.lower(),
    "upper": lambda text, _arguments: text.upper(),
    "capitalize": lambda text, _arguments: " ".join(map(_capital, text.split())),
    "fold": lambda text, _arguments: fold(text),
    "ascii": lambda text, _arguments: fold(text),
    "clean": lambda text, _arguments: " ".join(_words(text)),
    "alphanum": lambda text, _arguments: " ".join(_words(text)),
    "nopunct": lambda text, _arguments: " ".join(_words(text)),
    "skipwords": lambda text, _arguments: " ".join(word for word in text.split() if word.lower() not in STOP_WORDS),
    "abbr": lambda text, _arguments: "".join(word[:1] for word in text.split()),
    "condense": lambda text, arguments: re.sub(r"\s+", str(arguments[0]) if arguments else "", text),
    "substring": lambda text, arguments: text[_number(arguments, 0, 1) - 1 :][: _number(arguments, 1, len(text))],
    "select": lambda text, arguments: " ".join(text.split()[_number(arguments, 0, 1) - 1 :][: _number(arguments, 1, len(text))]),
    "prefix": lambda text, arguments: f"{arguments[0]}{text}" if text and arguments else text,
    "postfix": lambda text, arguments: f"{text}{arguments[0]}" if text and arguments else text,
    "default": lambda text, arguments: text or str(arguments[0] if arguments else ""),
}


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

    def pattern(self) -> Term:
        """The whole pattern."""
        alternatives = [self._sum()]
        while self._take("|"):
            alternatives.append(self._sum())
        if self._at < len(self._tokens):
            raise self._wrong("'+', '|' or the end")
        return lambda reference: next((key for alternative in alternatives if (key := alternative(reference))), "")

    def _sum(self) -> Term:
        terms = [self._term()]
        while self._take("+"):
            terms.append(self._term())
        return lambda reference: "".join("".join(term(reference) for term in terms).split())

    def _term(self) -> Term:
        token = self._next()
        if token is not None and token.kind in ("single", "double"):
            text = token.text
            term: Term = lambda _reference: text  # noqa: E731
        elif token is not None and token.kind == "name":
            function = self._known(token, FUNCTIONS, "function")
            arguments = self._arguments()
            term = lambda reference: function(reference, arguments)  # noqa: E731
        else:
            raise self._wrong("a function or a text in quotes", token)
        while self._take("."):
            term = self._filtered(term)
        return term

    def _filtered(self, term: Term) -> Term:
        token = self._next()
        if token is None or token.kind != "name":
            raise self._wrong("a filter", token)
        change = self._known(token, FILTERS, "filter")
        arguments = self._arguments()
        return lambda reference: change(term(reference), arguments)

    def _arguments(self) -> Arguments:
        values: list[str | int] = []
        if not self._take("("):
            return values
        while not self._take(")"):
            token = self._next()
            if token is not None and token.kind == "name" and self._take("="):
                token = self._next()
            if token is None or token.kind not in ("number", "single", "double"):
                raise self._wrong("a number, a text in quotes or ')'", token)
            values.append(int(token.text) if token.kind == "number" else token.text)
            self._take(",")
        return values

    def _known(self, token: _Token, names: dict[str, Callable[..., str]], what: str) -> Callable[..., str]:
        function = names.get(token.text.lower())
        if function is None:
            raise InputError(f"the citation key pattern: no {what} named {quoted(token.text)}; there are {', '.join(names)}")
        return function

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


def _number(arguments: Arguments, place: int, default: int) -> int:
    value = arguments[place] if place < len(arguments) else default
    return value if isinstance(value, int) else default


def _words(text: str | None) -> list[str]:
    return [word for written in plain(text or "").split() if (word := _joined(written))]


def _joined(text: str) -> str:
    return _NOT_A_WORD.sub("", fold(plain(text)))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
