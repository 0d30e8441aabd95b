"""BibTeX styles, run by pybtex's engine: the .bst file must be there, TeX need not be."""

import contextlib
import io
import re
import shutil
import subprocess
from pathlib import Path

from bibtool import Bibliography, FormatOptions, InputError, plain
from bibtool import render as render_core
from bibtool_styles.marked import CLOSE, HIDDEN, OPEN, listed, spelt

# In REVTeX's preamble the word stands in definitions too.
_ITEM = re.compile(r"\\bibitem\s*(?=[\[{])")
_EMPHASIS = re.compile(r"\{\\(?P<switch>em|it|sl|bf)(?:series)?\b\s*(?P<inner>(?:[^{}]|\{[^{}]*\})*)\}")
_FONT = re.compile(r"\\(?P<font>emph|textit|textsl|textbf)\s*\{(?P<inner>(?:[^{}]|\{[^{}]*\})*)\}")
_ONE_OF_TWO = re.compile(r"\\(?:href|bibinfo|bibfield|bibnamefont|eprint|Eprint)\s*\{[^{}]*\}\s*(?=\{)")
_ARGUMENT = re.compile(r"\\(?!mathrm|mathbb|mathcal|frac|sqrt|text)[A-Za-z]{3,}\s*\{(?P<inner>[^{}]*)\}")
_COMMAND = re.compile(
    r"\\BibitemShut\s*\{[^{}]*\}|\\(?:newblock|penalty\s*-?\d+|relax|BibitemOpen|natexlab|providecommand|bibinfo|hskip[^\\]*|[A-Za-z]*@?noop)\b\s*"
)


def render(bibliography: Bibliography, style: str, target: str) -> str:
    """The reference list as the style prints it, read from its .bbl."""
    text = typeset(render_core(bibliography, "bibtex", FormatOptions(style=style)), style)
    body = text.partition("\\begin{thebibliography}")[2].partition("\\end{thebibliography}")[0].replace("%\n", "")
    return listed((spelt(_read(_without_label(item)), target) for item in _ITEM.split(body)[1:]), target)


def typeset(bib: str, style: str) -> str:
    """The .bbl that the style makes of a .bib text. Raises InputError where the style is not there or cannot be run."""
    path = find(style)
    import pybtex.errors
    from pybtex.bibtex import BibTeXEngine
    from pybtex.exceptions import PybtexError

    try:
        # Styles write their own remarks to the terminal.
        with pybtex.errors.capture(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            # Its strict mode would make errors of what BibTeX only warns of.
            return str(BibTeXEngine().format_from_string(bib, style=str(path.with_suffix(""))))
    except (PybtexError, RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        raise InputError(f"{path}: cannot be run without TeX: {error}") from error


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
    text = re.sub(r"\s+", " ", item.replace("~", " "))
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
