"""The server as editors meet it: JSON-RPC over pipes in both encodings of positions, and headless Neovim changing files on disk."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bibtool_lsp
import pytest

from bibtool.testing import ArxivServer, check_plugin, made_up, serving

PAPERS = [
    made_up("2404.07839", title="On the Analytical Engine", authors=("Ada Lovelace",), versions=("2024-04-11T00:00:00Z",) * 2),
    made_up("hep-th/9711200", title="The Large N Limit", comment="This paper has been withdrawn by the author"),
]
# An accented letter, and one beyond the BMP: two units in UTF-16, four in UTF-8.
TEXT = "é 𝔄 https://arxiv.org/abs/2404.07839 and\narXiv:hep-th/9711200 and arXiv:2404.00001 [x](https://arxiv.org/abs/2404.07839)\n"
UNITS = {"utf-8": 8, "utf-16": 5}  # where the link starts


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArxivServer]:
    with serving(PAPERS) as running:
        monkeypatch.setenv("BIBT_ARXIV_URL", running.url)
        monkeypatch.setenv("BIBT_ARXIV_DELAY", "0.1")
        yield running


class Editor:
    """An editor's side of the protocol."""

    def __init__(self, folder: Path, encoding: str) -> None:
        command = [sys.executable, "-m", "bibtool", "lsp"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, env=dict(os.environ))
        self._number = 0
        self._heard: list[dict[str, Any]] = []
        capabilities = {"general": {"positionEncodings": [encoding]}, "textDocument": {}, "workspace": {}}
        answer = self.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities})
        self.encoding = answer["capabilities"]["positionEncoding"]
        self.tell("initialized", {})

    def ask(self, method: str, params: object) -> Any:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        return self._wait(lambda message: message.get("id") == self._number and "method" not in message)["result"]

    def tell(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    def open(self, path: Path, text: str) -> str:
        path.write_text(text, "utf-8")
        document = {"uri": path.as_uri(), "languageId": "markdown", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return path.as_uri()

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        method = "textDocument/publishDiagnostics"
        found = self._wait(lambda message: message.get("method") == method and message["params"]["uri"] == uri)
        return list(found["params"]["diagnostics"])

    def at(self, method: str, uri: str, line: int, character: int) -> Any:
        position = {"line": line, "character": character}
        return self.ask(method, {"textDocument": {"uri": uri}, "position": position})

    def actions(self, uri: str, line: int, character: int) -> dict[str, Any]:
        position = {"line": line, "character": character}
        params = {"textDocument": {"uri": uri}, "range": {"start": position, "end": position}, "context": {"diagnostics": []}}
        return {action["title"]: action["edit"]["documentChanges"] for action in self.ask("textDocument/codeAction", params)}

    def close(self) -> None:
        self.ask("shutdown", None)
        self.tell("exit", None)
        self._process.communicate(timeout=20)

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _wait(self, is_wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            for message in self._heard:
                if is_wanted(message):
                    self._heard.remove(message)
                    return message
            self._heard.append(self._receive())

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout
        length = 0
        while (line := self._process.stdout.readline().strip()) or not length:
            assert line, "the server ended"
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        received: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return received


@pytest.fixture(params=sorted(UNITS))
def editor(request: pytest.FixtureRequest, service: ArxivServer, tmp_path: Path) -> Iterator[Editor]:
    running = Editor(tmp_path, request.param)
    assert running.encoding == request.param
    yield running
    running.close()


def test_hover_shows_the_paper(editor: Editor, tmp_path: Path, service: ArxivServer) -> None:
    uri = editor.open(tmp_path / "notes.md", TEXT)
    shown = editor.at("textDocument/hover", uri, 0, UNITS[editor.encoding] + 25)
    assert shown["contents"]["value"].splitlines()[:2] == ["On the Analytical Engine", "Ada Lovelace"]
    assert shown["range"]["start"] == {"line": 0, "character": UNITS[editor.encoding] + len("https://arxiv.org/abs/")}
    assert editor.at("textDocument/hover", uri, 0, 0) is None
    editor.diagnostics(uri)
    asked = len(service.asked)
    assert editor.at("textDocument/hover", uri, 1, 8)["contents"]["value"].startswith("The Large N Limit")
    assert len(service.asked) == asked


def test_unknown_and_withdrawn_papers_are_marked(editor: Editor, tmp_path: Path) -> None:
    uri = editor.open(tmp_path / "notes.md", TEXT)
    found = {(one["range"]["start"]["line"], one["severity"], one["message"].partition(":")[0]) for one in editor.diagnostics(uri)}
    assert {(line, severity) for line, severity, _ in found} == {(1, 1), (1, 2)}
    assert any("withdrawn" in message for _, _, message in found)


def test_a_work_with_two_entries_is_marked(editor: Editor, tmp_path: Path) -> None:
    uri = editor.open(tmp_path / "refs.bib", "@misc{a, eprint = {2404.07839}}\n@misc{b, eprint = {2404.07839v1}}\n")
    [found] = editor.diagnostics(uri)
    assert (found["range"]["start"]["line"], found["message"]) == (1, "2404.07839 is the entry 'a' already")


def test_citing_puts_the_entry_into_the_bibliography(editor: Editor, tmp_path: Path) -> None:
    uri = editor.open(tmp_path / "notes.md", TEXT)
    editor.diagnostics(uri)
    created, added, replaced = editor.actions(uri, 0, UNITS[editor.encoding] + 3)["Cite this: On the Analytical Engine"]
    assert (created["kind"], Path(created["uri"]).name) == ("create", "refs.bib")
    assert "@misc{lovelace2024analytical" in added["edits"][0]["newText"]
    [edit] = replaced["edits"]
    assert edit["newText"] == "[@lovelace2024analytical]"
    start, end = edit["range"]["start"]["character"], edit["range"]["end"]["character"]
    assert (start, end) == (UNITS[editor.encoding], UNITS[editor.encoding] + len("https://arxiv.org/abs/2404.07839"))


def test_citing_takes_the_key_that_is_there_and_no_other_entrys(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "all.bib").write_text("@misc{mine, eprint = {2404.07839}}\n@misc{anon1997large,\n title = {T}}\n", "utf-8")
    uri = editor.open(tmp_path / "paper.tex", "arXiv:2404.07839\n\\href{https://arxiv.org/abs/2404.07839}{x}\n")
    editor.diagnostics(uri)
    actions = editor.actions(uri, 0, 8)
    [replaced] = actions["Cite this: On the Analytical Engine"]
    assert replaced["edits"][0]["newText"] == "\\cite{mine}"
    assert actions["Pin version 2"][0]["edits"][0]["newText"] == "v2"
    assert list(editor.actions(uri, 1, 30)) == ["Pin version 2"]


def test_keys_are_completed_and_lead_to_their_entries(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text("\n@misc{mine, eprint = {2404.07839}}\n", "utf-8")
    uri = editor.open(tmp_path / "notes.md", "See [@mi and arXiv:2404.07839 or [@mine].\n")
    editor.diagnostics(uri)
    [item] = editor.at("textDocument/completion", uri, 0, 8)
    assert (item["label"], item["detail"]) == ("mine", "On the Analytical Engine")
    assert editor.at("textDocument/completion", uri, 0, 2) in (None, [])
    place = editor.at("textDocument/definition", uri, 0, 36)
    assert (Path(place["uri"]).name, place["range"]["start"]["line"]) == ("refs.bib", 1)


def test_identifiers_lead_to_their_pages(editor: Editor, tmp_path: Path) -> None:
    uri = editor.open(tmp_path / "notes.md", TEXT)
    targets = [link["target"] for link in editor.ask("textDocument/documentLink", {"textDocument": {"uri": uri}})]
    assert targets[:2] == ["https://arxiv.org/abs/2404.07839", "https://arxiv.org/abs/hep-th/9711200"]


NEOVIM = """
local done, published = false, false
vim.lsp.handlers['textDocument/publishDiagnostics'] = function() published = true end
local id = vim.lsp.start_client({ name = 'bibt', cmd = { '%(python)s', '-m', 'bibtool', 'lsp' }, root_dir = vim.fn.getcwd() })
vim.cmd('edit notes.md')
vim.lsp.buf_attach_client(0, id)
vim.wait(20000, function() return published end, 20)
local params = { textDocument = vim.lsp.util.make_text_document_params(), context = { diagnostics = {} },
  range = { start = { line = 0, character = 10 }, ['end'] = { line = 0, character = 10 } } }
local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 20000)
for _, action in ipairs(answers[id].result) do
  if action.title:match('^Cite this') then vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(id).offset_encoding) end
end
vim.cmd('wall')
vim.cmd('qall!')
"""


@pytest.mark.needs("nvim")
def test_neovim_cites_a_link_and_writes_both_files(service: ArxivServer, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(TEXT, "utf-8")
    (tmp_path / "cite.lua").write_text(NEOVIM % {"python": sys.executable}, "utf-8")
    command = ["nvim", "--headless", "--clean", "-n", "-c", "luafile cite.lua"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (tmp_path / "notes.md").read_text("utf-8").startswith("é 𝔄 [@lovelace2024analytical] and\n"), ran.stderr
    assert re.search(r"eprint\s*= \{2404\.07839\}", (tmp_path / "refs.bib").read_text("utf-8"))


def test_the_plugin_is_found() -> None:
    assert check_plugin(bibtool_lsp) == {"commands": ["lsp"]}
