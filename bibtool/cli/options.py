"""The options that several commands share, and the workspace that they open."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from bibtool.cli import config
from bibtool.cli.report import Report
from bibtool.components import FormatOptions, Formatter
from bibtool.errors import InputError
from bibtool.terminal import quoted
from bibtool.workspace import TIMEOUT_SECONDS, Silence, Workspace, chosen

# Formats of the plugins in this repository: whoever asks for one is told how to get it.
PLUGIN_FORMATS = {"ris": "bibtool-ris", "hayagriva": "bibtool-hayagriva"}
# Where two formats share a suffix, the file's name alone chooses this one.
FORMAT_OF_SUFFIX = {
    ".bib": "bibtex",
    ".json": "csl-json",
    ".md": "markdown",
    ".ris": "ris",
    ".yaml": "csl-yaml",
    ".yml": "hayagriva",
    ".htm": "html",
    ".markdown": "markdown",
}
# Formats of which each item's form is fixed.
NO_LISTS = frozenset({"bibtex", "biblatex", "csl-json", "csl-yaml", *PLUGIN_FORMATS})
PROTECT_CASE = ("smart", "all", "none")
ENCODINGS = ("latex", "utf8")


def open_workspace(arguments: Namespace | None, plugin_options: Namespace, report: Report) -> Workspace:
    """The workspace of a command line."""
    workspace = Workspace(
        settings={name: value for name, value in os.environ.items() if name.startswith("BIBT_")},
        warn=report.warn,
        fail=report.fail,
        note=report.note,
        offline=bool(getattr(arguments, "offline", False)),
        refresh=bool(getattr(arguments, "refresh", False)),
        source=getattr(arguments, "source", None),
        timeout_seconds=getattr(arguments, "timeout", None) or TIMEOUT_SECONDS,
        disable=plugin_options.disable,
        plugin_files=plugin_options.plugin,
        progress=Silence(),
    )
    if sys.stderr.isatty():
        from bibtool.cli.progress import Bar

        workspace.progress = report.progress = Bar()
    return workspace


def add_input_options(parser: ArgumentParser) -> None:
    """What is read."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder, or - for standard input")
    group = parser.add_argument_group("finding")
    group.add_argument("--strict", action="store_true", default=None, help="marked identifiers only (arXiv:..., links, eprint fields)")
    group.add_argument("--min-confidence", type=_confidence, metavar="0-1", help="leave out mentions of which bibt is less sure")
    group.add_argument("--field", metavar="NAME", help="of JSON read this field only (NAME or OUTER.INNER), of a table this column")
    group.add_argument("--no-ignore", action="store_true", help="in folders, read what Git ignores, too")


def add_source_options(parser: ArgumentParser) -> None:
    """How services are asked."""
    group = parser.add_argument_group("asking")
    group.add_argument("--offline", action="store_true", help="ask no service; use what is kept")
    group.add_argument("--source", metavar="NAME", help="ask this one (again), as 'oai' for the Jr. and III of authors")
    group.add_argument("--timeout", type=_seconds, metavar="SECONDS", help=f"give up asking after this long (default {TIMEOUT_SECONDS:g})")


def add_output_options(parser: ArgumentParser) -> None:
    """What is written, and under which keys."""
    add_format_options(parser, ("-f", "--format"))
    parser.add_argument("--keys", metavar="STYLE", help="citation keys: default, arxiv, inspire, or a pattern: 'auth.lower + year'")


def add_format_options(parser: ArgumentParser, format_flags: tuple[str, str]) -> None:
    """Where the output goes, in which format, and what that format shows."""
    group = parser.add_argument_group("writing")
    group.add_argument("-o", "--output", metavar="FILE", help="write to this file instead of standard output")
    group.add_argument("--force", action="store_true", help="replace a file that bibt did not write")
    formats = "bibtex, biblatex, csl-json, csl-yaml, markdown, html, text ... (default: by the file's name, else bibtex)"
    group.add_argument(*format_flags, dest="format", metavar="NAME", help=formats)
    group.add_argument(
        "--max-authors", type=_count, metavar="N", help="cut longer author lists; 0 for all (default: 10 in lists for people)"
    )
    group.add_argument("--abstract", action="store_true", default=None, help="with abstracts")
    group.add_argument("--encoding", choices=ENCODINGS, help="accents as LaTeX commands (BibTeX) or as UTF-8 (BibLaTeX)")
    group.add_argument(
        "--protect-case", "--case-protection", choices=PROTECT_CASE, help="which capitals of titles are braced (default: smart)"
    )
    group.add_argument("--style", metavar="NAME", help="the document's BibTeX style (default: as it says); for lists any CSL or .bst style")
    group.add_argument("--sort", metavar="ORDER", help="mention (default), key, author, year, title; --sort=-year turns it round")
    group.add_argument("--group-by", metavar="PART", help="lists for people: headings by year, category or source")
    group.add_argument("--template", metavar="TEXT", help="lists for people: an item's form, as in '- [{title}]({url}), {authors}, {year}'")
    group.add_argument("--omit", action="append", metavar="FIELD", help="leave fields out: --omit doi,month")


class Choices:
    """The options of a command line, filled up from the project's own file."""

    def __init__(self, arguments: Namespace, workspace: Workspace) -> None:
        self._arguments = arguments
        self._host = workspace.host
        self._warn = workspace.warn
        self._project = config.load(Path.cwd(), workspace.warn)

    @property
    def strict(self) -> bool:
        """Whether only marked identifiers count."""
        return bool(self._option("strict"))

    @property
    def min_confidence(self) -> float:
        """How sure a mention must be."""
        least = self._option("min-confidence")
        return least if isinstance(least, float) else 0.0

    @property
    def keys(self) -> str:
        """The citation key style's name."""
        return str(self._option("keys") or "default")

    @property
    def formatter(self) -> Formatter:
        """The formatter: as asked, by the output's suffix, as the project says, or BibTeX."""
        suffix = Path(self._arguments.output or "").suffix.lower()
        by_suffix = FORMAT_OF_SUFFIX.get(suffix) or next(
            (one.name for one in self._host.formatters.values() if suffix and one.suffix == suffix), None
        )
        name = str(self._arguments.format or by_suffix or self._project.get("format") or ("" if suffix else "bibtex"))
        if not name:
            raise InputError(f"{quoted(self._arguments.output)}: no format goes by the name {suffix}; choose one with -f")
        if name in PLUGIN_FORMATS and name not in self._host.formatters:
            package = PLUGIN_FORMATS[name]
            raise InputError(
                f"the format '{name}' comes with the plugin {package} (not installed, or disabled): pip install . ./plugins/{package}"
            )
        return chosen(self._host.formatters, name, "format")

    @property
    def sort(self) -> str | None:
        """The order of the references."""
        return str(sort) if (sort := self._option("sort")) else None

    @property
    def format_options(self) -> FormatOptions:
        """What was asked of the output."""
        default = FormatOptions()
        for name in ("template", "group_by"):
            if getattr(self._arguments, name, None) is not None and self.formatter.name in NO_LISTS:
                self._warn(f"--{name.replace('_', '-')} is for lists for people (markdown, html, text); {self.formatter.name} is none")
        omit = self._option("omit")
        max_authors = self._option("max-authors")
        return FormatOptions(
            max_authors=max_authors if isinstance(max_authors, int) else None,
            encoding=self._one_of("encoding", ENCODINGS),
            protect_case=self._one_of("protect-case", PROTECT_CASE) or default.protect_case,
            abstract=bool(self._option("abstract")),
            style=self._style,
            omit=tuple(name.strip() for part in omit for name in part.split(",")) if isinstance(omit, list) else (),
            template=str(template) if (template := self._option("template")) is not None else None,
            group_by=str(group_by) if (group_by := self._option("group-by")) else None,
        )

    @property
    def _style(self) -> str | None:
        """The style: as asked, as the project says, or for BibTeX the one that the documents themselves name."""
        if style := self._option("style"):
            return str(style)
        if self.formatter.name != "bibtex":
            return None
        from bibtool.styling import style_of

        return style_of(getattr(self._arguments, "paths", []))

    def _option(self, name: str) -> object:
        given: object = getattr(self._arguments, name.replace("-", "_"), None)
        return self._project.get(name) if given is None else given

    def _one_of(self, name: str, words: tuple[str, ...]) -> str | None:
        value = self._option(name)
        if value is not None and value not in words:
            raise InputError(f"the project's settings: '{name}' must be one of {', '.join(words)}, not {quoted(str(value))}")
        return None if value is None else str(value)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"must be a whole number from 0, not {quoted(text)}")
    return int(text)


def whole_number_from_one(text: str) -> int:
    """How many of something that has to be there, as an option."""
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError(f"must be a whole number from 1, not {quoted(text)}")
    return int(text)


def _confidence(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"must be a number from 0 to 1, not {quoted(text)}")
    return value


def score(text: str) -> float:
    """How sure something is, as an option."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100:
        raise ArgumentTypeError(f"must be a number from 0 to 100, not {quoted(text)}")
    return value


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e9:
        raise ArgumentTypeError(f"must be a number of seconds above 0 and below a thousand million, not {quoted(text)}")
    return value
