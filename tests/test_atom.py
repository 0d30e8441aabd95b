"""sources/atom.py and sources/arxiv_record.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibtool.identifiers import ArxivId, Doi
from bibtool.reference import PartialDate
from bibtool.sources.arxiv_record import is_withdrawn, published_dois, with_greek_commands
from bibtool.sources.atom import Feed, FeedError, parse_feed
from bibtool.testing.arxiv_server import entry, error_entry, feed, made_up


def feed_of(**changes: object) -> bytes:
    return feed([entry(made_up("2404.07839", **changes), 1)], 1)


def test_an_entry_becomes_a_reference() -> None:
    body = feed_of(
        title="Two\n lines &amp; more".replace("&amp;", "&"),
        authors=("NVIDIA", ":", "C. -P. Yuan"),
        versions=("2024-04-11T15:27:22Z",),
        dois=("10.1000/a; 10.1000/b",),
        comment="withdrawn by the author",
        categories=("cs.LG", "cs.AI"),
    )
    (reference,) = parse_feed(body).references
    assert reference.title == "Two lines & more"
    assert [str(author) for author in reference.authors] == ["NVIDIA", "C.-P. Yuan"]
    assert reference.issued == PartialDate(2024, 4, 11)
    assert reference.identifiers[1:] == (Doi("10.1000/a"), Doi("10.1000/b"))
    assert (reference.status, reference.version, reference.primary_category) == ("withdrawn", 1, "cs.LG")
    assert reference.categories == ("cs.LG", "cs.AI")
    assert reference.url == "https://arxiv.org/abs/2404.07839"


def test_a_paper_entitled_error_is_a_paper() -> None:
    assert parse_feed(feed_of(title="Error")).references[0].title == "Error"


def test_an_error_entry_is_an_error() -> None:
    found = parse_feed(feed([error_entry("incorrect id format for xyz")], 1))
    assert (found.references, found.errors) == ((), ("incorrect id format for xyz",))


SPOILT = {
    "empty": b"",
    "html": b"<!DOCTYPE html><html></html>",
    "another root": b"<rss/>",
    "truncated": feed_of()[:-20],
    "document type": feed_of().replace(b"<feed", b"<!DOCTYPE feed [<!ENTITY a 'b'>]><feed", 1),
    "no identifier": feed_of().replace(b"abs/2404.07839v1</id>", b"abs/nothing</id>"),
    "a number that arXiv never gave": feed_of().replace(b"abs/2404.07839v1</id>", b"abs/2413.07839v1</id>"),
    "a version of thousands of digits": feed_of().replace(b"abs/2404.07839v1</id>", b"abs/2404.07839v" + b"9" * 5000 + b"</id>"),
    "too deep": feed_of().replace(b"<title>", b"<a>" * 100 + b"</a>" * 100 + b"<title>"),
    "invalid UTF-8": feed_of(title="x").replace(b"<title>x", b"<title>\xff"),
}


@pytest.mark.parametrize("body", SPOILT.values(), ids=SPOILT)
def test_nothing_is_taken_from_a_spoilt_feed(body: bytes) -> None:
    with pytest.raises(FeedError):
        parse_feed(body)


LACKING = {
    "no author": feed_of(authors=()),
    "no title": feed_of(title=""),
    "no date": feed_of(versions=("soon",)),
}


@pytest.mark.parametrize(("lack", "body"), LACKING.items(), ids=LACKING)
def test_an_entry_that_lacks_something_is_named(lack: str, body: bytes) -> None:
    found = parse_feed(body)
    assert (found.references, found.spoilt) == ((), ((ArxivId("2404.07839", 1), lack),))


def test_a_paper_whose_only_author_is_none_is_a_paper() -> None:
    assert parse_feed(feed_of(authors=(":",))).references[0].authors == ()


SOUND = feed([entry(made_up("2404.07839", authors=("A. van B", ":"), dois=("10.1000/x",)), 1)], 1)


def element_by_element(body: bytes) -> Feed | None:
    """What the slower way makes of it, which a comment behind the feed asks for; None where it refuses."""
    try:
        return parse_feed(body + b"<!-- -->")
    except FeedError:
        return None


@given(st.integers(0, len(SOUND) - 1), st.integers(0, 60), st.binary(max_size=20))
def test_a_feed_with_any_damage_is_read_the_same_in_both_ways_or_refused(start: int, length: int, instead: bytes) -> None:
    body = SOUND[:start] + instead + SOUND[start + length :]
    try:
        found = parse_feed(body)
    except FeedError:
        assert element_by_element(body) is None
        return
    assert element_by_element(body) == found
    assert all(reference.title for reference in found.references)


FORMS = {
    "as the server writes": (b"", b""),
    "affiliations": (b"</name>", b"</name><arxiv:affiliation>CERN</arxiv:affiliation><arxiv:affiliation>&#x41;</arxiv:affiliation>"),
    "characters by number": (b"An abstract", b"&#65;n &#x3b1;&quot;&apos;&lt;b&gt;&amp;amp;bstract"),
    "text as it stands": (b"An abstract", b"<![CDATA[<title>An</title>]]> abstract"),
    "a comment": (b"An abstract", b"An <!-- no --> abstract"),
    "a comment around an element": (b"<summary>", b"<!-- <title>No</title> --><summary>"),
    "a comment between entries": (b"<entry>", b"<!-- no --><entry>"),
    "an instruction": (b"<summary>", b"<?x <id>no</id> ?><summary>"),
    "text between elements": (b"<summary>", b"no<summary>"),
    "an attribute": (b"<title>T", b'<title type="text">T'),
    "attributes in another order": (
        b'<category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>',
        b"<category scheme='x' term='cs.CL'/>",
    ),
    "a title elsewhere": (b"<summary>", b"<contributor><title>No</title><name>No</name></contributor><summary>"),
    "a bracket in an attribute": (b"<summary>", b'<link href="a>b" rel="x"/><summary>'),
    "another prefix": (b"<arxiv:doi>10.1000/x</arxiv:doi>", b'<a:doi xmlns:a="http://arxiv.org/schemas/atom">10.1000/x</a:doi>'),
    "another namespace": (b"<arxiv:doi>", b'<arxiv:doi xmlns:arxiv="http://elsewhere">'),
    "a category of another namespace": (
        b'<category term="cs.CL" ',
        b'<category term="cs.XX" xmlns="http://elsewhere"/><category term="cs.CL" ',
    ),
    "a link that names a namespace": (b"<summary>", b'<link xmlns:arxiv="http://elsewhere" href="x"/><summary>'),
    "a link around an element": (b"<summary>", b'<link href="x"><title>No</title></link><summary>'),
    "an affiliation around an element": (b"<summary>", b"<arxiv:affiliation><title>No</title></arxiv:affiliation><summary>"),
    "an affiliation that is nobody's": (b"<summary>", b"<arxiv:affiliation>CERN</arxiv:affiliation><summary>"),
    "two titles": (b"<summary>", b"<title>No</title><summary>"),
    "another encoding": (b"encoding='UTF-8'", b"encoding='ISO-8859-1'"),
    "lines of Windows": (b"\n", b"\r\n"),
    "an entry within another": (b"  </entry>", b"<entry><title>No</title></entry>  </entry>"),
    "an entry deeper": (b"<entry>", b"<a><entry/></a><entry>"),
}


@pytest.mark.parametrize(("before", "after"), FORMS.values(), ids=FORMS)
def test_both_ways_of_reading_a_feed_say_the_same(before: bytes, after: bytes) -> None:
    assert before in SOUND
    body = SOUND.replace(before, after) if before else SOUND
    found = parse_feed(body)
    assert len(found.references) == 1
    assert found == element_by_element(body)


DOIS = {
    "10.1007/a 10.1142/b": ["10.1007/a", "10.1142/b"],
    "10.1214/08-AOS667; 10.1214/08-AOS668": ["10.1214/08-AOS667", "10.1214/08-AOS668"],
    "10.1000/a;": ["10.1000/a"],
    "doi:10.1000/a": ["10.1000/a"],
    "https://doi.org/10.1000/a": ["10.1000/a"],
    "10.1175/1520-0469(1996)053<0946:ASTFHH>2.0.CO;2": ["10.1175/1520-0469(1996)053<0946:ASTFHH>2.0.CO;2"],
    "10.48550/arXiv.2404.07839": [],
    "to appear": [],
    "21.11130/00-1735-0000-0005-<146A>&-E": [],
    "": [],
}


@pytest.mark.parametrize(("written", "dois"), DOIS.items(), ids=DOIS)
def test_dois_are_told_from_rubbish(written: str, dois: list[str]) -> None:
    assert [doi.name for doi in published_dois([written])] == dois


MATH = {
    r"$B\toμν$": r"$B\to\mu\nu$",
    "$μe$": r"$\mu e$",
    "the μ of $x$": "the μ of $x$",
    r"\$5 and $Δ$": r"\$5 and $\Delta$",
    "$Α$": "$Α$",
}


@pytest.mark.parametrize(("text", "expected"), MATH.items(), ids=MATH)
def test_greek_in_mathematics_is_a_command_again(text: str, expected: str) -> None:
    assert with_greek_commands(text) == expected


WITHDRAWN = {
    "This paper has been withdrawn by the author": True,
    "withdrawn by arXiv administrators due to plagiarism": True,
    "paper withdrawn by author": True,
    "Withdrawn": True,
    "The article is already withdrawn": True,
    "we decide to withdraw the manuscript": True,
    "10 pages, 4 figures": False,
    "14 pages; Theorem 2 and Lemma 1 withdrawn": False,
    "submitted to journal Slovo, however, later withdrawn to correct": False,
}


@pytest.mark.parametrize(("comment", "expected"), WITHDRAWN.items(), ids=WITHDRAWN)
def test_a_withdrawn_paper_is_known_by_its_comment(comment: str, expected: bool) -> None:
    assert is_withdrawn(comment) is expected


def test_an_entry_whose_authors_are_blank_is_spoilt() -> None:
    from bibtool.testing.arxiv_server import entry, feed, made_up

    body = feed([entry(made_up("2404.07839", authors=("", "  ")), 1), entry(made_up("2404.07840"), 1)], 2)
    read = parse_feed(body)
    assert [str(reference.identifier) for reference in read.references] == ["2404.07840"]
    assert [(str(identifier), lack) for identifier, lack in read.spoilt] == [("2404.07839v1", "no author")]
