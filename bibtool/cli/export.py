"""`bibt export`: documents to a bibliography, one entry for each arXiv identifier in them."""

from argparse import ArgumentParser, Namespace

from bibtool.cli.deliver import deliver, first_places
from bibtool.cli.inputs import mentions
from bibtool.cli.options import Choices, add_input_options, add_output_options, add_source_options
from bibtool.reading.inputs import Report
from bibtool.terminal import printable
from bibtool.workspace import Workspace


def configure(parser: ArgumentParser) -> None:
    """What is read, how services are asked, what is written."""
    add_input_options(parser)
    add_source_options(parser)
    add_output_options(parser)


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Scans, then delivers the references of all that was found."""
    choices, report = Choices(arguments, workspace), Report()
    found = [
        (mention.identifier, f"{printable(mention.document)}:{mention.line}:{mention.column}: ")
        for mention in mentions(arguments, workspace, choices, report, leave_out=arguments.output)
    ]
    gap = "not every input could be read" if report.errors else None if found else "no identifier was found"
    if not found:
        workspace.note(f"no arXiv identifier in {', '.join(printable(path) for path in arguments.paths)}")
    return deliver((identifier for identifier, _ in found), first_places(found), arguments, workspace, choices, gap)
