"""Citation key patterns."""

import pytest

from bibtool.citekeys.patterns import pattern_style
from bibtool.errors import InputError
from bibtool.identifiers import ArxivId
from bibtool.reference import Name, PartialDate, Reference

PAPER = Reference(
    type="article",
    identifiers=(ArxivId("1706.03762"),),
    title="Attention Is All You Need: a pre-trained Étude",
    authors=(Name(family="Vaswani", given="Ashish"), Name(family="Oord", given="A.", particle="van den"), Name(family="Müller")),
    issued=PartialDate(2017, 6),
)


@pytest.mark.parametrize(
    ("pattern", "key"),
    [
        ("auth.lower + shorttitle(3,3) + year", "vaswaniAttentionAllYou2017"),
        ("auth + year", "Vaswani2017"),
        ("auth(3) + shortyear", "Vas17"),
        ("auth(0,2) + '_' + year", "vandenOord_2017"),
        ("authors(1) + year", "VaswaniEtAl2017"),
        ("authEtAl.lower", "vaswanietal"),
        ("authorsAlpha + shortyear", "VvM17"),
        ("authorLast.upper", "MULLER"),
        ("veryshorttitle.lower + ':' + arxiv", "attention:1706.03762"),
        ("title.substring(1,9)", "Attention"),
        ("title.select(2,3)", "IsAllYou"),
        ("title.skipwords.select(1,2).lower + year", "attentionall2017"),
        ("title.abbr", "AIAYNAPE"),
        ("title.condense('_').substring(1,12)", "Attention_Is"),
        ("title.lower.capitalize.select(4,1)", "You"),
        ("shorttitle(n=5, m=0)", "AttentionAllYouNeedpretrained"),
        ("journal | 'nojournal'", "nojournal"),
        ("journal.default('preprint') + month", "preprint06"),
        ("firstpage.prefix('p') + auth", "Vaswani"),
        ('"lit" + year.postfix("x")', "lit2017x"),
    ],
)
def test_a_pattern_makes_a_key(pattern: str, key: str) -> None:
    assert pattern_style(pattern).citekey(PAPER) == key


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("auth +", "a function or a text in quotes is wanted at its end"),
        ("auth year", r"'\+', '\|' or the end is wanted at character 6"),
        ("nothing", "no function named 'nothing'"),
        ("auth.nothing", "no filter named 'nothing'"),
        ("auth.__class__", "character 6 has no meaning there"),
        ("auth(auth)", "a number, a text in quotes or"),
        ("auth; import os", "character 5 has no meaning there"),
        ("", "a function or a text in quotes is wanted"),
        ("auth+" * 200, "too long"),
    ],
)
def test_a_pattern_that_is_wrong_is_refused_with_its_place(pattern: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        pattern_style(pattern)


def test_a_reference_without_anything_gives_an_empty_proposal() -> None:
    assert pattern_style("auth + year + shorttitle").citekey(Reference(type="article")) == ""
