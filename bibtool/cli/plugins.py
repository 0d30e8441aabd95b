"""`bibt plugins`: every component, its kind, the plugin that it comes from, and where that is installed; and `new`, which makes one."""

import json
import sys
from argparse import ArgumentParser, Namespace

from bibtool.cli import new_plugin
from bibtool.hosting.finding import Plugin
from bibtool.hosting.host import COMPONENT_OF, Provided
from bibtool.terminal import printable
from bibtool.workspace import Workspace


def configure(parser: ArgumentParser) -> None:
    """A choice of two forms, and what a new plugin is to be."""
    parser.add_argument("--json", action="store_true", help="one JSON object a component")
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION")
    new = actions.add_parser("new", help="make a plugin's project to begin from", allow_abbrev=False)
    new.add_argument("name", metavar="NAME", help="of the plugin, as in 'titles': the project is bibtool-titles")
    new.add_argument("--kind", choices=new_plugin.KINDS, default="formatter", help="what it is (default: formatter)")
    new.add_argument("--into", metavar="FOLDER", default=".", help="where its folder is made (default: here)")


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Lists the components, kind by kind."""
    if arguments.action == "new":
        return new_plugin.run(arguments, workspace)
    rows = [_row(provided) for kind in COMPONENT_OF for provided in workspace.host.provided(kind)]
    busy = {row["plugin"] for row in rows}
    rows += [_bare_row(plugin) for plugin in workspace.host.plugins if printable(plugin.name) not in busy]
    if arguments.json:
        for row in rows:
            sys.stdout.write(json.dumps(row, ensure_ascii=True) + "\n")
        return 0
    widths = {column: max(len(column), *(len(row[column]) for row in rows)) for column in ("kind", "name", "plugin")}
    for row in [{column: column for column in rows[0]}, *rows]:
        cells = [row[column].ljust(width) for column, width in widths.items()]
        sys.stdout.write("  ".join([*cells, row["location"]]).rstrip() + "\n")
    return 0


def _row(provided: "Provided[object]") -> dict[str, str]:
    kind = provided.kind.removesuffix("s").replace("_", " ")
    return {**_bare_row(provided.plugin), "kind": kind, "name": printable(provided.name)}


def _bare_row(plugin: Plugin) -> dict[str, str]:
    """A plugin without components: it serves another program, as that of pybtex does, or something was wrong with what it has."""
    return {"kind": "-", "name": "-", "plugin": printable(plugin.name), "location": printable(plugin.location)}
