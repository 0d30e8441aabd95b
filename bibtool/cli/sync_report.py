"""What a sync says: one line for each bibliography file, and diffs."""

import sys

from bibtool.errors import NotFoundError, UnavailableError
from bibtool.syncing import lockfile
from bibtool.syncing.sync import Outcome
from bibtool.syncing.writing import Change
from bibtool.terminal import listed, printable
from bibtool.workspace import Workspace


def say(outcome: Outcome, workspace: Workspace) -> int:
    """Says what was done, and what is left to the author; the exit status that this alone leads to."""
    plan, name = outcome.plan, printable(outcome.path)
    for note in plan.notes:
        workspace.note(note)
    for conflict in plan.conflicts:
        workspace.warn(f"{conflict} (your wording stays; make it the record's, or settle it with: bibt lock keep {conflict.citekey})")
    for error in plan.errors:
        workspace.fail(error)
    for reason in dict.fromkeys(reason for _, reason in plan.unanswered):
        keys = listed([printable(key) for key, why in plan.unanswered if why == reason])
        workspace.fail(UnavailableError(f"{reason}; no reference for {keys}"))
    if plan.unlocked:
        workspace.fail(NotFoundError(f"{name}: not locked: {listed(list(map(printable, plan.unlocked)))}; run bibt sync without --frozen"))
    workspace.note(f"{name}: {summary(outcome)}")
    return 1 if plan.unknown else 0


def summary(outcome: Outcome) -> str:
    """`+3 new, 1 withdrawn, 2 unknown: foo (main.tex:41), bar (main.tex:50)`."""
    plan = outcome.plan
    unknown = ", ".join(f"{printable(citekey)} ({place})" for citekey, place in plan.unknown)
    parts = [
        f"+{len(plan.added)} new" if plan.added else "",
        f"{len(plan.changed)} changed" if plan.changed else "",
        f"{len(plan.withdrawn)} withdrawn: {', '.join(map(printable, plan.withdrawn))}" if plan.withdrawn else "",
        f"{len(plan.conflicts)} to be settled" if plan.conflicts else "",
        f"{len(plan.unanswered)} not answered" if plan.unanswered else "",
        f"{len(plan.unknown)} unknown: {unknown}" if plan.unknown else "",
    ]
    return ", ".join(filter(None, parts)) or ("up to date" if not outcome.is_changed else f"up to date, and {lockfile.NAME} too now")


def diff(change: Change) -> str:
    """The change as a unified diff; on a terminal with control characters shown."""
    if change.new == change.old or change.new is None:
        return ""
    from bibtool.cli.line_diff import unified_diff

    lines = unified_diff(change.old, change.new, change.path)
    if sys.stdout.isatty():
        return "".join(printable(line.rstrip("\r\n")) + "\n" for line in lines)
    return "".join(lines)
