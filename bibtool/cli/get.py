"""`bibt get`: references straight from identifiers."""

from argparse import ArgumentParser, Namespace

from bibtool.cli.deliver import deliver
from bibtool.cli.options import Choices, add_output_options, add_source_options
from bibtool.document import Document, is_marked
from bibtool.errors import IdentifierError
from bibtool.identifiers import Identifier, parse_identifier
from bibtool.terminal import quoted
from bibtool.workspace import Workspace


def configure(parser: ArgumentParser) -> None:
    """Identifiers, and what `export` has."""
    parser.add_argument(
        "identifiers",
        nargs="+",
        metavar="IDENTIFIER",
        help="2404.07839, hep-th/9711200v3, a link, an arXiv DOI (any DOI with the plugin bibtool-doi)",
    )
    add_source_options(parser)
    add_output_options(parser)
    parser.set_defaults(refresh=True)


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Reports each text that is no identifier, and delivers the others."""
    choices = Choices(arguments, workspace)
    identifiers = []
    for text in arguments.identifiers:
        try:
            identifiers.append(known_kind(identified(text, workspace), workspace))
        except IdentifierError as error:
            workspace.fail(error)
    return deliver(identifiers, {}, arguments, workspace, choices) if identifiers else 0


def known_kind(identifier: Identifier, workspace: Workspace) -> Identifier:
    """The identifier. Raises IdentifierError where no source knows identifiers of its kind."""
    if any(identifier.scheme in source.schemes for source in workspace.sources):
        return identifier
    remedy = (
        "it takes the plugin bibtool-doi: pip install . ./plugins/bibtool-doi"
        if identifier.scheme == "doi"
        else "'bibt plugins' lists the sources"
    )
    raise IdentifierError(f"no source knows {quoted(str(identifier))}; {remedy}")


def identified(text: str, workspace: Workspace) -> Identifier:
    """The one identifier that a word of the command line spells, in any form that documents have. Raises IdentifierError."""
    try:
        return parse_identifier(text)
    except IdentifierError:
        from bibtool.reading.scanning import mentions_in

        document = Document.from_text(text, "<command line>")
        works = {mention.identifier for mention in mentions_in(document, workspace.host.extractors) if is_marked(mention)}
        if len(works) != 1:
            raise
        return works.pop()
