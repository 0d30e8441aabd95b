"""What the server answers: one method for each thing that an editor asks."""

import asyncio
import re
from collections.abc import Awaitable, Mapping
from dataclasses import replace

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from bibtool import Bibliography, Citation, Identifier, Mention, Reference, plain
from bibtool_lsp import citing
from bibtool_lsp.buffers import Buffer, Buffers, file_of
from bibtool_lsp.checks import PAUSE_SECONDS, Checks
from bibtool_lsp.entries import Entry
from bibtool_lsp.fixing import Fix, Fixes, whole
from bibtool_lsp.papers import Known, Papers, of
from bibtool_lsp.projects import Placed, Projects
from bibtool_lsp.showing import documented, shown

Placing = types.HoverParams | types.DefinitionParams | types.CompletionParams
# How much of a text is read around the cursor: identifiers are told by what stands near them.
REACH = 2000
# How long somebody who is looking waits for a service; the look-up goes on, and the next answer has it.
PATIENCE_SECONDS = 8.0
# An identifier that is being typed, up to the cursor: behind a mark any piece of one, elsewhere what can be nothing else.
IDENTIFIER_TYPED = re.compile(
    r"(?:(?:arxiv|doi):\s?|abs/)(?P<marked>[\w./()-]*)$"
    r"|(?<![\w./:-])(?P<bare>\d{4}\.\d*|10\.\d{4,9}/[^\s{}\"]*|[a-z][a-z-]+(?:\.[A-Z]{2})?/\d*)$",
    re.ASCII | re.IGNORECASE,
)


class Answers:
    """What an editor is answered. It holds what the editor has open."""

    def __init__(self, server: LanguageServer, papers: Papers) -> None:
        self._server = server
        self._papers = papers
        self._buffers = Buffers()
        self._projects = Projects(self._buffers, papers)
        self._fixes = Fixes(papers, self._projects)
        self._checks = Checks(server, papers, self._buffers)

    async def initialized(self, params: types.InitializeParams) -> None:
        """What the editor has open, and how it counts. What the first answer wants is loaded before anything is asked."""
        self._buffers.encoding = str(getattr(self._server.workspace.position_encoding, "value", self._server.workspace.position_encoding))
        self._folders()
        await self._papers.warm()

    def folders_changed(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Another set of folders."""
        self._folders()

    async def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document is checked when it is opened."""
        self._checks.begin(self._buffers.opened(params.text_document))

    async def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """A document is checked again when its typist pauses."""
        self._checks.begin(self._buffers.changed(params), after=PAUSE_SECONDS)

    async def saved(self, params: types.DidSaveTextDocumentParams) -> None:
        """A document is checked again when it is saved."""
        self._checks.begin(self._buffers.get(params.text_document.uri))

    async def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """What is closed has no problems any more."""
        document = self._buffers.get(params.text_document.uri)
        self._buffers.closed(params.text_document.uri)
        self._checks.clear(document)

    async def files_changed(self, params: types.DidChangeWatchedFilesParams) -> None:
        """Files that are not open are read anew whenever they are wanted; what is open is checked again."""
        for document in self._buffers.all_open():
            self._checks.begin(document, after=PAUSE_SECONDS)

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        """The paper whose identifier or citation key is under the cursor: what is kept at once, else what a service answers."""
        document, offset = self._place(params)
        for mention in await self._mentions(document, offset, offset):
            return _hover(document, mention.start, mention.end, _said(await self._known(mention.identifier)))
        cited = await self._cited(document, offset)
        placed = await self._placed(document, offset)
        if placed is not None:
            start, end = (cited.start, cited.end) if cited else (placed[1].key_start, placed[1].key_start + len(placed[1].citekey))
            return _hover(document, start, end, await self._shown(placed[1]))
        return None

    async def links(self, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        """Every identifier leads to its page."""
        document = self._buffers.get(params.text_document.uri)
        return [
            types.DocumentLink(document.text.range(mention.start, mention.end), target=mention.identifier.url)
            for mention in await self._papers.mentions(document.uri, document.source, document.suffix)
        ]

    async def definition(self, params: types.DefinitionParams) -> types.Location | None:
        """From a citation key, or from an identifier, to its entry."""
        document, offset = self._place(params)
        placed = await self._placed(document, offset)
        if placed is None and document.suffix != ".bib":
            mentions = await self._mentions(document, offset, offset)
            placed = await self._projects.entry_for(document, [mention.identifier.without_version() for mention in mentions])
        if placed is None:
            return None
        bibliography, entry = placed
        return types.Location(bibliography.uri, bibliography.text.range(entry.key_start, entry.key_start + len(entry.citekey)))

    async def completion(self, params: types.CompletionParams) -> list[types.CompletionItem]:
        """Citation keys of the document's bibliographies where one is cited, their identifiers where one is typed."""
        document, offset = self._place(params)
        line_start = document.text.around(offset, offset, 0)[0]
        typed = IDENTIFIER_TYPED.search(document.source[line_start:offset])
        if typed is not None:
            begun = typed[typed.lastgroup or 0]
            found = {str(work): entry for _, entry in await self._projects.entries(document) for work in entry.works}
            meant = {name: entry for name, entry in found.items() if name.lower().startswith(begun.lower())}
            return await self._offered(document, offset, begun, meant)
        key = citing.typed_key(document.source, offset, document.suffix) if document.suffix != ".bib" else None
        if key is None:
            return []
        found = {entry.citekey: entry for _, entry in await self._projects.entries(document) if entry.citekey}
        return await self._offered(document, offset, key, found)

    async def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """Quick fixes for the identifiers, citations and entries in the range."""
        document = self._buffers.get(params.text_document.uri)
        start, end = document.text.offset(params.range.start), document.text.offset(params.range.end)
        fixes: list[Fix] = []
        for mention in await self._mentions(document, start, end, is_whole=True):
            known = await self._known(mention.identifier)
            if isinstance(known, Reference):
                fixes += await self._fixes.for_mention(document, mention, known)
        if placed := await self._placed(document, start, anywhere=True):
            fixes += await self._fixes.for_entry(*placed)
        can_create = _can_create(self._server.client_capabilities)
        return [_action(fix, can_create=can_create) for fix in {fix.title: fix for fix in fixes}.values()]

    async def _offered(self, document: Buffer, offset: int, typed: str, entries: Mapping[str, Entry]) -> list[types.CompletionItem]:
        """The names that may be meant, each with its entry's title, or with its paper's where the entry has none."""
        untitled = [work for entry in entries.values() if not entry.title for work in entry.works]
        known = await self._papers.kept(untitled)
        place = document.text.range(offset - len(typed), offset)
        items = []
        for name, entry in entries.items():
            records = [known_work for work in entry.works if isinstance(known_work := of(known, work), Reference)]
            title = entry.title or next((plain(record.title or "") for record in records), None)
            items.append(
                types.CompletionItem(
                    name,
                    kind=types.CompletionItemKind.Reference,
                    detail=title,
                    documentation=documented(entry) or None,
                    filter_text=name,
                    text_edit=types.TextEdit(place, name),
                )
            )
        return items

    def _folders(self) -> None:
        workspace = self._server.workspace
        addresses = [*workspace.folders, *([workspace.root_uri] if workspace.root_uri else [])]
        self._projects.folders = [path for address in dict.fromkeys(addresses) if (path := file_of(address)) is not None]

    def _place(self, params: Placing) -> tuple[Buffer, int]:
        document = self._buffers.get(params.text_document.uri)
        return document, document.text.offset(params.position)

    async def _known(self, identifier: Identifier) -> Known:
        """What is kept, or what a service answers before patience ends."""
        known = of(await self._papers.kept([identifier]), identifier)
        if isinstance(known, Reference):
            return known
        return of(await _in_time(self._papers.asked([identifier])), identifier)

    async def _mentions(self, document: Buffer, start: int, end: int, *, is_whole: bool = False) -> list[Mention]:
        """The mentions that a range touches, or whose links it touches."""
        first, last = document.text.around(start, end, REACH)
        near = await self._papers.mentions_near(document.name, document.source[first:last], document.suffix)
        moved = [_moved(mention, first) for mention in near]
        places = [whole(document, mention)[:2] if is_whole else (mention.start, mention.end) for mention in moved]
        return [mention for mention, (begins, ends) in zip(moved, places, strict=True) if begins <= end and start <= ends]

    async def _cited(self, document: Buffer, offset: int) -> Citation | None:
        """The citation key at an offset."""
        found = await self._papers.citations(document.uri, document.source, document.suffix)
        return next((one for one in found if one.start <= offset <= one.end), None)

    async def _placed(self, document: Buffer, offset: int, *, anywhere: bool = False) -> Placed | None:
        """The entry that is cited at an offset; in a .bib file the one whose key stands there, or whose text."""
        if document.suffix != ".bib":
            cited = await self._cited(document, offset)
            return await self._projects.entry_of(document, cited.citekey) if cited else None
        for placed in await self._projects.entries(document):
            entry = placed[1]
            end = entry.end if anywhere else entry.key_start + len(entry.citekey)
            if entry.start <= offset <= end:
                return placed
        return None

    async def _shown(self, entry: Entry) -> str:
        """The paper of an entry; where none is known, what the entry says itself."""
        known = [of(await self._papers.kept([work]), work) for work in entry.works]
        return next((shown(one) for one in known if isinstance(one, Reference)), documented(entry))


async def _in_time(asking: Awaitable[Bibliography]) -> Bibliography:
    """What is answered before patience ends. The look-up goes on and is kept for the next time."""
    task = asyncio.ensure_future(asking)
    done, _ = await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
    return task.result() if done else Bibliography()


def _said(known: Known) -> str:
    if isinstance(known, Reference):
        return shown(known)
    return "no answer yet" if known is None else str(known)


def _moved(mention: Mention, by: int) -> Mention:
    return replace(mention, start=mention.start + by, end=mention.end + by)


def _hover(document: Buffer, start: int, end: int, text: str) -> types.Hover:
    return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, text), document.text.range(start, end))


def _can_create(capabilities: types.ClientCapabilities) -> bool:
    """Whether the editor takes edits that make files; one that says nothing of the kind gets them, too."""
    edits = capabilities.workspace.workspace_edit if capabilities.workspace else None
    return edits is None or edits.document_changes is not False


def _action(fix: Fix, *, can_create: bool) -> types.CodeAction:
    edits = [(edit.document, types.TextEdit(edit.document.text.range(edit.start, edit.end), edit.text)) for edit in fix.edits]
    if not can_create:
        return types.CodeAction(
            fix.title, types.CodeActionKind.QuickFix, edit=types.WorkspaceEdit({one.uri: [edit] for one, edit in edits})
        )
    changes: list[types.CreateFile | types.RenameFile | types.DeleteFile | types.TextDocumentEdit] = []
    for document, edit in edits:
        if not document.is_there:
            changes.append(types.CreateFile(document.uri, options=types.CreateFileOptions(ignore_if_exists=True)))
        named = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
        changes.append(types.TextDocumentEdit(named, [edit]))
    return types.CodeAction(fix.title, types.CodeActionKind.QuickFix, edit=types.WorkspaceEdit(document_changes=changes))
