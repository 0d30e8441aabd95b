"""Who knows references: arXiv, by its query API and by OAI-PMH."""

from bibtool.components import Source
from bibtool.hookspecs import hookimpl


@hookimpl
def bibtool_sources() -> list[Source]:
    """arXiv's query API, and its OAI-PMH service for whoever asks for that."""
    from bibtool.sources import arxiv, oai

    return [
        Source("arxiv", schemes=("arxiv",), resolve=arxiv.resolve, search=arxiv.search, find=arxiv.find),
        Source("oai", schemes=("arxiv",), resolve=oai.resolve, on_request=True),
    ]
