"""The built-in commands. A static table: `bibt --help` shows it without importing one of them."""

from importlib import import_module

from bibtool.cli.table import COMMANDS
from bibtool.components import Command
from bibtool.hookspecs import hookimpl


@hookimpl
def bibtool_commands() -> list[Command]:
    """Every built-in command, each from the module of its name."""
    return [load(name) for name in COMMANDS]


def load(name: str) -> Command:
    """The built-in command of that name."""
    module = import_module(f"bibtool.cli.{name}")
    return Command(name, COMMANDS[name], module.configure, module.run)
