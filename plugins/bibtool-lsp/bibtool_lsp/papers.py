"""What is known of papers, asked beside the editor: one thread for what is kept, one for what a service has to answer."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from bibtool import Bibliography, Document, FormatOptions, Identifier, Mention, Reference, ResolveError, Workspace

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a .bib file: where it starts, and the works that its fields name."""

    start: int
    works: frozenset[Identifier]


class Papers:
    """Look-ups that never hold the editor up. A store belongs to the thread that opened it, so each thread has a workspace of its own."""

    def __init__(self, workspace: Workspace) -> None:
        self._kept = replace(workspace, offline=True)
        self._asked = workspace
        self._beside = {name: ThreadPoolExecutor(max_workers=1) for name in ("kept", "asked")}

    async def mentions(self, name: str, text: str, suffix: str) -> list[Mention]:
        """The mentions in a text."""
        return await self._run(lambda: _mentions(self._kept, Document.from_text(text, name, suffix)))

    async def kept(self, identifiers: Iterable[Identifier], keys: Mapping[Identifier, str]) -> Bibliography:
        """What is known already, at once."""
        wanted = list(identifiers)
        return await self._run(lambda: self._kept.bibliography(wanted, "default", keys))

    async def asked(self, identifiers: Iterable[Identifier]) -> Bibliography:
        """What a service answers, in its own time."""
        wanted = list(identifiers)

        def ask() -> Bibliography:
            # The time that a run may take counts from its start, and a server runs all day.
            workspace = replace(self._asked)
            try:
                return workspace.bibliography(wanted, "default", {})
            finally:
                workspace.close()

        return await self._run(ask, "asked")

    async def entry(self, key: str, reference: Reference) -> str:
        """The reference as a BibTeX entry."""
        bibliography = Bibliography([(key, reference)])
        return await self._run(lambda: self._kept.host.formatters["bibtex"].format(bibliography, FormatOptions()))

    async def entries(self, text: str, name: str) -> dict[str, Entry]:
        """The entries of a .bib text by citation key. Raises InputError where it is broken."""

        def read() -> dict[str, Entry]:
            spans = self._kept.host.writers[".bib"].spans(text)
            fields = [one for one in _mentions(self._kept, Document.from_text(text, name, ".bib")) if one.form == "field"]
            works = [{one.identifier.without_version() for one in fields if span.start <= one.start < span.end} for span in spans]
            return {span.citekey: Entry(span.start, frozenset(named)) for span, named in zip(spans, works, strict=True)}

        return await self._run(read)

    def close(self) -> None:
        """Waits for no service."""
        for thread in self._beside.values():
            thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], Answer], thread: str = "kept") -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._beside[thread], work)


def of(bibliography: Bibliography, identifier: Identifier) -> tuple[str, Reference] | ResolveError | None:
    """The key and reference of a work, or why there is none."""
    work = identifier.without_version()
    for key, reference in bibliography.items():
        if work in {one.without_version() for one in reference.identifiers}:
            return key, reference
    return next((error for one, error in bibliography.unresolved.items() if one.without_version() == work), None)


def _mentions(workspace: Workspace, document: Document) -> list[Mention]:
    extractors = workspace.host.extractors
    return list(extractors.get(document.suffix, extractors[""]).extract(document))
