"""One entry for a paper that is cited under several keys, with BibTeX."""

import subprocess
from pathlib import Path

import pytest

from bibtool.building.aliases import Entry, aliases_of, canonical_aux, tied
from bibtool.errors import IdentifierError
from bibtool.identifiers import ArxivId, Identifier, parse_identifier

GEMMA = ArxivId("2404.07839")


def identifier_of(citekey: str) -> Identifier | None:
    try:
        return parse_identifier(citekey)
    except IdentifierError:
        return None


@pytest.mark.parametrize(
    ("citekeys", "entries", "expected"),
    [
        pytest.param(["arXiv:2404.07839"], {"2404.07839": Entry((GEMMA,))}, {"arXiv:2404.07839": "2404.07839"}, id="spelling"),
        pytest.param(["2404.07839"], {"gemma": Entry((ArxivId("2404.07839", 2),))}, {"2404.07839": "gemma"}, id="an-authors-own-key"),
        pytest.param(["2404.07839v1", "2404.07839"], {"2404.07839": Entry((GEMMA,))}, {"2404.07839v1": "2404.07839"}, id="version"),
        pytest.param(["Knuth", "knuth"], {"knuth": Entry()}, {"Knuth": "knuth"}, id="case"),
        pytest.param(["old"], {"new": Entry(names=("older", "old"))}, {"old": "new"}, id="ids"),
        pytest.param(["Foo", "foo"], {}, {"foo": "Foo"}, id="case-of-what-is-not-there"),
        pytest.param(["2404.07839", "arXiv:2404.07839"], {}, {"arXiv:2404.07839": "2404.07839"}, id="spelling-of-what-is-not-there"),
        pytest.param(["a", "b"], {"a": Entry()}, {}, id="unknown"),
        pytest.param(["a_b", "A_B", "a%b"], {"a_b": Entry(), "A%B": Entry()}, {"A_B": "a_b"}, id="what-tex-would-not-take"),
    ],
)
def test_each_key_finds_the_one_that_stands_for_its_work(citekeys: list[str], entries: dict[str, Entry], expected: dict[str, str]) -> None:
    assert aliases_of(citekeys, entries, identifier_of) == expected


def test_bibtex_reads_one_key_for_each_work_from_all_files() -> None:
    texts = ["\\relax\n\\citation{a, B}\n\\@input{c.aux}\n\\bibdata{refs}\n\\bibstyle{plain}\n", "\\citation{b}\n\\bibcite{b}{1}\n"]
    assert canonical_aux(texts, {"B": "b"}) == "\\relax\n\\citation{a,b}\n\\bibdata{refs}\n\\bibstyle{plain}\n\\citation{b}\n"


def test_an_item_that_nothing_else_names_stays_as_it_is() -> None:
    bbl = "\\begin{thebibliography}{1}\n\n\\bibitem[{A [1]}(2020)]{a}\nA.\n\n\\bibitem{b} B.\n\\end{thebibliography}\n"
    assert tied(bbl, {"c": "d"}) == bbl
    assert tied(bbl, {"A": "a"}).partition("\\immediate")[0] == "\\begin{thebibliography}{1}\n\n\\bibitem[{A [1]}(2020)]{a}%\n"


@pytest.mark.needs("pdflatex", "bibtex", "pdftotext")
@pytest.mark.parametrize(
    ("packages", "style", "cited"),
    [
        ("", "plain", "[2] [2] [1] [1]"),
        (r"\usepackage[numbers]{natbib}\usepackage{hyperref}", "unsrtnat", "[1] [1] [2] [2]"),
        (r"\usepackage{natbib}\usepackage{hyperref}", "plainnat", "Ng [2024] Ng [2024] Knuth [1984] Knuth [1984]"),
        (r"\usepackage{cite}\usepackage{hyperref}", "IEEEtran", "[1] [1] [2] [2]"),
    ],
)
def test_the_hook_makes_one_entry_of_two_spellings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packages: str, style: str, cited: str
) -> None:
    monkeypatch.chdir(tmp_path)
    keys = ["2404.07839", "arXiv:2404.07839", "Knuth", "knuth"]
    text = " ".join(f"\\cite{{{key}}}" for key in keys)
    Path("main.tex").write_text(
        f"\\documentclass{{article}}{packages}\\begin{{document}}{text}\\bibliographystyle{{{style}}}\\bibliography{{refs}}\\end{{document}}",
        "utf-8",
    )
    Path("refs.bib").write_text(
        "@misc{2404.07839, title={Gemma}, author={Ng, A}, year=2024, eprint={2404.07839}, eprinttype={arxiv}}\n"
        "@book{knuth, title={Texbook}, author={Knuth, D}, year=1984, publisher={X}}\n",
        "utf-8",
    )
    latex = ["pdflatex", "-interaction=nonstopmode", "main"]
    subprocess.run(latex, check=True, capture_output=True)
    from bibtool.cli import main

    with pytest.raises(SystemExit, match="0"):
        main(["latex", "--offline", "--hook", "bibtex", "-terse", "main"])
    for _ in range(2):
        ran = subprocess.run(latex, check=True, capture_output=True)
    assert b"undefined" not in ran.stdout
    assert b"does not exist" not in ran.stdout
    printed = subprocess.run(["pdftotext", "main.pdf", "-"], check=True, capture_output=True, text=True).stdout
    assert printed.split("References")[0].split() == cited.split()
    assert (printed.count("Gemma"), printed.count("Texbook")) == (1, 1)
    assert not list(Path().glob("*.bibt.*"))
