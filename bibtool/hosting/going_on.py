"""How a run goes on without a plugin's component that fails."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO, cast

from bibtool.document import Document
from bibtool.errors import PluginError, UnavailableError
from bibtool.hosting.guard import Guard, HungError
from bibtool.terminal import printable


class _GuardedStream(io.RawIOBase):
    """The bytes of a stranger's document. Damage is said by whoever reads; any other failure ends the document and is complained of."""

    def __init__(self, stream: BinaryIO, guard: Guard) -> None:
        self._stream, self._guard = stream, guard

    def read(self, size: int = -1) -> bytes:
        damage: OSError | EOFError
        try:
            with self._guard():
                try:
                    content = self._stream.read(size)
                except TimeoutError:
                    raise
                except (OSError, EOFError) as error:
                    damage, content = error, None
                else:
                    self._guard.check(content, bytes)
        except PluginError as error:
            self._guard.complain(error)
            return b""
        if content is None:
            raise damage
        return content

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def _reads_guarded(function: Callable[..., Iterator[Document]], guard: Guard) -> Callable[..., Iterator[Document]]:
    """A reader's function: it ends early where it fails, and so do its documents."""
    documents = _ends_early(function, guard)

    def opened(document: Document) -> BinaryIO:
        try:
            with guard():
                stream = document.open()
                if not (hasattr(stream, "read") and hasattr(stream, "close")):
                    raise PluginError(f"{guard.culprit} opened {type(stream).__name__}, not a stream of bytes")
        except PluginError as error:
            guard.complain(error)
            stream = io.BytesIO()
        return cast(BinaryIO, _GuardedStream(stream, guard))

    def going_on(*arguments: Any) -> Iterator[Document]:
        for document in documents(*arguments):
            yield replace(document, open=lambda document=document: opened(document))

    return going_on


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
    "readers": ("read", _reads_guarded),
    "extractors": ("extract", _ends_early),
    "sources": ("resolve", _is_unavailable),
    "enrichers": ("enrich", _leaves_as_they_are),
}
