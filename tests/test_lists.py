"""HTML, plain text, templates, headings and orders."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from bibtool.arranging import arranged, grouped
from bibtool.bibliography import Bibliography
from bibtool.components import FormatOptions
from bibtool.errors import InputError
from bibtool.formatters.html import format_html
from bibtool.formatters.markdown import format_markdown
from bibtool.formatters.text import format_text
from bibtool.reference import Name, PartialDate, Reference
from tests.trap_records import bibliography, keyed, traps

OPTIONS = FormatOptions()
ALLOWED = {"ul", "li", "a", "i", "sup", "sub", "h2"}


def test_an_html_item_has_links_and_an_anchor() -> None:
    assert format_html(bibliography({"pinned": traps()["pinned"]}), OPTIONS) == (
        '<ul class="references">\n'
        '<li id="pinned">Aleksandar Botev and Soham De. <a href="https://arxiv.org/abs/2404.07839v2">RecurrentGemma: Moving Past '
        "Transformers for Efficient Open Language Models</a>. "
        '<a href="https://arxiv.org/abs/2404.07839v2">arXiv:2404.07839v2</a>, 2024.</li>\n'
        "</ul>\n"
    )


class _Elements(HTMLParser):
    """The elements and addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]


def test_html_of_hostile_records_keeps_to_its_elements_and_to_the_web() -> None:
    page = _Elements()
    page.feed(format_html(bibliography(traps()), FormatOptions(group_by="category")))
    assert page.tags <= ALLOWED
    assert page.attributes <= {"href", "id", "class"}
    assert all(re.match(r"https://(?:arxiv|doi)\.org/", address) for address in page.addresses)


def test_text_is_a_paragraph_a_reference() -> None:
    text = format_text(bibliography({name: traps()[name] for name in ("pinned", "math-greek-commands")}), OPTIONS)
    assert text == (
        "Aleksandar Botev and Soham De. RecurrentGemma: Moving Past Transformers for Efficient Open Language Models. "
        "arXiv:2404.07839v2, 2024.\n\n"
        "Wael Abu-Shammala and Alberto Torchinsky. From dyadic Λ_α to Λ_α. arXiv:0704.0005, 2007.\n"
    )


def test_a_template_is_filled_and_escaped() -> None:
    options = FormatOptions(template="- [{title}]({url}), {authors}, {year} {{{key}}}", max_authors=1)
    assert format_markdown(bibliography({"math-and-price": traps()["math-and-price"]}), options) == (
        "- [From \\$5 to \\$10: $O(n^2)$ Pricing at 100% \\& \\#1\\_x \\~5\\^2 \\| a \\< b \\> c](https://arxiv.org/abs/2001.00007), "
        "Jo Doe, 2020 {math-and-price}\n"
    )


@pytest.mark.parametrize("template", ["{title.__class__}", "{0}", "{", "{nothing}", "{title!r}"])
def test_a_template_is_never_evaluated(template: str) -> None:
    with pytest.raises(InputError, match="no placeholder"):
        format_text(bibliography({"pinned": traps()["pinned"]}), FormatOptions(template=template))


def test_headings_stand_over_their_years_newest_first() -> None:
    listed = format_markdown(bibliography(traps()), FormatOptions(group_by="year"))
    headings = re.findall(r"^## (\d+)$", listed, re.MULTILINE)
    assert headings == sorted(headings, reverse=True)
    assert len(re.findall(r"^- ", listed, re.MULTILINE)) == len(traps())


def test_an_unknown_heading_is_refused() -> None:
    with pytest.raises(InputError, match="no grouping by 'colour'; there are year, category, source"):
        format_text(bibliography(traps()), FormatOptions(group_by="colour"))


@pytest.mark.parametrize(
    ("sort", "first"),
    [(None, "vaswani2017attention"), ("year", "maldacena1997large"), ("key", "1item2020first")],
)
def test_references_are_put_in_order(sort: str | None, first: str) -> None:
    keys = list(arranged(keyed(traps()), sort))
    assert len(keys) == len(traps())
    assert keys[0] == first


def test_an_unknown_order_is_refused() -> None:
    with pytest.raises(InputError, match="no order named 'size'"):
        arranged(keyed(traps()), "size")


def test_orders_can_be_turned_round_and_joined() -> None:
    papers = [("a", "Bee", 1999), ("b", "Ant", 2001), ("c", "Bee", 2005), ("d", "", 0)]
    unsorted = Bibliography(
        (key, Reference(type="book", authors=(Name(family=name),) if name else (), issued=PartialDate(year) if year else None))
        for key, name, year in papers
    )
    orders = {"author": "bacd", "-year": "cbad", "author,-year": "bcad", "-author, year": "acbd", "-key": "dcba"}
    for sort, keys in orders.items():
        assert "".join(arranged(unsorted, sort)) == keys, sort


def test_what_has_no_heading_stands_last() -> None:
    undated = replace(traps()["attention"], issued=None, primary_category=None)
    book = bibliography(
        {"none": undated, "old": replace(undated, issued=PartialDate(1999)), "new": replace(undated, issued=PartialDate(2020))}
    )
    assert [heading for heading, _ in grouped(book, "year")] == ["2020", "1999", "No year"]
    assert [heading for heading, _ in grouped(book, "category")] == ["No category"]


def test_a_book_names_its_publisher() -> None:
    book = Reference(type="book", title="Numbers", authors=(Name(family="Abe"),), publisher="Example & Sons", issued=PartialDate(1999))
    assert format_text(Bibliography([("k", book)]), FormatOptions()) == "Abe. Numbers. Example & Sons, 1999.\n"
