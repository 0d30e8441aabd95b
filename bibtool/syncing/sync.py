"""The whole of `bibt sync` as a function: plan, look up what is missing, plan again, write."""

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path, PurePath

from bibtool.bibliography import Bibliography
from bibtool.cited import Cited
from bibtool.components import FormatOptions
from bibtool.errors import InputError
from bibtool.reference import Reference
from bibtool.syncing import lockfile
from bibtool.syncing.citekeys import identifier_of
from bibtool.syncing.job import Form, Job, Known, Plan
from bibtool.syncing.jobs import Asked, Surroundings, jobs_of
from bibtool.syncing.lockfile import Lock
from bibtool.syncing.planning import plan
from bibtool.syncing.records import Plain
from bibtool.syncing.resolving import resolved
from bibtool.syncing.writing import Change, standing, write
from bibtool.terminal import printable
from bibtool.workspace import Workspace, chosen
from bibtool.writers.atomic import read_existing

# Somebody else may write at the same time, but hardly every time.
MOST_TRIES = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one bibliography file: the plan, and the files that it changes, the bibliography before the lock file."""

    path: str
    plan: Plan
    changes: tuple[Change, ...]

    @property
    def is_changed(self) -> bool:
        return any(change.new != change.old for change in self.changes)


def sync(documents: Mapping[str, Cited], asked: Asked, workspace: Workspace, *, is_dry: bool = False) -> list[Outcome]:
    """Brings the bibliography files of the documents, by their names, up to date; with `is_dry` only says how they would become.

    `workspace.fail` hears of a document that names no file to write, and of a file that is broken: that one is left alone, and the others
    go on. Raises InputError where the file that was asked for cannot be written.
    """
    if asked.bib is not None:
        read_existing(Path(asked.bib))
    surroundings = Surroundings(
        _read, _found_by_tex, lambda citekey: identifier_of(citekey, workspace), fail=workspace.fail, note=workspace.note
    )
    outcomes = []
    for job in jobs_of(documents, asked, surroundings):
        try:
            outcomes.append(settle(job, workspace, is_dry=is_dry))
        except InputError as error:
            workspace.fail(error)
    return outcomes


def settle(job: Job, workspace: Workspace, known: Known | None = None, *, is_dry: bool = False) -> Outcome:
    """Plans a job until nothing is missing, and writes what came out, on top of whatever stands in the file by then."""
    known = known or Known()
    lock_path = str(PurePath(job.path).with_name(lockfile.NAME))
    said: dict[str, None] = {}
    render = renderer(workspace, said)
    for _ in range(MOST_TRIES):
        content, lock = standing(job.path), standing(lock_path)
        measured = _measured(job, lock, lock_path, workspace)
        planned = plan(measured, content, lock, known, render)
        while (planned.needs or planned.wants) and not job.frozen:
            needs, wants = (planned.needs + planned.wants, ()) if job.fill else (planned.needs, planned.wants)
            known = resolved(needs, wants, known, workspace)
            planned = plan(measured, content, lock, known, render)
        outcome = Outcome(job.path, planned, (Change(job.path, content, planned.content), Change(lock_path, lock, planned.lock)))
        if is_dry or (job.frozen and planned.unlocked) or write(outcome.changes):
            for line in said:
                workspace.warn(line)
            return outcome
    raise InputError(f"{printable(job.path)}: changes again and again while it is to be written; nothing was written")


def renderer(workspace: Workspace, said: dict[str, None]) -> Callable[[str, Reference, Form], str]:
    """What renders one entry in a form, and says what of it the format cannot hold."""

    from bibtool.styling import said_of_entries

    def render(citekey: str, reference: Reference, form: Form) -> str:
        formatter = chosen(workspace.host.formatters, str(form["format"]), "format")
        options = options_of(form)
        bibliography = Bibliography([(citekey, reference)])
        said.update(dict.fromkeys(said_of_entries(bibliography, formatter, options)))
        if formatter.entry is not None:
            return formatter.entry(citekey, reference, options)
        return formatter.format(bibliography, options)

    return render


def options_of(form: Form) -> FormatOptions:
    """The form as a formatter takes it."""
    return FormatOptions(
        max_authors=most if isinstance(most := form.get("max-authors"), int) else None,
        encoding=str(form["encoding"]) if "encoding" in form else None,
        protect_case=str(form.get("protect-case", "smart")),
        abstract=bool(form.get("abstract")),
        style=str(form["style"]) if "style" in form else None,
        forms=_texts(form.get("forms")),
        omit=_texts(form.get("omit")),
    )


def form_of(options: FormatOptions) -> dict[str, Plain]:
    """What a lock file keeps of the options: those that are not the usual ones."""
    usual = FormatOptions()
    form: dict[str, Plain] = {}
    for name in ("max_authors", "encoding", "protect_case", "abstract"):
        if getattr(options, name) != getattr(usual, name):
            form[name.replace("_", "-")] = getattr(options, name)
    if options.omit:
        form["omit"] = list(options.omit)
    return form


def _measured(job: Job, lock: bytes | None, lock_path: str, workspace: Workspace) -> Job:
    """The job with the entry forms of a style that no table knows: those that are locked, or measured now."""
    style = job.form.get("style")
    if style is None:
        return job
    locked = Lock.parse(lock.decode("utf-8", "replace"), printable(lock_path)).form(PurePath(job.path).name) if lock else None
    if locked and locked.get("style") == style:
        forms = _texts(locked.get("forms"))
    else:
        from bibtool.styling import with_forms

        forms = with_forms(FormatOptions(style=str(style)), workspace.host.styles).forms
    return replace(job, form={**job.form, "forms": list(forms)}) if forms else job


def _texts(values: object) -> tuple[str, ...]:
    return tuple(str(value) for value in values) if isinstance(values, list) else ()


def _read(path: str) -> bytes | None:
    try:
        return read_existing(Path(path))
    except InputError:
        return None  # of a file that is not the one to be written, only the keys would have been of use


@lru_cache(maxsize=64)
def _found_by_tex(folder: str, name: str) -> str | None:
    """Where TeX, run in the folder, finds a .bib file that does not stand there; None where it does not, or there is no TeX."""
    if shutil.which("kpsewhich") is None or not name or name.startswith("-"):
        return None
    words = ["kpsewhich", "-format=bib", name]
    try:
        found = subprocess.run(words, capture_output=True, text=True, errors="surrogateescape", timeout=30, check=False, cwd=folder).stdout  # noqa: S603 - no shell
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.strip() or None
