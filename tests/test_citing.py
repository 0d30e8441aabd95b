"""A path to what it cites, through the files that it draws in."""

from pathlib import Path

import pytest

from bibtool.errors import InputError
from bibtool.hosting.host import Host
from bibtool.reading.citing import cited_by

FINDERS = Host(installed=False).citation_finders


def test_a_chapter_is_read_and_the_bibliography_named(tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text("\\cite{one}\\input{two}\\bibliographystyle{plain}\\bibliography{refs}", "utf-8")
    (tmp_path / "two.tex").write_text("\n \\cite{two}", "utf-8")
    cited = cited_by(str(tmp_path / "main.tex"), FINDERS)
    assert [(one.citekey, Path(one.document).name, one.line, one.column) for one in cited.citations] == [
        ("one", "main.tex", 1, 7),
        ("two", "two.tex", 2, 8),
    ]
    assert ([one.path for one in cited.bibliographies], cited.style) == ([str(tmp_path / "refs.bib")], "plain")


@pytest.mark.parametrize(
    ("name", "reason"), [("none.tex", "no such file"), ("main.doc", "no citations are looked for"), ("d.tex", "not a file")]
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "d.tex").mkdir()
    with pytest.raises(InputError, match=reason):
        cited_by(str(tmp_path / name), FINDERS)
