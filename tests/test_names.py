"""sources/names.py."""

import pytest

from bibtool.reference import Name
from bibtool.sources.names import flat_name, joined, names

FLAT = {
    "Ada Lovelace": Name("Lovelace", "Ada"),
    "Aaron van den Oord": Name("Oord", "Aaron", "van den"),
    "Diego de Las Casas": Name("Las Casas", "Diego", "de"),
    "Diego de las Casas": Name("Casas", "Diego", "de las"),
    "Gerard 't Hooft": Name("Hooft", "Gerard", "'t"),
    "M. De Napoli": Name("De Napoli", "M."),
    "R. G. Van de Water": Name("Van de Water", "R. G."),
    "I. Heredia-de La Cruz": Name("La Cruz", "I. Heredia-de"),
    "Blaise Agüera y Arcas": Name("Agüera y Arcas", "Blaise"),
    "\\, Jr.": None,
    "Van Nguyen": Name("Nguyen", "Van"),
    "de Vries": Name("Vries", None, "de"),
    "C. -P. Yuan": Name("Yuan", "C.-P."),
    "Neal J. Evans II": Name("Evans", "Neal J.", None, "II"),
    "Robert W. Heath, Jr.": Name("Heath", "Robert W.", None, "Jr."),
    "Henry V": Name("V", "Henry"),
    "Xuemin": Name("Xuemin"),
    "Ada Lovelace (MIT)": Name("Lovelace", "Ada"),
    "Ada Lovelace (1 and 2)": Name("Lovelace", "Ada"),
    "Zhang (Alex) Wei": Name("Wei", "Zhang (Alex)"),
    "Gustau-Camps-Valls": Name("Gustau-Camps-Valls"),
    "NVIDIA": Name(literal="NVIDIA"),
    "DeepSeek-AI": Name(literal="DeepSeek-AI"),
    "Gemma Team": Name(literal="Gemma Team"),
    "The BABAR Collaboration": Name(literal="The BABAR Collaboration"),
    "for the ATLAS Collaboration": Name(literal="ATLAS Collaboration"),
    "for the Belle II TOP group": Name(literal="Belle II TOP group"),
    "SciPy 1. 0 Contributors": Name(literal="SciPy 1.0 Contributors"),
    "LSC Instrument Authors": Name(literal="LSC Instrument Authors"),
    "Craig Group": Name("Group", "Craig"),
    "R. C. Group": Name("Group", "R. C."),
    "Particle Data Group": Name(literal="Particle Data Group"),
    "The Univalent Foundations Program": Name(literal="The Univalent Foundations Program"),
    "A. Abulencia et al.": Name("Abulencia", "A."),
    "et al.": None,
    ":": None,
    ".": None,
}

PARTS = {
    ("Oord", "Aaron van den", ""): Name("Oord", "Aaron", "van den"),
    ("van den Oord", "Aaron", ""): Name("Oord", "Aaron", "van den"),
    ("De Napoli", "M.", ""): Name("De Napoli", "M."),
    ("Casas", "Diego de las", ""): Name("Casas", "Diego", "de las"),
    ("Evans", "Neal J.", "II"): Name("Evans", "Neal J.", None, "II"),
    ("García Márquez", "Gabriel", ""): Name("García Márquez", "Gabriel"),
    ("CDF Collaboration", "", ""): Name(literal="CDF Collaboration"),
    ("al.", "A. Abulencia et", ""): Name("Abulencia", "A."),
    (":", "", ""): None,
}


@pytest.mark.parametrize(("text", "name"), FLAT.items(), ids=FLAT)
def test_a_flat_name_is_split_where_that_is_certain(text: str, name: Name | None) -> None:
    assert flat_name(text) == name


@pytest.mark.parametrize(("parts", "name"), PARTS.items(), ids=str)
def test_key_names_of_arxiv_are_followed(parts: tuple[str, str, str], name: Name | None) -> None:
    assert joined([parts]) == ((name,) if name else ())


def test_a_suffix_that_stands_alone_belongs_to_the_author_before() -> None:
    assert names(["H. Foo", "\\, Jr.", "B. Bar"]) == (Name("Foo", "H.", None, "Jr."), Name("Bar", "B."))


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        pytest.param([("Finger", "M.", ""), ("Jr.", "\\,", "")], ["M. Finger, Jr."], id="suffix-behind-a-tex-space"),
        pytest.param([("M. Finger,\\, Jr.", "", "")], ["M. Finger, Jr."], id="the-same-in-one-line"),
        pytest.param([("CMS", "The", ""), ("Collaborations", "LHCb", "")], ["The CMS", "LHCb Collaborations"], id="split-at-its-and"),
        pytest.param([("Han", "The Anh", "")], ["The Anh Han"], id="a-person-called-the"),
        pytest.param([("Contributors", "SciPy 1. 0", "")], ["SciPy 1.0 Contributors"], id="contributors"),
        pytest.param([("GLM", "Team", ""), ("Sons", "Smith &", "")], ["Team GLM", "Smith & Sons"], id="groups-taken-for-people"),
        pytest.param([("Lee Jr.", "H. K.", "")], ["H. K. Lee, Jr."], id="suffix-in-the-key-name"),
    ],
)
def test_what_arxiv_itself_splits_badly_is_read_right(parts: list[tuple[str, str, str]], written: list[str]) -> None:
    found = joined(parts)
    assert [str(name) for name in found] == written
    assert all(name.literal or name.family for name in found)
