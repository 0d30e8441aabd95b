"""Who knows references: arXiv, by its query API and by OAI-PMH."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from bibtool.components import Source
from bibtool.hookspecs import hookimpl


@hookimpl
def bibtool_sources() -> list[Source]:
    """arXiv's query API, and its OAI-PMH service for whoever asks for that."""
    return [
        Source(
            "arxiv", schemes=("arxiv",), resolve=_late("arxiv", "resolve"), search=_late("arxiv", "search"), find=_late("arxiv", "find")
        ),
        Source("oai", schemes=("arxiv",), resolve=_late("oai", "resolve"), on_request=True),
    ]


def _late(module: str, function: str) -> Callable[..., Any]:
    """That function of that module, which is imported when it is first called: a run that knows every reference needs neither."""

    def called(*given: object) -> Any:
        return getattr(import_module(f"bibtool.sources.{module}"), function)(*given)

    return called
