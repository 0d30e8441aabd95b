"""Locked records asked for again, and what that makes of the entries."""

from collections.abc import Sequence
from pathlib import Path

from bibtool.identifiers import Identifier
from bibtool.syncing.job import Job, Known
from bibtool.syncing.lockfile import Lock
from bibtool.syncing.records import spelt, unspelt
from bibtool.syncing.resolving import resolved
from bibtool.syncing.sync import Outcome, settle
from bibtool.workspace import Workspace


def locked_identifiers(lock: Lock) -> list[Identifier]:
    """The identifiers of all locked records, but those of kinds that only a plugin knows."""
    return [identifier for work in lock.works() if (identifier := unspelt(work)) is not None]


def records_anew(identifiers: Sequence[Identifier], workspace: Workspace) -> Known:
    """What services say now, whatever is kept."""
    return resolved(identifiers, (), Known(), workspace, is_anew=True)


def upgrade(lock_path: Path, lock: Lock, known: Known, workspace: Workspace, *, is_dry: bool) -> list[Outcome]:
    """Brings these records into the lock file and into the entries of every file that it knows; what the author changed stays."""
    renewed = frozenset(spelt(identifier) for identifier in known.references)
    jobs = [
        Job(
            path=str(lock_path.parent / file),
            citations=(),
            engines=frozenset(),
            form=lock.form(file) or {},
            identify=lambda _citekey: None,
            renewed=renewed,
        )
        for file in lock.files()
    ]
    return [settle(job, workspace, known, is_dry=is_dry) for job in jobs]
