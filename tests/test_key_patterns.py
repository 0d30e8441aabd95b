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
        ("authors(1) + year", "Vaswani2017"),
        ("authors(n=1, etal='EtAl') + year", "VaswaniEtAl2017"),
        ("authors(n=2, name='%(f).3s%(I)s', sep='-')", "VasA-vanA"),
        ("authEtal2", "Vaswani.etal"),
        ("authAuthEa", "Vaswani.vandenOord.ea"),
        ("authIni(2)", "Va.va.Mu"),
        ("authorIni", "Vaswa.v.M"),
        ("authForeIni + authorLastForeIni", "A"),
        ("authshort", "V.v.M"),
        ("auth(n=4, m=3, initials=true)", "Mull"),
        ("auth(creator='editor') | 'none'", "none"),
        ("authors(min=4) | auth", "Vaswani"),
        ("date('%Y-%m')", "2017-06"),
        ("title.replace('all', 'ALL').lower", "attentionallyouneedpretrainedetude"),
        ("auth + len('>', 20) | year", "2017"),
        ("type(book) + 'b' | type(preprint, thesis) + 'p'", "p"),
        ("zotero", "vaswani_attention_2017"),
        ("Title.select(2,2).condense('_')", "Is_All"),
        ("auth.lower + year;", "vaswani2017"),
        ("[auth:lower][year]", "vaswani2017"),
        ("[auth][shortyear]", "Vaswani17"),
        ("[auth3_2]-[year]", "van-2017"),
        ("[auth.etal:lower]_[year]", "vaswani.etal_2017"),
        ("[authors2][year]", "VaswanivandenOordEtAl2017"),
        ("[shorttitle3_3]", "AttentionAllYou"),
        ("[veryshorttitle:upper]:[auth+initials]", "ATTENTION:VaswaniA"),
        ("[journal:(none):capitalize]", "None"),
        ("[title:select,2,2:condense=_]", "All_You"),
        ("[=book]b[year]|[edtr][>3]|[auth:abbr]", "V"),
        ("authEtAl.lower", "vaswanietal"),
        ("authorsAlpha + shortyear", "VvM17"),
        ("authorLast.upper", "MULLER"),
        ("veryshorttitle.lower + ':' + arxiv", "attention:1706.03762"),
        ("title.substring(1,9)", "Attention"),
        ("title.select(2,3)", "AllYouNeed"),
        ("title.skipwords.select(1,2).lower + year", "attentionall2017"),
        ("title.abbr", "AAYNPE"),
        ("title.condense('_').substring(1,12)", "Attention_Al"),
        ("title.lower.capitalize.select(4,1)", "Need"),
        ("shorttitle(n=5, m=0)", "AttentionAllYouNeedpretrained"),
        ("journal | 'nojournal'", "nojournal"),
        ("journal.default('preprint') + month", "preprintjun"),
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
        ("auth; import os", "no function named 'import'"),
        ("auth(x=1)", "'auth' takes n, m, creator, initials, clean, not 'x'"),
        ("auth('two')", "'n' of 'auth' must be a number, not 'two'"),
        ("year(1)", "'year' takes no arguments"),
        ("inspireHep", "--keys inspire gives keys of that form"),
        ("[auth:nothing]", "no filter named 'nothing'"),
        ("[nothing]", "no function named 'nothing'; there are auth, authors"),
        ("[auth", "character 1 has no meaning there"),
        ("title.replace(/a/, 'b')", "character 15 has no meaning there"),
        ("", "a function or a text in quotes is wanted"),
        ("auth+" * 200, "too long"),
    ],
)
def test_a_pattern_that_is_wrong_is_refused_with_its_place(pattern: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        pattern_style(pattern)


def test_a_reference_without_anything_gives_an_empty_proposal() -> None:
    assert pattern_style("auth + year + shorttitle").citekey(Reference(type="article")) == ""
