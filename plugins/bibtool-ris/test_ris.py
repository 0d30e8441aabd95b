"""RIS records."""

import re

from bibtool_ris import bibtool_formatters, format_ris, ris_name

from bibtool import ArxivId, Bibliography, Doi, FormatOptions, Name, PartialDate, Reference

PREPRINT = Reference(
    type="article",
    genre="preprint",
    publisher="arXiv",
    identifiers=(ArxivId("2404.07839", 2),),
    title="On $x^2$ & more\nthings",
    authors=(Name(family="Tak", given="Floris", particle="van der"), Name(literal="The CMS Collaboration")),
    issued=PartialDate(2024, 4, 11),
)
PUBLISHED = Reference(
    type="article",
    identifiers=(ArxivId("0704.0001"), Doi("10.1103/PhysRevD.76.013009")),
    title="Diphoton production",
    authors=(Name(family="Heath", given="Robert W.", suffix="Jr."),),
    issued=PartialDate(2007, 4, 2),
    journal_ref="Phys.Rev.D76:013009-013012,2008",
)


def _lines(reference: Reference, options: FormatOptions | None = None) -> list[str]:
    return format_ris(Bibliography([("key", reference)]), options or FormatOptions()).splitlines()


def test_a_preprint_is_an_unpublished_work_with_its_number() -> None:
    assert _lines(PREPRINT) == [
        "TY  - UNPB",
        "ID  - key",
        "AU  - van der Tak, Floris",
        "AU  - The CMS Collaboration",
        "TI  - On x² & more things",
        "PY  - 2024",
        "DA  - 2024/04/11",
        "PB  - arXiv",
        "M1  - arXiv:2404.07839v2",
        "DO  - 10.48550/arXiv.2404.07839",
        "UR  - https://arxiv.org/abs/2404.07839v2",
        "ER  - ",
    ]


def test_a_published_paper_is_a_journal_article() -> None:
    lines = _lines(PUBLISHED)
    for line in (
        "TY  - JOUR",
        "AU  - Heath, Robert W., Jr.",
        "PY  - 2008",
        "T2  - Phys. Rev. D",
        "VL  - 76",
        "SP  - 013009",
        "EP  - 013012",
    ):
        assert line in lines


def test_nothing_in_a_record_can_end_it_early() -> None:
    hostile = Reference(type="article", title="A\r\nER  - \nTY  - JOUR\x00", authors=(Name(family="\nER  - "),))
    text = format_ris(Bibliography([("key", hostile)]), FormatOptions())
    assert len(re.findall(r"^TY  - ", text, re.MULTILINE)) == len(re.findall(r"^ER  - $", text, re.MULTILINE)) == 1


def test_authors_can_be_cut() -> None:
    assert sum(line.startswith("AU") for line in _lines(PREPRINT, FormatOptions(max_authors=1))) == 1


def test_the_plugin_offers_one_format() -> None:
    assert [(formatter.name, formatter.suffix) for formatter in bibtool_formatters()] == [("ris", ".ris")]


def test_a_comma_of_a_groups_name_is_doubled() -> None:
    assert ris_name(Name(literal="University of California, Berkeley")) == "University of California,, Berkeley"
