"""Headless Neovim, whose quick fixes change files on disk."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bibtool.testing import made_up, serving

PAPERS = [
    made_up("2404.07839", title="On the Analytical Engine", authors=("Ada Lovelace",), versions=("2024-04-11T00:00:00Z",) * 2),
    made_up("1207.7214", title="A new particle", authors=("Georges Aad",), journal_ref="Phys.Lett. B716 (2012) 1-29"),
]
# Letters beyond ASCII and beyond the BMP before each place: what is counted in the wrong units lands elsewhere.
FILES = {
    "notes.md": "é 𝔄 https://arxiv.org/abs/2404.07839 and\nmore\n",
    "paper.tex": "% é 𝔄\n\\bibliography{lib/mine}\n𝔄 arXiv:2404.07839.\n",
    "lib/mine.bib": "% é\n@misc{aad, title = {A new particle 𝔄}, eprint = {1207.7214}, year = 2011, note = {own}}\n",
}
NEOVIM = """
local published = false
vim.lsp.handlers['textDocument/publishDiagnostics'] = function() published = true end
local id = vim.lsp.start_client({ name = 'bibt', cmd = { '%(python)s', '-m', 'bibtool', 'lsp' }, root_dir = vim.fn.getcwd() })
vim.cmd('edit %(file)s')
vim.lsp.buf_attach_client(0, id)
vim.wait(20000, function() return published end, 20)
vim.api.nvim_win_set_cursor(0, { %(line)d, vim.fn.stridx(vim.fn.getline(%(line)d), '%(word)s') + 3 })
local encoding = vim.lsp.get_client_by_id(id).offset_encoding
local params = vim.lsp.util.make_range_params(0, encoding)
params.context = { diagnostics = {} }
local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 20000)
for _, action in ipairs(answers[id].result) do
  if vim.startswith(action.title, '%(title)s') then vim.lsp.util.apply_workspace_edit(action.edit, encoding) end
end
vim.cmd('wall')
vim.cmd('qall!')
"""


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder with documents in it, beside a service that knows their papers."""
    (tmp_path / "lib").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    with serving(PAPERS) as running:
        monkeypatch.setenv("BIBT_ARXIV_URL", running.url)
        monkeypatch.setenv("BIBT_ARXIV_DELAY", "0.1")
        yield tmp_path


def fix(folder: Path, file: str, line: int, word: str, title: str) -> None:
    """Opens a file, goes to a word, and takes the quick fix that begins with the title."""
    values = {"python": sys.executable, "file": file, "line": line, "word": word, "title": title}
    (folder / "fix.lua").write_text(NEOVIM % values, "utf-8")
    command = ["nvim", "--headless", "--clean", "-n", "-c", "luafile fix.lua"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert "Error" not in ran.stderr, ran.stderr


@pytest.mark.needs("nvim")
def test_a_link_is_cited_in_a_new_bibliography(papers: Path) -> None:
    fix(papers, "notes.md", 1, "abs", "Cite this")
    assert (papers / "notes.md").read_text("utf-8") == "é 𝔄 [@lovelace2024analytical] and\nmore\n"
    made = (papers / "refs.bib").read_text("utf-8")
    assert made.startswith("@misc{lovelace2024analytical,\n")
    assert "eprint = {2404.07839}" in made
    assert sorted(path.name for path in papers.glob("*.bib")) == ["refs.bib"]


@pytest.mark.needs("nvim")
def test_an_identifier_is_cited_in_the_bibliography_that_the_document_names(papers: Path) -> None:
    fix(papers, "paper.tex", 3, "2404", "Cite this")
    assert (papers / "paper.tex").read_text("utf-8") == "% é 𝔄\n\\bibliography{lib/mine}\n𝔄 \\cite{lovelace2024analytical}.\n"
    text = (papers / "lib/mine.bib").read_text("utf-8")
    assert text.startswith(FILES["lib/mine.bib"] + "\n@misc{lovelace2024analytical,")


@pytest.mark.needs("nvim")
def test_a_version_is_pinned(papers: Path) -> None:
    fix(papers, "paper.tex", 3, "2404", "Pin version 2")
    assert (papers / "paper.tex").read_text("utf-8").endswith("𝔄 arXiv:2404.07839v2.\n")


@pytest.mark.needs("nvim")
def test_a_preprint_becomes_the_published_paper(papers: Path) -> None:
    fix(papers, "lib/mine.bib", 2, "title", "Use the published version")
    assert (papers / "lib/mine.bib").read_text("utf-8") == (
        "% é\n@article{aad, title = {A new particle 𝔄}, eprint = {1207.7214}, year = {2012}, note = {own}, "
        "journal = {Phys. Lett. B}, volume = {716}, pages = {1--29}, archivePrefix = {arXiv}, primaryClass = {cs.CL}, "
        "doi = {10.48550/arXiv.1207.7214}}\n"
    )
