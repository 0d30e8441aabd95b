"""CSL-JSON items, against the official schema and pandoc."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bibtool.components import FormatOptions
from bibtool.formatters.csl_json import csl_name, format_csl_json, rich_text
from bibtool.formatters.csl_yaml import format_csl_yaml
from bibtool.identifiers import Doi
from bibtool.kinds import KINDS
from bibtool.reference import Name, Reference
from bibtool.testing.records import odd_references
from bibtool.vocabulary import FIELDS
from tests.consumers import pandoc, run
from tests.trap_records import bibliography, tame_traps, traps

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
OPTIONS = FormatOptions()


def _items(**references: Reference) -> list[dict[str, object]]:
    items: list[dict[str, object]] = json.loads(format_csl_json(bibliography(references), OPTIONS))
    return items


def test_a_preprint_is_an_article_with_its_number() -> None:
    assert _items(key=traps()["pinned"]) == [
        {
            "id": "key",
            "type": "article",
            "title": "RecurrentGemma: Moving Past Transformers for Efficient Open Language Models",
            "author": [{"family": "Botev", "given": "Aleksandar"}, {"family": "De", "given": "Soham"}],
            "issued": {"date-parts": [[2024, 4]]},
            "publisher": "arXiv",
            "genre": "preprint",
            "number": "arXiv:2404.07839v2",
            "archive": "arXiv",
            "archive_location": "2404.07839v2",
            "version": "2",
            "DOI": "10.48550/arXiv.2404.07839",
            "URL": "https://arxiv.org/abs/2404.07839v2",
        }
    ]


def test_a_published_paper_is_a_journal_article() -> None:
    item = _items(key=traps()["accent-and-hyphen"])[0]
    assert (item["type"], item["container-title"], item["volume"], item["page"]) == ("article-journal", "Phys. Rev. D", "76", "013009")
    assert item["DOI"] == "10.1103/PhysRevD.76.013009"
    assert item["note"] == "arXiv:0704.0001"


def test_names_have_csls_parts() -> None:
    names = (Name(family="Beethoven", given="Ludwig", particle="van", suffix="Jr."), Name(literal="The CMS Collaboration"))
    assert _items(key=Reference(type="article", authors=names))[0]["author"] == [
        {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van", "suffix": "Jr."},
        {"literal": "The CMS Collaboration"},
    ]


def test_a_comma_in_a_given_name_makes_no_suffix() -> None:
    assert csl_name(Name(family="Jones", given="M., A.")) == {"family": "Jones", "given": "M. A."}


@pytest.mark.parametrize("doi", ["10.1000/a%20b", "10.1000/a[b]c!d$e~f"])
def test_a_doi_stands_as_it_is(doi: str) -> None:
    assert _items(key=Reference(type="article", identifiers=(Doi(doi),)))[0]["DOI"] == doi


def test_a_doi_that_could_steer_a_reader_is_none() -> None:
    assert "DOI" not in _items(key=Reference(type="article", identifiers=(Doi("10.1000/\\input{x}"),)))[0]


@pytest.mark.parametrize(
    ("title", "rich"),
    [
        (r"Decays $B^0_s$ at 5 < 6", "Decays B<sup>0</sup><sub>s</sub> at 5 < 6"),
        ("Bounds $a<b>c$", 'Bounds <span class="nocase">a< b>c</span>'),
        ("word2vec and BERT", '<span class="nocase">word2vec</span> and BERT'),
        (r"{\it Spitzer} \& Schr\"odinger", "Spitzer & Schrödinger"),
    ],
)
def test_titles_are_rich_text(title: str, rich: str) -> None:
    assert rich_text(title) == rich


def _problems(items: object) -> list[str]:
    """What the official schema finds wrong."""
    schema = json.loads((FIXTURES / "csl" / "csl-data.json").read_text(encoding="utf-8"))
    return [f"{error.json_path}: {error.message[:200]}" for error in jsonschema.Draft7Validator(schema).iter_errors(items)]


def test_every_item_is_valid_by_the_official_schema() -> None:
    references = bibliography({**traps(), **{name.replace(" ", "-"): reference for name, reference in odd_references().items()}})
    items = json.loads(format_csl_json(references, FormatOptions(abstract=True)))
    assert _problems(items) == []


@given(csl_type=st.sampled_from(sorted({kind.csl for kind in KINDS})), fields=st.lists(st.sampled_from(sorted(FIELDS)), unique=True))
@settings(max_examples=50, deadline=None)
def test_an_authors_entry_of_any_type_is_valid_too(csl_type: str, fields: list[str]) -> None:
    reference = Reference(type=csl_type, title="T", fields=tuple((name, "2004-05/2006") for name in fields))
    items = json.loads(format_csl_json(bibliography({"key": reference}), OPTIONS))
    assert _problems(items) == []


def test_fields_are_left_out_whatever_their_case() -> None:
    (item,) = json.loads(format_csl_json(bibliography({"key": traps()["pinned"]}), FormatOptions(omit=("doi", "url"))))
    assert {"DOI", "URL"} & item.keys() == set()


def test_hostile_text_holds_no_control_character() -> None:
    text = format_csl_json(bibliography(traps()), OPTIONS)
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", text) is None


@pytest.mark.needs("pandoc")
def test_pandoc_reads_back_every_item(tmp_path: Path) -> None:
    text = format_csl_json(bibliography(tame_traps()), OPTIONS)
    # pandoc sets typographic apostrophes.
    read = {str(item["id"]): json.loads(json.dumps(item).replace("\\u2019", "'")) for item in pandoc(text, "csljson", tmp_path)}
    for item in json.loads(text.replace("’", "'")):
        back = read[item["id"]]
        # pandoc takes "de las" for a particle wherever it stands.
        fields = ("DOI", "URL", "type", "issued", "volume", "version", *(["author"] if item["id"] != "particles" else []))
        assert {field: back.get(field) for field in fields} == {field: item.get(field) for field in fields}, item["id"]


@pytest.mark.needs("pandoc")
def test_pandoc_reads_csl_yaml_as_it_reads_csl_json(tmp_path: Path) -> None:
    references = bibliography(tame_traps())
    (tmp_path / "paper.md").write_text(format_csl_yaml(references, OPTIONS) + "\nText.\n", encoding="utf-8")
    read = {
        str(item["id"]): item
        for item in json.loads(run("pandoc", "-f", "markdown", "-t", "csljson", "paper.md", folder=tmp_path).replace("\u00a0", " "))
    }
    other = {str(item["id"]): item for item in pandoc(format_csl_json(references, OPTIONS), "csljson", tmp_path)}
    assert list(read) == list(other)
    for name, item in other.items():
        fields = ("DOI", "URL", "type", "issued", "volume", "page", "version", "container-title", "author")
        assert {field: read[name].get(field) for field in fields} == {field: item.get(field) for field in fields}, name
