"""The Markdown list: what people read, and nothing live from a record."""

import re
from dataclasses import replace

import pytest

from bibtool.components import FormatOptions
from bibtool.formatters.markdown import escape, format_markdown
from bibtool.reference import Name, Reference
from tests.consumers import run
from tests.trap_records import bibliography, traps

OPTIONS = FormatOptions()


def _list(*names: str, options: FormatOptions = OPTIONS) -> str:
    return format_markdown(bibliography({name: traps()[name] for name in names}), options)


def test_a_preprint_is_one_line_with_links() -> None:
    assert _list("pinned") == (
        "- Aleksandar Botev and Soham De. [RecurrentGemma: Moving Past Transformers for Efficient Open Language Models]"
        "(https://arxiv.org/abs/2404.07839v2). [arXiv:2404.07839v2](https://arxiv.org/abs/2404.07839v2), 2024.\n"
    )


def test_a_published_paper_names_its_journal_and_doi() -> None:
    assert _list("section-letter").endswith(
        "*Phys. Lett. B* 716, 1–29 (2012). [arXiv:2001.00001](https://arxiv.org/abs/2001.00001). "
        "[doi:10.1016/j.physletb.2012.08.020](https://doi.org/10.1016/j.physletb.2012.08.020).\n"
    )


def test_ten_authors_of_many_are_named() -> None:
    crowd = replace(traps()["attention"], authors=tuple(Name(family=f"N{number}") for number in range(1351)))
    assert ", N9, and 1,341 more. [" in format_markdown(bibliography({"crowd": crowd}), OPTIONS)
    assert "N1350" in format_markdown(bibliography({"crowd": crowd}), FormatOptions(max_authors=0))


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a*b_c `d` [e](f) <g> #h ~i ^j |k", r"a\*b\_c \`d\` \[e\](f) \<g\> \#h \~i \^j \|k"),
        ("K --> e-f", r"K -\-\> e-f"),
        ("costs $5 to $6", r"costs \$5 to \$6"),
        ("$x_1$ and $a<b$", r"$x_1$ and $a\lt b$"),
        ("![p](http://e.x/p.png) www.e.x", r"\!\[p\](http\://e.x/p.png) www\.e.x"),
    ],
)
def test_what_would_be_mark_up_is_escaped(text: str, markdown: str) -> None:
    assert escape(text) == markdown


@pytest.mark.needs("pandoc")
@pytest.mark.parametrize("dialect", ["markdown", "gfm", "commonmark"])
def test_nothing_of_a_hostile_record_is_live(dialect: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("md")
    (folder / "list.md").write_text(format_markdown(bibliography(traps()), OPTIONS), encoding="utf-8")
    html = run("pandoc", "-f", dialect, "-t", "html", "--mathml", "list.md", folder=folder)
    assert re.search(r"<(?:script|img|iframe|b)\b|javascript:[^<]*\"|onerror=[^<]*>", html) is None
    assert set(re.findall(r'href="(https?://[^/"]+)', html)) == {"https://arxiv.org", "https://doi.org"}
    assert html.count("<li>") == len(traps())
    assert html.count("<ul>") == 1


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("e. coli", r"- e\. coli"),
        ("(iv) Four", r"- (iv\) Four"),
        ("1. One", r"- 1\. One"),
        ("E. Fermi", "- E. Fermi"),
        ("ð. x", r"- ð\. x"),
        ("- x", r"- \- x"),
    ],
)
def test_no_item_starts_a_list_of_its_own(name: str, start: str) -> None:
    text = format_markdown(bibliography({"k": Reference(type="article", title="T", authors=(Name(literal=name),))}), FormatOptions())
    assert text.startswith(start)


def test_no_word_becomes_an_emoji() -> None:
    assert escape(":smile: a:b") == r"\:smile: a:b"
