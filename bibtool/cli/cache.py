"""`bibt cache`: the records that are kept, and how to fill and empty the store."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from bibtool.cli.options import add_source_options
from bibtool.errors import IdentifierError, InputError, NotFoundError, ResolveError, UnavailableError
from bibtool.identifiers import Identifier, parse_identifier
from bibtool.reference import Reference
from bibtool.terminal import listed, printable
from bibtool.workspace import Workspace


def configure(parser: ArgumentParser) -> None:
    """One action each."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("info", help="how many records are kept, how old, how large")
    actions.add_parser("path", help="where they are kept (BIBT_CACHE_DIR chooses another place)")
    actions.add_parser("clear", help="forget them all")
    actions.add_parser("check", help="look them all through, and forget those that a faulty disk has changed")
    refreshing = actions.add_parser("refresh", help="ask again, for these identifiers or for all that were ever asked for")
    refreshing.add_argument(
        "identifiers",
        nargs="*",
        metavar="IDENTIFIER",
        help="2404.07839, a link, a DOI ... (default: all that were asked for; the next import or harvest renews the others)",
    )
    add_source_options(refreshing)
    importing = actions.add_parser("import", help="keep the records of a file")
    importing.add_argument("file", metavar="FILE", help="arXiv's metadata snapshot (JSON lines, .gz and .zst too) or a saved Atom feed")
    harvesting = actions.add_parser("harvest", help="keep what arXiv's OAI-PMH service lists; an interrupted harvest goes on")
    harvesting.add_argument("--set", metavar="NAME", help="cs, math, physics:hep-th ... (default: everything)")
    harvesting.add_argument("--from", dest="from_day", type=_day, metavar="YYYY-MM-DD", help="only what changed since this day")
    harvesting.add_argument("--until", dest="until_day", type=_day, metavar="YYYY-MM-DD", help="only what changed until this day")
    harvesting.add_argument("--timeout", type=float, metavar="SECONDS", default=24 * 3600.0, help="stop after this long (default: a day)")


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Does the chosen action."""
    actions = {"info": _info, "path": _path, "clear": _clear, "check": _check, "refresh": _refresh, "import": _import, "harvest": _harvest}
    return actions[arguments.action](arguments, workspace)


def _info(_arguments: Namespace, workspace: Workspace) -> int:
    from bibtool.store import FRESH_LATEST, FRESH_VERSION

    info = workspace.store.info()
    stale = f"{info.stale} (the newest version: after {FRESH_LATEST.days} days, a version asked for: after {FRESH_VERSION.days})"
    rows = {
        "references": f"{info.references} ({info.imported} imported)",
        "stale": stale if info.stale else "0",
        "not found": str(info.missing),
        "size": f"{info.bytes / 1e6:.1f} MB",
        "oldest": "-" if info.oldest is None else f"{info.oldest:%Y-%m-%d %H:%M}",
        "newest": "-" if info.newest is None else f"{info.newest:%Y-%m-%d %H:%M}",
        "file": printable(str(info.path)),
    }
    for name, value in rows.items():
        sys.stdout.write(f"{name + ':':12} {value}\n")
    return 0


def _path(_arguments: Namespace, workspace: Workspace) -> int:
    sys.stdout.write(f"{printable(str(workspace.cache_folder))}\n")
    return 0


def _clear(_arguments: Namespace, workspace: Workspace) -> int:
    workspace.store.clear()
    if workspace.store.has_lost:
        raise InputError(f"{printable(str(workspace.store.path))}: cannot be written, so nothing was forgotten")
    return 0


def _check(_arguments: Namespace, workspace: Workspace) -> int:
    seen, damaged = workspace.store.forget_damaged(lambda done, total: workspace.progress.update("checking", done, total))
    workspace.progress.close()
    if not damaged:
        workspace.note(f"{seen} records, none of them damaged")
        return 0
    if workspace.store.has_lost:
        raise InputError(f"{printable(str(workspace.store.path))}: cannot be written; damaged, but not forgotten: {listed(damaged, 5)}")
    workspace.note(
        f"{len(damaged)} of {seen} records were damaged and are forgotten: {listed(damaged, 5)}; ask for them or import them anew"
    )
    return 1


def _refresh(arguments: Namespace, workspace: Workspace) -> int:
    from bibtool.pipeline import ask

    identifiers = []
    for text in arguments.identifiers:
        try:
            identifiers.append(parse_identifier(text))
        except IdentifierError as error:
            workspace.fail(error)
    wanted = identifiers if arguments.identifiers else workspace.store.asked()
    if arguments.offline:
        raise UnavailableError("nothing can be asked for again while offline")
    if not wanted:
        if not arguments.identifiers:
            workspace.note("nothing to refresh: no source was asked for what is kept; 'bibt cache refresh IDENTIFIER' asks")
        return 0
    before = {one: stored.reference for one, stored in workspace.store.get(wanted).items()}
    answers: dict[Identifier, Reference | ResolveError] = {}
    context = replace(workspace.context, refresh=True, renew=True)
    with workspace.store.turn(context.deadline):
        for source in workspace.sources:
            asked = [one for one in wanted if one.scheme in source.schemes and not isinstance(answers.get(one), Reference)]
            for identifier, answer in ask(source, asked, context) if asked else ():
                answers[identifier] = answer
                if isinstance(answer, Reference):
                    workspace.store.put(identifier, answer)
    _say_failures(answers, workspace)
    renewed = {one: answer for one, answer in answers.items() if isinstance(answer, Reference)}
    changed = [one for one, reference in renewed.items() if before.get(one) != reference]
    workspace.note(f"{len(renewed)} of {len(wanted)} references are up to date, {len(changed)} have changed")
    return 0


def _say_failures(answers: Mapping[Identifier, Reference | ResolveError], workspace: Workspace) -> None:
    """One line for each identifier that is unknown, and one for each reason why services did not answer."""
    reasons: dict[str, None] = {}
    for answer in answers.values():
        if isinstance(answer, NotFoundError):
            workspace.fail(answer)
        elif isinstance(answer, ResolveError):
            reasons[str(answer)] = None
    for reason in reasons:
        workspace.fail(UnavailableError(reason))


def _import(arguments: Namespace, workspace: Workspace) -> int:
    from bibtool.bulk.importing import import_into

    report = import_into(workspace.store, Path(arguments.file), workspace.progress, workspace.warn)
    refused = f", {report.refused} lines were none" if report.refused else ""
    workspace.note(f"{report.imported} records imported from {printable(arguments.file)}{_here_already(report.unchanged)}{refused}")
    return 1 if report.refused else 0


def _harvest(arguments: Namespace, workspace: Workspace) -> int:
    from bibtool.bulk.harvesting import harvest_into
    from bibtool.sources.oai import Harvest

    report = harvest_into(workspace.store, Harvest(arguments.set, arguments.from_day, arguments.until_day), workspace.context)
    refused = f", {report.refused} were none" if report.refused else ""
    continued = ", going on where the last harvest stopped" if report.was_continued else ""
    workspace.note(f"{report.kept} records harvested{_here_already(report.unchanged)}{refused}{continued}")
    return 1 if report.refused else 0


def _here_already(count: int) -> str:
    return f", {count} were here already" if count else ""


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ArgumentTypeError(f"not a day: {text!r} (one looks like 2026-01-31)") from None
