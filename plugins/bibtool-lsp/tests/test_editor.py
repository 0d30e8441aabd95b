"""The server as editors meet it, over pipes, with the capabilities of three of them: positions in UTF-8, UTF-16 and UTF-32."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import bibtool_lsp
import pytest
import pytest_asyncio
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from bibtool.testing import ArxivServer, check_plugin, made_up, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAPERS = [
    made_up("2404.07839", title="On the Analytical Engine", authors=("Ada Lovelace",), versions=("2024-04-11T00:00:00Z",) * 2),
    made_up("hep-th/9711200", title="The Large N Limit", comment="This paper has been withdrawn by the author"),
    made_up(
        "1207.7214",
        title="Observation of a new particle",
        authors=("Georges Aad", "Tatevik Abajyan"),
        journal_ref="Phys.Lett. B716 (2012) 1-29",
        dois=("10.1016/j.physletb.2012.08.020",),
    ),
]
# An accented letter, and one beyond the BMP: two units in UTF-16, four in UTF-8. A form feed ends no line.
TEXT = "é 𝔄\f https://arxiv.org/abs/2404.07839 and\narXiv:hep-th/9711200 and arXiv:2404.00001 [x](https://arxiv.org/abs/2404.07839)\n"
EDITORS = {"neovim@v0.11": "utf-8", "visual_studio_code": "utf-16", "emacs": "utf-32"}
LINK = {"utf-8": 9, "utf-16": 6, "utf-32": 5}  # where the link starts
CITE = "Cite this: On the Analytical Engine"


@dataclass
class Editor:
    """An editor with a folder open; the folder's name has a blank and a letter that is no ASCII."""

    client: LanguageClient
    folder: Path
    encoding: str

    async def open(self, name: str, text: str, *, language: str = "", uri: str | None = None) -> str:
        path = self.folder / name
        if uri is None:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8", newline="")
        item = types.TextDocumentItem(uri or path.as_uri(), language or path.suffix.lstrip("."), 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return item.uri

    async def checked(self, name: str, text: str) -> list[types.Diagnostic]:
        """Opens a document, and waits for what is wrong in it."""
        uri = await self.open(name, text)
        return await self.diagnostics(uri)

    async def diagnostics(self, uri: str) -> list[types.Diagnostic]:
        """Waits for what is wrong in a document; what is published between the look and the waiting is not missed."""
        async with asyncio.timeout(60):
            while uri not in self.client.diagnostics:
                await self.client.protocol.wait_for_notification_async(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        return list(self.client.diagnostics.pop(uri))

    def change(self, uri: str, version: int, text: str, place: types.Range) -> None:
        named = types.VersionedTextDocumentIdentifier(uri=uri, version=version)
        change = types.TextDocumentContentChangePartial(range=place, text=text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(named, [change]))

    async def hover(self, uri: str, line: int, character: int) -> types.Hover | None:
        return await self.client.text_document_hover_async(
            types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        )

    async def said(self, uri: str, line: int, character: int) -> str:
        found = await self.hover(uri, line, character)
        assert found is not None
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def actions(self, uri: str, line: int, character: int) -> dict[str, list[tuple[str, types.TextEdit | None]]]:
        """The quick fixes by title: the name of each file, and its edit or None where it is made."""
        position = types.Position(line, character)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), types.Range(position, position), types.CodeActionContext([]))
        found = await self.client.text_document_code_action_async(params) or []
        return {one.title: self._edits(one) for one in found if isinstance(one, types.CodeAction)}

    def _edits(self, action: types.CodeAction) -> list[tuple[str, types.TextEdit | None]]:
        assert action.edit
        edits: list[tuple[str, types.TextEdit | None]] = []
        for change in action.edit.document_changes or ():
            if isinstance(change, types.TextDocumentEdit):
                edits += [(Path(change.text_document.uri).name, edit) for edit in change.edits if isinstance(edit, types.TextEdit)]
            elif isinstance(change, types.CreateFile):
                edits.append((Path(change.uri).name, None))
        return edits

    async def completed(self, uri: str, line: int, character: int) -> dict[str, types.CompletionItem]:
        place = types.CompletionParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        found = await self.client.text_document_completion_async(place) or []
        return {item.label: item for item in (found.items if isinstance(found, types.CompletionList) else found)}

    async def defined(self, uri: str, line: int, character: int) -> tuple[str, int] | None:
        place = types.DefinitionParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        found = await self.client.text_document_definition_async(place)
        return (Path(found.uri).name, found.range.start.line) if isinstance(found, types.Location) else None


def new_texts(edits: list[tuple[str, types.TextEdit | None]]) -> list[tuple[str, str | None]]:
    return [(name, edit.new_text if edit else None) for name, edit in edits]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clients(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Callable[[str], Awaitable[LanguageClient]]]:
    """A server for each editor that is asked for, all of them on one service."""
    running: dict[str, LanguageClient] = {}
    with serving(PAPERS) as service:

        async def started(name: str) -> LanguageClient:
            if name not in running:
                running[name] = await start(name, service, tmp_path_factory.mktemp("cache"))
            return running[name]

        yield started
        for client in running.values():
            await client.shutdown_session()
            # Nothing of what went wrong is put before whoever is writing.
            assert client.messages == []


async def start(name: str, service: ArxivServer, cache: Path) -> LanguageClient:
    environment = {**os.environ, "BIBT_ARXIV_URL": service.url, "BIBT_ARXIV_DELAY": "0.1", "BIBT_CACHE_DIR": str(cache)}
    environment["BIBT_DOI_URL"] = "http://127.0.0.1:9/"
    client = await ClientServerConfig(server_command=[sys.executable, "-m", "bibtool", "lsp"], server_env=environment).start()
    assert isinstance(client, LanguageClient)
    answer = await client.initialize_session(types.InitializeParams(capabilities=client_capabilities(name), workspace_folders=[]))
    assert answer.capabilities.position_encoding == EDITORS[name]
    return client


@pytest_asyncio.fixture(params=["visual_studio_code"], loop_scope="module")
async def editor(
    request: pytest.FixtureRequest, clients: Callable[[str], Awaitable[LanguageClient]], tmp_path: Path
) -> AsyncIterator[Editor]:
    """An editor with a folder of its own open, beside those that are open already."""
    folder = tmp_path / "my é papers"
    folder.mkdir()
    client = await clients(request.param)
    event = types.WorkspaceFoldersChangeEvent([types.WorkspaceFolder(folder.as_uri(), "papers")], [])
    client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    yield Editor(client, folder, EDITORS[request.param])
    event = types.WorkspaceFoldersChangeEvent([], [types.WorkspaceFolder(folder.as_uri(), "papers")])
    client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))


every_encoding = pytest.mark.parametrize("editor", sorted(EDITORS), indirect=True)


async def test_the_plugin_is_found() -> None:
    assert check_plugin(bibtool_lsp) == {"commands": ["lsp"]}


@every_encoding
async def test_hover_shows_the_paper(editor: Editor) -> None:
    uri = await editor.open("notes.md", TEXT)
    start = LINK[editor.encoding]
    found = await editor.hover(uri, 0, start + 25)
    assert found is not None
    assert found.range == types.Range(types.Position(0, start + 22), types.Position(0, start + 32))
    assert (await editor.said(uri, 0, start + 25)).splitlines()[:2] == ["On the Analytical Engine", "Ada Lovelace"]
    assert await editor.hover(uri, 0, 0) is None
    assert (await editor.said(uri, 1, 8)).startswith("The Large N Limit")


@pytest.mark.parametrize(
    ("name", "text", "character"),
    [
        ("a.tex", r"\cite{mine} is fine", 8),
        ("a.md", "as [@mine, p. 3] says", 6),
        ("a.qmd", "as -@mine says", 6),
        ("a.typ", "as #cite(<mine>) says", 12),
        ("a.typ", "as @mine says", 5),
        ("a.txt", "see arXiv:2404.07839", 15),
        ("a.bib", "@misc{mine, eprint = {2404.07839}}", 8),
    ],
)
async def test_hover_knows_each_kind_of_document(editor: Editor, name: str, text: str, character: int) -> None:
    await editor.checked("refs.bib", "@misc{mine,\n  eprint = {2404.07839},\n}\n")
    assert (await editor.said(await editor.open(name, text), 0, character)).startswith("On the Analytical Engine")


async def test_a_service_that_is_down_makes_no_noise(tmp_path: Path) -> None:
    with serving(PAPERS) as service:
        service.script(always="500")
        client = await start("visual_studio_code", service, tmp_path)
        editor = Editor(client, tmp_path, "utf-16")
        assert await editor.checked("notes.md", "arXiv:2404.07839 and arXiv:2404.00001\n") == []
        assert "2404" in await editor.said((tmp_path / "notes.md").as_uri(), 0, 10)
        asked = len(service.asked)
        client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier((tmp_path / "notes.md").as_uri())))
        assert await editor.diagnostics((tmp_path / "notes.md").as_uri()) == []
        assert len(service.asked) == asked
        await client.shutdown_session()
        assert client.messages == []


async def test_unknown_and_withdrawn_papers_are_marked(editor: Editor) -> None:
    found = await editor.checked("notes.md", TEXT)
    assert [(one.range.start.line, one.severity) for one in found] == [
        (1, types.DiagnosticSeverity.Warning),
        (1, types.DiagnosticSeverity.Error),
    ]
    assert "withdrawn" in found[0].message
    assert "2404.00001" in found[1].message


async def test_an_entry_that_names_another_paper_than_it_describes_is_marked(editor: Editor) -> None:
    text = """@article{wrong,
  title = {Attention is all you need}, author = {Vaswani, Ashish and Shazeer, Noam},
  eprint = {2404.07839},
}
@article{renamed, title = {First notes on computing machinery}, author = {Lovelace, A.}, eprint = {2404.07839}}
@article{short, title = {Observation}, author = {{ATLAS Collaboration}}, eprint = {1207.7214}}
"""
    found = [one for one in await editor.checked("refs.bib", text) if "another paper" in one.message]
    assert [(one.range.start.line, one.message) for one in found] == [
        (2, "2404.07839 is another paper: 'On the Analytical Engine' by Ada Lovelace")
    ]


async def test_entries_for_one_paper_are_marked(editor: Editor) -> None:
    text = """@misc{a, eprint = {2404.07839}}
@misc{b, eprint = {2404.07839v1}}
@article{c, eprint = {1207.7214}, title = {Observation of a new particle}}
@article{d, doi = {10.1016/j.physletb.2012.08.020}}
@misc{A, title = {Other}}
"""
    found = await editor.checked("refs.bib", text)
    assert {(one.range.start.line, one.message) for one in found} == {
        (1, "2404.07839 is the entry 'a' already"),
        (3, "10.1016/j.physletb.2012.08.020 is the entry 'c' already"),
        (4, "there is an entry 'a' already"),
    }


async def test_what_is_corrected_is_not_marked_any_more(editor: Editor) -> None:
    uri = await editor.open("refs.bib", "@misc{a, eprint = {2404.07839}}\n@misc{b, eprint = {2404.07839}}\n")
    assert len(await editor.diagnostics(uri)) == 1
    for version, character in enumerate("1207.7214", 2):
        place = types.Position(1, 19 + version - 2)
        end = types.Position(1, 29) if version == 2 else place
        editor.change(uri, version, character, types.Range(place, end))
    assert await editor.diagnostics(uri) == []
    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    assert await editor.diagnostics(uri) == []


@every_encoding
async def test_citing_puts_the_entry_into_a_new_bibliography(editor: Editor) -> None:
    uri = await editor.open("notes.md", TEXT)
    start = LINK[editor.encoding]
    created, added, replaced = (await editor.actions(uri, 0, start + 3))[CITE]
    assert created == ("refs.bib", None)
    assert added[1] is not None
    assert added[1].new_text.startswith("@misc{lovelace2024analytical")
    end = start + len("https://arxiv.org/abs/2404.07839")
    assert replaced == (
        "notes.md",
        types.TextEdit(types.Range(types.Position(0, start), types.Position(0, end)), "[@lovelace2024analytical]"),
    )


@pytest.mark.parametrize(
    ("name", "text", "character", "expected"),
    [
        ("a.tex", r"\url{https://arxiv.org/abs/2404.07839} \citep{x}", 30, r"\citep{mine}"),
        ("a.tex", r"\href{https://arxiv.org/abs/2404.07839}{The engine}.", 30, r"The engine~\cite{mine}"),
        ("a.tex", r"\cite{other, 2404.07839}", 16, "mine"),
        ("a.md", "[The engine](https://arxiv.org/abs/2404.07839)", 40, "The engine [@mine]"),
        ("a.qmd", "as [@arxiv:2404.07839, p. 3] says", 14, "mine"),
        ("a.typ", '#link("https://arxiv.org/abs/2404.07839")[The engine]', 30, "The engine @mine"),
        ("a.txt", "see arXiv:2404.07839.", 14, "[@mine]"),
    ],
)
async def test_citing_speaks_each_language(editor: Editor, name: str, text: str, character: int, expected: str) -> None:
    await editor.open("all.bib", "@misc{mine, eprint = {2404.07839}}\n")
    uri = await editor.open(name, text)
    assert new_texts((await editor.actions(uri, 0, character))[CITE]) == [(name, expected)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tex", "arXiv:2404.07839 \\bibliography{lib/strings,lib/mine}"),
        ("a.tex", "arXiv:2404.07839 \\addbibresource{lib/mine.bib}"),
        ("a.md", "---\nbibliography: [lib/mine.bib]\n---\n"),
        ("a.qmd", "---\nbibliography:\n  - lib/mine.bib\n---\n"),
        ("a.typ", '#bibliography("lib/mine.bib")\n'),
    ],
)
async def test_citing_adds_to_the_bibliography_that_the_document_names(editor: Editor, name: str, text: str) -> None:
    await editor.open("other.bib", "")
    await editor.open("lib/mine.bib", "% mine\n@misc{lovelace2024analytical, title = {Another}}")
    line = text.count("\n")
    uri = await editor.open(name, text if "2404" in text else f"{text}arXiv:2404.07839")
    (file, added), _ = (await editor.actions(uri, 0 if "2404" in text else line, 8))[CITE]
    assert file == "mine.bib"
    assert added is not None
    assert added.new_text.startswith("\n\n@")
    assert "{lovelace2024analyticala," in added.new_text or "{lovelace2024analyticalb," in added.new_text
    assert (added.range.start.line, added.range.start.character) == (1, 48)
    assert ("eprinttype" in added.new_text) == ("addbibresource" in text)


async def test_a_part_has_the_bibliography_of_its_main_file(editor: Editor) -> None:
    await editor.open("refs.bib", "\n@misc{mine, title = {T}, eprint = {2404.07839}}\n")
    await editor.open("main.tex", "\\input{parts/one}\n\\bibliography{refs}\n")
    uri = await editor.open("parts/one.tex", "% a comment \\cite{no}\nAs \\citet[see][]{other,mine} says; arXiv:2404.07839.")
    assert await editor.defined(uri, 1, 26) == ("refs.bib", 1)
    assert await editor.defined(uri, 1, 46) == ("refs.bib", 1)
    assert await editor.defined(uri, 0, 19) is None
    assert list(await editor.completed(uri, 1, 26)) == ["mine"]


@pytest.mark.parametrize(
    ("name", "text", "character"),
    [
        ("a.tex", r"\cite{", 6),
        ("a.tex", r"\parencite[p. 3]{other, mi", 26),
        ("a.md", "See [@mi", 8),
        ("a.qmd", "See @", 5),
        ("a.typ", "#cite(<", 7),
        ("a.typ", "see @mi", 7),
    ],
)
async def test_keys_are_completed_with_their_titles(editor: Editor, name: str, text: str, character: int) -> None:
    await editor.open(
        "refs.bib", "@misc{mine, eprint = {2404.07839}}\n@misc{open, title = {A {T}itle}, author = {Doe, J.}, year = 1999}\n@misc{"
    )
    await editor.checked("x.md", "arXiv:2404.07839")
    found = await editor.completed(await editor.open(name, text), 0, character)
    assert [(label, item.detail) for label, item in found.items()] == [("mine", "On the Analytical Engine"), ("open", "A Title")]
    assert found["open"].documentation == "A Title\nDoe, J.\n1999"


@pytest.mark.parametrize(
    ("text", "character", "expected"),
    [
        ("see arXiv:24", 12, ["2404.07839"]),
        ("see 1207.", 9, ["1207.7214"]),
        ("see [@arxiv:", 12, ["2404.07839", "1207.7214", "hep-th/9711200"]),
        ("see hep-th/97", 13, ["hep-th/9711200"]),
        ("in 2404 we", 7, []),
        ("See [x", 6, []),
    ],
)
async def test_identifiers_of_the_bibliography_are_completed(editor: Editor, text: str, character: int, expected: list[str]) -> None:
    numbers = ("2404.07839", "1207.7214", "hep-th/9711200")
    await editor.open("refs.bib", "".join(f"@misc{{k{place}, title = {{T}}, eprint = {{{one}}}}}\n" for place, one in enumerate(numbers)))
    assert list(await editor.completed(await editor.open("a.md", text), 0, character)) == expected


async def test_a_version_is_pinned(editor: Editor) -> None:
    uri = await editor.open("a.md", "arXiv:2404.07839 https://doi.org/10.48550/arXiv.2404.07839 arXiv:2404.07839v1")
    assert new_texts((await editor.actions(uri, 0, 8))["Pin version 2"]) == [("a.md", "v2")]
    assert "Pin version 2" not in await editor.actions(uri, 0, 55)
    assert "Pin version 2" not in await editor.actions(uri, 0, 72)


async def test_a_preprint_becomes_the_published_paper(editor: Editor) -> None:
    text = """@string{x = {y}}
@misc{mine,
  title   = {Observation of a new particle},
  author  = {Aad, G. and others},
  journal = {arXiv preprint arXiv:1207.7214},
  year    = {2011},
  file    = {own.pdf},
}
"""
    bib = await editor.open("refs.bib", text)
    await editor.diagnostics(bib)
    title = "Use the published version: Phys. Lett. B 716"
    [(_, edit)] = (await editor.actions(bib, 2, 5))[title]
    assert edit is not None
    assert (edit.range.start, edit.range.end) == (types.Position(1, 0), types.Position(7, 1))
    assert (
        edit.new_text
        == """@article{mine,
  title   = {Observation of a new particle},
  author  = {Aad, G. and others},
  journal = {Phys. Lett. B},
  year    = {2012},
  file    = {own.pdf},
  volume  = {716},
  pages   = {1--29},
  eprint  = {1207.7214},
  archivePrefix = {arXiv},
  primaryClass = {cs.CL},
  doi     = {10.1016/j.physletb.2012.08.020},
  note    = {arXiv:1207.7214},
}"""
    )
    paper = await editor.open("paper.tex", "\\cite{mine}")
    assert title in await editor.actions(paper, 0, 8)
    done = await editor.open("done.bib", edit.new_text)
    assert title not in await editor.actions(done, 2, 5)


async def test_an_address_in_a_bibliography_becomes_an_entry(editor: Editor) -> None:
    uri = await editor.open("refs.bib", "% mine\nhttps://arxiv.org/abs/2404.07839\n")
    [(_, edit)] = (await editor.actions(uri, 1, 5))["Add the entry: On the Analytical Engine"]
    assert edit is not None
    assert edit.new_text.startswith("@misc{lovelace2024analytical,")
    assert edit.new_text.endswith("\n}")


async def test_identifiers_lead_to_their_pages(editor: Editor) -> None:
    uri = await editor.open("notes.md", TEXT)
    found = await editor.client.text_document_document_link_async(types.DocumentLinkParams(types.TextDocumentIdentifier(uri))) or []
    assert [link.target for link in found][:2] == ["https://arxiv.org/abs/2404.07839", "https://arxiv.org/abs/hep-th/9711200"]


async def test_a_buffer_without_a_file_is_a_document(editor: Editor) -> None:
    await editor.open("refs.bib", "@misc{mine, eprint = {2404.07839}}\n")
    uri = await editor.open("", "See \\cite{mine} and arXiv:2404.07839.", language="latex", uri="untitled:Untitled-1")
    assert (await editor.said(uri, 0, 12)).startswith("On the Analytical Engine")
    assert "Cite this: On the Analytical Engine" in await editor.actions(uri, 0, 30)


async def test_what_changes_on_disk_counts_at_once(editor: Editor) -> None:
    (editor.folder / "refs.bib").write_text("@misc{mine, title = {T}, eprint = {2404.07839}}\n", "utf-8")
    uri = await editor.open("a.md", "[@mine] [@yours]")
    assert await editor.defined(uri, 0, 4) == ("refs.bib", 0)
    (editor.folder / "refs.bib").write_text("\n\n@misc{yours, title = {T}}\n", "utf-8")
    events = [types.FileEvent((editor.folder / "refs.bib").as_uri(), types.FileChangeType.Changed)]
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))
    assert await editor.defined(uri, 0, 4) is None
    assert await editor.defined(uri, 0, 12) == ("refs.bib", 2)
    (editor.folder / "refs.bib").unlink()
    assert await editor.defined(uri, 0, 12) is None


@every_encoding
async def test_many_edits_and_questions_that_nobody_waits_for_leave_it_sound(editor: Editor) -> None:
    uri = await editor.open("a.md", "\r\n" * 3 + "é𝔄 \n")
    last = {"utf-8": 7, "utf-16": 4, "utf-32": 3}[editor.encoding]
    asked = []
    for version, character in enumerate("arXiv:2404.07839", 2):
        place = types.Position(3, last + version - 2)
        editor.change(uri, version, character, types.Range(place, place))
        question = asyncio.ensure_future(editor.hover(uri, 3, last))
        asked.append(question)
        question.cancel()
    assert (await editor.said(uri, 3, last + 9)).startswith("On the Analytical Engine")
    assert await editor.diagnostics(uri) == []
