"""`bibt scan`: where identifiers stand in documents, one line a mention, as they are found."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from functools import partial

from bibtool.cli.inputs import tell
from bibtool.cli.options import Choices, add_input_options, whole_number_from_one
from bibtool.cli.progress import Reading
from bibtool.components import Limits
from bibtool.document import Mention
from bibtool.errors import PluginError
from bibtool.reading.inputs import Report, files_of, open_documents
from bibtool.reading.scanning import FILES_PER_TASK, TASKS_PER_JOB, Listing, Wanted, available_jobs, is_worth_forking
from bibtool.terminal import printable
from bibtool.workspace import Workspace

# Offsets and columns count characters of the decoded text, offsets from 0 and with `end` excluded.
JSON_KEYS = ("path", "line", "column", "start", "end", "raw", "identifier", "version", "form", "confidence", "evidence")


def configure(parser: ArgumentParser) -> None:
    """What is read, and the form of the output."""
    add_input_options(parser)
    parser.add_argument(
        "--jobs",
        type=whole_number_from_one,
        metavar="N",
        help="read files by N processes (default: as many as cores, for much to read)",
    )
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help=f"one JSON object a mention: {', '.join(JSON_KEYS)}")
    forms.add_argument("--ids", action="store_true", help="each identifier once, in order of first mention")
    forms.add_argument("--explain", action="store_true", help="with the form, the confidence and the reason")


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Prints the mentions; nothing found is no failure."""
    choices = Choices(arguments, workspace)
    wanted = Wanted(strict=choices.strict, min_confidence=choices.min_confidence)
    sys.stdout.flush()
    report = Report()
    write = sys.stdout.buffer.write
    for lines in _lines(arguments, workspace, wanted, report):
        write(lines)
    tell(report, workspace)
    return 0


def _lines(arguments: Namespace, workspace: Workspace, wanted: Wanted, report: Report) -> Iterator[bytes]:
    """The lines for all paths, by one process or several."""
    host, limits, field, ignore_files = workspace.host, Limits(), arguments.field, not arguments.no_ignore
    readers, extractors = host.readers, host.extractors
    reading = Reading(workspace.progress)
    line = _json if arguments.json else _explained if arguments.explain else None
    listing = partial(Listing, extractors, wanted=wanted, ids=arguments.ids, line=line, field=field)
    if "-" in arguments.paths:
        stdin = sys.stdin.buffer if sys.stdin else None
        documents = open_documents(arguments.paths, readers, limits, report, field=field, stdin=stdin, ignore_files=ignore_files)
        return reading.lines(listing(report, tell=reading.tell).of_documents(documents))
    files = [file for path in arguments.paths for file in files_of(path, report, ignore_files=ignore_files)]
    jobs = min(arguments.jobs or (available_jobs() if is_worth_forking(files, readers) else 1), len(files))
    if jobs <= 1:
        return reading.lines(listing(report, tell=reading.tell).of_files(reading.each(files, lambda file: file[0]), readers, limits))
    from bibtool.extractors.anchors import fast_finder
    from bibtool.reading.parallel import perform_all

    finder = fast_finder()

    def perform(part: Sequence[tuple[str, bool]]) -> tuple[bytes, Report, list[PluginError]]:
        report, known = Report(), len(host.errors)
        lines = b"".join(listing(report, finder=finder).of_files(part, readers, limits))
        complaints = host.errors[known:]
        del host.errors[known:]
        return lines, report, complaints

    def answers() -> Iterator[tuple[bytes, Report]]:
        told = reading.each(parts, lambda part: part[0][0])
        for _, (lines, report, complaints) in zip(told, perform_all(parts, perform, jobs), strict=True):
            # What a worker's plugins did wrong, each failure once.
            host.errors.extend(error for error in complaints if str(error) not in map(str, host.errors))
            yield lines, report

    size = max(1, min(FILES_PER_TASK, len(files) // (TASKS_PER_JOB * jobs)))
    parts = [files[start : start + size] for start in range(0, len(files), size)]
    return reading.lines(listing(report).merged(answers()))


def _explained(mention: Mention) -> bytes:
    place = f"{printable(mention.document)}:{mention.line}:{mention.column}: {mention.identifier}"
    line = f"{place} ({mention.form}, {mention.confidence:.2f}: {printable(mention.evidence)})\n"
    return line.encode("utf-8", "surrogateescape")


def _json(mention: Mention) -> bytes:
    import json

    identifier = mention.identifier
    place = (mention.document, mention.line, mention.column, mention.start, mention.end, mention.raw)
    what = (str(identifier.without_version()), identifier.version, mention.form, mention.confidence, mention.evidence)
    return json.dumps(dict(zip(JSON_KEYS, (*place, *what), strict=True))).encode() + b"\n"
