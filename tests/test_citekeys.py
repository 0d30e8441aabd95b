"""Citation keys: what they say, and that they never change."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibtool.citekeys import bibtool_citekey_styles
from bibtool.citekeys.unique import assign_citekeys
from bibtool.components import CitekeyStyle
from bibtool.identifiers import ArxivId, Identifier
from bibtool.reference import Name, PartialDate, Reference
from tests.trap_records import keyed, traps

STYLES = {style.name: style for style in bibtool_citekey_styles()}


def _reference(family: str | None, title: str | None, number: str = "1706.03762", year: int = 2017, month: int | None = None) -> Reference:
    authors = (Name(family=family),) if family else ()
    return Reference(type="article", identifiers=(ArxivId(number),), title=title, authors=authors, issued=PartialDate(year, month))


DEFAULT = [
    pytest.param(_reference("Vaswani", "Attention Is All You Need"), "vaswani2017attention", id="plain"),
    pytest.param(_reference("Øbro", "An algorithm"), "obro2017algorithm", id="stop-word-and-letter"),
    pytest.param(_reference("Erdős", "$\\omega$Test: it"), "erdos2017omegatest", id="greek"),
    pytest.param(_reference("O'Brien", "On-line Viterbi"), "obrien2017online", id="apostrophe-and-hyphen"),
    pytest.param(_reference("Đặng", "$p$-adic numbers"), "dang2017padic", id="one-letter"),
    pytest.param(_reference(None, "Nobody Wrote This"), "anon2017nobody", id="no-author"),
    pytest.param(_reference("Doe", None), "doe2017", id="no-title"),
    pytest.param(_reference(None, None), "1706.03762", id="neither"),
    pytest.param(_reference("王", "中文"), "1706.03762", id="no-letters-of-ours"),
]


@pytest.mark.parametrize(("reference", "key"), DEFAULT)
def test_the_default_style(reference: Reference, key: str) -> None:
    assert STYLES["default"].citekey(reference) == key


def test_a_group_gives_its_first_word() -> None:
    reference = Reference(type="article", title="Observation", authors=(Name(literal="The CMS Collaboration"),), issued=PartialDate(2012))
    assert STYLES["default"].citekey(reference) == "cms2012observation"


def test_the_arxiv_style_writes_a_colon_for_the_slash() -> None:
    assert STYLES["arxiv"].citekey(_reference("A", "B", "hep-th/9711200")) == "hep-th:9711200"


def _same(count: int) -> list[Reference]:
    return [_reference("Lee", "Deep Things", f"2002.{number:05}", 2020, 1) for number in range(1, count + 1)]


def test_of_one_proposal_the_oldest_takes_it_bare() -> None:
    keys = [key for key, _ in assign_citekeys(_same(28), STYLES["default"], {})]
    assert keys[:3] == ["lee2020deep", "lee2020deepb", "lee2020deepc"]
    assert keys[25:] == ["lee2020deepz", "lee2020deepba", "lee2020deepbb"]


def test_a_kept_key_is_given_to_nobody_else() -> None:
    references = _same(3)
    keep: dict[Identifier, str] = {ArxivId("2002.00002"): "lee2020deep", ArxivId("9912.00001"): "LEE2020DEEPB"}
    assert [key for key, _ in assign_citekeys(references, STYLES["default"], keep)] == ["lee2020deepc", "lee2020deep", "lee2020deepd"]


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_no_key(shuffler: random.Random) -> None:
    references = [*traps().values(), *_same(5)]
    expected = {reference.identifier: key for key, reference in assign_citekeys(references, STYLES["default"], {})}
    shuffler.shuffle(references)
    assert {reference.identifier: key for key, reference in assign_citekeys(references, STYLES["default"], {})} == expected


def test_every_key_is_one_that_every_reader_takes() -> None:
    keys = list(keyed(traps()))
    assert all(re.fullmatch(r"[A-Za-z0-9:.+-]+", key) for key in keys)
    assert len({key.lower() for key in keys}) == len(traps())


def test_a_style_that_proposes_rubbish_still_gives_keys() -> None:
    style = CitekeyStyle("rubbish", lambda reference: "{}, %")
    assert [key for key, _ in assign_citekeys(_same(2), style, {})] == ["2002.00001", "2002.00002"]


def test_the_inspire_style_has_a_colon_and_three_letters() -> None:
    assert re.fullmatch(r"Maldacena:1997[a-z]{3}", STYLES["inspire"].citekey(_reference("Maldacena", "Large N", "hep-th/9711200", 1997)))
