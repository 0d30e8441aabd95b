"""`bibt scan`: where identifiers stand in documents, one line a mention, as they are found."""

import gc
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence

from bibtool.cli.inputs import mentions, tell
from bibtool.cli.options import Choices, add_input_options
from bibtool.cli.progress import Reading
from bibtool.components import Limits
from bibtool.document import Mention
from bibtool.reading.inputs import Report, files_of, open_documents
from bibtool.reading.scanning import FILES_PER_TASK, WORTH_FORKING_FILES, Listing, Wanted, available_jobs
from bibtool.terminal import printable
from bibtool.workspace import Workspace


def configure(parser: ArgumentParser) -> None:
    """What is read, and the form of the output."""
    add_input_options(parser)
    parser.add_argument("--jobs", type=int, metavar="N", help="read files by N processes (default: one a core, where there are many)")
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="one JSON object a mention")
    forms.add_argument("--ids", action="store_true", help="each identifier once, in order of first mention")
    forms.add_argument("--explain", action="store_true", help="with the form, the confidence and the reason")


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Prints the mentions; nothing found is no failure."""
    choices = Choices(arguments, workspace)
    if arguments.json or arguments.explain:
        line = _json if arguments.json else _explained
        for mention in mentions(arguments, workspace, choices, Report()):
            sys.stdout.write(line(mention) + "\n")
        return 0
    sys.stdout.flush()
    # Tuples by the hundred thousand, none of them in a cycle: looking for cycles costs a tenth of the time.
    gc.set_threshold(100_000)
    report = Report()
    write = sys.stdout.buffer.write
    for lines in _lines(arguments, workspace, Wanted(strict=choices.strict, min_confidence=choices.min_confidence), report):
        write(lines)
    tell(report, workspace)
    return 0


def _lines(arguments: Namespace, workspace: Workspace, wanted: Wanted, report: Report) -> Iterator[bytes]:
    """The lines for all paths, by one process or several."""
    host, limits, is_ids = workspace.host, Limits(), bool(arguments.ids)
    readers, extractors = host.readers, host.extractors
    reading = Reading(workspace.progress)
    listing = Listing(extractors, report, wanted, ids=is_ids, tell=reading.tell)
    if arguments.field is not None or "-" in arguments.paths:
        stdin, ignore_files = sys.stdin.buffer if sys.stdin else None, not arguments.no_ignore
        documents = open_documents(arguments.paths, readers, limits, report, field=arguments.field, stdin=stdin, ignore_files=ignore_files)
        return reading.lines(listing.of_documents(documents))
    files = [file for path in arguments.paths for file in files_of(path, report, ignore_files=not arguments.no_ignore)]
    jobs = arguments.jobs or (available_jobs() if len(files) >= WORTH_FORKING_FILES else 1)
    if jobs == 1 or len(files) == 1:
        return reading.lines(listing.of_files(reading.files(files), readers, limits))
    from bibtool.extractors.anchors import fast_finder
    from bibtool.reading.parallel import perform_all

    finder = fast_finder()

    def perform(part: Sequence[tuple[str, bool]]) -> tuple[bytes, Report]:
        report = Report()
        return b"".join(Listing(extractors, report, wanted, ids=is_ids, finder=finder).of_files(part, readers, limits)), report

    parts = [files[start : start + FILES_PER_TASK] for start in range(0, len(files), FILES_PER_TASK)]
    return listing.merged(perform_all(parts, perform, jobs))


def _explained(mention: Mention) -> str:
    place = f"{printable(mention.document)}:{mention.line}:{mention.column}: {mention.identifier}"
    return f"{place} ({mention.form}, {mention.confidence:.2f}: {printable(mention.evidence)})"


def _json(mention: Mention) -> str:
    return json.dumps(
        {
            "path": mention.document,
            "line": mention.line,
            "column": mention.column,
            "start": mention.start,
            "end": mention.end,
            "raw": mention.raw,
            "identifier": str(mention.identifier.without_version()),
            "version": mention.identifier.version,
            "form": mention.form,
            "confidence": mention.confidence,
        }
    )
