"""Entries that somebody else wrote, read and written again."""

import json
from pathlib import Path

import pytest

from bibtool.bibliography import Bibliography
from bibtool.bibtex_names import parse_names
from bibtool.cli import main
from bibtool.components import FormatOptions
from bibtool.entries.bib import read_bib
from bibtool.entries.csl import read_csl_json
from bibtool.errors import InputError
from bibtool.formatters.biblatex import format_biblatex
from bibtool.formatters.bibtex import format_bibtex
from bibtool.formatters.csl_json import format_csl_json
from bibtool.identifiers import ArxivId, Doi
from bibtool.reference import Name, PartialDate, Reference
from tests.trap_records import bibliography, tame_traps

USERS = r"""
@string{pr = "Phys. Rev."}
@article{Smith99, author={van der Berg, Jr., J{\"o}rg and {The CMS} and others}, title="A {BERT} $x_1$ 100\% \emph{x} of {New York}",
  journal = pr # " D", year=1999, month=jan, pages={1--2}, volume=3, doi={10.1103/PhysRevD.76.013009}, mynote={x & y}}
@inproceedings{vaswani, author = {Ashish Vaswani and Noam Shazeer}, title={Attention}, booktitle={NeurIPS},
  editor={Guyon, I. and {ACME and Co}}, year={2017}, publisher={Curran}}
@misc{pre, author={A B}, title={Pre}, eprint={1706.03762v2}, archivePrefix={arXiv}, journal={arXiv preprint arXiv:1706.03762}, year=2017}
@phdthesis{th, author={Ludwig van Beethoven}, title={Thesis}, school={Uni Bonn}, year=1800}
@article{Smith99, title={again}}
@book{open, title={unterminated
@online{w, author={W}, title={Web}, url={https://example.org/a_b%20c}, date={2019-05-02}}
"""


@pytest.fixture
def users() -> dict[str, Reference]:
    return dict(entry for entry in read_bib(USERS) if not isinstance(entry, InputError))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ludwig van Beethoven", Name(family="Beethoven", given="Ludwig", particle="van")),
        ("van der Berg, Jr., J.", Name(family="Berg", given="J.", particle="van der", suffix="Jr.")),
        ("{The CMS Collaboration}", Name(literal="The CMS Collaboration")),
        (r"Erd{\H{o}}s, P{\'a}l", Name(family="Erdős", given="Pál")),
        ("{de las Casas}, Diego", Name(family="de las Casas", given="Diego")),
        ("Plato", Name(family="Plato")),
        (r"{\'E}va Szab{\'o}", Name(family="Szabó", given="Éva")),
    ],
)
def test_names_are_taken_apart_as_bibtex_does(text: str, name: Name) -> None:
    assert parse_names(text) == (name,)


def test_every_entry_type_is_read(users: dict[str, Reference]) -> None:
    assert {key: reference.type for key, reference in users.items()} == {
        "Smith99": "article-journal",
        "vaswani": "paper-conference",
        "pre": "article",
        "th": "thesis",
        "w": "webpage",
    }
    smith = users["Smith99"]
    assert (smith.title, smith.container, smith.pages) == ("A BERT $x_1$ 100% x of New York", "Phys. Rev. D", "1-2")
    assert (smith.issued, smith.doi, smith.fields) == (PartialDate(1999, 1), Doi("10.1103/PhysRevD.76.013009"), (("mynote", "x & y"),))
    assert users["pre"].identifiers == (ArxivId("1706.03762", 2),)
    assert users["pre"].fields == ()


def test_what_cannot_be_read_is_named_with_its_line() -> None:
    errors = [str(entry) for entry in read_bib(USERS) if isinstance(entry, InputError)]
    assert errors == [
        "9: a second entry with the citation key 'Smith99'; left out",
        "10: an entry that cannot be read (braces or quotes do not close); left out",
    ]


def test_an_authors_entry_reads_back_equal_from_both_bib_formats(users: dict[str, Reference]) -> None:
    for write in (format_bibtex, format_biblatex):
        again = dict(entry for entry in read_bib(write(Bibliography(users.items()), FormatOptions())) if not isinstance(entry, InputError))
        assert again.keys() == users.keys()
        for key, reference in users.items():
            assert (again[key].authors, again[key].title, again[key].identifiers) == (
                reference.authors,
                reference.title,
                reference.identifiers,
            )
            assert dict(reference.fields).items() <= dict(again[key].fields).items()
            assert again[key].issued is not None
            assert str(again[key].issued)[:7] == str(reference.issued)[:7]


# Names that BibTeX itself reads otherwise, or prints with another apostrophe.
LEFT_OUT = ("and-in-a-name", "particles", "single-word-name", "quotes-and-dashes", "latex-left-over")


def test_what_we_write_reads_back_equal() -> None:
    references = {name: one for name, one in tame_traps().items() if name not in LEFT_OUT}
    for write, read in ((format_bibtex, read_bib), (format_csl_json, read_csl_json)):
        again = dict(entry for entry in read(write(bibliography(references), FormatOptions())) if not isinstance(entry, InputError))
        for name, reference in references.items():
            assert again[name].authors == reference.authors, name
            assert again[name].arxiv == reference.arxiv, name


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_convert_says_what_a_format_cannot_hold(in_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (in_folder / "refs.bib").write_text(USERS, encoding="utf-8")
    assert main(["convert", "refs.bib", "-t", "csl-json"]) == 2
    printed = capsys.readouterr()
    assert [item["id"] for item in json.loads(printed.out)] == ["Smith99", "vaswani", "pre", "th", "w"]
    assert "refs.bib:9: a second entry" in printed.err
    assert "Smith99: csl-json has no place for mynote" in printed.err


def test_convert_replaces_a_file_only_by_force(in_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (in_folder / "refs.json").write_text('[{"id": "a", "type": "book", "title": "Title"}]', encoding="utf-8")
    (in_folder / "out.bib").write_text("mine", encoding="utf-8")
    assert main(["convert", "refs.json", "-o", "out.bib"]) == 2
    assert (in_folder / "out.bib").read_text(encoding="utf-8") == "mine"
    assert main(["convert", "refs.json", "-o", "out.bib", "--force"]) == 0
    assert (in_folder / "out.bib").read_text(encoding="utf-8") == "@book{a,\n  title = {Title}\n}\n"
    assert "out.bib: is there already" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000], ids=["empty", "open", "deep"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no CSL-JSON"):
        list(read_csl_json(text))


def test_an_item_without_an_id_is_named() -> None:
    assert [str(entry) for entry in read_csl_json("[1, {}]")] == ["item 1 has no id; left out", "item 2 has no id; left out"]
