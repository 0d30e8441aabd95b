"""What plugin authors test with: references to feed, a checker for each kind of component, and a local server that answers as arXiv does.

A checker calls the component as bibt would, under the same guard, and raises AssertionError in one line where it breaks a promise.
"""

from bibtool.testing.arxiv_server import ArxivServer as ArxivServer
from bibtool.testing.arxiv_server import Record as Record
from bibtool.testing.arxiv_server import made_up as made_up
from bibtool.testing.arxiv_server import serving as serving
from bibtool.testing.checks import Ran as Ran
from bibtool.testing.checks import check_citation_finder as check_citation_finder
from bibtool.testing.checks import check_citekey_style as check_citekey_style
from bibtool.testing.checks import check_command as check_command
from bibtool.testing.checks import check_enricher as check_enricher
from bibtool.testing.checks import check_extractor as check_extractor
from bibtool.testing.checks import check_formatter as check_formatter
from bibtool.testing.checks import check_plugin as check_plugin
from bibtool.testing.checks import check_reader as check_reader
from bibtool.testing.checks import check_source as check_source
from bibtool.testing.checks import check_style_engine as check_style_engine
from bibtool.testing.checks import check_writer as check_writer
from bibtool.testing.records import make_bibliography as make_bibliography
from bibtool.testing.records import make_context as make_context
from bibtool.testing.records import make_reference as make_reference
from bibtool.testing.records import make_workspace as make_workspace
from bibtool.testing.records import odd_references as odd_references
