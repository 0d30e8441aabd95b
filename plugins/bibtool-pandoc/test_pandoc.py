"""Both filters in real pandocs: what stands in the Word document, the page, the PDF and the notebook afterwards."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import bibtool_pandoc
import pytest
from bibtool_pandoc.document import with_references
from bibtool_pandoc.items import inlines
from bibtool_pandoc.lookup import References

from bibtool.testing import ArxivServer, check_plugin, made_up, serving

LUA = Path(bibtool_pandoc.__file__).with_name("bibt.lua")
AUTHORS = ("Ada Lovelace", "Ludwig van Beethoven", "Žofie Łukasiewicz")
PAPERS = [
    made_up("2404.07839", title="On $x_2$ and the Analytical Engine", authors=AUTHORS, versions=("2024-04-11T00:00:00Z",)),
    made_up("hep-th/9711200", title="The Large N Limit", authors=("Juan Maldacena",), versions=("1997-11-27T00:00:00Z",)),
    made_up("2203.15556", title="Training", authors=("Jordan Hoffmann",), versions=("2022-03-29T00:00:00Z",)),
    made_up("2112.11446", title="Scaling", authors=("Jack Rae",), versions=("2021-12-08T00:00:00Z",)),
]
TEXT = """---
nocite: "@arxiv:2112.11446"
---
As [@arxiv:2404.07839; @https://arxiv.org/abs/2404.07839v1, p. 3] says, @doi:10.48550/arXiv.2203.15556 trains
and [@arXiv:hep-th/9711200] limits.
"""

Pandoc = Callable[..., Path]


def newer_pandoc() -> str | None:
    """The pandoc 3 that the package pypandoc_binary brings."""
    found = importlib.util.find_spec("pypandoc")
    path = Path(found.origin).parent / "files" / "pandoc" if found and found.origin else Path("absent")
    return str(path) if path.exists() else None


@pytest.fixture
def server() -> Iterator[ArxivServer]:
    with serving(PAPERS) as running:
        yield running


@pytest.fixture(
    params=[
        pytest.param("json on pandoc 2", marks=pytest.mark.needs("pandoc")),
        pytest.param("json on pandoc 3", marks=pytest.mark.needs("pypandoc")),
        pytest.param("lua on pandoc 3", marks=pytest.mark.needs("pypandoc")),
    ]
)
def pandoc(request: pytest.FixtureRequest, server: ArxivServer, tmp_path: Path) -> Pandoc:
    """Turns a text into a file with a filter and citeproc; the file's path."""
    kind, _, version = request.param.partition(" on pandoc ")
    program = (shutil.which("pandoc") if version == "2" else newer_pandoc()) or ""
    asked = ["--filter", "bibt-pandoc"] if kind == "json" else ["--lua-filter", str(LUA)]
    beside = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{beside}:{os.environ['PATH']}", "BIBT_ARXIV_URL": server.url, "BIBT_ARXIV_DELAY": "0.1"}

    def convert(text: str, output: str, *words: str) -> Path:
        command = [program, *asked, "--citeproc", *words, "-s", "-o", output]
        ran = subprocess.run(command, input=text, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        (tmp_path / "stderr").write_text(ran.stderr, "utf-8")
        return tmp_path / output

    return convert


def read(html: str) -> str:
    """The text without tags and line ends."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


def assert_complete(text: str) -> None:
    """Every work is cited and listed with its year, and every name arrives."""
    plain = read(text)
    for cited in ("2024, 3)", "Hoffmann (2022)", "(Maldacena 1997)"):
        assert cited in plain
    for name in ("Lovelace", "Beethoven", "Łukasiewicz", "Hoffmann", "Maldacena", "Rae"):
        assert name in plain
    for title in ("Analytical Engine", "The Large N Limit", "Scaling"):
        assert title in plain
    assert "???" not in plain


def test_a_word_document_has_every_name_and_year(pandoc: Pandoc, server: ArxivServer) -> None:
    with zipfile.ZipFile(pandoc(TEXT, "paper.docx")) as packed:
        xml = packed.read("word/document.xml").decode()
    assert_complete(xml.replace("</w:p>", " "))
    assert len(server.asked) == 1


def test_a_page_has_each_work_once_and_its_mathematics(pandoc: Pandoc) -> None:
    html = pandoc(TEXT, "paper.html").read_text("utf-8")
    assert_complete(html)
    assert len(re.findall(r'class="csl-entry"', html)) == 4
    assert re.search(r"<sub>2</sub>", html)


def test_a_notebook_has_them(pandoc: Pandoc) -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": [TEXT.split("---\n")[2]]}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    made = json.loads(pandoc(json.dumps(notebook), "paper.ipynb", "-f", "ipynb+citations").read_text("utf-8"))
    text = read("".join("".join(cell["source"]) for cell in made["cells"]))
    assert "Lovelace" in text
    assert "Maldacena 1997" in text
    assert "2024, 3" in text


@pytest.mark.needs("pdflatex", "pdftotext")
def test_a_pdf_has_them(pandoc: Pandoc, tmp_path: Path) -> None:
    made = pandoc(TEXT, "paper.pdf", "--pdf-engine=pdflatex")
    text = subprocess.run(["pdftotext", "-layout", str(made), "-"], capture_output=True, text=True, check=True).stdout
    assert_complete(text)


def test_bare_links_are_citations_on_request(pandoc: Pandoc) -> None:
    text = "See <https://arxiv.org/abs/2404.07839> (and https://arxiv.org/pdf/hep-th/9711200). Not <https://example.org/>.\n"
    html = pandoc(text, "paper.html", "-M", "bibt-links=true").read_text("utf-8")
    assert re.search(r"See \(Lovelace[^)]* 2024\) \(and \(Maldacena 1997\)\)\.", read(html))
    assert "https://example.org/" in html
    untouched = pandoc(text, "other.html").read_text("utf-8")
    assert "Maldacena" not in untouched


def test_what_is_not_known_is_a_warning_and_the_rest_arrives(pandoc: Pandoc, tmp_path: Path) -> None:
    html = pandoc("[@arxiv:2404.00001] [@pmid:123] [@smith] [@arxiv:nonsense] [@arxiv:2203.15556]", "paper.html").read_text("utf-8")
    assert "Hoffmann 2022" in read(html)
    said = (tmp_path / "stderr").read_text("utf-8")
    assert "2404.00001" in said
    assert "not an arXiv identifier" in said


def test_the_authors_own_references_stand(pandoc: Pandoc, server: ArxivServer) -> None:
    own = "---\nreferences:\n- {id: 'arxiv:2203.15556', type: book, title: Mine, author: [{family: Own}], issued: 1999}\n---\n"
    html = pandoc(f"{own}[@arxiv:2203.15556]", "paper.html").read_text("utf-8")
    assert "(Own 1999)" in read(html)
    assert not server.asked


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("own.bib", "@book{arxiv:2203.15556, title={Mine}, author={Own, A.}, year=1999}"),
        (
            "own.json",
            '[{"id": "arxiv:2203.15556", "type": "book", "title": "Mine", "author": [{"family": "Own"}], "issued": {"raw": "1999"}}]',
        ),
        ("own.yaml", "references:\n- id: 'arxiv:2203.15556'\n  type: book\n  title: Mine\n  author: [{family: Own}]\n  issued: 1999\n"),
    ],
    ids=["bib", "json", "yaml"],
)
def test_the_bibliography_of_the_document_stands(pandoc: Pandoc, server: ArxivServer, tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    html = pandoc(f"---\nbibliography: [{name}]\n---\n[@arxiv:2203.15556] [@arxiv:2112.11446]", "paper.html").read_text("utf-8")
    assert "(Own 1999) (Rae 2021)" in read(html)
    assert len(server.asked) == 1


def test_the_plugin_is_found() -> None:
    assert check_plugin(bibtool_pandoc) == {"commands": ["pandoc"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "a < b", [{"t": "Str", "c": "a"}, {"t": "Space"}, {"t": "Str", "c": "<"}, {"t": "Space"}, {"t": "Str", "c": "b"}], id="plain"
        ),
        pytest.param("<i>x</i>", [{"t": "Emph", "c": [{"t": "Str", "c": "x"}]}], id="italic"),
        pytest.param("<i>x", [{"t": "Emph", "c": [{"t": "Str", "c": "x"}]}], id="left-open"),
        pytest.param("x</i>", [{"t": "Str", "c": "x"}], id="closes-nothing"),
        pytest.param(
            '<span class="nocase">x<sub>2</sub></span>',
            [{"t": "Span", "c": [["", ["nocase"], []], [{"t": "Str", "c": "x"}, {"t": "Subscript", "c": [{"t": "Str", "c": "2"}]}]]}],
            id="nested",
        ),
    ],
)
def test_mark_up_becomes_inlines(text: str, expected: list[object]) -> None:
    assert inlines(text) == expected


def test_a_document_without_citations_is_left_as_it_is() -> None:
    tree = {
        "pandoc-api-version": [1, 22],
        "meta": {},
        "blocks": [{"t": "Para", "c": [{"t": "Str", "c": "https://arxiv.org/abs/2404.07839"}]}],
    }
    assert with_references(tree, lambda written: References({}, []), lambda path: []) == tree
