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
from bibtool.entries.ris import read_ris
from bibtool.errors import InputError
from bibtool.formatters.biblatex import format_biblatex
from bibtool.formatters.bibtex import format_bibtex
from bibtool.formatters.csl_json import format_csl_json
from bibtool.identifiers import ArxivId, Doi
from bibtool.reference import Name, PartialDate, Reference
from tests.consumers import bibtex
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
    assert (smith.issued, smith.doi, smith.fields) == (
        PartialDate(1999, 1),
        Doi("10.1103/PhysRevD.76.013009"),
        (("mynote", "x & y"), ("protectedwords", "BERT New York")),
    )
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
    assert "Smith99: csl-json has no place for 'and others', mynote" in printed.err


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


FAMILY = r"""
@string{acm = "ACM"}
@string{acmpress = acm # " Press"}
@inproceedings{child, crossref={parent}, title={Child of {X}}, author={Ann Bee and others}, pages={1--2}}
@inproceedings{spelt, crossref={parent}, title={Spelt}, booktitle={Its own}}
@incollection{part, xdata={house}, crossref={whole}, title={Part}, author={Cee}}
@book{tome, title={jan}, publisher={acm}, year=1999, month=jun # "~5", author={D}}
@proceedings{parent, title={Proceedings}, year=2004, editor={Itor, Ed}, publisher=acmpress}
@collection{whole, title={Whole}, subtitle={A Sub}, date={2010/2012}}
@xdata{house, publisher={Springer}, location={Berlin}}
"""


def test_entries_have_what_they_take_from_others() -> None:
    read = dict(entry for entry in read_bib(FAMILY) if not isinstance(entry, InputError))
    assert list(read) == ["child", "spelt", "part", "tome", "parent", "whole"]
    child, part = read["child"], read["part"]
    assert (child.title, child.container, child.publisher, child.issued) == ("Child of X", "Proceedings", "ACM Press", PartialDate(2004))
    assert dict(child.fields)["editor"] == "Itor, Ed"
    assert read["spelt"].container == "Its own"
    assert (part.container, part.publisher, dict(part.fields)["location"]) == ("Whole", "Springer", "Berlin")
    assert (dict(part.fields)["booksubtitle"], dict(part.fields)["date"]) == ("A Sub", "2010/2012")


def test_a_text_in_braces_is_no_macro() -> None:
    tome = dict(entry for entry in read_bib(FAMILY) if not isinstance(entry, InputError))["tome"]
    assert (tome.title, tome.publisher, tome.issued) == ("jan", "acm", PartialDate(1999, 6, 5))


def test_parents_stand_behind_their_children_where_bibtex_finds_them(in_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (in_folder / "refs.bib").write_text(FAMILY, encoding="utf-8")
    assert main(["convert", "refs.bib", "-t", "bibtex", "--sort", "title"]) == 0
    written = capsys.readouterr().out
    assert written.index("@proceedings{parent") > written.index("crossref = {parent}")
    assert "booktitle = {Whole: A Sub}" in written


@pytest.mark.needs("bibtex", "pdflatex")
def test_bibtex_prints_children_and_parents(in_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (in_folder / "users.bib").write_text(FAMILY, encoding="utf-8")
    assert main(["convert", "users.bib", "-t", "bibtex"]) == 0
    printed = bibtex(capsys.readouterr().out, "plain", in_folder)
    # Two children in the list: plain.bst names their parent, which stands there too.
    assert printed.count("In Itor \\cite{parent}") == 2
    assert "Ed~Itor, editor" in printed


def test_one_bad_key_and_a_repeated_field_cost_nobody_else_anything(in_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    items = [{"id": "http://zotero.org/a b", "type": "book", "title": "One"}, {"id": "fine", "type": "book", "title": "Two"}]
    (in_folder / "refs.json").write_text(json.dumps(items), encoding="utf-8")
    assert main(["convert", "refs.json", "-t", "biblatex"]) == 0
    printed = capsys.readouterr()
    assert "@book{http://zotero.org/ab," in printed.out
    assert "@book{fine," in printed.out
    assert "cannot hold the citation key 'http://zotero.org/a b'" in printed.err
    (in_folder / "twice.bib").write_text("@book{a, title={First}, title={Second}}", encoding="utf-8")
    assert main(["convert", "twice.bib", "-t", "text"]) == 2
    printed = capsys.readouterr()
    assert printed.out == "First.\n"
    assert "says title twice" in printed.err


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
def test_files_in_other_encodings_are_read(encoding: str, in_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (in_folder / "refs.bib").write_bytes("@book{a, title={Größe}}".encode(encoding))
    assert main(["convert", "refs.bib", "-t", "text"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "Größe.\n"
    assert ("read as Latin-1" in printed.err) == (encoding == "latin-1")


def test_ris_and_csl_yaml_are_read(in_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (in_folder / "refs.ris").write_text(
        "TY  - JOUR\nID  - a\nAU  - van der Tak, Floris\nTI  - Title\nJO  - Journal\nER  - \n\nAU  - x\nER  - \n"
    )
    (in_folder / "refs.yaml").write_text('---\nreferences:\n- id: 2020\n  type: book\n  title: "50\\\\% of $x_1$"\n...\n')
    assert main(["convert", "refs.ris", "refs.yaml", "-t", "bibtex"]) == 2
    printed = capsys.readouterr()
    assert "author = {van der Tak, Floris}" in printed.out
    assert "journal = {Journal}" in printed.out
    assert "@book{2020,\n  title = {50\\% of {$x_1$}}" in printed.out
    assert "a record without a type (TY)" in printed.err


def test_capitals_that_the_author_protects_stay_protected() -> None:
    read = list(read_bib(r"@book{a, title={The {B}ayes and {New {York}} of \emph{Paris} and {\'E}mile}}"))
    assert "title = {The {Bayes} and {New} {York} of Paris" in format_bibtex(
        Bibliography(one for one in read if not isinstance(one, InputError)), FormatOptions()
    )


@pytest.mark.parametrize(
    ("entry", "is_preprint"),
    [
        ("@article{a, journal={CoRR}, volume={abs/1706.03762}, title={T}}", True),
        ("@misc{a, eprint={1706.03762}, title={T}}", True),
        ("@phdthesis{a, eprint={1706.03762}, school={S}, title={T}}", False),
        ("@article{a, eprint={1706.03762}, journal={J}, title={T}}", False),
    ],
)
def test_what_is_a_preprint_is_told_by_type_and_journal(entry: str, is_preprint: bool) -> None:
    (_, reference) = next(one for one in read_bib(entry) if not isinstance(one, InputError))
    assert reference.arxiv == ArxivId("1706.03762")
    assert (reference.genre == "preprint") == is_preprint


def test_what_reference_managers_file_under_a_journal_arxiv_is_a_preprint() -> None:
    item = {
        "id": "a",
        "type": "article-journal",
        "title": "T",
        "container-title": "arXiv:1706.03762 [cs]",
        "note": "arXiv:1706.03762 [cs.CL]",
    }
    record = "TY  - JOUR\nTI  - T\nT2  - ArXiv e-prints\nUR  - http://arxiv.org/abs/1706.03762\nER  - \n"
    for read in (list(read_csl_json(json.dumps([item]))), list(read_ris(record))):
        assert not isinstance(read[0], InputError)
        reference = read[0][1]
        assert (reference.type, reference.genre, reference.container, reference.identifiers) == (
            "article",
            "preprint",
            None,
            (ArxivId("1706.03762"),),
        )
        assert reference.fields == ()


def test_a_thesis_at_arxiv_stays_a_thesis_in_ris() -> None:
    (read,) = read_ris("TY  - THES\nTI  - T\nUR  - http://arxiv.org/abs/1706.03762\nER  - \n")
    assert not isinstance(read, InputError)
    reference = read[1]
    assert (reference.type, reference.arxiv) == ("thesis", ArxivId("1706.03762"))


def test_addresses_annotations_and_short_ranges_of_years_are_kept(in_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = "@misc{a, title = {T}, year = {1982--86}, url = {www.example.org/x}, author+an = {1=first}}"
    (in_folder / "a.bib").write_text(f"{entry}\n@misc{{b, url = {{ftp://example.org/x}}}}\n@misc{{c, url = {{x.html}}}}", encoding="utf-8")
    assert main(["convert", "a.bib", "-t", "biblatex"]) == 0
    printed = capsys.readouterr()
    for line in ("date = {1982/1986}", "url = {http://www.example.org/x}", "author+an = {1=first}", "url = {ftp://example.org/x}"):
        assert line in printed.out
    assert "c: its url 'x.html' is no address of the web" in printed.err


def test_an_issn_with_a_word_behind_it_is_no_isbn() -> None:
    (read,) = read_ris("TY  - JOUR\nTI  - T\nSN  - 1234-567X (print)\nER  - \n")
    assert not isinstance(read, InputError)
    assert read[1].fields == (("issn", "1234-567X (print)"),)


@pytest.mark.parametrize(
    ("year", "issued"),
    [(r"{\noopsort{1973b}}1973", 1973), (r"\SortNoop{a}1973", 1973), (r"{\noopsort{1973a}}{\switchargs{--90}{1968}}", 1968)],
)
def test_commands_that_only_sort_are_no_part_of_a_year(year: str, issued: int) -> None:
    (read,) = read_bib(f"@book{{k, title = {{T}}, year = {{{year}}}}}")
    assert not isinstance(read, InputError)
    assert read[1].issued == PartialDate(issued)


def test_fields_are_left_out_by_a_list_and_orders_turned_round(in_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (in_folder / "a.bib").write_text("@book{a, title={A}, year=1999, note={N}, isbn={1}}\n@book{b, title={B}, year=2001}", encoding="utf-8")
    assert main(["convert", "a.bib", "-t", "biblatex", "--omit", "note, isbn", "--sort=-year", "--case-protection", "all"]) == 0
    assert capsys.readouterr().out == ("@book{b,\n  title = {{B}},\n  date = {2001}\n}\n\n@book{a,\n  title = {{A}},\n  date = {1999}\n}\n")


def test_what_an_option_cannot_do_and_what_is_not_there_is_said(in_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (in_folder / "a.bib").write_text("@book{a, title={A}, crossref={gone}}", encoding="utf-8")
    (in_folder / "b.ris").write_text("nothing", encoding="utf-8")
    assert main(["convert", "a.bib", "b.ris", "-t", "csl-json", "--group-by", "year"]) == 0
    said = capsys.readouterr().err
    assert "--group-by is for lists for people (markdown, html, text); csl-json is none" in said
    assert "a: its crossref 'gone' is not there" in said
    assert "b.ris: holds no entry" in said
