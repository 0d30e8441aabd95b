"""What documents cite. In fixtures/citations every key that begins with "yes" is cited where it stands, and none that begins with "no" is:
so the places are known without a finder, and the real tools say whether the fixtures speak the truth."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bibtool.cited import Cited
from bibtool.document import Document
from bibtool.errors import InputError
from bibtool.hosting.host import Host
from bibtool.reading.citing import cited_by

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "citations"
FINDERS = Host(installed=False).citation_finders
MAIN = ["natbib/main.tex", "biblatex/main.tex", "markdown/paper.md", "typst/paper.typ"]
YES = re.compile(r"(?<![\w-])yes-[\w:./-]*\w(?:\.(?=\}))?")


def find(text: str, suffix: str = ".tex", **files: str) -> Cited:
    """What the text cites; `files` are those that it draws in, a double underscore for the dot."""
    there = {name.replace("__", "."): content for name, content in files.items()}
    document = Document.from_text(text, f"main{suffix}", suffix)
    return FINDERS[suffix].find(document, lambda path: Document.from_text(there[path], path, Path(path).suffix) if path in there else None)


def keys(text: str, suffix: str = ".tex", **files: str) -> list[str]:
    return [citation.citekey for citation in find(text, suffix, **files).citations]


@pytest.mark.parametrize("main", MAIN)
def test_nothing_is_missed_nothing_invented_and_every_place_is_exact(main: str) -> None:
    cited = cited_by(str(FOLDER / main), FINDERS)
    found = {(one.document, one.start, one.end, one.citekey) for one in cited.citations}
    expected = {(name, *one.span(), one[0]) for name in cited.documents for one in YES.finditer(Path(name).read_text("utf-8"))}
    assert found == expected
    assert len(found) == len(cited.citations) > 30
    assert {str(path) for path in (FOLDER / main).parent.rglob("*.*") if path.is_file()} == set(cited.documents)
    for one in cited.citations:
        line = Path(one.document).read_text("utf-8").split("\n")[one.line - 1]
        assert line[one.column - 1 :].startswith(one.citekey)


@pytest.mark.parametrize(
    ("main", "names", "style", "package", "engine"),
    [
        ("natbib/main.tex", ["refs.bib", "more.bib"], "plainnat", "natbib", "bibtex"),
        ("biblatex/main.tex", ["refs.bib", "parts/more.bib"], "numeric-comp", "biblatex", "biber"),
        ("markdown/paper.md", ["refs.bib", "more refs.bib"], "ieee.csl", None, "citeproc"),
        ("typst/paper.typ", ["refs.bib", "parts/more.yml"], "ieee", None, "typst"),
    ],
)
def test_the_bibliographies_and_the_style_are_known(main: str, names: list[str], style: str, package: str | None, engine: str) -> None:
    cited = cited_by(str(FOLDER / main), FINDERS)
    folder = (FOLDER / main).parent
    assert [Path(one.path) for one in cited.bibliographies] == [folder / name for name in names]
    assert (cited.style, cited.package, cited.engine) == (style, package, engine)
    for one in cited.bibliographies:
        assert Path(one.document).read_text("utf-8")[one.start : one.end] == one.name


@pytest.mark.needs("pdflatex")
@pytest.mark.parametrize(("package", "suffix"), [("natbib", ".aux"), ("biblatex", ".bcf")])
def test_latex_sees_the_same_keys(tmp_path: Path, package: str, suffix: str) -> None:
    shutil.copytree(FOLDER / package, tmp_path / "paper")
    command = ["pdflatex", "-interaction=nonstopmode", "-draftmode", "main.tex"]
    subprocess.run(command, cwd=tmp_path / "paper", capture_output=True, check=False)
    seen = cited_by(str(tmp_path / "paper" / f"main{suffix}"), FINDERS)
    assert "! " not in (tmp_path / "paper" / "main.log").read_text("latin-1").replace("! Package biblatex", "")
    written = cited_by(str(tmp_path / "paper" / "main.tex"), FINDERS)
    assert set(seen.citekeys) == set(written.citekeys)
    assert [one.path for one in seen.bibliographies] == [one.path for one in written.bibliographies]
    for one in seen.citations:
        assert Path(one.document).read_text("utf-8")[one.start : one.end] == one.citekey


@pytest.mark.needs("pandoc")
def test_pandoc_sees_the_same_keys() -> None:
    text = (FOLDER / "markdown" / "paper.md").read_text("utf-8")
    assert set(_cited_by_pandoc(text)) == set(keys(text, ".md"))


def _cited_by_pandoc(text: str) -> list[str]:
    ran = subprocess.run(["pandoc", "-f", "markdown", "-t", "json"], input=text, capture_output=True, text=True, check=True)
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if value.get("t") == "Cite":
                found.extend(citation["citationId"] for citation in value["c"][0])
            value = list(value.values())
        for inner in value if isinstance(value, list) else ():
            walk(inner)

    walk(json.loads(ran.stdout))
    return found


@pytest.mark.needs("typst")
def test_typst_sees_the_same_keys(tmp_path: Path) -> None:
    import typst

    shutil.copytree(FOLDER / "typst", tmp_path / "paper")
    main = tmp_path / "paper" / "paper.typ"
    cited = cited_by(str(main), FINDERS)
    entries = "".join(f"@misc{{{key}, title = {{T}}, author = {{A, B}}, year = 2020}}\n" for key in sorted(cited.citekeys))
    (main.parent / "refs.bib").write_text(entries, "utf-8")
    (main.parent / "parts" / "more.yml").write_text("unused:\n  type: misc\n  title: T\n", "utf-8")
    seen = json.loads(typst.query(str(main), "cite"))  # an unknown key ends the compilation
    assert {re.sub(r'^(?:label\("|<)|(?:"\)|>)$', "", one["key"]) for one in seen} == set(cited.citekeys)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(r"\newcommand{\arxiv}[1]{\cite{arXiv:#1}}\arxiv{2404.07839}", ["arXiv:2404.07839"], id="prefix"),
        pytest.param(r"\newcommand{\arxiv}[1]{\cite{arXiv:#1}}\arxiv{1,2}", ["arXiv:1", "2"], id="prefix-of-a-list"),
        pytest.param(r"\newcommand{\by}[2]{\cite{#1:#2}}\by{knuth}{1984}", ["knuth:1984"], id="two-parts"),
        pytest.param(r"\newcommand{\a}[2][]{\cite[#1]{#2}}\newcommand{\b}[1]{\a[p]{#1}}\b{k}", ["k"], id="macro-in-macro"),
        pytest.param(r"\newcommand{\thekey}{smith}\cite{\thekey}", ["smith"], id="key-from-a-macro"),
        pytest.param(r"\cite{\unknown}", [], id="key-from-nowhere"),
        pytest.param(r"\newcommand{\x}{\cite{a}}\x\x", ["a"], id="key-in-a-macro-once"),
        pytest.param(r"\newcites{web}{Web}\citeweb{a}\nociteweb{b}", ["a", "b"], id="multibib"),
        pytest.param(r"\path(0,0) node {\cite{a}} (1,1); \path[draw] node[x] {\cite{b}};", ["a", "b"], id="tikz"),
        pytest.param(r"\MakeShortVerb{\|}|\cite{no}| \cite{yes}", ["yes"], id="short-verb"),
        pytest.param(r"\newminted{tex}{}\begin{texcode}\cite{no}\end{texcode}\cite{yes}", ["yes"], id="newminted"),
        pytest.param(r"\mintinline{tex}|\cite{no}|\mint{tex}!\cite{no}!\cite{yes}", ["yes"], id="mint"),
        pytest.param("\\begin{filecontents}{a.tex}\n\\cite{no}\n\\end{filecontents}\\cite{yes}", ["yes"], id="filecontents"),
        pytest.param(r"\excludecomment{solution}\begin{solution}\cite{no}\end{solution}", [], id="excludecomment"),
        pytest.param(r"\cite<see>[p.~3]{apacite} \cite<1->{beamer}", ["apacite", "beamer"], id="angle"),
        pytest.param(r"\citeA{a}\shortciteNP{b}\citeasnoun{c}\onlinecite{d}\newcite{e}", ["a", "b", "c", "d", "e"], id="others"),
        pytest.param(r"\renewcommand{\citeleft}{(}\citestyle{x}\excite{y}\citeindextrue{z}", [], id="look-alikes"),
        pytest.param("\\cite[b\n\n]{c} \\cite{d}", ["d"], id="paragraph-in-an-argument"),
        pytest.param("\\cite{a b,\n c d }", ["a b", "c d"], id="blanks-within"),
        pytest.param("\\cite{ab%\n  cd, e}", ["abcd", "e"], id="comment-within-a-key"),
        pytest.param("\r\n\\cite{a,\r\n  b}\r\n", ["a", "b"], id="crlf"),
        pytest.param(r"\cite[p. [3]{a} \cite[see [a] b]{c}", ["a", "c"], id="brackets"),
        pytest.param(r"\nocite{*}", [], id="everything"),
        pytest.param(r"\cite{} \cite{,} \cite", [], id="empty"),
        pytest.param(r"\newif\ifa \newcommand{\on}{\atrue} \ifa\cite{maybe}\fi", ["maybe"], id="a-condition-that-may-be-set"),
    ],
)
def test_latex(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


def test_a_key_that_a_macro_completes_stands_where_its_part_stands() -> None:
    text = r"\newcommand{\arxiv}[1]{\cite{arXiv:#1}}\arxiv{2404.07839}"
    [citation] = find(text).citations
    assert (text[citation.start : citation.end], citation.citekey, citation.command) == ("2404.07839", "arXiv:2404.07839", "arxiv")


def test_everything_in_a_bibliography_may_be_cited() -> None:
    assert find(r"\nocite{*}").cites_everything
    assert find("---\nnocite: '@*'\n---\n", ".md").cites_everything
    assert find('#bibliography("a.bib", full: true)', ".typ").cites_everything
    assert not find('#bibliography("a.bib")', ".typ").cites_everything


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (r"\bibliography{\jobname}", ["main.bib"]),
        (r"\def\files{one,two}\bibliography{\files}", ["one.bib", "two.bib"]),
        (r"\addbibresource[location=remote]{http://x/a.bib}", []),
        (r"\addbibresource[label=x]{sub/a.bib}", ["sub/a.bib"]),
        ("%\\bibliography{no}\n\\bibliography{a,%\n b.bib}", ["a.bib", "b.bib"]),
        (r"\putbib[unit]", ["unit.bib"]),
    ],
)
def test_bibliographies_of_latex(text: str, paths: list[str]) -> None:
    assert [one.path for one in find(text).bibliographies] == paths


def test_the_bibliographys_own_items_are_defined() -> None:
    cited = find(r"\cite{a}\begin{thebibliography}{9}\bibitem{a} A \bibitem[B(2020)]{b} B\end{thebibliography}")
    assert (cited.citekeys, cited.defined, cited.engine) == (("a",), ("a", "b"), None)


def test_a_subfile_reads_what_its_main_document_defines() -> None:
    main = r"\documentclass{article}\newcommand{\see}[1]{\cite{#1}}\addbibresource{refs.bib}\begin{document}\cite{no}\end{document}"
    text = r"\documentclass[book.tex]{subfiles}\begin{document}\see{yes}\end{document}"
    cited = find(text, book__tex=main)
    assert (cited.citekeys, [one.path for one in cited.bibliographies]) == (("yes",), ["refs.bib"])


def test_an_input_path_is_followed_and_a_cycle_ends() -> None:
    text = "\\makeatletter\\def\\input@path{{sub/}}\\makeatother\\input{a}\\cite{main}"
    assert keys(text, **{"sub/a__tex": r"\cite{a}\input{main}\input{a}"}) == ["a", "main"]


@pytest.mark.parametrize(
    ("text", "suffix", "expected"),
    [
        pytest.param("@fig-plot and [@sec-intro; @key] @eq-one @Tbl-two", ".qmd", ["key"], id="quarto-references"),
        pytest.param("@fig:plot ![x](y){#fig:plot} @fig:cited", ".md", ["fig:cited"], id="pandoc-crossref"),
        pytest.param(r"\@ref(fig:no) [@R-base] (\#eq:no)", ".rmd", ["R-base"], id="bookdown"),
        pytest.param("```{r}\n#| fig-cap: From @yes.\nx@no <- 1\n```\n`r x@no`", ".qmd", ["yes"], id="captions-of-cells"),
        pytest.param("{cite}`a,b` {cite:p}`c` `d`", ".md", ["a", "b", "c"], id="myst"),
        pytest.param(r"\citep[see @no][p. 3]{a, b} \textbf{@no}", ".md", ["a", "b"], id="raw-tex"),
        pytest.param('<cite data-cite="a,b">x</cite>', ".md", ["a", "b"], id="cite2c"),
        pytest.param("(@good) An example.\n\nAs (@good) shows, and @key.", ".md", ["key"], id="numbered-example"),
        pytest.param("```\n@yes, for no fence closes it", ".md", ["yes"], id="open-fence"),
        pytest.param("<pre>\n@no\n</pre> @yes\n", ".md", ["yes"], id="after-raw-html"),
        pytest.param("@a\r\n\r\n    @no\r\n\r\n@b", ".md", ["a", "b"], id="crlf"),
        pytest.param("@été @key_1 @a.b.c. @42 @a--b", ".md", ["été", "key_1", "a.b.c", "42", "a"], id="keys"),
        pytest.param("https://medium.com/@no a@no.org x.@no", ".md", [], id="addresses"),
        pytest.param("{{< include _part.qmd >}} @main", ".qmd", ["part", "main"], id="include"),
        pytest.param("```{r child='_part.qmd'}\n```\n@main", ".rmd", ["main", "part"], id="child"),
    ],
)
def test_markdown(text: str, suffix: str, expected: list[str]) -> None:
    assert keys(text, suffix, _part__qmd="@part") == expected


@pytest.mark.parametrize(
    ("yaml", "names"),
    [
        ("bibliography: refs.bib", ["refs.bib"]),
        ('bibliography: "my refs.bib" # @comment', ["my refs.bib"]),
        ("bibliography: [a.bib, 'b c.bib']", ["a.bib", "b c.bib"]),
        ("bibliography:\n- a.bib\n- b.bib\ntitle: x", ["a.bib", "b.bib"]),
        ("title: x\nbibliography:\n    - sub/a-b.bib", ["sub/a-b.bib"]),
    ],
)
def test_bibliographies_of_markdown(yaml: str, names: list[str]) -> None:
    text = f"---\n{yaml}\n---\n@key"
    cited = find(text, ".md")
    assert [one.name for one in cited.bibliographies] == names
    assert all(text[one.start : one.end] == one.name for one in cited.bibliographies)


def test_references_in_the_metadata_are_defined() -> None:
    text = "---\nreferences:\n- type: book\n  id: a\n  author:\n  - id: no\n- id: 'b'\n...\n@a @c"
    assert (find(text, ".md").defined, find(text, ".md").citekeys) == (("a", "b"), ("a", "c"))


def test_a_quarto_project_names_the_bibliography() -> None:
    cited = find("@key", ".qmd", _quarto__yml="project:\n  type: book\nbibliography: refs.bib\n")
    assert [(one.path, one.document) for one in cited.bibliographies] == [("refs.bib", "_quarto.yml")]


def test_a_notebooks_citations_stand_in_the_file_itself() -> None:
    cells = [
        {"cell_type": "raw", "source": "---\nbibliography: refs.bib\n---\n"},
        {
            "cell_type": "markdown",
            "source": ['é \U0001f600 "quoted"\\ @yes-first\n', "[@yes-second; -@yes-third]\n"],
            "metadata": {"source": "@no"},
        },
        {"cell_type": "code", "source": ["@no-decorator\n"], "outputs": [{"text": "@no"}]},
        {"cell_type": "markdown", "source": "`@no-code` @yes-last"},
    ]
    for indent, is_ascii in ((1, True), (None, False)):
        text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}, indent=indent, ensure_ascii=is_ascii)
        cited = find(text, ".ipynb")
        assert cited.citekeys == ("yes-first", "yes-second", "yes-third", "yes-last")
        assert all(text[one.start : one.end] == one.citekey for one in cited.citations)
        assert [one.place for one in cited.citations] == ["cell 2, line 1", "cell 2, line 2", "cell 2, line 2", "cell 4, line 1"]
        assert [text[one.start : one.end] for one in cited.bibliographies] == ["refs.bib"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"cells": [{}]}', '{"cells": {"a": 1}}', '{"cells": [{"cell_type": 1, "source": 2}]}'])
def test_what_is_no_notebook_is_said(text: str) -> None:
    with pytest.raises(InputError, match=r"main.ipynb: no Jupyter notebook"):
        find(text, ".ipynb")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('#let x = "a\\"b" \n @key', ["key"]),
        ("#f(x)(y)[@a].g(1)[@b]", ["a", "b"]),
        ("[@a #let x = 1] @b", ["a", "b"]),
        ('#{ if x { "@no" } else { [@a] } } @b', ["a", "b"]),
        ('= T <a>\n@a @b #label("c") @c #link(label("d"))[x] @d', ["b", "d"]),
        ("/* open @no", []),
        ("`open @a", ["a"]),
        ('#set text(lang: "de"); "@a"', ["a"]),
        ('#show: doc.with(\n  title: [A @a],\n  refs: "@no",\n)\n@b', ["a", "b"]),
    ],
)
def test_typst(text: str, expected: list[str]) -> None:
    assert keys(text, ".typ") == expected


def test_bibliographies_of_typst() -> None:
    text = '#show: ieee.with(title: "x", bibliography: bibliography("a.bib"))\n#bibliography("/b.yml", style: "apa", title: "T")'
    cited = find(text, ".typ")
    assert ([one.path for one in cited.bibliographies], cited.style) == (["a.bib", "b.yml"], "apa")


def test_an_aux_files_chapters_are_read() -> None:
    text = "\\relax\n\\citation{a,b}\n\\bibstyle{plain}\n\\bibdata{refs,main-blx}\n\\@input{c.aux}\n\\bibcite{no}{1}\n"
    cited = find(text, ".aux", c__aux="\\relax\n\\citation{c}\n\\citation{a}\n\\@input{main.aux}\n")
    assert (cited.citekeys, cited.style, cited.package, [one.path for one in cited.bibliographies]) == (
        ("a", "b", "c"),
        "plain",
        "biblatex",
        ["refs.bib"],
    )


def test_an_entity_of_a_control_file_is_not_expanded() -> None:
    text = (
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><bcf:citekey order="1">a&amp;b</bcf:citekey><bcf:citekey>&e;</bcf:citekey>'
    )
    assert keys(text, ".bcf") == ["a&b", "&e;"]


@pytest.mark.parametrize(
    ("text", "style"),
    [
        (r"\documentclass[prd, twocolumn]{revtex4-2}\bibliography{a}", "apsrev4-2"),
        (r"\documentclass[rmp]{revtex4-1}", "apsrmp4-1"),
        (r"\documentclass[aip, author-year]{revtex4-2}", "aipauth4-2"),
        (r"\documentclass{revtex4-2}\bibliographystyle{plain}", "plain"),
        (r"\documentclass{article}", None),
    ],
)
def test_a_class_may_name_the_style(text: str, style: str | None) -> None:
    assert find(text).style == style
