"""identifiers.py: DOIs as people write them. The forms of arXiv identifiers are tried by the cases in fixtures/identifiers."""

import pytest

from bibtool.errors import IdentifierError
from bibtool.identifiers import ArxivId, Doi, Identifier, parse_identifier

SICI = "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-#"
DOIS: dict[str, Identifier] = {
    "10.1038/nphys1170": Doi("10.1038/nphys1170"),
    " doi: 10.1038/nphys1170 ": Doi("10.1038/nphys1170"),
    "https://doi.org/10.1038/nphys1170": Doi("10.1038/nphys1170"),
    "http://dx.doi.org/10.1038/nphys1170": Doi("10.1038/nphys1170"),
    "doi.org/10.1038/nphys1170": Doi("10.1038/nphys1170"),
    "<https://doi.org/10.1038/nphys1170>": Doi("10.1038/nphys1170"),
    "10.1038/nphys1170.": Doi("10.1038/nphys1170"),
    "info:doi/10.1038/nphys1170": Doi("10.1038/nphys1170"),
    "urn:doi:10.1038/nphys1170": Doi("10.1038/nphys1170"),
    "doi:https://doi.org/10.1038/nphys1170": Doi("10.1038/nphys1170"),
    "https://doi.org/10.1038/nphys1170?utm_source=x&y=1": Doi("10.1038/nphys1170"),
    "https://doi.org/10.1000/a%3Fb=1": Doi("10.1000/a?b=1"),
    "10.1000/a?b=1": Doi("10.1000/a?b=1"),
    "https://doi.org/10.1038%2Fnphys1170": Doi("10.1038/nphys1170"),
    SICI: Doi(SICI),
    "https://doi.org/" + SICI.replace("<", "%3C").replace(">", "%3E").replace("#", "%23"): Doi(SICI),
    "10.1000/50%25x": Doi("10.1000/50%25x"),
    "10.48550/arXiv.2404.07839": ArxivId("2404.07839"),
    "https://doi.org/10.48550%2FarXiv.2404.07839v2": ArxivId("2404.07839", 2),
}


@pytest.mark.parametrize(("text", "identifier"), DOIS.items(), ids=DOIS)
def test_a_doi_is_read_in_any_form(text: str, identifier: Identifier) -> None:
    assert parse_identifier(text) == identifier


@pytest.mark.parametrize("text", ["10.1038", "10.1038/", "10.1000/a b", "10.12/x", "https://doi.org/10.1000/a%0Ab"])
def test_what_is_no_doi_is_refused(text: str) -> None:
    with pytest.raises(IdentifierError):
        parse_identifier(text)
