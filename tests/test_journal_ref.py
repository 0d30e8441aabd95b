"""Journal references taken apart."""

from dataclasses import replace

import pytest

from bibtool.identifiers import ArxivId
from bibtool.journal_ref import JournalRef, parse_journal_ref, published
from bibtool.reference import PartialDate, Reference

PARSED = [
    ("Phys.Rev.D76:013009,2007", JournalRef("Phys. Rev. D", "76", 2007, pages="013009")),
    ("Int.J.Mod.Phys.A23:3685-3705,2008", JournalRef("Int. J. Mod. Phys. A", "23", 2008, pages="3685-3705")),
    ("Eur.Phys.J.C50:507-518,2007", JournalRef("Eur. Phys. J. C", "50", 2007, pages="507-518")),
    ("Phys.Lett. B716 (2012) 1-29", JournalRef("Phys. Lett. B", "716", 2012, pages="1-29")),
    ("JHEP 0705:037,2007", JournalRef("JHEP", "0705", 2007, pages="037")),
    ("Phys. Rev. B 77, 035323 (2008)", JournalRef("Phys. Rev. B", "77", 2008, pages="035323")),
    ("Nature 522, 68-72 (04 June 2015)", JournalRef("Nature", "522", 2015, pages="68-72")),
    ("Astrophys.J. 395 (1992) L83-L86", JournalRef("Astrophys. J.", "395", 1992, pages="L83-L86")),
    ("J.Opt.Soc.Am.A 23(10): 2592-2601 (2006)", JournalRef("J. Opt. Soc. Am. A", "23", 2006, "10", "2592-2601")),
    ("Comm. Math. Helv. 84 (2009), No. 2, pp. 259--296.", JournalRef("Comm. Math. Helv.", "84", 2009, "2", "259-296")),
    ("Testing, Verification & Reliability, 35(2):e1914, 2025", JournalRef("Testing, Verification & Reliability", "35", 2025, "2", "e1914")),
    ("Analysis, Volume 86, Issue 9, 2007, pp. 1117-1126.", JournalRef("Analysis", "86", 2007, "9", "1117-1126")),
    ("Phys. Rev. A 76, 051601(R) (2007)", JournalRef("Phys. Rev. A", "76", 2007, pages="051601(R)")),
    ("Bernoulli 2008, Vol. 14, No. 4, 988-1002", JournalRef("Bernoulli", "14", 2008, "4", "988-1002")),
    ("Optics Letters 32, 15 (2007) 2206-2208", JournalRef("Optics Letters", "32", 2007, "15", "2206-2208")),
    ("Collect. Math. 57,3 (2006), 319 - 346", JournalRef("Collect. Math.", "57", 2006, "3", "319-346")),
    ("SIAM Journal on Computing 27:5, 1998, pp. 1457--1491", JournalRef("SIAM Journal on Computing", "27", 1998, "5", "1457-1491")),
    ("Eur. Phys. J. Plus (2015) 130:27", JournalRef("Eur. Phys. J. Plus", "130", 2015, pages="27")),
    ("J. Stat. Mech. (2007) P07022", JournalRef("J. Stat. Mech.", "2007", 2007, pages="P07022")),
    ("SIGMA 3 (2007) 075, 7 pages", JournalRef("SIGMA", "3", 2007, pages="075")),
    ("J. Low. Temp. Phys. Vol. 140 pp77-89 (2005)", JournalRef("J. Low. Temp. Phys.", "140", 2005, pages="77-89")),
    ("RIMS Kokyuroku, No.1551, pp.57-62 (2007)", JournalRef("RIMS Kokyuroku", "1551", 2007, pages="57-62")),
    ("J. Phys.: Conference Series 110, 8 (2008) 082013", JournalRef("J. Phys.: Conference Series", "110", 2008, "8", "082013")),
    ("published in J. Noncommut. Geom., 2 (2008), 53-123", JournalRef("J. Noncommut. Geom.", "2", 2008, pages="53-123")),
    ("Proceedings of the Royal Society A 463 (2007) 1-20", JournalRef("Proceedings of the Royal Society A", "463", 2007, pages="1-20")),
    ("Phys.Rev.D75:4,2007; Erratum-ibid.D82:1,2010", JournalRef("Phys. Rev. D", "75", 2007, pages="4", rest="Erratum-ibid.D82:1,2010")),
]  # fmt: skip
UNPARSED = [
    "",
    "Proceedings of the IJCAI-95 Workshop on Data Engineering, Montreal, Quebec, (1995), 50-59",
    "In Proc. ACM SIGSOFT International Symposium on Software Testing (ISSTA 2020), pages 14-26. ACM, 2020",
    "2020 IEEE International Conference On Artificial Intelligence Testing (AITest)",
    "L. H. Friedman. Order of quantum dots: Linear analysis. Journal of Nanophotonics, 1(1):013513, 2007.",
    "P. Virnau, L. A. Mirny, M. Kardar, PLoS Comp Biol 2, 1074-1079 (2006)",
    "accepted by Nature 522, 68-72 (2015)",
    "Physics",
    "PoS Solvay:002,2006",
    'Grushka Ya. and Torba S., "Direct Theorems", Methods Funct. Anal. Topol. 13, 267-273 (2007)',
    "Mathematics of Thermoacoustic Tomography, European J. Appl. Math., v. 19, 2008, pp. 1-34.",
    "To appear in Nature 522, 68-72 (2015)",
    "Phys. Rev. D 76",
    "x" * 100_000,
]


@pytest.mark.parametrize(("text", "parts"), PARSED, ids=[text[:30] for text, _ in PARSED])
def test_a_plain_reference_is_taken_apart(text: str, parts: JournalRef) -> None:
    assert parse_journal_ref(text) == parts


@pytest.mark.parametrize("text", UNPARSED, ids=[text[:30] or "empty" for text in UNPARSED])
def test_nothing_is_guessed(text: str) -> None:
    assert parse_journal_ref(text) is None


def _preprint(journal_ref: str | None) -> Reference:
    return Reference(type="article", identifiers=(ArxivId("0704.0001"),), issued=PartialDate(2007, 4, 2), journal_ref=journal_ref)


def test_a_published_paper_has_its_journals_year() -> None:
    reference = published(_preprint("Int.J.Mod.Phys.A23:3685-3705,2008; Erratum-ibid.A24:1,2009"))
    assert (reference.type, reference.issued, reference.journal_ref) == ("article-journal", PartialDate(2008), "Erratum-ibid.A24:1,2009")


def test_a_preprint_stays_as_it_is() -> None:
    assert published(_preprint("A talk")) == _preprint("A talk")


def test_without_a_date_the_number_gives_year_and_month() -> None:
    assert published(replace(_preprint(None), issued=None)).issued == PartialDate(2007, 4)
