"""`bibt sync`: the bibliography file of a document, up to date with what the document cites."""

import sys
from argparse import ArgumentParser, Namespace

from bibtool.cited import Cited
from bibtool.cli.options import Choices, add_source_options
from bibtool.cli.sync_report import diff, say
from bibtool.errors import InputError, PluginError
from bibtool.reading.citing import cited_by
from bibtool.syncing.jobs import Asked
from bibtool.syncing.sync import form_of, sync
from bibtool.terminal import printable
from bibtool.workspace import Workspace


def configure(parser: ArgumentParser) -> None:
    """Documents, the file to write, and how far to go."""
    parser.add_argument("documents", nargs="+", metavar="FILE", help=".tex, .md, .qmd, .Rmd, .ipynb, .typ, .aux or .bcf")
    group = parser.add_argument_group("writing")
    group.add_argument("-o", "--bib", metavar="FILE", help="the bibliography file (default: the one that the document names)")
    group.add_argument("-f", "--format", choices=("bibtex", "biblatex"), help="of entries (default: as the document reads them)")
    group.add_argument("--style", metavar="NAME", help="the document's BibTeX style (default: as it says)")
    group.add_argument("--fill", action="store_true", help="add to your own entries the fields that they lack")
    group.add_argument("--frozen", action="store_true", help="from bibt.lock alone: fail on what is not in it, and ask nobody")
    group.add_argument("-n", "--dry-run", action="store_true", help="print what would change as a diff, and write nothing")
    group.add_argument("--check", action="store_true", help="write nothing; exit status 1 if something would change")
    parser.set_defaults(output=None)
    add_source_options(parser)


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Syncs all documents in one go, so that those that share a file agree on it."""
    options = Choices(arguments, workspace).format_options
    asked = Asked(
        bib=arguments.bib,
        format=arguments.format,
        style=options.style,
        form=form_of(options),
        fill=arguments.fill,
        frozen=arguments.frozen,
    )
    documents = {name: cited for name in arguments.documents if (cited := _cited(name, workspace)) is not None}
    is_dry = arguments.dry_run or arguments.check
    for name, cited in documents.items():
        if not cited.citations:
            workspace.note(f"{printable(name)}: cites nothing")
    outcomes = sync(documents, asked, workspace, is_dry=is_dry) if documents else []
    if arguments.dry_run:
        sys.stdout.write("".join(diff(change) for outcome in outcomes for change in outcome.changes))
    would_change = arguments.check and any(outcome.is_changed for outcome in outcomes)
    return max([int(would_change), *(say(outcome, workspace) for outcome in outcomes)])


def _cited(name: str, workspace: Workspace) -> Cited | None:
    try:
        return cited_by(name, workspace.host.citation_finders)
    except (InputError, PluginError) as error:
        workspace.fail(error)
        return None
