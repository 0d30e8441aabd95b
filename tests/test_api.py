"""bibtool from Python: the names of the README, with what they give and what they raise."""

import os
from pathlib import Path

import pytest

import bibtool
from bibtool.bulk.importing import import_into
from bibtool.workspace import Silence, Workspace

SNAPSHOT = Path(__file__).resolve().parent.parent / "fixtures" / "arxiv" / "snapshot.jsonl"


@pytest.fixture(autouse=True)
def filled() -> None:
    settings = {name: value for name, value in os.environ.items() if name.startswith("BIBT_")}
    workspace = Workspace(settings, warn=print, fail=print, note=print)
    import_into(workspace.store, SNAPSHOT, Silence(), print)
    workspace.close()


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.md"
    path.write_text("Later: arXiv:2404.07839.\n\nEarlier, see the paper 2204.14198v2. Once more: arXiv:2404.07839.\n", "utf-8")
    return path


def test_build_gives_a_bibliography_that_any_formatter_takes(paper: Path) -> None:
    bibliography = bibtool.build([paper], offline=True)
    assert list(bibliography) == ["botev2024recurrentgemma", "alayrac2022flamingo"]
    for name in ("bibtex", "biblatex", "csl-json", "markdown"):
        assert "2404.07839" in bibtool.render(bibliography, name)
    assert "and others" in bibtool.render(bibliography, "bibtex", bibtool.FormatOptions(max_authors=1))


def test_one_path_and_one_identifier_are_lists_of_one(paper: Path) -> None:
    assert (
        list(bibtool.build(str(paper), offline=True))
        == list(bibtool.build(paper, offline=True))
        == list(bibtool.build([paper], offline=True))
    )
    assert list(bibtool.get("2404.07839", offline=True)) == ["botev2024recurrentgemma"]


def test_scan_gives_mentions_as_they_are_found(paper: Path) -> None:
    mentions = list(bibtool.scan([paper]))
    assert [str(mention.identifier) for mention in mentions] == ["2404.07839", "2204.14198v2", "2404.07839"]
    assert [str(mention.identifier) for mention in bibtool.scan(paper, strict=True)] == ["2404.07839", "2404.07839"]


def test_what_has_no_reference_stands_in_unresolved() -> None:
    bibliography = bibtool.get(["2404.07839", "1706.03762"], offline=True)
    [(identifier, error)] = bibliography.unresolved.items()
    assert (str(identifier), type(error)) == ("1706.03762", bibtool.UnavailableError)


def test_a_date_from_the_identifier_is_said_in_the_source() -> None:
    [reference] = bibtool.get("2404.07839", offline=True).values()
    assert str(reference.issued) == "2024-04"
    assert "date from the identifier" in (reference.source or "")
    [dated] = bibtool.get("2408.00118", offline=True).values()
    assert str(dated.issued) == "2024-07-31"
    assert "identifier" not in (dated.source or "")


def test_errors_are_bibtools_own(paper: Path) -> None:
    with pytest.raises(bibtool.InputError, match="nowhere"):
        bibtool.build([paper, "nowhere.md"], offline=True)
    with pytest.raises(bibtool.IdentifierError, match="nonsense"):
        bibtool.get(["nonsense"])
    with pytest.raises(bibtool.InputError, match="did you mean 'bibtex'"):
        bibtool.render(bibtool.Bibliography(), "bibtx")
