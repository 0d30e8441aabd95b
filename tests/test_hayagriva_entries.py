"""Hayagriva's entries as references: the examples of its own documentation, and of its tests."""

import pytest

from bibtool.entries.yaml_text import read_yaml
from bibtool.errors import InputError
from bibtool.identifiers import ArxivId, Doi
from bibtool.reference import Name, PartialDate, Reference

ENTRIES = r"""
kinetics:
    type: Article
    title: { value: 'Kinetics in {GaAs} and \$5', verbatim: false }
    author: ["Doan, T. D.", "von der Leyen, Ursula", "King, Jr., Martin", "King, Martin, Jr.", UNICEF, "World Bank"]
    doi: "10.1103/PhysRevB.102.165126"
    page-range: 165126-165139
    date: ~2020-10-14
    parent:
        title: { value: Physical Review B, short: Phys. Rev. B }
        volume: 102
        issue: 16
        publisher: American Physical Society
gedanken:
    type: Anthos
    title: Gedanken-experiments
    page-range: 129-153
    parent:
        type: Anthology
        title: Automata studies
        editor: ["Shannon, C. E.", "McCarthy, J."]
        volume: 34
        date: 1956-04
        serial-number: { isbn: 978-0-691-07916-5 }
        location: Princeton, NJ
        publisher: Press
        parent:
            title: Annals of Mathematics Studies
talk:
    type: Article
    title: Networking
    parent:
        - type: Conference
          title: World Wide Developer Conference
          location: Mountain View
        - type: Video
          runtime: "00:13:42"
          url: { value: https://example.org/play, date: 2020-09-17 }
habitable:
    type: Article
    title: The Really Habitable Zone
    date: 2020
    serial-number: 2003.13722
    parent: { type: Repository, title: arXiv }
film:
    type: video
    title: { value: Terminator, verbatim: true }
    runtime: "137:00"
    affiliated: [{ role: Director, names: "Cameron, James" }, { role: cast-member, names: ["Patrick, R."] }]
broken: just a text
"""


@pytest.fixture(scope="module")
def read() -> dict[str, Reference]:
    return dict(one for one in read_yaml(ENTRIES) if not isinstance(one, InputError))


def test_an_article_has_its_journal_from_its_parent(read: dict[str, Reference]) -> None:
    kinetics = read["kinetics"]
    assert (kinetics.type, kinetics.title, kinetics.container) == ("article-journal", "Kinetics in GaAs and $5", "Physical Review B")
    assert (kinetics.volume, kinetics.issue, kinetics.pages, kinetics.publisher) == (
        "102",
        "16",
        "165126-165139",
        "American Physical Society",
    )
    assert (kinetics.identifiers, kinetics.issued) == ((Doi("10.1103/PhysRevB.102.165126"),), PartialDate(2020, 10, 14))
    assert dict(kinetics.fields) == {"date": "2020-10-14~", "shortjournal": "Phys. Rev. B", "protectedwords": "GaAs"}


def test_names_are_read_in_all_of_their_forms(read: dict[str, Reference]) -> None:
    king = Name(family="King", given="Martin", suffix="Jr.")
    assert read["kinetics"].authors == (
        Name(family="Doan", given="T. D."),
        Name(family="Leyen", given="Ursula", particle="von der"),
        king,
        king,
        Name(family="UNICEF"),
        Name(literal="World Bank"),
    )


def test_what_a_book_says_is_told_of_its_part(read: dict[str, Reference]) -> None:
    gedanken = read["gedanken"]
    assert (gedanken.type, gedanken.container, gedanken.volume, gedanken.issued) == (
        "chapter",
        "Automata studies",
        "34",
        PartialDate(1956, 4),
    )
    fields = dict(gedanken.fields)
    assert (fields["editor"], fields["isbn"]) == ("Shannon, C. E. and McCarthy, J.", "978-0-691-07916-5")
    assert (fields["location"], fields["series"]) == ("Princeton, NJ", "Annals of Mathematics Studies")


def test_a_conference_and_another_parent_are_kept_apart(read: dict[str, Reference]) -> None:
    fields = dict(read["talk"].fields)
    assert (fields["eventtitle"], fields["venue"], fields["urldate"]) == ("World Wide Developer Conference", "Mountain View", "2020-09-17")
    assert read["talk"].url == "https://example.org/play"


def test_a_paper_in_a_repository_is_a_preprint(read: dict[str, Reference]) -> None:
    paper = read["habitable"]
    assert (paper.type, paper.genre, paper.publisher, paper.container) == ("article", "preprint", "arXiv", None)
    assert paper.identifiers == (ArxivId("2003.13722"),)


def test_roles_and_words_without_a_field_of_biblatex_stay(read: dict[str, Reference]) -> None:
    fields = dict(read["film"].fields)
    assert (fields["director"], fields["cast-member"], fields["runtime"]) == ("Cameron, James", "Patrick, R.", "137:00")
    assert fields["protectedwords"] == "Terminator"


def test_what_is_no_entry_is_named() -> None:
    assert [str(one) for one in read_yaml(ENTRIES) if isinstance(one, InputError)] == [
        "the entry 'broken' is no mapping of fields; left out"
    ]


def test_items_of_csl_are_told_apart_by_what_they_are() -> None:
    for text in ("references:\n- id: a\n  type: book\n", "- id: a\n  type: book\n"):
        assert [one[0] for one in read_yaml(text) if not isinstance(one, InputError)] == ["a"]


@pytest.mark.parametrize(("text", "message"), [("a: [", "no YAML"), ("text", "neither a list of CSL's items"), ("", "neither")])
def test_what_is_no_bibliography_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        list(read_yaml(text))
