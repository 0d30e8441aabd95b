"""Identifiers in text: each form, each look-alike, and the laws that hold for all of them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibtool.document import FORMS, Document
from bibtool.extractors import bibtool_extractors
from bibtool.extractors.text import extract
from bibtool.identifiers import ArxivId

FORMS_TABLE = [
    ("arXiv:2404.07839In this", "2404.07839", "marked"),
    ("arXiv:hep-th/9901001v2 and", "hep-th/9901001v2", "marked"),
    ("arXiv:math.RT/1206.5933", "1206.5933", "marked"),
    ("arXiv:math.GT/0309136v2", "math/0309136v2", "marked"),
    ("arXiv:0402430 [astro-ph]", "astro-ph/0402430", "marked"),
    ("oai:arXiv.org:hep-th/9711200", "hep-th/9711200", "marked"),
    ("arXiv preprint 1706.03762", "1706.03762", "marked"),
    ("Ar{X}iv:1212.5701", "1212.5701", "marked"),
    ("\\mn@eprint {arXiv} {1706.03762}", "1706.03762", "marked"),
    ("\\showeprint[arxiv]{1706.03762}", "1706.03762", "marked"),
    ("arXiv%3A1706.03762", "1706.03762", "marked"),
    ("arXiv:1706.03762とある", "1706.03762", "marked"),
    ("ar-\nXiv:1706.03762", "1706.03762", "marked"),
    ("CoRR abs/1706.03762", "1706.03762", "marked"),
    ("https://arxiv.org/pdf/1706.03762v5.pdf", "1706.03762v5", "url"),
    ("http://arxiv.org/PS_cache/hep-th/pdf/9711/9711200v3.pdf", "hep-th/9711200v3", "url"),
    ("http://arxiv.org/ftp/physics/papers/0605/0605182.pdf", "physics/0605182", "url"),
    ("https://doi.org/10.48550/arXiv.1706.03762", "1706.03762", "doi"),
    ("10.48550%2FarXiv.hep-th%2F9711200", "hep-th/9711200", "doi"),
    ("2017arXiv170603762V", "1706.03762", "bibcode"),
    ("DBLP:journals/corr/abs-1810-04805", "1810.04805", "dblp"),
    ("\\eprint{1212.5701}", "1212.5701", "field"),
    ("eprint={9711200}, archivePrefix={arXiv},\n primaryClass={hep-th}", "hep-th/9711200", "field"),
    ("eprint            = {0905.4417},", "0905.4417", "field"),
    ("%%CITATION = HEP-TH/9711200;%%", "hep-th/9711200", "field"),
    ("arXiv:0905 . 4417[hep - lat]", "0905.4417", "broken"),
    ("arXiv:0803.064-\n5 and", "0803.0645", "broken"),
    ("arXiv:1503.0524", "1503.00524", "repaired"),
    ("arXiv:1204.01234", "1204.1234", "repaired"),
]
CASES = [json.loads(line) for line in (Path(__file__).parent.parent / "fixtures/identifiers/cases.jsonl").read_text("utf-8").splitlines()]
PIECES = [*(case["text"] for case in CASES[::5]), "\n", "é", "word " * 50, "é " * 1500]
EXTRACTORS = {suffix: extractor for extractor in bibtool_extractors() for suffix in extractor.suffixes or ("",)}


def found(text: str, block_bytes: int = 1 << 20) -> list[tuple[str, str]]:
    return [(str(mention.identifier), mention.form) for mention in extract(Document.from_text(text), block_bytes=block_bytes)]


@pytest.mark.parametrize(("text", "identifier", "form"), FORMS_TABLE, ids=[text for text, _, _ in FORMS_TABLE])
def test_every_form_is_found(text: str, identifier: str, form: str) -> None:
    assert found(text) == [(identifier, form)]
    assert form in FORMS


@pytest.mark.parametrize("case", CASES, ids=[f"{case['category']}: {case['text']}" for case in CASES])
def test_the_identifiers_of_each_case_are_found_and_no_others(case: dict[str, Any]) -> None:
    suffix = case.get("suffix", "")
    document = Document.from_text(case["text"], suffix=suffix)
    mentions = list(EXTRACTORS.get(suffix, EXTRACTORS[""]).extract(document))
    assert [str(mention.identifier) for mention in mentions] == case["identifiers"]
    assert [case["text"][mention.start : mention.end] for mention in mentions] == [mention.raw for mention in mentions]
    assert all(mention.form in FORMS for mention in mentions)


def test_halves_of_utf16_pairs_that_a_damaged_pdf_gives_shift_nothing() -> None:
    text = "\ud800 arXiv:2404.07839"
    [mention] = extract(Document.from_text(text))
    assert text[mention.start : mention.end] == mention.raw == "2404.07839"


def test_a_list_shares_the_mark_of_its_first() -> None:
    assert found("arXiv:1706.03762, 1810.04805 and 2005.14165") == [
        ("1706.03762", "marked"),
        ("1810.04805", "listed"),
        ("2005.14165", "listed"),
    ]


def test_a_list_is_no_surer_than_its_first() -> None:
    first, *rest = extract(Document.from_text("see 1706.03762, 1810.04805 and 2005.14165"))
    assert [(mention.form, mention.confidence) for mention in rest] == [("bare", first.confidence)] * 2


def test_the_seed_corpus_has_ten_identifiers_nine_of_them_glued(fixtures: Path) -> None:
    documents = [Document(path.name, ".txt", lambda path=path: path.open("rb")) for path in sorted((fixtures / "corpus").iterdir())]  # type: ignore[misc]
    first, second = ([str(mention.identifier) for mention in extract(document)] for document in documents)
    assert first == []
    assert second == [
        *("2404.07839", "2403.05530", "2302.01318", "2206.07682", "2204.14198"),
        *("2203.15556", "2202.07765", "2202.01169", "2112.04426", "2112.11446"),
    ]


def identifiers() -> st.SearchStrategy[ArxivId]:
    new = st.builds(
        lambda year, month, number: f"{year:02}{month:02}.{number:05}", st.integers(15, 27), st.integers(1, 12), st.integers(1, 99999)
    )
    old = st.builds(
        lambda year, month, number: f"hep-th/{year:02}{month:02}{number:03}", st.integers(92, 99), st.integers(1, 12), st.integers(1, 999)
    )
    return st.builds(ArxivId, st.one_of(new, old), st.one_of(st.none(), st.integers(1, 30)))


@pytest.mark.parametrize("between", [", ", " ", ";\n", ","])
@pytest.mark.parametrize(
    ("opening", "closing", "forms"),
    [
        ("arXiv:1706.03762", "1810.04805.", ["marked", *["listed"] * 41]),
        ("arXiv:1706.03762", "1807.10901 kg", ["marked", *["listed"] * 40]),
        ("arXiv:1706.03762", "1807.10901%", ["marked", *["listed"] * 40]),
        ("arXiv:1706.03762", "1810.04805 [cs.CL]", ["marked", *["listed"] * 40, "classed"]),
        ("arXiv:1706.03762", "1399.04805", ["marked", *["listed"] * 40]),
    ],
)
def test_a_long_list_goes_on_to_its_end(opening: str, closing: str, forms: list[str], between: str) -> None:
    text = between.join((opening, *["1409.0473", "1810.04805v2"] * 20, closing))
    assert [form for _, form in found(text)] == forms


@given(
    st.text(max_size=200), st.text(max_size=200), identifiers(), st.sampled_from(["arXiv:", "https://arxiv.org/abs/", "10.48550/arXiv."])
)
def test_an_identifier_in_any_text_comes_back_with_its_span(before: str, after: str, identifier: ArxivId, mark: str) -> None:
    text = f"{before} {mark}{identifier} {after}".replace("\ud800", "")
    mentions = [mention for mention in extract(Document.from_text(text)) if mention.start == len(before) + 1 + len(mark)]
    assert [(mention.identifier, mention.raw) for mention in mentions] == [(identifier, str(identifier))]


@given(
    st.lists(
        st.sampled_from(PIECES),
        max_size=60,
    ),
    st.integers(1, 3000) | st.integers(4000, 9000),
)
def test_blocks_of_any_size_give_what_one_block_gives(pieces: list[str], block_bytes: int) -> None:
    document = Document.from_text(" ".join(pieces))
    whole = list(extract(document))
    assert list(extract(document, block_bytes=block_bytes)) == whole
    text = document.text
    for mention in whole:
        assert text[mention.start : mention.end] == mention.raw
        assert mention.line == text.count("\n", 0, mention.start) + 1
        assert mention.column == mention.start - text.rfind("\n", 0, mention.start)
