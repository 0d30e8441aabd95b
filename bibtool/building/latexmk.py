"""latexmk's command line and its rc file with bibt in the place of the engines (latexmk 4.79, its manual under $bibtex and $bibtex_use)."""

import os
import re
import shlex
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

# Without 2, latexmk runs no bibtex while the .bib file is not there yet, so that nothing would ever write it.
_USE = "$bibtex_use = 2;"
_MARK = "# bibt latex --install"
_INSTALLED = re.compile(rf"^[^\n]*{re.escape(_MARK)}[^\n]*\n?", re.MULTILINE)
# Who has no bibt builds with the bibliography as it is.
_LINES = (
    f"if (grep {{ -x \"$_/bibt\" }} split(/:/, $ENV{{PATH}})) {{ $bibtex = 'bibt latex --hook bibtex %O %B'; "
    f"$biber = 'bibt latex --hook biber %O %S'; {_USE} }} {_MARK}\n"
)
_IS_LOUD = frozenset({"-silent", "-quiet", "-verbose", "--silent", "--quiet", "--verbose"})
_PROGRAM = re.compile(r"^%\s*!\s*TeX\s+(?:TS-)?program\s*=\s*(?P<name>\w+)", re.IGNORECASE | re.MULTILINE)
MAGIC_LINES = 20
RC_NAMES = (".latexmkrc", "latexmkrc")


def latexmk_words(main: Path, hook: Sequence[str], options: Sequence[str]) -> list[str]:
    """The command that builds `main` in its folder. `hook` is what calls bibt as an engine.

    The rc files and the options of the user stay in force. Where none chooses, it is pdflatex: a distribution's own default may be slower.
    """
    called = shlex.join(hook)
    settings = f"$bibtex = {_quoted(f'{called} bibtex %O %B')}; $biber = {_quoted(f'{called} biber %O %S')}; {_USE}"
    quiet = [] if _IS_LOUD.intersection(options) else ["-silent"]
    files = [rc_file(main.parent), user_rc_file()]
    has_chosen = any("pdf_mode" in path.read_text("utf-8", "replace") for path in files if path.is_file())
    engine = [] if has_chosen else [engine_option(main)]
    return ["latexmk", "-e", settings, *engine, *quiet, "-interaction=nonstopmode", *options, main.name]


def engine_option(main: Path) -> str:
    """latexmk's option for the engine that the document's first lines ask for, as editors understand them: "% !TEX program = xelatex"."""
    with main.open(encoding="utf-8", errors="replace") as lines:
        found = _PROGRAM.search("".join(islice(lines, MAGIC_LINES)))
    return {"xelatex": "-xelatex", "lualatex": "-lualatex"}.get(found["name"].lower() if found else "", "-pdf")


def with_hook(text: str) -> str:
    """An rc file's text with the lines that call bibt, once, and everything else as it is."""
    if _INSTALLED.search(text):
        return _INSTALLED.sub(lambda found: _LINES, text, count=1)
    return text + ("" if not text or text.endswith("\n") else "\n") + _LINES


def rc_file(folder: Path) -> Path:
    """The rc file in a folder: the one that is there, of the names in latexmk's order, or the first name."""
    return next((folder / name for name in RC_NAMES if (folder / name).exists()), folder / RC_NAMES[0])


def user_rc_file() -> Path:
    """The rc file of the user's own."""
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "latexmk" / "latexmkrc"
    return settings if settings.exists() else Path.home() / RC_NAMES[0]


def _quoted(text: str) -> str:
    """A Perl string."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
