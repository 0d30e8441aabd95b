"""One field of JSON, and the cells of tables."""

import io
from dataclasses import replace

import pytest

from bibtool.document import Document, Mention
from bibtool.errors import InputError, NoFieldError
from bibtool.extractors import bibtool_extractors

EXTRACTORS = {suffix: extractor for extractor in bibtool_extractors() for suffix in extractor.suffixes}

JSON_LINES = [
    ("the field alone", '{"id": "1706.03762", "text": "arXiv:2404.07839"}', ["2404.07839"]),
    ("at any depth", '{"meta": {"text": "arXiv:2404.07839"}}', ["2404.07839"]),
    ("a list of texts", '{"text": ["0905.4417v1", "arXiv:2404.07839"]}', ["0905.4417v1", "2404.07839"]),
    ("escapes", '{"text": "ar-\\nXiv:\\u00a02404.07839"}', ["2404.07839"]),
    ("quotes within", '{"text": "a \\"text\\": arXiv:2404.07839 \\\\"}', ["2404.07839"]),
    ("not a value that only looks like the field", '{"a": "\\"text\\": 1", "k\\"text": "arXiv:2404.07839", "text": ""}', []),
    ("a list of texts with brackets", '{"text": ["arXiv:2404.07839 [cs.CL]", ["x {"]], "b": "arXiv:1810.04805"}', ["2404.07839"]),
    ("an object", '{"text": {"a": [{"b": "arXiv:2404.07839"}]}, "b": "arXiv:1810.04805"}', ["2404.07839"]),
    ("a name with escapes", '{"te\\u0078t": "arXiv:2404.07839"}', ["2404.07839"]),
    ("stray bytes", '{"text": "\udcff arXiv:2404.07839\t"}', ["2404.07839"]),
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


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("a.b", '{"b": "arXiv:1810.04805", "a": {"c": "arXiv:1810.04805", "b": "arXiv:2404.07839"}}'),
        ("a.b", '{"b": "arXiv:1810.04805", "a.b": "arXiv:2404.07839"}'),
        ("a.b", '{"a": [{"b": "arXiv:2404.07839"}, "arXiv:1810.04805"]}'),
        ("é", '{"\\u00E9": "arXiv:2404.07839"}'),
        ("é", '{"é": "arXiv:2404.07839"}'),
        ('"', '{"\\"": "arXiv:2404.07839"}'),
        ("arxiv_id", '{"arxiv_id": "2404.07839"}'),
    ],
)
def test_a_field_is_named_as_it_is_meant(field: str, text: str) -> None:
    assert [str(mention.identifier) for mention in mentions(text, ".jsonl", field)] == ["2404.07839"]


def test_one_value_over_many_lines_is_read_whatever_it_is_called() -> None:
    assert [mention.line for mention in mentions('[\n{"text":\n"arXiv:2404.07839"}]\n', ".jsonl", "text")] == [3]


@pytest.mark.parametrize(("suffix", "text"), [(".jsonl", '{"text": ""}'), (".csv", "text,note\n1,arXiv:2404.07839\n")])
def test_a_field_that_is_not_there_is_said(suffix: str, text: str) -> None:
    with pytest.raises(NoFieldError, match="'txet'"):
        mentions(text, suffix, "txet")


def test_every_bad_line_is_named() -> None:
    with pytest.raises(InputError, match=r"F:1: .*, nor are lines 2, 4; left out"):
        mentions('a\nb\n{"text": ""}\nc\n', ".jsonl", "text")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_read_with_its_own_delimiter_and_by_column(delimiter: str) -> None:
    text = "arxiv_id,note,score\n1706.03762,arXiv:2404.07839,1706.1234\n".replace(",", delimiter)
    assert [str(mention.identifier) for mention in mentions(text, ".csv")] == ["1706.03762", "2404.07839"]
    assert [str(mention.identifier) for mention in mentions(text, ".csv", "note")] == ["2404.07839"]


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
