"""The first half of `export` and `scan`: paths to mentions, with what could not be read said."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from bibtool.cli.options import Choices
from bibtool.components import Limits
from bibtool.document import Document, Mention
from bibtool.errors import NoFieldError
from bibtool.reading import scanning
from bibtool.reading.inputs import Report, open_documents
from bibtool.reading.scanning import Wanted
from bibtool.terminal import listed, printable
from bibtool.workspace import Workspace

# So many of the files that were left out for one reason are named.
NAMED_FILES = 10


def mentions(
    arguments: Namespace, workspace: Workspace, choices: Choices, report: Report, leave_out: str | None = None
) -> Iterator[Mention]:
    """The mentions that count, as they are found. Files that cannot be read are reported when all else is done, and stand in `report`.

    `leave_out` is a file that is not read though its folder is: the output of the same command.
    """
    wanted = Wanted(strict=choices.strict, min_confidence=choices.min_confidence)
    yield from scanning.mentions(documents(arguments, workspace, report, leave_out), workspace.host.extractors, report, wanted)
    tell(report, workspace)


def documents(arguments: Namespace, workspace: Workspace, report: Report, leave_out: str | None = None) -> Iterator[Document]:
    """The documents that the paths hold, but for the file `leave_out`."""
    found = open_documents(
        arguments.paths,
        workspace.host.readers,
        Limits(),
        report,
        field=arguments.field,
        stdin=sys.stdin.buffer if sys.stdin else None,
        ignore_files=not arguments.no_ignore,
    )
    return _without(found, arguments, leave_out)


def tell(report: Report, workspace: Workspace) -> None:
    """Says what could not be read, and which files of folders and archives were left out."""
    for error in report.errors:
        if not (report.has_field and isinstance(error, NoFieldError)):
            workspace.fail(error)
    for why, names in sorted(report.skipped.items()):
        workspace.note(f"left out ({why}): {listed(list(map(printable, names)), NAMED_FILES, mark='')}")


def _without(found: Iterator[Document], arguments: Namespace, leave_out: str | None) -> Iterator[Document]:
    if leave_out is None or leave_out in arguments.paths:
        return found
    target = Path(leave_out).resolve()
    return (document for document in found if Path(document.name).resolve() != target)
