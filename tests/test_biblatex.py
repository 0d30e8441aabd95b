"""BibLaTeX entries, and what biber, biblatex and pandoc make of them."""

from pathlib import Path

import pytest

from bibtool.components import FormatOptions
from bibtool.formatters.biblatex import format_biblatex, format_entry
from bibtool.reference import Name, Reference
from tests.consumers import biber, pdf_text
from tests.trap_records import bibliography, traps

OPTIONS = FormatOptions()


def test_a_preprint_is_an_online_entry() -> None:
    assert format_entry("botev2024recurrentgemma", traps()["pinned"], OPTIONS) == (
        "@online{botev2024recurrentgemma,\n"
        "  author = {Botev, Aleksandar and De, Soham},\n"
        "  title = {{RecurrentGemma}: Moving Past Transformers for Efficient Open Language Models},\n"
        "  date = {2024-04},\n"
        "  version = {2},\n"
        "  pubstate = {prepublished},\n"
        "  eprint = {2404.07839v2},\n"
        "  eprinttype = {arxiv},\n"
        "  eprintclass = {cs.CL},\n"
        "  doi = {10.48550/arXiv.2404.07839}\n"
        "}\n"
    )


def test_a_published_paper_is_an_article() -> None:
    entry = format_entry("k", traps()["old-style"], OPTIONS)
    for line in ("@article{k,", "journaltitle = {Adv. Theor. Math. Phys.}", "volume = {2}", "date = {1998}", "eprint = {hep-th/9711200v3}"):
        assert line in entry


def test_letters_stay_and_specials_are_escaped() -> None:
    assert "Øbro, Mikkel" in format_entry("k", traps()["slashed-o"], OPTIONS)
    assert r"Re-Use \& Exchange" in format_entry("k", traps()["ampersand"], OPTIONS)


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        (Name(family="Smith", given="Jo, Ann"), "Smith, Jo Ann"),
        (Name(family="Smith, Jo", given="Ann"), "{Smith, Jo}, Ann"),
        (Name(family="Smith, Jo", given="Ann", suffix="Jr."), "Smith Jo, Jr., Ann"),
        (Name(literal="Smith, Jo and Co."), "{Smith, Jo and Co.}"),
    ],
    ids=str,
)
def test_commas_stand_where_biber_bears_them(name: Name, spelt: str) -> None:
    assert f"author = {{{spelt}}}" in format_entry("k", Reference(type="article", authors=(name,)), OPTIONS)


def test_letters_with_several_accents_stay_whole() -> None:
    entry = format_entry("k", Reference(type="article", authors=(Name(family="Nguyễn", given="Thị Hồng"),)), OPTIONS)
    assert "author = {Nguyễn, Thị Hồng}" in entry


@pytest.mark.needs("biber", "pdflatex", "pdftotext")
def test_biber_finds_nothing_to_warn_of_and_every_identifier_is_printed(tmp_path: Path) -> None:
    # biber turns every accent into its letter, and pdflatex has no Vietnamese ones.
    references = {name: reference for name, reference in traps().items() if name not in ("vietnamese", "t1-letters")}
    log = biber(format_biblatex(bibliography(references), OPTIONS), tmp_path)
    # The one thing that the data model asks for and these records do not have.
    warnings = [line for line in log.splitlines() if "WARN - " in line and "no-author" not in line and "no-title" not in line]
    assert warnings == []
    printed = pdf_text(tmp_path).replace(" ", "")
    assert [name for name, reference in references.items() if str(reference.arxiv) not in printed] == []
