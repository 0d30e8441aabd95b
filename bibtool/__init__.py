"""bibtool finds every arXiv paper mentioned in your documents and writes references that are right.

    import bibtool

    bibliography = bibtool.build(["paper.tex"])
    print(bibtool.render(bibliography, "bibtex"))

Each public name is loaded on first use (PEP 562), so that a command pays only for what it uses.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False  # importing typing for this one name would double the cost of `bibt --version`

if TYPE_CHECKING:
    from bibtool.api import build as build
    from bibtool.api import get as get
    from bibtool.api import match as match
    from bibtool.api import render as render
    from bibtool.api import scan as scan
    from bibtool.bibliography import Bibliography as Bibliography
    from bibtool.bibtex_names import parse_names as parse_names
    from bibtool.cited import Citation as Citation
    from bibtool.cited import Cited as Cited
    from bibtool.cited import Include as Include
    from bibtool.cited import NamedFile as NamedFile
    from bibtool.components import HOOKS_VERSION as HOOKS_VERSION
    from bibtool.components import Answer as Answer
    from bibtool.components import CitationFinder as CitationFinder
    from bibtool.components import CitekeyStyle as CitekeyStyle
    from bibtool.components import Command as Command
    from bibtool.components import Context as Context
    from bibtool.components import Enricher as Enricher
    from bibtool.components import Extractor as Extractor
    from bibtool.components import FormatOptions as FormatOptions
    from bibtool.components import Formatter as Formatter
    from bibtool.components import Limits as Limits
    from bibtool.components import Progress as Progress
    from bibtool.components import Reader as Reader
    from bibtool.components import Session as Session
    from bibtool.components import Sought as Sought
    from bibtool.components import Source as Source
    from bibtool.components import Span as Span
    from bibtool.components import StyleEngine as StyleEngine
    from bibtool.components import Update as Update
    from bibtool.components import Writer as Writer
    from bibtool.document import Document as Document
    from bibtool.document import Mention as Mention
    from bibtool.entries.bib import read_bib as read_bib
    from bibtool.errors import BibtoolError as BibtoolError
    from bibtool.errors import FormatError as FormatError
    from bibtool.errors import IdentifierError as IdentifierError
    from bibtool.errors import InputError as InputError
    from bibtool.errors import NotFoundError as NotFoundError
    from bibtool.errors import PluginError as PluginError
    from bibtool.errors import ResolveError as ResolveError
    from bibtool.errors import UnavailableError as UnavailableError
    from bibtool.formatters.links import web_address as web_address
    from bibtool.hookspecs import hookimpl as hookimpl
    from bibtool.identifiers import ArxivId as ArxivId
    from bibtool.identifiers import Doi as Doi
    from bibtool.identifiers import Identifier as Identifier
    from bibtool.identifiers import parse_identifier as parse_identifier
    from bibtool.journal_ref import published as published
    from bibtool.kinds import work_kind as work_kind
    from bibtool.plain_text import plain as plain
    from bibtool.recognising.documents import Match as Match
    from bibtool.reference import Name as Name
    from bibtool.reference import PartialDate as PartialDate
    from bibtool.reference import Reference as Reference
    from bibtool.vocabulary import placed as placed
    from bibtool.vocabulary import simplified as simplified
    from bibtool.workspace import Workspace as Workspace

_HOMES = {
    "api": ("build", "get", "match", "render", "scan"),
    "bibliography": ("Bibliography",),
    "bibtex_names": ("parse_names",),
    "cited": ("Citation", "Cited", "Include", "NamedFile"),
    "components": (
        "Answer",
        "CitationFinder",
        "CitekeyStyle",
        "Command",
        "Context",
        "Enricher",
        "Extractor",
        "FormatOptions",
        "Formatter",
        "HOOKS_VERSION",
        "Limits",
        "Progress",
        "Reader",
        "Session",
        "Sought",
        "Source",
        "Span",
        "StyleEngine",
        "Update",
        "Writer",
    ),
    "document": ("Document", "Mention"),
    "entries.bib": ("read_bib",),
    "errors": (
        "BibtoolError",
        "FormatError",
        "IdentifierError",
        "InputError",
        "NotFoundError",
        "PluginError",
        "ResolveError",
        "UnavailableError",
    ),
    "formatters.links": ("web_address",),
    "hookspecs": ("hookimpl",),
    "identifiers": ("ArxivId", "Doi", "Identifier", "parse_identifier"),
    "journal_ref": ("published",),
    "kinds": ("work_kind",),
    "plain_text": ("plain",),
    "recognising.documents": ("Match",),
    "reference": ("Name", "PartialDate", "Reference"),
    "vocabulary": ("placed", "simplified"),
    "workspace": ("Workspace",),
}
_HOME_OF = {name: f"bibtool.{module}" for module, names in _HOMES.items() for name in names}

__all__ = sorted([*_HOME_OF, "__version__"])


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'bibtool' has no attribute {name!r}")
    from importlib import import_module

    globals()[name] = found = getattr(import_module(_HOME_OF[name]), name)  # found at once the next time
    return found


def __dir__() -> list[str]:
    return __all__
