"""`bibt search`: papers by words of title and authors, in what is kept or at arXiv."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from bibtool.cli.show import whole
from bibtool.errors import InputError
from bibtool.plain_text import plain
from bibtool.reference import Reference
from bibtool.terminal import printable
from bibtool.workspace import Workspace

LIMIT = 10
AUTHORS = 3


def configure(parser: ArgumentParser) -> None:
    """The words."""
    parser.add_argument("words", nargs="+", metavar="WORD", help="all of these, in title or authors")
    parser.add_argument("-n", "--limit", type=int, default=LIMIT, metavar="N", help=f"show so many at most (default {LIMIT})")
    parser.add_argument("--json", action="store_true", help="one whole record a line, as JSON")
    asking = parser.add_mutually_exclusive_group()
    asking.add_argument("--online", action="store_true", help="ask the services where nothing that is kept fits")
    asking.add_argument("--offline", action="store_true", help="ask no service; that is so anyway, unless --online is given")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="give up asking after this long")


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Prints what was found, nearest first; status 1 where nothing was."""
    if arguments.limit < 1:
        raise InputError(f"--limit must be at least 1, not {arguments.limit}")
    words = " ".join(arguments.words)
    found: Sequence[Reference] = workspace.store.search(words, arguments.limit)
    if not found and arguments.online:
        for source in workspace.sources:
            if source.search is not None and not found:
                found = source.search(words, workspace.context)[: arguments.limit]
                workspace.progress.close()
    for reference in found:
        sys.stdout.write(_one_line_of_json(reference) if arguments.json else line(reference))
    if not found:
        remedy = "" if arguments.online else "; --online asks arXiv, and 'bibt cache import' fills the store"
        workspace.note(f"nothing found{remedy}")
    return 0 if found else 1


def line(reference: Reference) -> str:
    """Identifier, authors, year and title on one line."""
    authors = ", ".join(str(author.literal or author.family) for author in reference.authors[:AUTHORS])
    more = " et al." if len(reference.authors) > AUTHORS else ""
    year = f" ({reference.issued.year})" if reference.issued else ""
    return printable(f"{reference.identifier}  {authors}{more}{year}: {plain(reference.title or '')}") + "\n"


def _one_line_of_json(reference: Reference) -> str:
    import json

    return json.dumps(json.loads(whole(reference)), ensure_ascii=False) + "\n"
