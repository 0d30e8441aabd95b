"""pandoc filters: citations by identifier become references. `bibt pandoc` is what the filters call."""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from bibtool import Command, InputError, Workspace, hookimpl

BIBTOOL_HOOKS = 1


@hookimpl
def bibtool_commands() -> list[Command]:
    """One command with three actions."""
    return [Command("pandoc", "what pandoc filters need: lua-filter, items, filter", configure, run)]


def configure(parser: ArgumentParser) -> None:
    """Which action; pandoc itself passes the name of the output format to a filter."""
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    actions.add_parser("lua-filter", help="print where the Lua filter for pandoc 3 and Quarto lies")
    actions.add_parser("items", help="citations on standard input, one a line, to CSL items as JSON")
    reading = actions.add_parser("filter", help="a pandoc document as JSON from standard input to standard output")
    reading.add_argument("format", nargs="?", help="the output format, which pandoc names")


def run(arguments: Namespace, workspace: Workspace) -> int:
    """What is not found is a warning: a filter that fails would lose the user the whole document."""
    from bibtool_pandoc import document, lookup

    if arguments.action == "lua-filter":
        sys.stdout.write(f"{Path(__file__).with_name('bibt.lua')}\n")
        return 0
    text = sys.stdin.buffer.read().decode("utf-8", "replace")
    if arguments.action == "items":
        answer = lookup.references_of(text.split("\n"), workspace)
        sys.stdout.write(json.dumps({"ids": answer.ids, "items": json.dumps(answer.items)}) + "\n")
        return 0
    try:
        tree = json.loads(text)
    except ValueError as error:
        raise InputError(f"standard input is no pandoc document as JSON: {error}; call it as 'pandoc --filter bibt-pandoc'") from error
    changed = document.with_references(
        tree, lambda written: lookup.references_of(written, workspace), lambda path: lookup.keys_in(path, workspace)
    )
    sys.stdout.write(json.dumps(changed))
    return 0
