"""`bibt export`: documents to a bibliography, one entry for each arXiv identifier in them, and for each text that is recognised without."""

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator

from bibtool.cli.deliver import deliver, first_places
from bibtool.cli.inputs import documents, mentions, tell
from bibtool.cli.options import Choices, add_input_options, add_output_options, add_source_options, score
from bibtool.document import Mention
from bibtool.identifiers import Identifier
from bibtool.matching.judgement import SURE
from bibtool.reading.inputs import Report
from bibtool.reading.scanning import Wanted
from bibtool.terminal import printable
from bibtool.workspace import Workspace


def configure(parser: ArgumentParser) -> None:
    """What is read, how services are asked, what is written."""
    add_input_options(parser)
    group = parser.add_argument_group("recognising")
    group.add_argument("--match", action="store_true", help="also the papers of abstracts and references that carry no identifier")
    group.add_argument("--min-score", type=score, metavar="0-100", help=f"of those, only what is so sure (default {SURE:g})")
    add_source_options(parser)
    add_output_options(parser)


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Scans, then delivers the references of all that was found."""
    choices, report = Choices(arguments, workspace), Report()
    found = list(
        _recognised_too(arguments, workspace, choices, report) if arguments.match else _mentioned(arguments, workspace, choices, report)
    )
    gap = "not every input could be read" if report.errors else None if found else "no identifier was found"
    if not found:
        workspace.note(f"no arXiv identifier in {', '.join(printable(path) for path in arguments.paths)}")
    return deliver((identifier for identifier, _ in found), first_places(found), arguments, workspace, choices, gap)


def _mentioned(arguments: Namespace, workspace: Workspace, choices: Choices, report: Report) -> Iterator[tuple[Identifier, str]]:
    """Identifiers in the order of mention, each with its place."""
    for mention in mentions(arguments, workspace, choices, report, leave_out=arguments.output):
        yield mention.identifier, f"{printable(mention.document)}:{mention.line}:{mention.column}: "


def _recognised_too(arguments: Namespace, workspace: Workspace, choices: Choices, report: Report) -> list[tuple[Identifier, str]]:
    """As `_mentioned`, with what is recognised without an identifier, in the order in which all that stands in the documents."""
    from bibtool.recognising.documents import recognised

    found: list[tuple[int, int, Identifier, str]] = []
    order: dict[str, int] = {}

    def note(mention: Mention) -> None:
        place = f"{printable(mention.document)}:{mention.line}:{mention.column}: "
        found.append((order.setdefault(mention.document, len(order)), mention.start, mention.identifier, place))

    wanted = Wanted(strict=choices.strict, min_confidence=choices.min_confidence)
    least = SURE if arguments.min_score is None else arguments.min_score
    left_out: Counter[str] = Counter()
    for match in recognised(documents(arguments, workspace, report, arguments.output), workspace, report, wanted, note):
        if match.identifier is None or match.score < least:
            left_out[match.verdict] += 1
            continue
        place = f"{printable(match.document)}:{match.line}: "
        found.append((order.setdefault(match.document, len(order)), match.start, match.identifier, place))
    tell(report, workspace)
    if left_out:
        counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(left_out.items()))
        workspace.note(f"texts without an identifier that were left out: {counts} ('bibt match' shows them)")
    return [(identifier, place) for _, _, identifier, place in sorted(found, key=lambda one: one[:2])]
