"""How a run goes on without a plugin's component that fails."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bibtool.errors import PluginError, UnavailableError
from bibtool.guard import Guard, HungError
from bibtool.terminal import printable


def _ends_early(function: Callable[..., Iterator[Any]], guard: Guard) -> Callable[..., Iterator[Any]]:
    """A reader's or extractor's function: where it fails, the rest of that document is lost, and the others go on."""
    hung: list[HungError] = []

    def going_on(*arguments: Any) -> Iterator[Any]:
        if hung:
            return
        try:
            yield from function(*arguments)
        except PluginError as error:
            hung.extend([error] if isinstance(error, HungError) else [])
            names = [getattr(argument, "name", argument) for argument in arguments]
            name = next(name for name in names if isinstance(name, str))
            guard.complain(PluginError(f"{printable(name)}: {error}"))

    return going_on


def _is_unavailable(function: Callable[..., Iterator[Any]], guard: Guard) -> Callable[..., Iterator[Any]]:
    """A source's function: where it fails, it has no answer, and the other sources are asked."""

    def going_on(*arguments: Any) -> Iterator[Any]:
        try:
            yield from function(*arguments)
        except PluginError as error:
            guard.complain(error)
            raise UnavailableError(str(error)) from error

    return going_on


def _leaves_as_they_are(function: Callable[..., Sequence[Any]], guard: Guard) -> Callable[..., Sequence[Any]]:
    """An enricher's function: where it fails, or loses references, they stay as they were."""

    def going_on(references: Sequence[Any], context: Any) -> Sequence[Any]:
        try:
            enriched = function(references, context)
        except PluginError as error:
            guard.complain(error)
            return references
        if len(enriched) == len(references):
            return enriched
        guard.complain(PluginError(f"{guard.culprit} gave {len(enriched)} references for {len(references)}; they stay as they were"))
        return references

    return going_on


# What the run does without a component that fails; what a user asked for by name (a format, a key style) ends it instead.
GOES_ON: Mapping[str, tuple[str, Callable[..., Any]]] = {
    "readers": ("read", _ends_early),
    "extractors": ("extract", _ends_early),
    "sources": ("resolve", _is_unavailable),
    "enrichers": ("enrich", _leaves_as_they_are),
}
