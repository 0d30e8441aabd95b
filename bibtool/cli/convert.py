"""`bibt convert`: a bibliography that somebody wrote, of any entry types, from one format to another."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from bibtool.arranging import arranged
from bibtool.bibliography import Bibliography
from bibtool.cli.atomic import read_existing, replace_file
from bibtool.cli.options import Choices, add_format_options
from bibtool.errors import FormatError, InputError
from bibtool.reference import Reference
from bibtool.styling import formatted
from bibtool.terminal import printable, quoted
from bibtool.workspace import Workspace

# Formats with a place for every field; of the others is said what they cannot hold. Lists for people choose what they show.
HOLD_EVERYTHING = ("bibtex", "biblatex", "markdown", "html", "text")


def configure(parser: ArgumentParser) -> None:
    """What is read, and what is written."""
    parser.add_argument("paths", nargs="+", metavar="FILE", help="a .bib file or CSL-JSON (.json)")
    add_format_options(parser, ("-t", "--to"))


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Writes every entry that can be read; says which could not be, and what the format cannot hold."""
    choices = Choices(arguments, workspace)
    formatter, options = choices.formatter, choices.format_options
    entries = [entry for path in arguments.paths for entry in _entries(path, workspace)]
    bibliography = arranged(Bibliography(_unique(entries, workspace)), choices.sort)
    text = formatted(bibliography, formatter, options, workspace.host.styles if options.style else ())
    if formatter.name not in HOLD_EVERYTHING:
        _say_what_is_lost(bibliography, formatter.name, workspace)
    if arguments.output is None:
        sys.stdout.write(text)
        return 0
    output = Path(arguments.output)
    existing = read_existing(output)
    if existing and not arguments.force:
        raise InputError(f"{printable(arguments.output)}: is there already; --force replaces it")
    replace_file(output, text.encode("utf-8", "surrogateescape"), unless=existing)
    return 0


def _entries(path: str, workspace: Workspace) -> Iterator[tuple[str, Reference]]:
    from bibtool.entries.bib import read_bib
    from bibtool.entries.csl import read_csl_json

    try:
        text = Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        workspace.fail(InputError(f"{printable(path)}: cannot be read: {printable(str(error))}"))
        return
    try:
        for entry in (read_csl_json if path.lower().endswith(".json") else read_bib)(text):
            if isinstance(entry, InputError):
                workspace.fail(InputError(f"{printable(path)}:{entry}"))
            else:
                yield entry
    except InputError as error:
        workspace.fail(InputError(f"{printable(path)}: {error}"))


def _unique(entries: list[tuple[str, Reference]], workspace: Workspace) -> Iterator[tuple[str, Reference]]:
    seen: set[str] = set()
    for citekey, reference in entries:
        if citekey.lower() in seen:
            workspace.fail(InputError(f"a second entry with the citation key {quoted(citekey)}, case aside; left out"))
            continue
        seen.add(citekey.lower())
        yield citekey, reference


def _say_what_is_lost(bibliography: Bibliography, name: str, workspace: Workspace) -> None:
    from bibtool.formatters.csl_json import FIELD_VARIABLES, NAME_VARIABLES

    held = {*FIELD_VARIABLES, *NAME_VARIABLES, "note", "howpublished"} if name.startswith("csl") else set()
    for citekey, reference in bibliography.items():
        lost = sorted({field for field, _ in reference.fields} - held)
        if lost:
            workspace.fail(FormatError(f"{printable(citekey)}: {name} has no place for {', '.join(map(printable, lost))}"))
