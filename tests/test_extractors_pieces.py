"""One field of JSON, and the cells of tables."""

import io
from dataclasses import replace

import pytest

from bibtool.document import Document, Mention
from bibtool.errors import InputError
from bibtool.extractors import bibtool_extractors

EXTRACTORS = {suffix: extractor for extractor in bibtool_extractors() for suffix in extractor.suffixes}

JSON_LINES = [
    ("the field alone", '{"id": "1706.03762", "text": "arXiv:2404.07839"}', ["2404.07839"]),
    ("at any depth", '{"meta": {"text": "arXiv:2404.07839"}}', ["2404.07839"]),
    ("a list of texts", '{"text": ["0905.4417v1", "arXiv:2404.07839"]}', ["0905.4417v1", "2404.07839"]),
    ("escapes", '{"text": "ar-\\nXiv:\\u00a02404.07839"}', ["2404.07839"]),
    ("quotes within", '{"text": "a \\"text\\": arXiv:2404.07839 \\\\"}', ["2404.07839"]),
    ("not a value that only looks like the field", '{"a": "\\"text\\": 1", "b": "arXiv:2404.07839"}', []),
    ("huge numbers", '{"n": 1e999999, "m": ' + "9" * 5000 + ', "text": "arXiv:2404.07839"}', ["2404.07839"]),
    ("blank lines", '\n\n{"text": "arXiv:2404.07839"}\n\n', ["2404.07839"]),
]


def mentions(text: str, suffix: str, field: str | None = None) -> list[Mention]:
    document = replace(Document.from_text(text, "F", suffix), field=field)
    found = list(EXTRACTORS[suffix].extract(document))
    for mention in found:
        assert text[mention.start : mention.end] == mention.raw
        assert mention.line == text.count("\n", 0, mention.start) + 1
    return found


@pytest.mark.parametrize(("text", "wanted"), [case[1:] for case in JSON_LINES], ids=[case[0] for case in JSON_LINES])
@pytest.mark.parametrize("suffix", [".jsonl", ".json"])
def test_one_field_is_read(text: str, wanted: list[str], suffix: str) -> None:
    assert [str(mention.identifier) for mention in mentions(text, suffix, "text")] == wanted


@pytest.mark.parametrize("bad", ["{bad", "[" * 100_000, '{"text": "arXiv:1706.03762"'])
def test_a_bad_line_is_named_and_the_next_is_read(bad: str) -> None:
    document = replace(Document.from_text(f'{bad}\n{{"text": "arXiv:2404.07839"}}\n', "F", ".jsonl"), field="text")
    found: list[str] = []
    with pytest.raises(InputError, match="F:1: not a line of JSON"):
        found.extend(str(mention.identifier) for mention in EXTRACTORS[".jsonl"].extract(document))
    assert found == ["2404.07839"]


def test_the_cells_of_a_table_stand_for_themselves() -> None:
    text = (
        'price,arxiv_id,title\n1706.03762,1810.04805,"a ""quoted""\nnote arXiv:0905.4417"\n1204.1234,hep-th/9711200,in 2005.14165v2\n'
        "0905.4417,,1204.1234\n"
    )
    assert [(str(mention.identifier), mention.line, mention.form) for mention in mentions(text, ".csv")] == [
        ("1810.04805", 2, "field"),
        ("0905.4417", 3, "marked"),
        ("hep-th/9711200", 4, "archive"),
        ("2005.14165v2", 4, "bare"),
    ]


def test_a_table_with_tabs() -> None:
    assert [str(mention.identifier) for mention in mentions("id\tx\n0905.4417\t1204.1234\n", ".tsv")] == ["0905.4417"]


@pytest.mark.parametrize("length", [1, 30, 40_000])
def test_a_quote_that_is_never_closed_swallows_nothing(length: int) -> None:
    text = 'id,text\n1,"never closed\n' + "2,a line of a table that goes on\n" * length + "1706.03762,arXiv:2404.07839\n"
    assert [str(mention.identifier) for mention in mentions(text, ".csv")] == ["1706.03762", "2404.07839"]


def test_a_line_that_is_too_long_to_be_held_is_named_and_the_next_is_read() -> None:
    content = b'{"text": "' + b"arXiv:1706.03762 " * (5 << 20) + b'"}\n{"text": "arXiv:2404.07839"}\n'
    document = Document("long.jsonl", ".jsonl", lambda: io.BytesIO(content), field="text")
    mentions = iter(EXTRACTORS[".jsonl"].extract(document))
    found = next(mentions)
    assert (str(found.identifier), found.line, found.column) == ("2404.07839", 2, 17)
    with pytest.raises(InputError, match=r"long\.jsonl:1: not a line of JSON, or one of over 64 MB; left out"):
        next(mentions)
