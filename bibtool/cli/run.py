"""From the words of a command line to an exit status: parse, run, report."""

import errno
import io
import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter

from bibtool.cli.report import Report
from bibtool.cli.table import COMMANDS
from bibtool.errors import BibtoolError, IdentifierError, InputError
from bibtool.terminal import printable, quoted

TYPE_CHECKING = False  # importing typing costs a tenth of `bibt --help`
if TYPE_CHECKING:
    from typing import TextIO

    from _typeshed import ReadableBuffer

    from bibtool.components import Command
    from bibtool.workspace import Workspace

DESCRIPTION = "Finds every arXiv paper mentioned in your documents and writes references that are right."
EPILOG = """examples:
  bibt export paper.tex notes/ -o refs.bib     every arXiv paper mentioned there, one entry each
  bibt get 1706.03762 -f csl-json              a reference straight from an identifier
  bibt scan notes.md                           where identifiers stand

exit status: 0 fine, 1 findings or something not found, 2 usage or input,
3 a service could not answer, 4 a plugin failed

plugins bring more commands, formats and sources: bibt plugins lists more"""


def run(words: list[str]) -> int:
    """Runs one command line; every failure that bibtool knows becomes a line on stderr and an exit status."""
    _open_what_is_closed()
    report = Report(sys.stderr)
    try:
        return max(_guarded_output(words, report), report.status)
    except BibtoolError as error:
        report.fail(error)
        return report.status
    except KeyboardInterrupt:
        return 130
    finally:
        report.close()


def _open_what_is_closed() -> None:
    """Stands in for streams that the caller closed: writing results to none is an error, messages go nowhere."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - it lasts as long as the process
    if sys.stdout is None:
        sys.stdout = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - opened to read, so that a write fails


def _guarded_output(words: list[str], report: Report) -> int:
    """The command's status; a closed pipe ends it quietly, a full disk behind stdout is an error like any other."""
    before = sys.stdout
    sys.stdout = stdout = _output(before)
    try:
        try:
            return _run(words, report)
        finally:
            if not stdout.closed:  # a command of a plugin may do what it likes
                stdout.flush()
    except _OutputError as error:
        if error.errno == errno.EPIPE:
            return 0  # whoever read our output has had enough
        raise InputError(f"standard output cannot be written: {error.strerror}") from error
    except OSError as error:
        raise InputError(_told(error)) from error
    finally:
        sys.stdout = before


def _told(error: OSError) -> str:
    if isinstance(error.filename, str | bytes):
        return f"{printable(os.fsdecode(error.filename))}: {error.strerror}"
    try:
        os.getcwd()  # noqa: PTH109 - pathlib is not imported for a command that goes well
    except OSError:
        return "the folder in which bibt runs is gone; change to another one"
    return f"the system refuses: {printable(str(error.strerror or error))}"


def _output(stdout: "TextIO") -> "TextIO":
    """Standard output, the same bytes as in a file, whatever the locale; a name that is no UTF-8 goes out as the bytes that it is."""
    try:
        raw = _Output(stdout.fileno(), "w", closefd=False)
    except OSError:
        # Somebody's own stream, in the same process.
        stdout.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[attr-defined]
        return stdout
    return io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", "surrogateescape", line_buffering=stdout.isatty())


class _OutputError(OSError):
    """Standard output cannot be written, which no other file's failure is to be taken for."""


class _Output(io.FileIO):
    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            raise _OutputError(error.errno, error.strerror) from error


def _run(words: list[str], report: Report) -> int:
    plugin_options, rest = _plugin_parser().parse_known_args(words)
    name = next((word for word in rest if not word.startswith("-")), None)
    if name is None:
        parser = _parser()
        parser.parse_args(rest)
        parser.print_help(sys.stderr)
        return 2
    from bibtool.cli.options import open_workspace

    if name in COMMANDS:
        from bibtool.cli.builtin import load

        command = load(name)
        arguments = _parser(command).parse_args(rest)
        workspace = open_workspace(arguments, plugin_options, report)
        try:
            return command.run(arguments, workspace)
        finally:
            workspace.close()
    workspace = open_workspace(None, plugin_options, report)
    try:
        # Closing says what is wrong with plugins: a command may be missing because its plugin is broken.
        command = _command_of_plugin(name, workspace)
        return command.run(_parser(command).parse_args(rest), workspace)
    finally:
        workspace.close()


def _parser(command: "Command | None" = None) -> ArgumentParser:
    """The parser of one command, or of none: then with every command's line of help."""
    parser = ArgumentParser(
        "bibt",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        parents=[_plugin_parser()],
        allow_abbrev=False,
    )
    parser.add_argument("-V", "--version", action="store_true", help="print the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    if command is None:
        for name, summary in COMMANDS.items():
            commands.add_parser(name, help=summary)
    else:
        chosen = commands.add_parser(
            command.name,
            description=command.summary[:1].upper() + command.summary[1:],
            parents=[_plugin_parser()],
            allow_abbrev=False,
            formatter_class=RawDescriptionHelpFormatter,
        )
        command.configure(chosen)
    return parser


def _plugin_parser() -> ArgumentParser:
    """The options that decide which plugins there are, read before anything else."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    group = parser.add_argument_group("plugins")
    group.add_argument("--plugin", metavar="FILE.py", action="append", default=[], help="use this plugin, too")
    group.add_argument("--disable", metavar="NAME", action="append", default=[], help="leave this plugin out (also BIBT_DISABLE=a,b)")
    return parser


def _command_of_plugin(name: str, workspace: "Workspace") -> "Command":
    """The plugin's command of that name, or an error that names the nearest one."""
    commands = workspace.host.commands
    if name in commands:
        return commands[name]
    raise InputError(f"no command named {quoted(name)}; {_meant(name, commands)}")


def _meant(name: str, commands: "dict[str, Command]") -> str:
    """What somebody may have meant who gave this as a command: another command, or what a command takes."""
    from difflib import get_close_matches

    from bibtool.identifiers import parse_identifier

    if near := get_close_matches(name, commands, n=1):
        return f"did you mean '{near[0]}'?"
    if os.path.exists(name):  # noqa: PTH110 - pathlib is not imported for a command that is there
        return f"for the papers that a file or folder mentions: bibt export {printable(name)}"
    try:
        parse_identifier(name)
    except IdentifierError:
        return "see 'bibt --help'"
    return f"for the reference of an identifier: bibt get {printable(name)}"
