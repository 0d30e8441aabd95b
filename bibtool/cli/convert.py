"""`bibt convert`: a bibliography that somebody wrote, of any entry types, from one format to another."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from bibtool.arranging import arranged, parents_last
from bibtool.bibliography import Bibliography
from bibtool.cli.options import Choices, add_format_options
from bibtool.errors import InputError
from bibtool.reference import Reference
from bibtool.styling import LISTS, formatted, said_of_entries
from bibtool.terminal import printable, quoted
from bibtool.workspace import Workspace
from bibtool.writers.atomic import read_existing, replace_file

Entries = Iterator[tuple[str, Reference] | InputError]

# By a file's suffix: the module in entries/ and its function. Everything else is read as .bib.
READERS = {
    ".json": ("csl", "read_csl_json"),
    ".ris": ("ris", "read_ris"),
    ".yaml": ("yaml_text", "read_yaml"),
    ".yml": ("yaml_text", "read_yaml"),
}
# Formats by the words of the table in bibtool/vocabulary.py.
WORDS = {"csl-json": "csl", "csl-yaml": "csl"}
BIB_FORMATS = ("bibtex", "biblatex")


def configure(parser: ArgumentParser) -> None:
    """What is read, and what is written."""
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="FILE",
        help="a .bib file, CSL-JSON (.json), CSL-YAML or Hayagriva (.yaml, .yml), RIS (.ris), or - for standard input",
    )
    add_format_options(parser, ("-t", "--to"))


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Writes every entry that can be read; says which could not be, and what the format cannot hold."""
    choices = Choices(arguments, workspace)
    # An author's own abstracts are theirs: --omit leaves them out.
    formatter, options = choices.formatter, replace(choices.format_options, abstract=True)
    entries = [entry for path in arguments.paths for entry in _entries(path, workspace)]
    if formatter.name in BIB_FORMATS:
        entries = [(_usable(citekey, workspace), reference) for citekey, reference in entries]
    bibliography = parents_last(arranged(Bibliography(_unique(entries, workspace)), choices.sort))
    text = formatted(bibliography, formatter, options, workspace.host.styles if options.style else ())
    for line in said_of_entries(bibliography, formatter, options):
        workspace.warn(line)
    _say_what_is_lost(bibliography, formatter.name, options.omit, workspace)
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
    try:
        text = _decoded(sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes(), path, workspace)
    except OSError as error:
        workspace.fail(InputError(f"{printable(path)}: cannot be read: {printable(str(error))}"))
        return
    try:
        entries = list(_reader(path, text)(text))
        if not entries and text.strip():
            workspace.warn(f"{printable(path)}: holds no entry")
        for entry in entries:
            if isinstance(entry, InputError):
                workspace.fail(InputError(f"{printable(path)}:{entry}"))
            else:
                yield entry
    except InputError as error:
        workspace.fail(InputError(f"{printable(path)}: {error}"))


def _decoded(data: bytes, path: str, workspace: Workspace) -> str:
    """The file's text: UTF-8, UTF-16 with its mark, or else Latin-1 as old .bib files have it (with the quotes that Windows adds to it)."""
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        workspace.warn(f"{printable(path)}: is not UTF-8; read as Latin-1")
        return data.decode("cp1252", "replace") if not set(data) & {0x81, 0x8D, 0x8F, 0x90, 0x9D} else data.decode("latin-1")


def _reader(path: str, text: str) -> Callable[[str], Entries]:
    suffix = Path(path).suffix.lower() if path != "-" else _suffix_of(text)
    module, function = READERS.get(suffix, ("bib", "read_bib"))
    reader: Callable[[str], Entries] = getattr(import_module(f"bibtool.entries.{module}"), function)
    return reader


def _suffix_of(text: str) -> str:
    """What a text on standard input looks like."""
    start = text.lstrip("\ufeff \t\r\n")[:20]
    if start.startswith("TY  - "):
        return ".ris"
    if start[:1] in ("[", "{"):
        return ".json"
    return ".yaml" if start.startswith(("---", "references:")) else ""


def _usable(citekey: str, workspace: Workspace) -> str:
    from bibtool.formatters.bib_text import usable_key

    usable = usable_key(citekey)
    if usable != citekey:
        workspace.warn(f"BibTeX cannot hold the citation key {quoted(citekey)}; it is now {quoted(usable)}")
    return usable


def _unique(entries: list[tuple[str, Reference]], workspace: Workspace) -> Iterator[tuple[str, Reference]]:
    seen: set[str] = set()
    for citekey, reference in entries:
        if citekey.lower() in seen:
            workspace.fail(InputError(f"a second entry with the citation key {quoted(citekey)}, case aside; left out"))
            continue
        seen.add(citekey.lower())
        yield citekey, reference


def _say_what_is_lost(bibliography: Bibliography, name: str, omit: tuple[str, ...], workspace: Workspace) -> None:
    """One line an entry. Lists for people choose what they show, so that nothing is said of them."""
    from bibtool.formatters.links import web_address
    from bibtool.losses import lost

    if name in LISTS:
        return
    citekeys = {citekey.lower() for citekey in bibliography}
    for citekey, reference in bibliography.items():
        parent = next((value for field, value in reference.fields if field == "crossref"), "")
        if parent and parent.lower() not in citekeys:
            workspace.warn(f"{printable(citekey)}: its crossref {quoted(parent)} is not there; what it takes from that is not known")
        if reference.url and not web_address(reference.url):
            workspace.warn(f"{printable(citekey)}: its url {quoted(reference.url)} is no address of the web; left out")
        left = [printable(what) for what in lost(reference, WORDS.get(name, name)) if what not in omit]
        if left:
            workspace.warn(f"{printable(citekey)}: {name} has no place for {', '.join(left)}")
