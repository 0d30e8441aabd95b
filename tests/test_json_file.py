"""Where items of a CSL-JSON file stand, and what a new rendering would lose."""

import pytest

from bibtool.errors import InputError
from bibtool.writers.json_file import spans, update

OLD = '[\n  {"id": "a", "title": "A"},\n  {"id": "b"}\n]\n'


def test_items_are_found_with_their_ids() -> None:
    assert [(span.citekey, OLD[span.start : span.end]) for span in spans(OLD)] == [("a", '{"id": "a", "title": "A"}'), ("b", '{"id": "b"}')]


def test_an_item_written_otherwise_is_the_same_item() -> None:
    assert update(OLD, '[{"title": "A", "id": "a"}, {"id": "c"}, {"id": "b"}]').conflicts == ()


def test_an_item_that_would_be_lost_is_a_conflict() -> None:
    assert update(OLD, '[{"id": "b"}]').conflicts == ("2: item 'a'",)


@pytest.mark.parametrize(
    "text", ["{}", "[1]", "[{]", "[{}", "x", "[" * 100_000], ids=["object", "number", "broken", "open", "text", "deep"]
)
def test_what_is_no_csl_json_is_refused_with_its_line(text: str) -> None:
    if text == "[{}":
        assert len(spans(text)) == 1
        return
    with pytest.raises(InputError, match=r"^1: not a CSL-JSON"):
        spans(text)
