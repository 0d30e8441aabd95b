"""Plans of a sync, from bytes to bytes: the laws that hold for any file, and what becomes of an author's edits."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibtool.cited import Citation
from bibtool.components import FormatOptions
from bibtool.errors import IdentifierError, InputError, NotFoundError
from bibtool.formatters.biblatex import format_entry as biblatex_entry
from bibtool.formatters.bibtex import format_entry as bibtex_entry
from bibtool.identifiers import Identifier, parse_identifier
from bibtool.reference import Reference
from bibtool.syncing.job import Form, Job, Known, Plan
from bibtool.syncing.lockfile import Lock, reference_table
from bibtool.syncing.merging import merge
from bibtool.syncing.planning import plan
from bibtool.testing import make_reference, odd_references
from bibtool.writers.bib_file import blocks
from bibtool.writers.entry_fields import entry_of

PAPER = make_reference("2404.07839")
OTHER = make_reference("2101.00001", title="Über alles")


def identify(citekey: str) -> Identifier | None:
    try:
        return parse_identifier(citekey)
    except IdentifierError:
        return None


def render(citekey: str, reference: Reference, form: Form) -> str:
    entry = biblatex_entry if form["format"] == "biblatex" else bibtex_entry
    return entry(citekey, reference, FormatOptions(encoding=str(form["encoding"]) if "encoding" in form else None))


def known(*references: Reference) -> Known:
    return Known({reference.identifiers[0]: reference for reference in references})


def job(*citekeys: str, engine: str = "bibtex", **options: object) -> Job:
    citations = tuple(Citation(citekey, "main.tex", 0, 1, line, 1, "cite") for line, citekey in enumerate(citekeys, 1))
    form = {"format": "biblatex" if engine == "biber" else "bibtex"}
    made = Job("refs.bib", citations, frozenset({engine}), form, identify)
    return replace(made, **options)  # type: ignore[arg-type]  # a test names the fields


def planned(content: bytes | None, lock: bytes | None, *citekeys: str, engine: str = "bibtex", **options: object) -> Plan:
    return plan(job(*citekeys, engine=engine, **options), content, lock, known(PAPER, OTHER), render)


OWN_PIECES = [
    b"@string{ab = {Ab}}\n",
    b"@book{knuth84, title = {T} # ab,\n  year=1984,}\r\n",
    b"% a remark @ home\n",
    b'@ARTICLE( par , title="Q {"} uote" )\n',
    b"caf\xe9 au lait\r\n",
    b"\xc3\xa9t\xc3\xa9\n",
    b"@comment{jabref-meta: x;}\n",
    b"\t\r\n\n",
    b"@misc{2101.00009, note = {my own}}",
    b'@preamble{ "\\newcommand{\\x}{y}" }\n',
]
files = st.tuples(st.sampled_from([b"", b"\xef\xbb\xbf"]), st.lists(st.sampled_from(OWN_PIECES), max_size=6).map(b"".join)).map(b"".join)


@given(files, st.sampled_from(["bibtex", "biber", "citeproc", "typst"]))
def test_what_stands_in_a_file_stays_at_its_start_and_a_second_run_changes_nothing(content: bytes, engine: str) -> None:
    keys = ("2404.07839", "2101.00001", "arXiv:2404.07839", "foo")
    first = planned(content, None, *keys, engine=engine)
    assert first.content is not None
    assert first.content.startswith(content)
    assert first.added == (("2404.07839", "arXiv:2404.07839", "2101.00001") if engine == "typst" else ("2404.07839", "2101.00001"))
    assert first.unknown == (("foo", "main.tex:4"),)
    second = plan(job(*keys, engine=engine), first.content, first.lock, Known(), render)
    assert (second.content, second.lock, second.added, second.needs) == (first.content, first.lock, (), ())


@given(files)
def test_from_the_lock_file_alone_come_the_same_bytes(content: bytes) -> None:
    first = planned(content, None, "2404.07839", "2101.00001")
    again = plan(job("2404.07839", "2101.00001", frozen=True), content, first.lock, Known(), render)
    assert (again.content, again.unlocked) == (first.content, ())


@given(files, st.sampled_from(["title = {Mine}", "note = {{Read} me}", "YEAR = 1999"]), st.sampled_from(["\n  {},", " {} ,\r\n"]))
def test_a_newer_record_changes_its_own_fields_and_no_other_byte(content: bytes, field: str, layout: str) -> None:
    first = planned(content, None, "2404.07839")
    edited = (first.content or b"").replace(b"@misc{2404.07839,", b"@misc{2404.07839," + layout.replace("{}", field, 1).encode())
    edited += b"\n% behind"
    newer = replace(PAPER, primary_category="math.AG")
    upgraded = plan(job(renewed=frozenset({"arxiv:2404.07839"})), edited, first.lock, known(newer), render)
    assert upgraded.content == edited.replace(b"{cs.GL}", b"{math.AG}")


def test_the_authors_change_wins_and_the_conflict_is_told_until_it_is_settled() -> None:
    first = planned(None, None, "2404.07839")
    edited = (first.content or b"").replace(b"On the Analytical Engine", b"On an Engine")
    newer = replace(PAPER, title="On the Difference Engine")
    upgraded = plan(job("2404.07839", renewed=frozenset({"arxiv:2404.07839"})), edited, first.lock, known(newer), render)
    assert upgraded.content == edited
    assert [str(one) for one in upgraded.conflicts] == [
        "refs.bib:1: 2404.07839: title stays 'On an Engine'; the record now says 'On the Difference Engine'"
    ]
    later = plan(job("2404.07839"), edited, upgraded.lock, Known(), render)
    assert (later.conflicts, later.content, later.lock) == (upgraded.conflicts, edited, upgraded.lock)
    agreed = edited.replace(b"On an Engine", b"On the Difference Engine")
    settled = plan(job("2404.07839"), agreed, upgraded.lock, Known(), render)
    assert (settled.conflicts, settled.content) == ((), agreed)
    assert b"@unsettled" not in (settled.lock or b"")


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("{On the Analytical Engine}", '"On the\n      Analytical Engine"'),
        lambda text: text.replace("  ", "\t").replace(" = ", "="),
        lambda text: text.replace("\n}", ",\n}"),
        lambda text: text.replace("@misc", "@Misc").replace("  title", "  TITLE"),
        lambda text: text.replace("\n", "\r\n"),
    ],
    ids=["quotes and lines", "blanks", "a last comma", "capitals", "line ends"],
)
def test_another_layout_is_no_edit(edit: object) -> None:
    first = planned(None, None, "2404.07839")
    laid_out = edit((first.content or b"").decode()).encode()  # type: ignore[operator]
    newer = replace(PAPER, title="On the Difference Engine")
    upgraded = plan(job(renewed=frozenset({"arxiv:2404.07839"})), laid_out, first.lock, known(newer), render)
    assert upgraded.conflicts == ()
    assert re.sub(rb"[{\"]On the\s+Analytical Engine[\"}]", b"{On the Difference Engine}", laid_out) == upgraded.content


def test_a_field_that_the_author_took_out_stays_out() -> None:
    first = planned(None, None, "2404.07839")
    edited = re.sub(rb",\n  primaryClass = \{.*?\}", b"", first.content or b"")
    newer = replace(PAPER, title="On the Difference Engine")
    upgraded = plan(job(renewed=frozenset({"arxiv:2404.07839"})), edited, first.lock, known(newer), render)
    assert upgraded.content == edited.replace(b"Analytical", b"Difference")


def test_another_style_changes_the_form_of_bibts_own_entries_alone() -> None:
    own = b"@misc{own, title={x}, eprint={2404.07839}}\n"
    first = planned(own, None, "2404.07839")
    other = planned(first.content, first.lock, "2404.07839", engine="biber")
    assert (other.content or b"").startswith(own)
    assert b"eprinttype = {arxiv}" in (other.content or b"")
    assert entry_of((other.content or b"")[len(own) :].decode().strip()).values["date"] == "2024-04-11"


def test_without_a_lock_file_an_entry_is_the_authors_and_only_missing_fields_are_offered() -> None:
    own = b"@misc{2404.07839,\n   author = {Me},\n   year = 2023\n}\n"
    shown = planned(own, None, "2404.07839")
    assert (shown.content, shown.lock) == (own, None)
    assert "2404.07839 is your own entry; --fill would add title" in shown.notes[0]
    filled = planned(own, None, "2404.07839", fill=True)
    assert (filled.content or b"").startswith(own[:-3] + b",\n   title = {On the Analytical Engine},\n")
    assert planned(filled.content, None, "2404.07839", fill=True).content == filled.content


@pytest.mark.parametrize("engine", ["biber", "bibtex", "typst"])
def test_an_entry_that_equals_what_bibt_writes_is_bibts_own(engine: str) -> None:
    first = planned(None, None, "2404.07839", "arXiv:2404.07839", engine=engine)
    adopted = planned(first.content, None, "2404.07839", "arXiv:2404.07839", engine=engine)
    assert (adopted.content, adopted.lock) == (first.content, first.lock)


def test_two_spellings_give_one_entry() -> None:
    biber = planned(None, None, "2404.07839", "arXiv:2404.07839v2", "ARXIV:2404.07839", engine="biber")
    assert (biber.content or b"").count(b"@online{") == 0  # version 2 is not known here
    assert biber.needs == (parse_identifier("2404.07839v2"),)
    biber = planned(None, None, "2404.07839", "arXiv:2404.07839", "ARXIV:2404.07839", engine="biber")
    assert b"ids = {arXiv:2404.07839,ARXIV:2404.07839}" in (biber.content or b"")
    bibtex = planned(None, None, "2404.07839", "arXiv:2404.07839")
    assert [block.type for block in blocks((bibtex.content or b"").decode())] == ["misc", "preamble"]


def test_a_second_spelling_later_joins_the_entry_that_is_there() -> None:
    first = planned(None, None, "2404.07839", engine="biber")
    later = planned(first.content, first.lock, "2404.07839", "arXiv:2404.07839", engine="biber")
    assert (later.content or b"").count(b"@online{") == 1
    assert b"ids = {arXiv:2404.07839}" in (later.content or b"")


def test_an_entry_behind_a_percent_sign_is_there_for_bibtex_alone() -> None:
    own = b"% @misc{2404.07839,\n%  title = {old}\n% }\n"
    assert planned(own, None, "2404.07839").added == ()
    assert planned(own, None, "2404.07839", engine="biber").added == ("2404.07839",)


def test_the_same_work_under_a_key_of_the_authors_is_named() -> None:
    own = b"@misc{gemma, eprint = {2404.07839}, archivePrefix = {arXiv}}\n"
    assert planned(own, None, "2404.07839").notes == (
        "refs.bib:1: gemma is the same work as 2404.07839: cite it under one of the two keys, or both are listed",
    )


def test_what_has_no_record_is_unknown_with_its_place() -> None:
    missing = parse_identifier("2404.09999")
    failed = Known({}, {missing: NotFoundError("2404.09999: no such work")})
    result = plan(job("2404.09999"), None, None, failed, render)
    assert result.unknown == (("2404.09999", "main.tex:1"),)
    assert [str(error) for error in result.errors] == ["main.tex:1: 2404.09999: no such work"]
    assert result.content is None


def test_a_latin_1_file_gets_no_byte_of_utf_8() -> None:
    result = planned(b"% caf\xe9\n", None, "2101.00001", engine="biber")
    assert (result.content or b"").startswith(b"% caf\xe9\n\n@online{2101.00001,\n")
    assert (result.content or b"")[6:].isascii()


def test_an_entry_that_the_author_broke_is_left_alone_with_its_line() -> None:
    first = planned(b"\n\n", None, "2404.07839")
    broken = (first.content or b"").replace(b"  title = {", b"  title {")
    upgraded = plan(
        job("2404.07839", renewed=frozenset({"arxiv:2404.07839"})), broken, first.lock, known(replace(PAPER, title="New")), render
    )
    assert upgraded.content == broken
    assert str(upgraded.errors[0]).startswith("refs.bib:3: the entry '2404.07839' cannot be read behind")


def test_a_file_in_utf_16_is_refused() -> None:
    with pytest.raises(InputError, match="UTF-16"):
        planned("@misc{a}".encode("utf-16"), None, "2404.07839")


@pytest.mark.parametrize("reference", odd_references().values(), ids=odd_references())
def test_every_record_is_kept_whole(reference: Reference) -> None:
    table = reference_table(reference, abstract=True)
    lock = Lock.parse(Lock().updated({("reference", "x"): table}).text, "bibt.lock")
    assert lock.reference("x") is not None
    assert reference_table(lock.reference("x") or reference, abstract=True) == table
    citekey = "key1"
    assert bibtex_entry(citekey, lock.reference("x") or reference, FormatOptions()) == bibtex_entry(citekey, reference, FormatOptions())


@pytest.mark.parametrize("reference", odd_references().values(), ids=odd_references())
def test_every_entry_comes_back_from_the_lock_file_as_it_was_written(reference: Reference) -> None:
    named = replace(reference, identifiers=(parse_identifier("2404.07839"),))
    first = plan(job("2404.07839"), None, None, known(named), render)
    assert first.content == bibtex_entry("2404.07839", named, FormatOptions()).encode()
    assert plan(job("2404.07839"), None, first.lock, Known(), render).content == first.content


def test_two_peoples_additions_merge_as_tables() -> None:
    ours, theirs = (Lock.parse((planned(None, None, key).lock or b"").decode(), "bibt.lock") for key in ("2404.07839", "2101.00001"))
    both = planned(None, None, "2404.07839", "2101.00001").lock
    assert Lock({**ours.tables, **theirs.tables}).text.encode() == both


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("format = 2\n", "a newer bibt may have written it"),
        ("junk\n", "not a lock file of this bibt"),
        ('format = 1\n[odd."x"]\n', "no table of a lock file"),
        ('format = 1\n[reference."x"]\na = 1\n[reference."x"]\na = 2\n', "two tables .* that differ"),
        ('format = 1\n\n<<<<<<< ours\n[reference."x"]\n', "bibt.lock:3: an unfinished merge"),
    ],
)
def test_a_lock_file_that_is_none_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Lock.parse(text, "bibt.lock")


values = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["1", "2", "3"]))


@given(values, values, values)
def test_a_merge_takes_what_only_one_side_changed(base: Mapping[str, str], own: Mapping[str, str], new: Mapping[str, str]) -> None:
    merged = merge(base, own, new)
    result = {**own, **merged.changes}
    conflicting = {conflict.field for conflict in merged.conflicts}
    for name in "abc":
        sides = {own.get(name), new.get(name)} - {base.get(name)}
        assert (name in conflicting) == (len(sides) == 2)
        assert result.get(name) == (own.get(name) if name in conflicting else next(iter(sides), base.get(name)))
