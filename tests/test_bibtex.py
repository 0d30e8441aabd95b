"""BibTeX entries, and what BibTeX, its styles and independent parsers make of them."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bibtool.bibliography import Bibliography
from bibtool.components import FormatOptions
from bibtool.errors import FormatError
from bibtool.formatters.bibtex import format_bibtex, format_entry
from bibtool.formatters.entry_forms import measure, visible
from bibtool.identifiers import ArxivId, Doi
from bibtool.plain_text import plain
from bibtool.reference import Name, PartialDate, Reference
from bibtool.tex.latex import decode
from tests.consumers import bibtex, run
from tests.trap_records import bibliography, tame_traps, traps

STYLES = ["plain", "alpha", "abbrv", "apalike", "ieeetr", "siam", "acm", "unsrt", "plainnat", "unsrtnat", "abbrvnat", "IEEEtran"]
OPTIONS = FormatOptions()


def test_a_preprint_is_misc_with_eprint_fields() -> None:
    entry = format_entry("vaswani2017attention", traps()["attention"], FormatOptions(max_authors=2))
    assert entry == (
        "@misc{vaswani2017attention,\n"
        "  author = {Vaswani, Ashish and Shazeer, Noam and others},\n"
        "  title = {Attention Is All You Need},\n"
        "  howpublished = {arXiv:1706.03762},\n"
        "  year = {2017},\n"
        "  month = jun,\n"
        "  eprint = {1706.03762},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.CL},\n"
        "  doi = {10.48550/arXiv.1706.03762}\n"
        "}\n"
    )


def test_a_published_paper_is_an_article_with_its_journals_year() -> None:
    entry = format_entry("k", traps()["section-letter"], OPTIONS)
    for line in ("@article{k,", "journal = {Phys. Lett. B}", "volume = {716}", "pages = {1--29}", "year = {2012}", "eprint = {2001.00001}"):
        assert line in entry
    assert "10.48550" not in entry


def test_a_pinned_version_stands_in_the_eprint_and_not_in_the_doi() -> None:
    entry = format_entry("k", traps()["pinned"], OPTIONS)
    assert "eprint = {2404.07839v2}" in entry
    assert "doi = {10.48550/arXiv.2404.07839}" in entry


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        (Name(family="Tak", given="Floris", particle="van der"), "van der Tak, Floris"),
        (Name(family="Heath", given="Robert W.", suffix="Jr."), "Heath, Jr., Robert W."),
        (Name(family="Kaiser", given="Łukasz"), r"Kaiser, {\L}ukasz"),
        (Name(literal="The CMS Collaboration"), "{The CMS Collaboration}"),
        (Name(family="las Casas", given="Diego"), "{las Casas}, Diego"),
        (Name(family="Doe, Smith", given="Jo"), "{Doe, Smith}, Jo"),
        (Name(family="Black and White", given="Jo"), "{Black and White}, Jo"),
        (Name(family="others", given=None), "{others}"),
        (Name(family="Alembert", given="Jean", particle="d'"), "d'Alembert, Jean"),
        (Name(family="Đoković", given="Novak"), r"{\DJ}okovi{\'{c}}, Novak"),
        (Name(family="Plato"), "Plato"),
        (Name(family="Vishnuvardhana. S. V."), "{Vishnuvardhana. S. V.}"),
    ],
    ids=str,
)
def test_names_keep_their_parts(name: Name, spelt: str) -> None:
    assert f"author = {{{spelt}}}" in format_entry("k", Reference(type="article", authors=(name,)), OPTIONS)


@pytest.mark.parametrize(
    ("title", "protect", "spelt"),
    [
        ("Attention Is All You Need", "smart", "Attention Is All You Need"),
        ("BERT for the iPhone and word2vec in Paris", "smart", "{BERT} for the {iPhone} and word2vec in {Paris}"),
        ("Learning about the brain of Bayes", "smart", "Learning about the brain of {Bayes}"),
        ("Spitzer sees Schrödinger and Paris", "smart", r"Spitzer sees {Schr{\"{o}}dinger} and {Paris}"),
        ("Gravity Was Here. Consistency: A Study", "smart", "Gravity Was Here. {Consistency}: A Study"),
        ("$ω$Test and Methods of Bayes", "smart", r"{$\omega$}{Test} and Methods of Bayes"),
        ("Superconducting $x$ in La$_2$CuO$_4$ films", "smart", r"Superconducting {$x$} in {La}{$_2$}{CuO}{$_4$} films"),
        ("A Study of Ba$_2$", "smart", "A Study of {Ba}{$_2$}"),
        ("Deep BERT", "all", "{Deep BERT}"),
        ("Deep BERT", "none", "Deep BERT"),
        ("Über das $\\pi$", "smart", r"{\"{U}}ber das {$\pi$}"),
    ],
)
def test_case_is_protected(title: str, protect: str, spelt: str) -> None:
    assert f"title = {{{spelt}}}" in format_entry("k", Reference(type="article", title=title), FormatOptions(protect_case=protect))


def test_a_doi_that_styles_cannot_typeset_gives_way_to_arxivs() -> None:
    reference = replace(traps()["attention"], identifiers=(ArxivId("1706.03762", None), Doi("10.1000/a$b")))
    assert "doi = {10.48550/arXiv.1706.03762}" in format_entry("k", reference, OPTIONS)


@pytest.mark.parametrize(
    ("doi", "style", "spelt"),
    [
        ("10.1000/a%20b", None, r"10.1000/a\%20b"),
        ("10.1000/a#b&c", "plainnat", r"10.1000/a\#b\&c"),
        ("10.1000/a_b~c", "plainnat", "10.1000/a_b~c"),
        ("10.1000/a_b~c", "splncs04", r"10.1000/a\_b\textasciitilde{}c"),
        ("10.1000/a_b", "elsarticle-num", r"10.1000/a\_b"),
    ],
)
def test_a_doi_is_spelt_for_the_styles_that_print_it(doi: str, style: str | None, spelt: str) -> None:
    reference = replace(traps()["attention"], identifiers=(ArxivId("1706.03762", None), Doi(doi)))
    assert f"doi = {{{spelt}}}" in format_entry("k", reference, FormatOptions(style=style))


def test_a_style_that_counts_bytes_cuts_no_letter_in_two() -> None:
    reference = Reference(type="article", authors=(Name("王", "小明"), Name("Guðmundsson", "Þór")))
    assert r"author = {{\relax 王}, {\relax 小}{\relax 明} and Gu{\dh}mundsson, {\TH}{\'{o}}r}" in format_entry(
        "k", reference, FormatOptions(style="alpha")
    )
    assert r"author = {王, 小明 and Guðmundsson, {\TH}{\'{o}}r}" in format_entry("k", reference, OPTIONS)


@pytest.mark.needs("bibtex")
@pytest.mark.parametrize("style", ["abbrv", "alpha"])
def test_labels_and_initials_of_any_script_are_whole_letters(style: str, tmp_path: Path) -> None:
    people = (Name("Щербаков", "Юрий"), Name("Guðmundsson", "Þór"), Name("Ελύτης", "Οδυσσέας"), Name("王", "小明"))
    text = "".join(
        format_entry(f"k{place}", Reference(type="article", title="T", authors=(one,)), FormatOptions(style=style))
        for place, one in enumerate(people)
    )
    for place in range(0, len(people), 2):
        text += format_entry(
            f"two{place}", Reference(type="article", title="T", authors=people[place : place + 2]), FormatOptions(style=style)
        )
    (tmp_path / "refs.bib").write_text(text, encoding="utf-8")
    (tmp_path / "paper.aux").write_text(f"\\relax\n\\citation{{*}}\n\\bibstyle{{{style}}}\n\\bibdata{{refs}}\n", encoding="utf-8")
    run("bibtex", "paper", folder=tmp_path)
    written = (tmp_path / "paper.bbl").read_bytes().decode("utf-8")
    assert "{\\relax Щ}" in written


def test_a_key_that_bibtex_cannot_hold_is_refused() -> None:
    with pytest.raises(FormatError, match="citation key 'a,b'"):
        format_entry("a,b", traps()["attention"], OPTIONS)


def test_letters_stay_where_utf8_is_asked_for() -> None:
    assert "Balázs, C." in format_entry("k", traps()["accent-and-hyphen"], FormatOptions(encoding="utf8"))


def test_other_types_and_fields_of_an_authors_own_entry_are_kept() -> None:
    book = Reference(
        type="book",
        title="The TeXbook",
        authors=(Name(family="Knuth", given="Donald E."),),
        issued=PartialDate(1984),
        publisher="Addison-Wesley",
        fields=(("edition", "2nd & last"), ("year", "1900"), ("bad name", "x")),
    )
    entry = format_entry("knuth", book, OPTIONS)
    assert entry.startswith("@book{knuth,")
    assert "publisher = {Addison-Wesley}" in entry
    assert r"edition = {2nd \& last}" in entry
    assert "1900" not in entry
    assert "bad name" not in entry


def test_every_entry_has_balanced_braces_and_stands_alone() -> None:
    for name, reference in traps().items():
        entry = format_entry(name, reference, OPTIONS)
        depth = 0
        for place, character in enumerate(entry):
            depth += (character == "{") - (character == "}")
            assert depth > 0 or place < entry.index("{") or place >= len(entry) - 2, name


def test_fields_are_left_out_where_the_user_says_so() -> None:
    assert "doi" not in format_entry("k", traps()["attention"], FormatOptions(omit=("doi",)))


def test_thousands_of_authors_are_written_and_cut() -> None:
    crowd = replace(traps()["attention"], authors=tuple(Name(family=f"Name{number}", given="A.") for number in range(3300)))
    assert format_entry("k", crowd, OPTIONS).count(" and ") == 3299
    assert format_entry("k", crowd, FormatOptions(max_authors=10)).count(" and ") == 10


@pytest.mark.needs("bibtex", "pdflatex")
@pytest.mark.parametrize("style", STYLES)
def test_every_style_prints_every_identifier_without_an_error(style: str, tmp_path: Path) -> None:
    printed = re.sub(r"%\n|\s", "", bibtex(format_bibtex(bibliography(traps()), OPTIONS), style, tmp_path))
    lost = [name for name, reference in traps().items() if str(reference.arxiv) not in printed]
    assert lost == []
    assert not [path.name for path in tmp_path.iterdir() if "pwned" in path.name]


def _letters(text: str) -> str:
    """What is left of a text when quotes, dashes, braces and blanks are set aside: readers spell those in their own ways."""
    return re.sub(r"[^\w<>&%#$/\\^=+.]", "", plain(decode(text)).replace("−", "-")).lower()


def test_pybtex_reads_back_names_and_years() -> None:
    from pybtex.database import parse_string

    references = tame_traps()
    read = parse_string(format_bibtex(bibliography(references), OPTIONS), "bibtex")
    assert list(read.entries) == list(references)
    for name, reference in references.items():
        entry = read.entries[name]
        assert entry.fields["eprint"] == str(reference.arxiv)
        people = [
            (
                " ".join(person.first_names + person.middle_names),
                " ".join(person.prelast_names),
                " ".join(person.last_names),
                " ".join(person.lineage_names),
            )
            for person in entry.persons.get("author", [])
        ]
        meant = [
            ("", "", author.literal or "", "")
            if author.literal
            else (author.given or "", author.particle or "", author.family or "", author.suffix or "")
            for author in reference.authors
        ]
        assert [_parts(*person) for person in people] == [_parts(*author) for author in meant]


def _parts(given: str, particle: str, family: str, suffix: str) -> tuple[str, str, str]:
    return _letters(given), _letters(particle + family), _letters(suffix)


def test_bibtexparser_reads_back_every_entry() -> None:
    from bibtexparser.entrypoint import parse_string

    references = traps()
    library = parse_string(format_bibtex(bibliography(references), OPTIONS))
    assert library.failed_blocks == []
    assert [entry.key for entry in library.entries] == list(references)
    assert library.strings == []
    assert library.preambles == []
    for entry, reference in zip(library.entries, references.values(), strict=True):
        assert entry.fields_dict["eprint"].value == str(reference.arxiv)


@pytest.mark.parametrize("text", ["@comment{x", "}, @string(x = {y})", "@preamble {}"])
def test_nothing_of_a_record_looks_like_an_entry(text: str) -> None:
    entry = format_entry("k", Reference(type="article", title=text, authors=(Name(family=text, given=text), Name(literal=text))), OPTIONS)
    assert re.findall(r"@\w+\s*[{(]", entry) == ["@misc{"]


def test_an_empty_bibliography_is_an_empty_file() -> None:
    assert format_bibtex(Bibliography(), OPTIONS) == ""


def test_an_old_identifier_keeps_its_archive() -> None:
    reference = Reference(type="article", identifiers=(ArxivId("hep-th/9711200", 3),))
    assert "eprint = {hep-th/9711200v3}" in format_entry("k", reference, OPTIONS)


@pytest.mark.parametrize(
    ("style", "field"),
    [
        ("plain", "howpublished = {arXiv:1706.03762}"),
        ("styles/plainnat.bst", "url = {https://arxiv.org/abs/1706.03762}"),
        ("apsrev4-2", "eprint = {1706.03762}"),
    ],
)
def test_a_known_style_gets_the_form_that_it_prints_once(style: str, field: str) -> None:
    entry = format_entry("k", traps()["attention"], FormatOptions(style=style))
    assert field in entry
    assert len(re.findall(r"(?<!eprint = \{)1706\.03762", entry)) == (field[:6] != "eprint")


@pytest.mark.needs("bibtex", "kpsewhich")
@pytest.mark.parametrize(
    "style", ["plain", "plainnat", "IEEEtran", "apsrev4-2", "ACM-Reference-Format", "elsarticle-num", "splncs04", "rsc"]
)
def test_a_known_style_prints_every_identifier_once(style: str, tmp_path: Path) -> None:
    if not run("kpsewhich", f"{style}.bst", folder=tmp_path, check=False):
        pytest.skip(f"this TeX Live has no {style}.bst")
    references = {name: reference for name, reference in tame_traps().items() if name != "no-title"}
    (tmp_path / "refs.bib").write_text(format_bibtex(bibliography(references), FormatOptions(style=style)), encoding="utf-8")
    (tmp_path / "paper.aux").write_text(f"\\relax\n\\citation{{*}}\n\\bibstyle{{{style}}}\n\\bibdata{{refs}}\n", encoding="utf-8")
    run("bibtex", "paper", folder=tmp_path, check=False)
    printed = visible((tmp_path / "paper.bbl").read_text(encoding="utf-8"))
    counts = {name: printed.count(str(reference.arxiv)) for name, reference in references.items()}
    assert {name: count for name, count in counts.items() if count != 1} == {}


@pytest.mark.parametrize("style", ["ieee", "apa", "chicago-author-date", "mla"])
def test_typst_compiles_every_entry(style: str, tmp_path: Path) -> None:
    typst = pytest.importorskip("typst")
    (tmp_path / "refs.bib").write_text(format_bibtex(bibliography(traps()), OPTIONS), encoding="utf-8")
    (tmp_path / "paper.typ").write_text(f'#bibliography("refs.bib", style: "{style}", full: true)', encoding="utf-8")
    assert typst.compile(str(tmp_path / "paper.typ")).startswith(b"%PDF")


def test_an_unknown_style_can_be_measured() -> None:
    """A style that prints notes alone, as any engine would show it."""

    def typeset(bib: str) -> str:
        entries = bib.split("@")[1:]
        return "".join(" ".join(re.findall(r"(?:author|note) = \{(.*)\}", entry)) + "\n" for entry in entries)

    forms = measure(typeset)
    assert forms is not None
    assert (forms.forms, forms.counts) == (("note", "note", "text", "text"), (1, 1, 1, 1))
    entry = format_entry("k", traps()["attention"], FormatOptions(style="ours", forms=forms.forms))
    assert "note = {arXiv:1706.03762}" in entry
    assert "howpublished" not in entry


@pytest.mark.parametrize("text", [":a" * 30_000, "a" * 60_000, "`" * 60_000, "$x^{" * 15_000, "{\\bf " * 12_000], ids=lambda text: text[:6])
def test_a_title_of_any_length_is_written(text: str) -> None:
    """A rule that tries every start would take minutes."""
    assert format_entry("k", Reference(type="article", title=text), OPTIONS).startswith("@misc{k,")
