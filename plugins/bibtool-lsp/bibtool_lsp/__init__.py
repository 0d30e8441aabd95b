"""A language server: `bibt lsp`, started by an editor."""

from argparse import ArgumentParser, Namespace

from bibtool import Command, Workspace, hookimpl

BIBTOOL_HOOKS = 1


@hookimpl
def bibtool_commands() -> list[Command]:
    """One command, which speaks the language server protocol on standard input and output."""
    return [Command("lsp", "a language server, started by your editor", configure, run)]


def configure(parser: ArgumentParser) -> None:
    """Editors pass --stdio to every server."""
    parser.add_argument("--stdio", action="store_true", help="on standard input and output (there is no other way)")


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Serves until the editor leaves."""
    from bibtool_lsp.server import serve

    serve(workspace)
    return 0
