"""`bibt styles check`, and the style that a document names."""

import json
from pathlib import Path

import pytest

from bibtool.cli import main
from bibtool.components import FormatOptions
from bibtool.formatters import bibtool_formatters
from bibtool.formatters.entry_forms import known_styles
from bibtool.identifiers import ArxivId, Doi
from bibtool.reference import Name
from bibtool.styling import formatted, said_of_entries, style_of
from bibtool.testing import make_bibliography, make_reference


def test_the_table_loses_no_identifier_and_prints_each_once() -> None:
    assert {count for forms in known_styles().values() for count in forms.counts} == {1}
    assert len(known_styles()) > 280


def test_check_says_what_a_style_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["styles", "check", "plain", "styles/IEEEtran.bst"]) == 0
    assert capsys.readouterr().out == (
        "plain: identifier once, in howpublished or note; DOI not printed; all authors\n"
        "styles/IEEEtran.bst: identifier once, in url; DOI not printed; all authors\n"
    )


def test_check_gives_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["styles", "check", "plain", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["identifier"]["preprint"] == {"form": "text", "printed": 1}


def test_an_unknown_style_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["styles", "check", "no-such-style"]) == 2
    assert "no-such-style" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "style"),
    [
        (r"\bibliographystyle{plainnat}", "plainnat"),
        ("% \\bibliographystyle{alpha}\nText \\bibliographystyle{ plain }", "plain"),
        (r"\bibstyle{IEEEtran}", "IEEEtran"),
        ("\\bibliographystyle{a}\n\\bibliographystyle{b}", None),
        ("none", None),
        ("\\documentclass[prd,\n  twocolumn]{revtex4-2}\nText", "apsrev4-2"),
        ("\\documentclass[aip, jcp]{revtex4-1}", "aipnum4-1"),
        ("\\documentclass[rmp]{revtex4-2}", "apsrmp4-2"),
        ("\\documentclass{revtex4-2}\n\\bibliographystyle{plain}", "plain"),
        ("% \\documentclass{revtex4-2}", None),
    ],
)
def test_a_document_names_its_style(text: str, style: str | None, tmp_path: Path) -> None:
    (tmp_path / "paper.tex").write_text(text, encoding="utf-8")
    assert style_of([str(tmp_path / "paper.tex"), str(tmp_path / "absent.tex"), "notes.md"]) == style


@pytest.mark.parametrize(
    ("style", "max_authors", "written", "said"),
    [
        ("apsrev4-2", None, 501, "only its first 500 authors are written"),
        ("apsrev4-2", 0, 700, "BibTeX itself breaks off"),
        ("apsrev4-2", 20, 21, None),
        ("plain", None, 700, None),
        (None, None, 700, None),
    ],
)
def test_no_entry_has_more_authors_than_bibtex_survives(style: str | None, max_authors: int | None, written: int, said: str | None) -> None:
    crowd = make_reference(authors=tuple(Name(family=f"F{number}", given="G") for number in range(700)))
    bibliography, options = make_bibliography(crowd), FormatOptions(style=style, max_authors=max_authors)
    bibtex = next(one for one in bibtool_formatters() if one.name == "bibtex")
    assert formatted(bibliography, bibtex, options, ()).count(" and ") + 1 == written
    lines = said_of_entries(bibliography, bibtex, options)
    assert [line.partition(": ")[2].startswith(said or "") for line in lines] == [True] * (said is not None)


def test_a_doi_that_no_style_can_typeset_is_said() -> None:
    bibliography = make_bibliography(make_reference(identifiers=(ArxivId("1706.03762", None), Doi("10.1000/a$b"))))
    bibtex, biblatex = (next(one for one in bibtool_formatters() if one.name == name) for name in ("bibtex", "biblatex"))
    (line,) = said_of_entries(bibliography, bibtex, FormatOptions())
    assert "cannot typeset the DOI '10.1000/a$b'" in line
    assert said_of_entries(bibliography, biblatex, FormatOptions()) == []
