"""When a document is checked: once it is opened or saved, and at each pause of whoever types. The newest text alone is told of."""

import asyncio
from collections.abc import Iterable

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from bibtool import Bibliography, Identifier, Reference
from bibtool_lsp import checking
from bibtool_lsp.buffers import Buffer, Buffers
from bibtool_lsp.entries import Entry
from bibtool_lsp.papers import Papers, of
from bibtool_lsp.publishing import is_preprint

PAUSE_SECONDS = 0.4
# How long a check waits for a service before it tells what is known already.
PATIENCE_SECONDS = 2.0


class Checks:
    """The check of each document that is under way."""

    def __init__(self, server: LanguageServer, papers: Papers, buffers: Buffers) -> None:
        self._server = server
        self._papers = papers
        self._buffers = buffers
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def begin(self, document: Buffer, *, after: float = 0.0) -> None:
        """Checks the document after some seconds, unless it is checked anew before that."""
        self.drop(document)
        self._under_way[document.uri] = asyncio.get_running_loop().create_task(self._check(document, after))

    def drop(self, document: Buffer) -> None:
        """Ends the check of a document."""
        if task := self._under_way.pop(document.uri, None):
            task.cancel()

    def clear(self, document: Buffer) -> None:
        """A document that is closed has no problems."""
        self.drop(document)
        self._publish(document, [], None)

    async def _check(self, document: Buffer, after: float) -> None:
        await asyncio.sleep(after)
        entries = await self._papers.entries(document.uri, document.source) if document.suffix == ".bib" else []
        mentions = [] if document.suffix == ".bib" else await self._papers.mentions(document.uri, document.source, document.suffix)
        works = [*(mention.identifier for mention in mentions), *(work for entry in entries for work in entry.works)]
        known = await self._papers.kept(works)
        missing = [work for work in dict.fromkeys(works) if not _is_known(known, work)]
        if missing:
            asking = asyncio.ensure_future(self._papers.asked(works))
            done, _ = await asyncio.wait({asking}, timeout=PATIENCE_SECONDS)
            if not done:
                known = await self._papers.kept(works)
                self._tell(document, checking.in_text(mentions, known) + checking.in_entries(entries, known))
            known = await asking
        self._tell(document, checking.in_text(mentions, known) + checking.in_entries(entries, known))
        await self._papers.asked(_published_dois(entries, known))

    def _tell(self, document: Buffer, problems: Iterable[checking.Problem]) -> None:
        current = self._buffers.get(document.uri)
        if current.version != document.version:
            return
        diagnostics = [
            types.Diagnostic(document.text.range(problem.start, problem.end), problem.text, problem.severity, source="bibt")
            for problem in problems
        ]
        self._publish(document, diagnostics, document.version)

    def _publish(self, document: Buffer, diagnostics: list[types.Diagnostic], version: int | None) -> None:
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, diagnostics, version))


def _is_known(known: Bibliography, work: Identifier) -> bool:
    return isinstance(of(known, work), Reference)


def _published_dois(entries: Iterable[Entry], known: Bibliography) -> list[Identifier]:
    """DOIs of published papers whose entries are still those of preprints: a quick fix will want their records."""
    records = [of(known, work) for entry in entries if is_preprint(entry) for work in entry.works]
    return [record.doi for record in records if isinstance(record, Reference) and record.doi is not None]
