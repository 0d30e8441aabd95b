"""`bibt lock`: the lock file beside a bibliography."""

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path

from bibtool.cli.get import identified
from bibtool.cli.options import add_source_options
from bibtool.cli.sync_report import diff, say
from bibtool.errors import InputError, NotFoundError, UnavailableError
from bibtool.identifiers import Identifier
from bibtool.syncing import lockfile
from bibtool.syncing.lockfile import Lock
from bibtool.syncing.upgrading import locked_identifiers, records_anew, upgrade
from bibtool.syncing.writing import Change, write
from bibtool.terminal import printable
from bibtool.workspace import Workspace
from bibtool.writers.atomic import read_existing


def configure(parser: ArgumentParser) -> None:
    """One option for all: which lock file."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    parents = ArgumentParser(add_help=False)
    parents.add_argument("--lock", metavar="FILE", default=lockfile.NAME, help="the lock file, or its folder (default: bibt.lock)")
    newer = actions.add_parser("upgrade", parents=[parents], help="ask again, show what has changed as a diff, and apply it")
    newer.add_argument("identifiers", nargs="*", metavar="IDENTIFIER", help="these works (default: all)")
    newer.add_argument("-n", "--dry-run", action="store_true", help="show it only")
    add_source_options(newer)
    kept = actions.add_parser("keep", parents=[parents], help="settle conflicts: your own wording stays, and is not asked about again")
    kept.add_argument("citekeys", nargs="+", metavar="CITEKEY", help="the entries")


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Runs the action."""
    path = Path(arguments.lock)
    path = path / lockfile.NAME if path.is_dir() else path
    content = read_existing(path)
    if content is None:
        raise InputError(f"{printable(str(path))}: there is none; bibt sync makes one, and --lock names one in another folder")
    lock = Lock.parse(content.decode("utf-8", "replace"), printable(str(path)))
    if arguments.action == "keep":
        return _keep(arguments.citekeys, path, content, lock, workspace)
    return _upgrade(arguments, path, lock, workspace)


def _upgrade(arguments: Namespace, path: Path, lock: Lock, workspace: Workspace) -> int:
    if arguments.offline:
        raise UnavailableError("nothing can be asked for again while offline")
    wanted = _wanted(arguments.identifiers, lock, workspace)
    known = records_anew(wanted, workspace)
    for failure in dict.fromkeys(map(str, known.failures.values())):
        kinds = [type(error) for error in known.failures.values() if str(error) == failure]
        workspace.fail(kinds[0](failure))
    newer = lock.with_records(known.references)
    changed = [work for work in lock.works() if newer.tables["reference", work] != lock.tables["reference", work]]
    texts = [one.records_text(changed).encode("utf-8") for one in (lock, newer)]
    sys.stdout.write(diff(Change(str(path), *texts)))
    outcomes = upgrade(path, lock, known, workspace, is_dry=arguments.dry_run)
    sys.stdout.write("".join(diff(outcome.changes[0]) for outcome in outcomes))
    workspace.note(f"{printable(str(path))}: {len(changed)} of {len(known.references)} records have changed")
    return max([0, *(say(outcome, workspace) for outcome in outcomes if outcome.is_changed or outcome.plan.errors)])


def _wanted(texts: list[str], lock: Lock, workspace: Workspace) -> list[Identifier]:
    """The identifiers of locked records, all or those of the works that were named."""
    locked = locked_identifiers(lock)
    if not texts:
        return locked
    wanted: list[Identifier] = []
    for text in texts:
        work = identified(text, workspace).without_version()
        found = [identifier for identifier in locked if identifier.without_version() == work]
        if not found:
            workspace.fail(NotFoundError(f"{printable(text)}: not in the lock file; bibt sync adds what a document cites"))
        wanted += found
    return wanted


def _keep(citekeys: list[str], path: Path, content: bytes, lock: Lock, workspace: Workspace) -> int:
    tables: dict[lockfile.TableName, str | None] = {}
    for citekey in citekeys:
        entries = [(file, entry) for file in lock.files() if (entry := lock.entry(file, citekey)) is not None]
        if not entries:
            workspace.fail(NotFoundError(f"{printable(citekey)}: no entry that bibt wrote has this key"))
        for file, entry in entries:
            tables["entry", file, citekey] = lockfile.entry_table(replace(entry, unsettled=()))
    if not write([Change(str(path), content, lockfile.in_bytes(lock.updated(tables).text, content))]):
        raise InputError(f"{printable(str(path))}: has changed meanwhile; run it again")
    return 0
