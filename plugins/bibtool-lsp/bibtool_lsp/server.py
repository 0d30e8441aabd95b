"""The server: what the editor asks, answered from `Papers`. Language Server Protocol 3.17."""

import os
import sys
from functools import partial
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.workspace import TextDocument

from bibtool import ArxivId, Doi, Identifier, InputError, Mention, NotFoundError, Reference, ResolveError, Workspace, __version__, plain
from bibtool_lsp import editing
from bibtool_lsp.papers import Entry, Papers, of

Change = types.CreateFile | types.RenameFile | types.DeleteFile | types.TextDocumentEdit
Known = tuple[str, Reference] | ResolveError | None


def serve(workspace: Workspace) -> None:
    """Serves on standard input and output, which belong to the protocol alone: whatever else is printed goes to stderr."""
    protocol = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    papers = Papers(workspace)
    try:
        make_server(papers).start_io(sys.stdin.buffer, protocol)
    finally:
        papers.close()


def make_server(papers: Papers) -> LanguageServer:
    """The server with all that it answers."""
    server = LanguageServer("bibtool", __version__)
    answers = Answers(server, papers)
    for method, options, answer in (
        (types.TEXT_DOCUMENT_DID_OPEN, None, answers.opened),
        (types.TEXT_DOCUMENT_DID_SAVE, None, answers.saved),
        (types.TEXT_DOCUMENT_HOVER, None, answers.hover),
        (types.TEXT_DOCUMENT_DOCUMENT_LINK, None, answers.links),
        (types.TEXT_DOCUMENT_DEFINITION, None, answers.definition),
        (types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=["@", "{", ","]), answers.completion),
        (types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([types.CodeActionKind.QuickFix]), answers.actions),
    ):
        # pygls writes attributes on what it is given, which a method does not allow.
        server.feature(method, options)(partial(answer))
    return server


class Answers:
    """One method for each thing that an editor asks."""

    def __init__(self, server: LanguageServer, papers: Papers) -> None:
        self._server = server
        self._papers = papers

    async def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        await self._check(self._document(params.text_document.uri))

    async def saved(self, params: types.DidSaveTextDocumentParams) -> None:
        await self._check(self._document(params.text_document.uri))

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        """The paper whose identifier is under the cursor: what is kept at once, else what a service answers."""
        document = self._document(params.text_document.uri)
        mention = next(iter(await self._mentions(document, params.position, params.position)), None)
        if mention is None:
            return None
        known = of(await self._papers.kept([mention.identifier], {}), mention.identifier)
        if not isinstance(known, tuple):
            known = of(await self._papers.asked([mention.identifier]), mention.identifier)
        text = editing.shown(known[1]) if isinstance(known, tuple) else str(known or "")
        return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, text), _range(document, mention.start, mention.end))

    async def links(self, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        """Every identifier leads to its page."""
        document = self._document(params.text_document.uri)
        return [
            types.DocumentLink(_range(document, mention.start, mention.end), target=mention.identifier.url)
            for mention in await self._mentions(document)
        ]

    async def definition(self, params: types.DefinitionParams) -> types.Location | None:
        """From a citation key to its entry."""
        document = self._document(params.text_document.uri)
        bibliography, entries = await self._bibliography(document)
        entry = entries.get(editing.key_at(document.source, document.offset_at_position(params.position)) or "")
        return types.Location(bibliography.uri, _range(bibliography, entry.start, entry.start)) if entry else None

    async def completion(self, params: types.CompletionParams) -> list[types.CompletionItem]:
        """The keys of the bibliography beside the document, each with its paper where that is kept."""
        document = self._document(params.text_document.uri)
        if not editing.is_citing(document.source, document.offset_at_position(params.position)):
            return []
        _, entries = await self._bibliography(document)
        known = await self._papers.kept([work for entry in entries.values() for work in entry.works], {})
        titles = {one.without_version(): plain(reference.title or "") for reference in known.values() for one in reference.identifiers}
        return [
            types.CompletionItem(key, kind=types.CompletionItemKind.Reference, detail=next((titles.get(one) for one in entry.works), None))
            for key, entry in entries.items()
        ]

    async def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """Quick fixes for the identifiers in the range: cite this, pin this version."""
        document = self._document(params.text_document.uri)
        offered = []
        for mention in await self._mentions(document, params.range.start, params.range.end):
            offered += await self._fixes(document, mention)
        return offered

    async def _fixes(self, document: TextDocument, mention: Mention) -> list[types.CodeAction]:
        bibliography, entries = await self._bibliography(document)
        given = {work: key for key, entry in entries.items() for work in entry.works}
        # Keys of entries without an identifier are taken, too.
        taken: dict[Identifier, str] = {Doi(f"10.0000/{key}"): key for key in entries if key not in given.values()}
        known = of(await self._papers.kept([mention.identifier], given | taken), mention.identifier)
        if not isinstance(known, tuple):
            return []
        key, reference = known
        fixes = []
        place = editing.whole(document.source, mention)
        if editing.is_citable(document.source, place[0]) and _suffix(document) != ".bib":
            changes: list[Change] = [_change(document, *place, editing.citation(_suffix(document), key))]
            if key not in entries:
                changes = [*await self._added(bibliography, key, reference), *changes]
            fixes.append(_fix(f"Cite this: {plain(reference.title or key)}", changes))
        if isinstance(mention.identifier, ArxivId) and mention.identifier.version is None and reference.version:
            pinned = _change(document, mention.end, mention.end, f"v{reference.version}")
            fixes.append(_fix(f"Pin version {reference.version}", [pinned]))
        return fixes

    async def _added(self, bibliography: TextDocument, key: str, reference: Reference) -> list[Change]:
        """The entry at the end of the bibliography, which is made where it is not there."""
        there = Path(bibliography.path).exists()
        old = bibliography.source if there else ""
        gap = "" if not old else "\n" if old.endswith("\n") else "\n\n"
        entry = _change(bibliography, len(old), len(old), gap + await self._papers.entry(key, reference), is_there=there)
        return [entry] if there else [types.CreateFile(bibliography.uri, options=types.CreateFileOptions(ignore_if_exists=True)), entry]

    async def _check(self, document: TextDocument) -> None:
        """Publishes what is wrong with the document, when the services have answered; a newer text is checked for itself."""
        version = document.version
        mentions = await self._mentions(document)
        problems = await self._doubles(document) if _suffix(document) == ".bib" else []
        bibliography = await self._papers.asked(mention.identifier for mention in mentions)
        if self._document(document.uri).version != version:
            return
        for mention in mentions:
            if problem := _problem(of(bibliography, mention.identifier)):
                severity, text = problem
                problems.append(types.Diagnostic(_range(document, mention.start, mention.end), text, severity, source="bibt"))
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, problems, version))

    async def _doubles(self, document: TextDocument) -> list[types.Diagnostic]:
        """Entries for a work that has one already."""
        first: dict[Identifier, str] = {}
        found = []
        for key, entry in (await self._entries(document)).items():
            for work in entry.works:
                if first.setdefault(work, key) != key:
                    text = f"{work} is the entry '{first[work]}' already"
                    place = _range(document, entry.start, document.source.find("\n", entry.start))
                    found.append(types.Diagnostic(place, text, types.DiagnosticSeverity.Warning, source="bibt"))
        return found

    async def _bibliography(self, document: TextDocument) -> tuple[TextDocument, dict[str, Entry]]:
        """The bibliography beside a document, and its entries."""
        bibliography = self._document(editing.bibliography_beside(Path(document.path)).as_uri())
        return bibliography, await self._entries(bibliography) if Path(bibliography.path).exists() else {}

    async def _entries(self, bibliography: TextDocument) -> dict[str, Entry]:
        try:
            return await self._papers.entries(bibliography.source, Path(bibliography.path).name)
        except InputError:
            # A file that is being typed is broken most of the time.
            return {}

    async def _mentions(
        self, document: TextDocument, first: types.Position | None = None, last: types.Position | None = None
    ) -> list[Mention]:
        """The mentions of a document, or those that a range touches."""
        mentions = await self._papers.mentions(document.filename or "text", document.source, _suffix(document))
        if first is None or last is None:
            return mentions
        start, end = document.offset_at_position(first), document.offset_at_position(last)
        places = {mention: editing.whole(document.source, mention) for mention in mentions}
        return [mention for mention, (begins, ends) in places.items() if begins <= end and start <= ends]

    def _document(self, uri: str) -> TextDocument:
        return self._server.workspace.get_text_document(uri)


def _problem(known: Known) -> tuple[types.DiagnosticSeverity, str] | None:
    if isinstance(known, NotFoundError):
        return types.DiagnosticSeverity.Error, str(known)
    if isinstance(known, tuple) and known[1].status == "withdrawn":
        return types.DiagnosticSeverity.Warning, f"{known[1].identifier} was withdrawn"
    return None


def _suffix(document: TextDocument) -> str:
    return Path(document.path).suffix.lower()


def _range(document: TextDocument, start: int, end: int) -> types.Range:
    """Offsets in characters as the editor counts: in UTF-16 or UTF-8 units."""
    return types.Range(document.client_position_at_offset(start), document.client_position_at_offset(end))


def _change(document: TextDocument, start: int, end: int, text: str, *, is_there: bool = True) -> types.TextDocumentEdit:
    place = _range(document, start, end) if is_there else types.Range(types.Position(0, 0), types.Position(0, 0))
    named = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    return types.TextDocumentEdit(named, [types.TextEdit(place, text)])


def _fix(title: str, changes: list[Change]) -> types.CodeAction:
    return types.CodeAction(title, kind=types.CodeActionKind.QuickFix, edit=types.WorkspaceEdit(document_changes=changes))
