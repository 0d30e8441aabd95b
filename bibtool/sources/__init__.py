"""Who knows references: arXiv."""

from bibtool.components import Source
from bibtool.hookspecs import hookimpl


@hookimpl
def bibtool_sources() -> list[Source]:
    """arXiv's query API."""
    from bibtool.sources.arxiv import resolve, search

    return [Source("arxiv", schemes=("arxiv",), resolve=resolve, search=search)]
