"""Where entries of a .bib file stand, and what a new rendering would lose."""

import pytest

from bibtool.errors import InputError
from bibtool.writers.bib_file import blocks, spans, update

ENTRY = "@misc{gemma2024,\n  title = {Gemma},\n}\n"


@pytest.mark.parametrize(
    ("text", "citekeys"),
    [
        pytest.param(ENTRY, ["gemma2024"], id="one"),
        pytest.param(ENTRY + "\n@article{a:b/c.d+e-f_g,\n}", ["gemma2024", "a:b/c.d+e-f_g"], id="odd-key"),
        pytest.param("@book(knuth84, title = {The (TeX)book})", ["knuth84"], id="parentheses"),
        pytest.param('@misc{a, title = "{\\"o}"}@misc{b,}', ["a", "b"], id="quote-in-braces"),
        pytest.param("@misc{a, title = {\\{x\\}}} @misc{b,}", ["a", "b"], id="escaped-braces-count-in-pairs"),
        pytest.param("@string{me = {Me}} @preamble{{x}} @comment{y} @misc{a,}", ["a"], id="not-entries"),
        pytest.param("@MISC { a ,\n}", ["a"], id="blanks"),
        pytest.param("mail me@example.org, then\n@misc{a,}", ["a"], id="at-sign-in-a-comment"),
        pytest.param("\ufeff@misc{a,}\r\n", ["a"], id="byte-order-mark"),
        pytest.param("", [], id="empty"),
    ],
)
def test_entries_are_found_where_bibtex_finds_them(text: str, citekeys: list[str]) -> None:
    assert [span.citekey for span in spans(text)] == citekeys


def test_a_span_holds_the_entry_and_nothing_else() -> None:
    text = f"% mine\n{ENTRY}rest"
    [span] = spans(text)
    assert text[span.start : span.end] == ENTRY.rstrip("\n")


def test_an_entry_that_is_never_closed_is_named_with_its_line() -> None:
    with pytest.raises(InputError, match=r"3: no closing brace for entry 'b'"):
        list(blocks("@misc{a,\n}\n@misc{b, title = {x\n\n@misc{c,}\n"))


@pytest.mark.parametrize(
    ("old", "conflicts"),
    [
        pytest.param(ENTRY, [], id="same"),
        pytest.param(ENTRY.replace("Gemma", "Mine"), ["1: entry 'gemma2024'"], id="edited"),
        pytest.param("% by hand\n" + ENTRY, ["1: '% by hand'"], id="comment"),
        pytest.param(ENTRY + "\n@book{knuth84,\n}", ["5: entry 'knuth84'"], id="another"),
        pytest.param('@string{me = "Me"}\n', ["1: @string"], id="string"),
        pytest.param("", [], id="empty"),
    ],
)
def test_what_a_new_rendering_would_lose_is_a_conflict(old: str, conflicts: list[str]) -> None:
    new = ENTRY + "\n@misc{other,\n}\n"
    assert update(old, new).conflicts == tuple(conflicts)
    assert update(old, new).new == new
