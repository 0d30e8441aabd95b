"""Finished lists in CSL and BibTeX styles, and nothing live from a record in them."""

import re
from pathlib import Path

import pytest
from bibtool_styles import bibtool_styles
from bibtool_styles.marked import hidden, spelt

from bibtool import ArxivId, Bibliography, Doi, InputError, Name, PartialDate, Reference

ENGINES = {engine.name: engine for engine in bibtool_styles()}
PREPRINT = Reference(
    type="article",
    genre="preprint",
    publisher="arXiv",
    identifiers=(ArxivId("1706.03762", 7),),
    title="Attention & $x^2$ is all_you *need*",
    authors=(Name(family="Vaswani", given="Ashish"), Name(family="Tak", given="Floris", particle="van der"), Name(literal="The Team")),
    issued=PartialDate(2017, 6, 12),
)
PUBLISHED = Reference(
    type="article",
    identifiers=(ArxivId("0704.0001"), Doi("10.1103/PhysRevD.76.013009")),
    title="Calculation of prompt diphoton production",
    authors=(Name(family="Balázs", given="C."),),
    issued=PartialDate(2007, 4, 2),
    journal_ref="Phys.Rev.D76:013009,2007",
)
HOSTILE = Reference(
    type="article",
    identifiers=(ArxivId("2001.00001"),),
    title="<script>alert(1)</script> [x](javascript:y) <img src=x> $<b>$ \ue100 \\input{x}",
    authors=(Name(family="<b>Bob", given="![p](http://e.example/p.png)"),),
    issued=PartialDate(2020),
)
BOOK = Bibliography([("one", PREPRINT), ("two", PUBLISHED), ("three", HOSTILE)])
BST = """ENTRY { author title howpublished note eprint year } {} {}
FUNCTION {output.both} { note empty$ { howpublished empty$ { "" } { howpublished } if$ } { note } if$ }
FUNCTION {misc} { "\\bibitem{" cite$ * "}" * write$ newline$ author write$ ". {\\em " title * "}. " * write$ output.both write$ newline$ }
FUNCTION {article} { misc }
FUNCTION {default.type} { misc }
READ
FUNCTION {begin} { "\\begin{thebibliography}{9}" write$ newline$ }
EXECUTE {begin}
ITERATE {call.type$}
FUNCTION {end} { "\\end{thebibliography}" write$ newline$ }
EXECUTE {end}
"""


@pytest.fixture
def own_style(tmp_path: Path) -> str:
    """A BibTeX style that no table knows: it prints `howpublished` or `note`, and no eprint field."""
    path = tmp_path / "ours.bst"
    path.write_text(BST, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("style", ["ieee", "apa", "nature", "chicago-author-date"])
def test_a_csl_style_prints_every_reference(style: str) -> None:
    text = ENGINES["csl"].render(BOOK, style, "text")
    assert len(text.strip().splitlines()) >= 3
    assert "Vaswani" in text
    assert "Balázs" in text
    assert "Phys. Rev. D" in text


def test_ieee_numbers_nothing_and_sets_the_journal_in_italics() -> None:
    lines = ENGINES["csl"].render(BOOK, "ieee", "markdown").splitlines()
    assert lines[0].startswith("- A. Vaswani, F. van der Tak, and The Team, “Attention \\& x<sup>2</sup> is all\\_you \\*need\\*")
    assert "*Phys. Rev. D*, vol. 76, p. 013009, 2007" in lines[1]


@pytest.mark.parametrize("engine", ["csl", "bst"])
def test_nothing_of_a_record_is_live_in_html(engine: str, own_style: str) -> None:
    html = ENGINES[engine].render(BOOK, own_style if engine == "bst" else "ieee", "html")
    assert set(re.findall(r"<([a-z]+)", html)) <= {"ol", "li", "i", "b", "sup", "sub"}
    assert re.search("[\ue000-\uf8ff]", html) is None
    assert html.count("<li>") == 3


@pytest.mark.parametrize("engine", ["csl", "bst"])
def test_nothing_of_a_record_is_live_in_markdown(engine: str, own_style: str) -> None:
    text = ENGINES[engine].render(BOOK, own_style if engine == "bst" else "ieee", "markdown")
    assert re.search(r"(?<!\\)\[x|(?<!\\)<(?!/?su[bp]>)|(?<!\\)!\[", text) is None


def test_a_bst_style_prints_the_identifier(own_style: str) -> None:
    text = ENGINES["bst"].render(BOOK, own_style, "text")
    assert text.count("arXiv:1706.03762v7") == 1
    assert text.count("arXiv:0704.0001") == 1


def test_a_bst_style_keeps_its_emphasis(own_style: str) -> None:
    assert "*Calculation of prompt diphoton production*" in ENGINES["bst"].render(BOOK, own_style, "markdown")


@pytest.mark.parametrize("engine", ["csl", "bst"])
def test_a_style_that_is_not_there_is_refused(engine: str) -> None:
    with pytest.raises(InputError, match="no-such-style"):
        ENGINES[engine].render(BOOK, "no-such-style", "text")


def test_a_file_that_is_no_style_is_refused(tmp_path: Path) -> None:
    for name, engine in (("x.csl", "csl"), ("x.bst", "bst")):
        (tmp_path / name).write_text("<no style", encoding="utf-8")
        with pytest.raises(InputError, match="x\\."):
            ENGINES[engine].render(BOOK, str(tmp_path / name), "text")


def test_private_characters_of_a_record_are_left_out(own_style: str) -> None:
    private = Reference(type="article", title="A\ue03cb\ue03e and \ue100")
    for engine, style in (("bst", own_style), ("csl", "ieee")):
        assert re.search("[\ue000-\uf8ff<>]", ENGINES[engine].render(Bibliography([("k", private)]), style, "text")) is None


def test_marks_of_a_record_are_no_marks() -> None:
    assert spelt(hidden("\ue100<i>a</i> <x>"), "html") == "<i>a</i> &lt;x&gt;"


def test_what_a_renderer_would_link_or_number_is_text_in_markdown(own_style: str) -> None:
    titled = Reference(type="article", title="Http://evil.example and www.evil.example", authors=(Name(literal="a.k.a. Roe"),))
    text = ENGINES["bst"].render(Bibliography([("k", titled)]), own_style, "markdown")
    assert text.startswith("- a\\.k.a. Roe")
    assert "Http\\://evil" in text
    assert "www\\.evil" in text


PEOPLE = Reference(
    type="article",
    identifiers=(ArxivId("2205.00001"), Doi("10.1000/x.y")),
    title="Either | or || neither",
    authors=(Name("Magalhães", "Érika"), Name("Ελύτης", "Οδυσσέας"), Name("Щербаков", "Юрий")),
    issued=PartialDate(2022, 5, 6),
    fields=(("note", "Nature Communications"),),
)


@pytest.mark.needs("bibtex")
@pytest.mark.parametrize(
    "style", ["plain", "alpha", "IEEEtran", "apsrev4-2", "ACM-Reference-Format", "elsarticle-num", "splncs04", "acm", "apalike"]
)
def test_real_styles_leave_nothing_of_tex_in_the_text(style: str, capfd: pytest.CaptureFixture[str]) -> None:
    text = ENGINES["bst"].render(Bibliography([("k", PEOPLE)]), f"{style}.bst", "text")
    for shown in ("Magalhães", "Ελύτης", "Щербаков", "Either | or || neither", "2205.00001"):
        assert shown in text
    assert re.search(r"[\\{}~]|  | [.,;]", text) is None
    assert capfd.readouterr() == ("", "")
