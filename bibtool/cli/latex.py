"""`bibt latex`: a LaTeX document to its PDF, with the right references, in one command."""

import shutil
import sys
import tempfile
from argparse import REMAINDER, ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from bibtool.building.hook import job_of, lacking, run_engine, run_program
from bibtool.building.latexmk import latexmk_words, rc_file, user_rc_file, with_hook
from bibtool.building.plain_runs import build
from bibtool.cited import Cited
from bibtool.cli.following import add_sync_options, bring_up_to_date
from bibtool.errors import BibtoolError, InputError
from bibtool.identifiers import Identifier
from bibtool.reading.citing import cited_by
from bibtool.syncing.citekeys import identifier_of as identifier_of_citekey
from bibtool.terminal import printable
from bibtool.workspace import TIMEOUT_SECONDS, Workspace
from bibtool.writers.atomic import read_existing, replace_file


def configure(parser: ArgumentParser) -> None:
    """What is built, and how latexmk and editors come to do it themselves."""
    parser.usage = "bibt latex [options] MAIN.tex [-- latexmk options]\n       bibt latex --install [--user]"
    parser.add_argument("main", nargs="?", metavar="MAIN.tex", help="the document")
    parser.add_argument("options", nargs="*", metavar="OPTION", help="after --, what goes to latexmk: -outdir=out, -lualatex")
    parser.add_argument("--install", action="store_true", help="plain latexmk, and editors that call it, do the same: a line in .latexmkrc")
    parser.add_argument("--user", action="store_true", help="with --install: for all documents of this user, not those of this folder")
    parser.add_argument("--hook", nargs=REMAINDER, metavar="ENGINE", help="what that line calls: this engine, with references up to date")
    parser.add_argument("--report", metavar="FILE", help="with --hook: a file that gets the exit status of what failed")
    add_sync_options(parser)


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Builds, installs, or stands in for an engine."""
    if arguments.hook:
        return _hook(arguments, workspace)
    if arguments.install:
        beside = Path(arguments.main).parent if arguments.main else Path.cwd()
        return _install(user_rc_file() if arguments.user else rc_file(beside), workspace)
    if arguments.main is None:
        raise InputError("name the document: bibt latex main.tex")
    main = Path(arguments.main if Path(arguments.main).suffix else f"{arguments.main}.tex")
    cited = cited_by(str(main), workspace.host.citation_finders)
    status_of_sync = 0
    try:
        status_of_sync = bring_up_to_date(str(main), cited, arguments, workspace)
    except BibtoolError as error:
        workspace.fail(error)  # a bibliography that is broken, or a service that is down, is no reason for no PDF
    with tempfile.TemporaryDirectory(prefix="bibt-") as folder:
        report = Path(folder) / "report"
        status = _built(main, cited, arguments, workspace, report)
        hook_statuses = [int(line) for line in report.read_text("utf-8").split()] if report.exists() else []
    if status:
        workspace.fail(InputError(f"{printable(str(main))}: the build failed; {printable(main.stem)}.log says why"))
    return max([status_of_sync, *hook_statuses])


def _built(main: Path, cited: Cited, arguments: Namespace, workspace: Workspace, report: Path) -> int:
    """Builds with latexmk, or without it where it is not there; the exit status."""
    if shutil.which("latexmk"):
        return run_program(latexmk_words(main, _hook_words(arguments, workspace, report), arguments.options), main.parent)
    workspace.warn("latexmk is not there: LaTeX is run as often as it takes")
    return build(main, cited.documents, arguments.options, lambda words: _run_hook(words, arguments, workspace, report))


def _hook_words(arguments: Namespace, workspace: Workspace, report: Path) -> list[str]:
    """What calls bibt in the place of an engine, in a workspace like this one."""
    words = [sys.executable, "-m", "bibtool", "latex", "--report", str(report)]
    words += ["--frozen"] if arguments.frozen else []
    words += ["--offline"] if workspace.offline else []
    words += ["--source", workspace.source] if workspace.source else []
    words += ["--timeout", str(workspace.timeout_seconds)] if workspace.timeout_seconds != TIMEOUT_SECONDS else []
    for option, values in (("--plugin", map(str, map(Path.absolute, map(Path, workspace.plugin_files)))), ("--disable", workspace.disable)):
        words += [word for value in values for word in (option, value)]
    return [*words, "--hook"]


def _hook(arguments: Namespace, workspace: Workspace) -> int:
    status = _run_hook(arguments.hook, arguments, workspace, Path(arguments.report) if arguments.report else None)
    raise SystemExit(status)  # what failed on our side is said, and leaves the engine's work as good as it can be


def _run_hook(words: Sequence[str], arguments: Namespace, workspace: Workspace, report: Path | None) -> int:
    """Brings the bibliography up to date, then runs the engine; its exit status. What fails on our side never stops it."""

    def identifier_of(citekey: str) -> Identifier | None:
        return identifier_of_citekey(citekey, workspace)

    try:
        job = job_of(words, workspace.host.citation_finders)
        # What the document itself shows has been asked for before the build, once.
        asked = job.written.citekeys if report else ()
        if set(lacking(job, identifier_of)).difference(asked):
            _note(report, bring_up_to_date(job.file, job.cited, arguments, workspace))
        return run_engine(job, identifier_of)
    except BibtoolError as error:
        workspace.fail(error)
        _note(report, error.exit_status)
        return run_program(words)


def _note(report: Path | None, status: int) -> None:
    if report is not None:
        with report.open("a", encoding="utf-8") as lines:
            lines.write(f"{status}\n")


def _install(path: Path, workspace: Workspace) -> int:
    """Writes the line that calls the hook; a file that has it stays as it is."""
    existing = read_existing(path)
    text = (existing or b"").decode("utf-8", "surrogateescape")
    replace_file(path, with_hook(text).encode("utf-8", "surrogateescape"), unless=existing)
    workspace.note(f"{printable(str(path))}: latexmk calls bibt for the references now")
    return 0
