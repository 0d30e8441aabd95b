"""`bibt latex`: whole documents to their PDF with the real engines, and what plain latexmk does after `--install`."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SNAPSHOT = ROOT / "fixtures" / "arxiv" / "snapshot.jsonl"
TITLES = {record["id"]: record["title"] for record in map(json.loads, SNAPSHOT.read_text("utf-8").splitlines())}
# Those with hundreds of authors fill pages with names.
CITED = ["2112.04426", "2203.15556", "2204.14198", "2206.04993", "2206.07682", "2208.11856", "2302.01318", "2404.07839"]


def macros_of(names: str) -> list[str]:
    return [f"\\{name}" for name in names.split()]


NATBIB = macros_of(
    "citet citep citealt citealp citet* citep* citealt* citealp* citeauthor citeauthor* citefullauthor citeyear citeyearpar citenum "
    "Citet Citep Citealt Citealp Citeauthor cite nocite"
)
BIBLATEX = macros_of(
    "cite Cite cite* parencite Parencite parencite* footcite footcitetext textcite Textcite smartcite Smartcite autocite Autocite "
    "autocite* citeauthor citeauthor* Citeauthor citetitle citetitle* citeyear citedate citeurl fullcite footfullcite notecite pnotecite "
    "cites Cites parencites footcites textcites smartcites autocites nocite"
)


def bibt(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "bibtool", *words], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A folder for a paper, with the records in the store, and none of the user's own settings of latexmk."""
    assert bibt(tmp_path, "cache", "import", str(SNAPSHOT)).returncode == 0
    (tmp_path / "paper" / "chapters").mkdir(parents=True)
    return tmp_path / "paper"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def write(paper: Path, preamble: str, ending: str, macros: list[str]) -> None:
    """A paper in three files that cites with each macro, under its identifiers in several spellings; comments and verbatim cite nothing."""
    spelt = [*CITED, *(f"arXiv:{one}" for one in CITED[:2]), f"ARXIV:{CITED[0]}"]
    lines = [f"{macro}{{{spelt[number % len(spelt)]}}}" for number, macro in enumerate(macros)]
    half = len(lines) // 2
    (paper / "chapters" / "one.tex").write_text("A chapter. " + " text\n".join(lines[:half]), "utf-8")
    (paper / "chapters" / "two.tex").write_text(
        " text\n".join(lines[half:]) + "\\cite{%\n  2206.04993,% \\cite{2312.11805}\n 2206.07682}", "utf-8"
    )
    (paper / "main.tex").write_text(
        f"\\documentclass{{article}}\\usepackage[T1]{{fontenc}}\\usepackage{{lmodern}}{preamble}\n"
        "\\begin{document}\n% \\cite{2312.11805}\n"
        "\\verb|\\cite{2312.11805}|\n\\begin{verbatim}\n\\cite{2312.11805}\n\\end{verbatim}\n"
        f"\\input{{chapters/one}}\n\\include{{chapters/two}}\n{ending}\\end{{document}}\n",
        "utf-8",
    )


def printed(pdf: Path) -> str:
    return subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout


def letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text.replace("ﬁ", "fi").replace("ﬂ", "fl").replace("ﬀ", "ff").replace("ﬃ", "ffi")).lower()


PAPERS = [
    pytest.param(r"\usepackage{natbib}", r"\bibliographystyle{plainnat}\bibliography{refs}", NATBIB, "", id="natbib"),
    pytest.param(
        "", r"\bibliographystyle{plain}\bibliography{refs}", [r"\cite", r"\nocite", r"\cite[p.~1]"] * 4, "out", id="bibtex-outdir"
    ),
    pytest.param(
        r"\usepackage[style=authoryear]{biblatex}\addbibresource{refs.bib}", r"\printbibliography", BIBLATEX, "out", id="biber-outdir"
    ),
]


@pytest.mark.needs("latexmk", "pdflatex", "bibtex", "biber", "pdftotext")
@pytest.mark.parametrize(("preamble", "ending", "macros", "out"), PAPERS)
def test_one_command_builds_the_paper_with_its_references(paper: Path, preamble: str, ending: str, macros: list[str], out: str) -> None:
    write(paper, preamble, ending, macros)
    words = ["latex", "--offline", "main.tex", "--", *([f"-outdir={out}"] if out else [])]
    ran = bibt(paper, *words)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    text = printed(paper / out / "main.pdf")
    assert not re.search(r"\[\?|\?\?|\(\?", text)
    assert "undefined" not in (paper / out / "main.log").read_text("latin-1")
    items = letters(text[re.search(r"\n(?:\d+\s+)?References\s", text).start() :])  # type: ignore[union-attr]
    for identifier in CITED:
        assert items.count(letters(TITLES[identifier])) == 1, TITLES[identifier]
    assert letters(TITLES["2312.11805"]) not in letters(text)
    before = {path: path.stat().st_mtime_ns for path in paper.rglob("*") if path.is_file()}
    again = bibt(paper, *words)
    assert "Nothing to do" in again.stdout
    assert before == {path: path.stat().st_mtime_ns for path in paper.rglob("*") if path.is_file()}


@pytest.mark.needs("latexmk", "pdflatex", "bibtex", "pdftotext")
def test_the_lock_alone_gives_the_same_pdf_without_network_and_cache(paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(paper, r"\usepackage{natbib}\usepackage{hyperref}", r"\bibliographystyle{plainnat}\bibliography{refs}", NATBIB)
    assert bibt(paper, "latex", "--offline", "main.tex").returncode == 0
    first, refs = printed(paper / "main.pdf"), (paper / "refs.bib").read_bytes()
    for path in [*paper.glob("main.[!t]*"), paper / "refs.bib"]:
        path.unlink()
    monkeypatch.setenv("BIBT_CACHE_DIR", str(paper.parent / "empty"))
    ran = bibt(paper, "latex", "--frozen", "main.tex")
    assert ran.returncode == 0, ran.stderr
    assert (printed(paper / "main.pdf"), (paper / "refs.bib").read_bytes()) == (first, refs)
    assert "does not exist" not in (paper / "main.log").read_text("latin-1")


@pytest.mark.needs("latexmk", "pdflatex", "bibtex", "pdftotext")
def test_plain_latexmk_does_it_once_it_is_installed(paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(paper, "", r"\bibliographystyle{plain}\bibliography{refs}", [r"\cite", r"\nocite"] * 6)
    (paper / ".latexmkrc").write_text("$pdf_mode = 1;", "utf-8")
    assert [bibt(paper, "latex", "--install").returncode for _ in range(2)] == [0, 0]
    lines = (paper / ".latexmkrc").read_text("utf-8").splitlines()
    assert (len(lines), lines[0]) == (2, "$pdf_mode = 1;")
    script = paper.parent / "bin" / "bibt"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m bibtool "$@"\n', "utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    subprocess.run(["latexmk", "-silent", "main.tex"], cwd=paper, check=True, capture_output=True)
    text = printed(paper / "main.pdf")
    assert "[?" not in text
    assert letters(TITLES["2404.07839"]) in letters(text)


@pytest.mark.needs("pdflatex", "bibtex", "pdftotext")
def test_without_latexmk_latex_is_run_as_often_as_it_takes(paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(paper, r"\usepackage{natbib}", r"\bibliographystyle{plainnat}\bibliography{refs}", NATBIB[:6])
    programs = paper.parent / "bin"
    programs.mkdir()
    for program in ("pdflatex", "bibtex"):
        (programs / program).symlink_to(str(shutil.which(program)))
    monkeypatch.setenv("PATH", str(programs))
    ran = bibt(paper, "latex", "--offline", "main.tex", "--", "-outdir=out")
    monkeypatch.undo()
    assert (ran.returncode, "latexmk is not there" in ran.stderr) == (0, True)
    text = printed(paper / "out" / "main.pdf")
    assert "?" not in text.split("References")[0]
    assert letters(TITLES["2112.04426"]) in letters(text)


@pytest.mark.needs("latexmk", "pdflatex", "bibtex", "pdftotext")
def test_a_key_that_only_the_engine_sees_is_looked_up_during_the_build(paper: Path) -> None:
    (paper / "main.tex").write_text(
        "\\documentclass{article}\\begin{document}\\newcount\\n \\n=2302 \\edef\\key{\\the\\n.01318}\\expandafter\\cite\\expandafter{\\key}"
        "\\bibliographystyle{plain}\\bibliography{refs}\\end{document}",
        "utf-8",
    )
    assert bibt(paper, "latex", "--offline", "main.tex").returncode == 0
    assert letters(TITLES["2302.01318"]) in letters(printed(paper / "main.pdf"))


@pytest.mark.needs("latexmk", "pdflatex", "bibtex")
def test_a_paper_that_nobody_knows_fails_the_command_and_not_the_build(paper: Path) -> None:
    (paper / "main.tex").write_text(
        "\\documentclass{article}\\begin{document}\\cite{2404.07839}\n\\cite{1901.00001}\\bibliographystyle{plain}\\bibliography{refs}\\end{document}",
        "utf-8",
    )
    ran = bibt(paper, "latex", "--offline", "main.tex")
    assert ran.returncode == 3
    assert ran.stderr.count("no reference for 1901.00001 (main.tex:2)") == ran.stderr.count("refs.bib: +1 new, 1 not answered") == 1
    assert (paper / "main.pdf").exists()


@pytest.mark.needs("latexmk", "pdflatex", "bibtex")
def test_a_broken_bibliography_is_said_left_alone_and_no_reason_for_no_pdf(paper: Path) -> None:
    (paper / "main.tex").write_text(
        "\\documentclass{article}\\begin{document}\\cite{a,2404.07839}\\bibliographystyle{plain}\\bibliography{refs}\\end{document}",
        "utf-8",
    )
    broken = "@misc{a, title = {A title}, author = {Ng, A}, year = 2020}\n@misc{b, title = {Never closed\n"
    (paper / "refs.bib").write_text(broken, "utf-8")
    ran = bibt(paper, "latex", "--offline", "main")
    assert (ran.returncode, "refs.bib:2" in ran.stderr) == (2, True), ran.stderr
    assert (paper / "main.pdf").exists()
    assert (paper / "refs.bib").read_text("utf-8") == broken


def test_a_document_that_is_not_there_is_said(paper: Path) -> None:
    ran = bibt(paper, "latex", "none.tex")
    assert (ran.returncode, ran.stderr) == (2, "bibt: none.tex: no such file or folder\n")
