"""BibTeX styles, run by pybtex's engine: the .bst file must be there, TeX need not be."""

import contextlib
import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Protocol

from bibtool import Bibliography, FormatOptions, InputError, plain
from bibtool import render as render_core
from bibtool_styles.marked import CLOSE, HIDDEN, OPEN, listed, spelt, unmarked

# In REVTeX's preamble the word stands in definitions too.
_ITEM = re.compile(r"\\bibitem\s*(?=[\[{])")
_TIE = re.compile(r"(?<!\\)~")
# Letters that stand in a group for BibTeX's sake; ACM's year suffix; the address that ACM's style names before it prints it.
_BARE = re.compile(r"\{\\relax (?P<inner>[^{}\\]+)\}|\\natexlab\s*\{(?P<suffix>[^{}]*)\}")
_NAMED_ADDRESS = re.compile(r"\\urldef\s*\\tempurl\s*\\url\s*\{(?P<address>[^{}]*)\}(?P<between>.{0,200}?)\\tempurl\b")
_EMPHASIS = re.compile(r"\{\\(?P<switch>em|it|sl|bf)(?:series)?\b\s*(?P<inner>(?:[^{}]|\{[^{}]*\})*)\}")
_FONT = re.compile(r"\\(?P<font>emph|textit|textsl|textbf)\s*\{(?P<inner>(?:[^{}]|\{[^{}]*\})*)\}")
_ONE_OF_TWO = re.compile(r"\\(?:href|bibinfo|bibfield|bibnamefont|eprint|Eprint)\s*\{[^{}]*\}\s*(?=\{)")
_ARGUMENT = re.compile(r"\\(?!mathrm|mathbb|mathcal|frac|sqrt|text)[A-Za-z]{3,}\s*\{(?P<inner>[^{}]*)\}")
_COMMAND = re.compile(
    r"\\BibitemShut\s*\{[^{}]*\}|\\(?:newblock|penalty\s*-?\d+|relax|BibitemOpen|BIB[A-Za-z]+|bibf?namefont|providecommand|bibinfo|hskip[^\\]*|[A-Za-z]*@?noop)\b\s*"
)


def render(bibliography: Bibliography, style: str, target: str) -> str:
    """The reference list as the style prints it, read from its .bbl."""
    text = typeset(unmarked(render_core(bibliography, "bibtex", FormatOptions(style=style))), style)
    body = text.partition("\\begin{thebibliography}")[2].partition("\\end{thebibliography}")[0].replace("%\n", "")
    return listed((spelt(_read(_without_label(item)), target) for item in _ITEM.split(body)[1:]), target)


def typeset(bib: str, style: str) -> str:
    """The .bbl that the style makes of a .bib text. Raises InputError where the style is not there or cannot be run."""
    path = find(style)
    import pybtex.errors
    import pybtex.io
    from pybtex.bibtex import BibTeXEngine
    from pybtex.bibtex.builtins import Builtin, builtins
    from pybtex.exceptions import PybtexError

    # pybtex 0.26 fails where a style ends nothing but a brace with a period, as ACM's does with every note.
    builtins["add.period$"] = Builtin(_add_period)
    try:
        # Styles write their own remarks to the terminal, which pybtex has kept from its first import.
        pybtex.io.stdout = io.StringIO()
        with pybtex.errors.capture(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            # Its strict mode would make errors of what BibTeX only warns of.
            return str(BibTeXEngine().format_from_string(bib, style=str(path.with_suffix(""))))
    except (PybtexError, RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        raise InputError(f"{path}: cannot be run without TeX: {error}") from error


class _Stack(Protocol):
    """Of pybtex's interpreter what a function of BibTeX's needs."""

    def pop(self) -> str: ...

    def push(self, value: str) -> None: ...


def _add_period(interpreter: _Stack) -> None:
    """BibTeX's `add.period$` (btxhak, 3): a period unless one of .?! ends the text, closing braces aside."""
    text = interpreter.pop()
    interpreter.push(f"{text}." if text and text.rstrip("}")[-1:] not in (".", "?", "!") else text)


def find(style: str) -> Path:
    """The style's file: as given, or where TeX keeps it."""
    given = Path(style if style.endswith(".bst") else f"{style}.bst")
    if given.is_file():
        return given.absolute()
    searcher = shutil.which("kpsewhich")
    if searcher is not None and not given.name.startswith("-"):
        found = subprocess.run([searcher, given.name], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
        if found:
            return Path(found)
    raise InputError(f"no BibTeX style file '{given.name}' here or in a TeX installation")


def _without_label(item: str) -> str:
    """What follows a \\bibitem's label and key."""
    start = len(item) - len(item.lstrip())
    if item[start : start + 1] == "[":
        start = _end_of(item, start, "[]")
    return item[_end_of(item, item.find("{", start), "{}") :]


def _end_of(text: str, start: int, pair: str) -> int:
    """Where the bracket that opens at `start` is closed, braces inside it matched."""
    opened, closed = pair[0], pair[1]
    braces = depth = 0
    for place in range(max(start, 0), len(text)):
        braces += (text[place] == "{") - (text[place] == "}")
        depth += (text[place] == opened and (opened == "{" or not braces)) - (text[place] == closed and (opened == "{" or not braces))
        if depth == 0:
            return place + 1
    return len(text)


def _read(item: str) -> str:
    """An entry's LaTeX as text with our marks."""
    text = re.sub(r"\s+", " ", _TIE.sub(" ", item))
    text = _BARE.sub(lambda found: found["inner"] or found["suffix"], text)
    text = _NAMED_ADDRESS.sub(r"\g<between>\g<address>", text)
    text = _ONE_OF_TWO.sub("", text.replace("\\showeprint[arxiv]", "arXiv:"))
    for _ in range(4):
        text = _EMPHASIS.sub(_emphasised, text)
        text = _FONT.sub(_emphasised, text)
    text = _COMMAND.sub(" ", text)
    for _ in range(4):
        text = _ARGUMENT.sub(r"\g<inner>", text)
    shown = plain(text).replace("{", "").replace("}", "")
    return "".join(HIDDEN.get(character, character) for character in shown)


def _emphasised(found: re.Match[str]) -> str:
    kind = found.groupdict()
    tag = "b" if (kind.get("switch") or kind.get("font") or "").endswith("bf") else "i"
    return f"{OPEN[tag]}{found['inner']}{CLOSE[tag]}"
