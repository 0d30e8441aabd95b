"""What `bibt latex` and `bibt watch` share: a document's bibliography brought up to date, as `bibt sync` does, and told as it tells it."""

from argparse import ArgumentParser, Namespace

from bibtool.cited import Cited
from bibtool.cli.options import Choices, add_source_options
from bibtool.cli.sync_report import say
from bibtool.syncing.jobs import Asked
from bibtool.syncing.sync import form_of, sync
from bibtool.workspace import Workspace


def add_sync_options(parser: ArgumentParser) -> None:
    """How references are looked up."""
    parser.add_argument("--frozen", action="store_true", help="from bibt.lock alone: fail on what is not in it, and ask nobody")
    add_source_options(parser)
    parser.set_defaults(output=None, format=None, style=None)


def bring_up_to_date(name: str, cited: Cited, arguments: Namespace, workspace: Workspace) -> int:
    """The exit status that a sync of the document leads to. One that names no bibliography needs none."""
    if not cited.bibliographies:
        return 0
    options = Choices(arguments, workspace).format_options
    asked = Asked(bib=None, format=None, style=options.style, form=form_of(options), fill=False, frozen=arguments.frozen)
    return max([0, *(say(outcome, workspace) for outcome in sync({name: cited}, asked, workspace))])
