"""Entries as BibTeX's own rule finds them, however they are laid out."""

import pytest

from bibtool.entries.bib_blocks import RawEntry, raw_entries
from bibtool.errors import InputError

LAYOUTS = [
    pytest.param("@book{a, title = {T}, year = 1999}", id="braces"),
    pytest.param('@BOOK(a, title = "T", year = 1999)', id="parentheses"),
    pytest.param("@ book\n  { a ,title={T},,year=1999,}", id="blanks-and-commas"),
    pytest.param("@\n\nBook (a, title={T}, year=1999\n)", id="line-behind-the-at"),
    pytest.param("@book{a, title={T} year=1999}", id="no-comma"),
    pytest.param("@book{a,\n% note = {x},\ntitle={T}, year=1999}", id="commented-line"),
    pytest.param('@string{t = "T"} @book{a, title = t, year = 19 # {99}}', id="macro-and-joined"),
    pytest.param("me@home.org wrote (see) @comment{@misc{x, title={X}}} @book{a, title={T}, year=1999} and more", id="comments"),
    pytest.param('@comment("{@}") @preamble("x") @string(y = "(z)") @book{a, title={T}, year=1999}', id="blocks-in-parentheses"),
]


@pytest.mark.parametrize("text", LAYOUTS)
def test_every_layout_is_read(text: str) -> None:
    assert [(one.entry_type, one.citekey, one.fields) for one in raw_entries(text) if isinstance(one, RawEntry)] == [
        ("book", "a", {"title": "T", "year": "1999"})
    ]


def test_a_type_that_begins_like_a_comment_is_an_entry() -> None:
    assert [one.entry_type for one in raw_entries("@commentary{a, title={T}}") if isinstance(one, RawEntry)] == ["commentary"]


def test_marks_inside_of_values_end_nothing() -> None:
    (entry,) = raw_entries('@misc{a, title = "say {"}yes{"}, (1) @ {2}", note = {a } # {"}}')
    assert isinstance(entry, RawEntry)
    assert entry.fields == {"title": 'say {"}yes{"}, (1) @ {2}', "note": 'a "'}


@pytest.mark.parametrize(
    ("text", "message", "keys"),
    [
        ("\n@book{a, title={T\n@misc{b, title={B}}", "2: an entry that cannot be read (braces or quotes do not close); left out", ["b"]),
        ("@book{a, title={T}\n@misc{b, title={B}}", "1: no closing brace for entry 'a'; read up to the next one", ["a", "b"]),
        ("@book{title={T}}", "1: an entry without a citation key; left out", []),
        ("@book{a, x}\n@book{a, title={T}}", "2: a second entry with the citation key 'a'; left out", ["a"]),
        ("@book{a, title={T}, Title={U}}", "1: an entry says title twice; the first is taken", ["a"]),
        ("@book{a, title={T}, see {p. 1}, year=1}", "1: the entry 'a' holds what is no field: 'see {p. 1}'; left out", ["a"]),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, message: str, keys: list[str]) -> None:
    read = list(raw_entries(text))
    assert message in [str(one) for one in read if isinstance(one, InputError)]
    assert [one.citekey for one in read if isinstance(one, RawEntry)] == keys


def test_a_file_of_unclosed_entries_is_read_in_time_that_grows_with_it() -> None:
    broken = [one for one in raw_entries("@misc{a, title={T\n" * 20_000) if isinstance(one, InputError)]
    assert len(broken) == 20_000
