"""`bibt cache`: the records that are kept, and how to fill and empty the store."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from bibtool.importing import import_into
from bibtool.terminal import printable
from bibtool.workspace import Workspace


def configure(parser: ArgumentParser) -> None:
    """One action each."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("info", help="how many records are kept, how old, how large")
    actions.add_parser("path", help="where they are kept (BIBT_CACHE_DIR chooses another place)")
    actions.add_parser("clear", help="forget them all")
    importing = actions.add_parser("import", help="keep the records of a file")
    importing.add_argument("file", metavar="FILE", help="arXiv's metadata snapshot (JSON lines, .gz too) or a saved Atom feed")


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Does the chosen action."""
    return {"info": _info, "path": _path, "clear": _clear, "import": _import}[arguments.action](arguments, workspace)


def _info(_arguments: Namespace, workspace: Workspace) -> int:
    info = workspace.store.info()
    rows = {
        "references": f"{info.references} ({info.imported} imported)",
        "not found": str(info.missing),
        "size": f"{info.bytes / 1e6:.1f} MB",
        "oldest": "-" if info.oldest is None else f"{info.oldest:%Y-%m-%d %H:%M}",
        "newest": "-" if info.newest is None else f"{info.newest:%Y-%m-%d %H:%M}",
        "file": printable(str(info.path)),
    }
    for name, value in rows.items():
        sys.stdout.write(f"{name + ':':12} {value}\n")
    return 0


def _path(_arguments: Namespace, workspace: Workspace) -> int:
    sys.stdout.write(f"{printable(str(workspace.cache_folder))}\n")
    return 0


def _clear(_arguments: Namespace, workspace: Workspace) -> int:
    workspace.store.clear()
    return 0


def _import(arguments: Namespace, workspace: Workspace) -> int:
    report = import_into(workspace.store, Path(arguments.file), workspace.progress, workspace.warn)
    refused = f", {report.refused} lines were none" if report.refused else ""
    workspace.note(f"{report.imported} records imported from {printable(arguments.file)}{refused}")
    return 1 if report.refused else 0
