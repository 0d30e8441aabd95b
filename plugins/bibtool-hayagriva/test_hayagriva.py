"""Hayagriva entries, compiled by Typst itself."""

from dataclasses import replace
from pathlib import Path

import pytest
from bibtool_hayagriva import bibtool_formatters, format_hayagriva

from bibtool import ArxivId, Bibliography, Doi, FormatOptions, Name, PartialDate, Reference

PREPRINT = Reference(
    type="article",
    genre="preprint",
    publisher="arXiv",
    identifiers=(ArxivId("2404.07839", 2),),
    title="On $x^2$ & {1,2} things_that *cost* $5",
    authors=(Name(family="Tak", given="Floris", particle="van der", suffix="Jr."), Name(literal="The CMS Collaboration")),
    issued=PartialDate(2024, 4, 11),
)
PUBLISHED = Reference(
    type="article",
    identifiers=(ArxivId("0704.0001"), Doi("10.1103/PhysRevD.76.013009")),
    title="Diphoton production",
    authors=(Name(family="Balázs", given="C."),),
    issued=PartialDate(2007, 4, 2),
    journal_ref="Phys.Rev.D76:013009,2007",
)
HOSTILE = Reference(
    type="article",
    identifiers=(ArxivId("2001.00001"),),
    title='A}: [x]\n  - "b" # $ \\ { %\x00',
    authors=(Name(family='"\n- x', given="{y"),),
    issued=PartialDate(2020),
)


def _text(*references: Reference) -> str:
    return format_hayagriva(Bibliography([(f"key{number}", reference) for number, reference in enumerate(references)]), FormatOptions())


def test_a_preprint_has_arxiv_as_its_parent() -> None:
    assert _text(PREPRINT) == (
        '"key0":\n'
        '  type: "article"\n'
        '  title: "On x² & \\\\{1,2\\\\} things_that *cost* \\\\$5"\n'
        "  author:\n"
        '    - {"name": "Tak", "given-name": "Floris", "prefix": "van der", "suffix": "Jr."}\n'
        '    - {"name": "The CMS Collaboration"}\n'
        '  date: "2024-04-11"\n'
        "  serial-number:\n"
        '    arxiv: "2404.07839v2"\n'
        '  url: "https://arxiv.org/abs/2404.07839v2"\n'
        "  parent:\n"
        '    type: "repository"\n'
        '    title: "arXiv"\n'
    )


def test_arxivs_doi_stands_where_no_version_is_pinned() -> None:
    assert 'doi: "10.48550/arXiv.2404.07839"' in _text(replace(PREPRINT, identifiers=(ArxivId("2404.07839"),)))


def test_dollars_in_a_doi_are_no_formula() -> None:
    assert 'doi: "10.1000/a$b$c"' in _text(replace(PREPRINT, identifiers=(ArxivId("2404.07839", 2), Doi("10.1000/a$b$c"))))


def test_a_published_paper_has_its_journal_as_parent() -> None:
    text = _text(PUBLISHED)
    assert '  parent:\n    type: "periodical"\n    title: "Phys. Rev. D"\n    volume: "76"\n' in text
    assert 'page-range: "013009"' in text


def test_an_empty_bibliography_is_an_empty_mapping() -> None:
    assert _text() == "{}\n"


@pytest.mark.parametrize("style", ["ieee", "apa", "chicago-author-date", "mla"])
def test_typst_compiles_it_in_every_style(style: str, tmp_path: Path) -> None:
    typst = pytest.importorskip("typst")
    (tmp_path / "refs.yml").write_text(_text(PREPRINT, PUBLISHED, HOSTILE), encoding="utf-8")
    (tmp_path / "paper.typ").write_text(f'#bibliography("refs.yml", style: "{style}", full: true)', encoding="utf-8")
    assert typst.compile(str(tmp_path / "paper.typ")).startswith(b"%PDF")


def test_the_plugin_offers_one_format() -> None:
    assert [(formatter.name, formatter.suffix) for formatter in bibtool_formatters()] == [("hayagriva", ".yml")]
