"""A local server that answers as arXiv does, faults included: `python -m bibtool.testing.arxiv_server`, or a fixture for tests.

What it does is scripted a request at a time: `server.script("429", "truncated")` spoils the next two, after which it is sound again.
"""

from bibtool.testing.arxiv_server.answers import Answer as Answer
from bibtool.testing.arxiv_server.answers import Asked as Asked
from bibtool.testing.arxiv_server.feeds import entry as entry
from bibtool.testing.arxiv_server.feeds import error_entry as error_entry
from bibtool.testing.arxiv_server.feeds import feed as feed
from bibtool.testing.arxiv_server.modes import MODES as MODES
from bibtool.testing.arxiv_server.records import Record as Record
from bibtool.testing.arxiv_server.records import corpus_records as corpus_records
from bibtool.testing.arxiv_server.records import made_up as made_up
from bibtool.testing.arxiv_server.server import ArxivServer as ArxivServer
from bibtool.testing.arxiv_server.server import serving as serving
