r"""Mathematics in titles: where it stands in a text, what it means, and what of it may live in LaTeX.

Delimiters follow pandoc's rule for `$...$` (User's Guide, `tex_math_dollars`), which tells a price from a formula; a formula with
blanks inside its dollars is still one where it holds a command, `^` or `_`. A formula is parsed, never passed through: only commands of
LaTeX, amsmath and amssymb come out, and what cannot be compiled is no formula but text.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from bibtool.frozen import dataclass
from bibtool.tex.symbols import (
    GREEK_AS_LATIN,
    MATH_ACCENTS,
    MATH_ALIASES,
    MATH_DROPPED,
    MATH_FONTS,
    MATH_OPERATORS,
    MATH_SPACES,
    MATH_SWITCHES,
    MATH_SYMBOLS,
    MATH_TEXT,
)

# Deeper than any formula in a title, and shallow enough for any reader's stack.
MAX_DEPTH = 24
# A formula longer than this is no part of a title; the limit also keeps a lone dollar from searching a long text.
MAX_LENGTH = 4000

_OPEN, _CLOSE, _SUP = "{", "}", "^"

_DOLLAR = re.compile(r"(?<!\\)\$\$?(?P<formula>(?:[^$\\]|\\[^\n])+)\$\$?", re.ASCII)
_TOKEN = re.compile(r"\\(?:[A-Za-z]+|[^A-Za-z])|[{}^_]|\s+|'+|.", re.ASCII | re.DOTALL)
_NEEDLESS_BLANK = re.compile(r"(?P<command>\\[A-Za-z]+) (?![A-Za-z ])", re.ASCII)
_COMMAND_OF = {character: command for command, character in reversed(MATH_SYMBOLS.items()) if not character.isascii()}


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a formula. `kind` is "text" (characters), "symbol" (a command without arguments), "group", "sup", "sub", or the name of
    a command with arguments; `parts` are what it holds."""

    kind: str
    value: str = ""
    parts: tuple["Node", ...] = ()


def split(text: str) -> list[tuple[Node | None, str]]:
    """The text in pieces: (None, text) and (formula, its source), in order.

    >>> [source for formula, source in split("from $5 to $10, or $x^2$")]
    ['from $5 to $10, or ', 'x^2']
    """
    if "$" not in text:
        return [(None, text)]
    pieces: list[tuple[Node | None, str]] = []
    start = position = 0
    # From dollar to dollar: the expression looks back at every character.
    while (at := text.find("$", position)) >= 0 and (written := _DOLLAR.search(text, at)) is not None:
        formula = parse(written["formula"]) if _is_formula(written, text) else None
        if formula is None:
            position = written.start() + 1
            continue
        if written.start() > start:
            pieces.append((None, text[start : written.start()]))
        pieces.append((formula, written["formula"].strip()))
        start = position = written.end()
    if start < len(text) or not pieces:
        pieces.append((None, text[start:]))
    return pieces


@lru_cache(maxsize=1024)  # a title's formulas are read when it is cleaned and again when it is written
def parse(source: str) -> Node | None:
    """The formula that `source` writes, without its dollars; None where TeX could not compile it."""
    if len(source) > MAX_LENGTH:
        return None
    try:
        parser = _Parser(source)
        return parser.group(0, closed=False)
    except ValueError:
        return None


def to_latex(formula: Node) -> str:
    """The formula as LaTeX without its dollars: compiles with amssymb, holds balanced braces and nothing that acts."""
    return _NEEDLESS_BLANK.sub(r"\g<command>", " ".join("".join(_latex(formula)).split()))


def to_plain(formula: Node) -> str:
    """The formula as Unicode text in one line: `H^{p,q}` stays H^(p,q) where Unicode has no superscripts for it."""
    return "".join(_raised(style, text) for style, text in rich(formula))


def rich(formula: Node) -> list[tuple[str, str]]:
    """The formula as runs of Unicode text, each with "sup", "sub" or "" for its height."""
    runs: list[tuple[str, str]] = []
    for style, text in _rich(formula, ""):
        if runs and runs[-1][0] == style:
            runs[-1] = (style, runs[-1][1] + text)
        elif text:
            runs.append((style, text))
    return runs


def _is_formula(written: re.Match[str], text: str) -> bool:
    source = written["formula"]
    if not source.strip():
        return False
    if re.search(r"[\\^_]", source):
        return True
    return not source[0].isspace() and not source[-1].isspace() and not text[written.end() : written.end() + 1].isdigit()


class _Parser:
    """Recursive descent over the tokens of one formula; ValueError for what TeX would refuse."""

    def __init__(self, source: str) -> None:
        self._tokens = _TOKEN.findall(source)
        self._at = 0

    def group(self, depth: int, *, closed: bool) -> Node:
        """Tokens up to the closing brace (`closed`) or to the end."""
        if depth > MAX_DEPTH:
            raise ValueError("too deep")
        parts: list[Node] = []
        scripts = ""
        while (token := self._next()) is not None:
            if token == _CLOSE:
                if not closed:
                    raise ValueError("unbalanced")
                return Node("group", parts=tuple(parts))
            if token in ("^", "_", "\\^"):
                token = token[-1]
                if token in scripts:
                    raise ValueError("double script")
                scripts += token
                parts.append(Node("sup" if token == _SUP else "sub", parts=(self._argument(depth),)))
                continue
            if token[0] == "'" and "^" in scripts:
                raise ValueError("double script")
            scripts = "^" if token[0] == "'" else scripts if token.isspace() else ""
            parts.extend(self._nodes(token, depth))
        if closed:
            raise ValueError("unbalanced")
        return Node("group", parts=tuple(parts))

    def _nodes(self, token: str, depth: int) -> Iterator[Node]:
        if token == _OPEN:
            yield self.group(depth + 1, closed=True)
        elif token[0] != "\\":
            yield Node("text", " " if token.isspace() else token)
        else:
            yield from self._command(token[1:], depth)

    def _command(self, name: str, depth: int) -> Iterator[Node]:
        if name in MATH_SWITCHES:
            yield Node(MATH_ALIASES[name], parts=(self._rest(depth),))
            return
        if name in ("begin", "end"):
            raise ValueError("an environment")
        name = MATH_ALIASES.get(name, name)
        if name in MATH_SPACES or name.isspace():
            yield Node("space", name if name in MATH_SPACES else " ")
        elif name in ("{", "}", "|"):
            yield Node("symbol", {"{": "lbrace", "}": "rbrace", "|": "Vert"}[name])
        elif name in "%&#_$":
            yield Node("text", name)
        elif name in MATH_SYMBOLS or name in MATH_OPERATORS:
            yield Node("symbol", name)
        elif name in MATH_FONTS or name in MATH_ACCENTS or name in MATH_TEXT or name in ("sqrt", "frac", "binom", "^"):
            yield self._with_arguments(name, depth)
        elif name == "not":
            yield from self._negated(depth)
        elif name not in MATH_DROPPED:
            # An author's own macro: its name is all that is known of it.
            yield Node("mathrm", parts=(Node("text", name if name.isascii() and name.isalnum() else ""),))

    def _negated(self, depth: int) -> Iterator[Node]:
        """A relation struck through. TeX strikes one sign only; before anything else `\\not` is left out."""
        while self._at < len(self._tokens) and self._tokens[self._at].isspace():
            self._at += 1
        token = self._next()
        if token is None or token in (_OPEN, _CLOSE, _SUP, "_"):
            self._at -= token is not None
            return
        struck = tuple(self._nodes(token, depth + 1))
        is_sign = len(struck) == 1 and struck[0].kind in ("text", "symbol")
        yield from (Node("not", parts=struck),) if is_sign else struck

    def _with_arguments(self, name: str, depth: int) -> Node:
        if name == "sqrt" and self._at < len(self._tokens) and self._tokens[self._at] == "[":
            raise ValueError("a root other than the square root")
        count = 2 if name in ("frac", "binom") else 1
        if name in MATH_TEXT:
            return Node("mathrm", parts=(_with_blanks(self._argument(depth)),))
        return Node("sup" if name == "^" else name, parts=tuple(self._argument(depth) for _ in range(count)))

    def _argument(self, depth: int) -> Node:
        token = self._next()
        while token is not None and token.isspace():
            token = self._next()
        if token is None or token in ("}", "^", "_"):
            raise ValueError("no argument")
        nodes = tuple(self._nodes(token, depth + 1))
        return nodes[0] if len(nodes) == 1 else Node("group", parts=nodes)

    def _rest(self, depth: int) -> Node:
        """What follows a font switch: the rest of its group, whose brace stays for the group itself."""
        start = self._at
        level = 0
        for end in range(start, len(self._tokens)):
            level += {"{": 1, "}": -1}.get(self._tokens[end], 0)
            if level < 0:
                break
        else:
            end = len(self._tokens)
        inner = _Parser("".join(self._tokens[start:end]))
        self._at = end
        return inner.group(depth + 1, closed=False)

    def _next(self) -> str | None:
        if self._at == len(self._tokens):
            return None
        self._at += 1
        return str(self._tokens[self._at - 1])


def _with_blanks(node: Node) -> Node:
    """Words: mathematics ignores blanks, text does not."""
    if node.kind == "text" and node.value == " ":
        return Node("space", " ")
    return Node(node.kind, node.value, tuple(_with_blanks(part) for part in node.parts))


def _latex(node: Node) -> Iterator[str]:
    if node.kind == "group":
        for part in node.parts:
            yield from _braced(part) if part.kind == "group" else _latex(part)
    elif node.kind == "text":
        yield "".join(_latex_character(character) for character in node.value)
    elif node.kind == "space":
        yield "~" if node.value == " " else "\\" + node.value + (" " if node.value.isalpha() else "")
    elif node.kind == "symbol":
        yield f"\\{node.value} "
    elif node.kind == "not":
        yield "\\not"
        yield from _latex(node.parts[0])
    elif node.kind in ("sup", "sub"):
        yield "^" if node.kind == "sup" else "_"
        yield from _latex(node.parts[0]) if node.parts[0].kind in ("text", "symbol") else _braced(node.parts[0])
    else:
        yield f"\\{node.kind}"
        for part in node.parts:
            yield from _braced(part)


def _braced(node: Node) -> Iterator[str]:
    yield "{"
    yield "".join(_latex(node)).strip()
    yield "}"


def _latex_character(character: str) -> str:
    if character in "&%#$_":
        return "\\" + character
    if character in "~\\":
        return " "
    if character.isascii():
        return character
    if character in GREEK_AS_LATIN:
        return GREEK_AS_LATIN[character]
    command = _COMMAND_OF.get(character)
    return f"\\{command} " if command else character


def _rich(node: Node, style: str) -> Iterator[tuple[str, str]]:
    if node.kind == "text":
        yield style, node.value.replace("'", "′").replace("-", "−").replace("~", " ")
    elif node.kind == "space":
        yield style, MATH_SPACES[node.value]
    elif node.kind == "symbol":
        yield style, MATH_SYMBOLS.get(node.value, node.value)
    elif node.kind in ("sup", "sub"):
        yield from _rich(node.parts[0], style or node.kind)
    elif node.kind == "sqrt":
        yield style, "√"
        yield from _bracketed(node.parts[0], style)
    elif node.kind == "frac":
        yield from _bracketed(node.parts[0], style)
        yield style, "/"
        yield from _bracketed(node.parts[1], style)
    elif node.kind == "not":
        yield style, unicodedata.normalize("NFC", "".join(text for _, text in _rich(node.parts[0], style)) + "\u0338")
    elif node.kind in MATH_ACCENTS:
        inner = list(_rich(node.parts[0], style))
        yield from _accented(inner, MATH_ACCENTS[node.kind])
    else:
        for part in node.parts:
            yield from _rich(part, style)


def _accented(runs: list[tuple[str, str]], accent: str) -> Iterator[tuple[str, str]]:
    for number, (style, text) in enumerate(runs):
        yield style, text[:1] + accent + text[1:] if number == 0 and text else text


def _bracketed(node: Node, style: str) -> Iterator[tuple[str, str]]:
    inner = list(_rich(node, style))
    is_short = sum(len(text) for _, text in inner) <= 1
    yield from inner if is_short else [(style, "("), *inner, (style, ")")]


_SUPERSCRIPTS = str.maketrans("0123456789+−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_SUBSCRIPTS = str.maketrans("0123456789+−=()aeox", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓ")


def _raised(style: str, text: str) -> str:
    if not style:
        return text
    table = _SUPERSCRIPTS if style == "sup" else _SUBSCRIPTS
    if all(ord(character) in table for character in text):
        return text.translate(table)
    mark = "^" if style == "sup" else "_"
    return mark + text if len(text) == 1 else f"{mark}({text})"
