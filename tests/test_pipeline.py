"""The steps of the pipeline with sources of the test's own: what is asked, what is kept, what is said."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bibtool.components import CitekeyStyle, Context, Source
from bibtool.errors import NotFoundError, ResolveError, UnavailableError
from bibtool.identifiers import ArxivId, Doi, Identifier
from bibtool.pipeline import build, identify, resolve
from bibtool.reference import Name, PartialDate, Reference
from bibtool.store import Store
from bibtool.workspace import Silence

Answers = Iterator[tuple[Identifier, Reference | ResolveError]]
ONE, TWO = ArxivId.parse("2404.07839"), ArxivId.parse("1706.03762")
KEYS = CitekeyStyle("number", lambda reference: str(reference.identifier))


def record(identifier: ArxivId, *more: Identifier) -> Reference:
    return Reference(
        type="article",
        identifiers=(identifier, *more),
        title=f"Title of {identifier.number}",
        authors=(Name("Author", "Ann"),),
        issued=PartialDate(2020, 1, 2),
        version=identifier.version or 1,
        source="the test",
    )


class Service:
    """A source that knows some records and counts what it is asked."""

    def __init__(self, *known: Reference, fails: bool = False) -> None:
        self.asked: list[Identifier] = []
        self._known = {reference.identifiers[0]: reference for reference in known}
        self._fails = fails

    def source(self, name: str = "test") -> Source:
        return Source(name, ("arxiv",), self._resolve)

    def _resolve(self, identifiers: Sequence[Identifier], _context: Context) -> Answers:
        self.asked += identifiers
        if self._fails:
            raise UnavailableError("the test does not answer")
        for identifier in reversed(identifiers):
            yield identifier, self._known.get(identifier) or NotFoundError(f"{identifier}: no such paper")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def store(tmp_path: Path, clock: Clock, warnings: list[str]) -> Iterator[Store]:
    with Store.open(tmp_path, warnings.append, clock) as store:
        yield store


@pytest.fixture
def context(clock: Clock, warnings: list[str]) -> Callable[..., Context]:
    def make(*, offline: bool = False, refresh: bool = False) -> Context:
        def no_session() -> None:
            raise AssertionError("no network in these tests")

        return Context({}, no_session, None, offline, clock, Silence(), warnings.append, refresh)  # type: ignore[arg-type]

    return make


@pytest.mark.parametrize(
    ("mentions", "identifiers"),
    [
        pytest.param("2404.07839 2404.07839", "2404.07839", id="once"),
        pytest.param("2404.07839 1706.03762 2404.07839v2", "2404.07839v2 1706.03762", id="highest-version-first-place"),
        pytest.param("2404.07839v3 2404.07839v2 2404.07839", "2404.07839v3", id="never-lower"),
        pytest.param("", "", id="none"),
    ],
)
def test_mentions_of_one_work_are_merged(mentions: str, identifiers: str) -> None:
    assert [str(one) for one in identify(ArxivId.parse(text) for text in mentions.split())] == identifiers.split()


def test_what_is_kept_is_not_asked_again(store: Store, context: Callable[..., Context]) -> None:
    service = Service(record(ONE), record(TWO))
    resolve([ONE], [service.source()], store, context())
    found, failed = resolve([ONE, TWO], [service.source()], store, context())
    assert (service.asked, list(found), failed) == ([ONE, TWO], [ONE, TWO], {})


def test_a_second_source_is_asked_only_for_what_the_first_lacks(store: Store, context: Callable[..., Context]) -> None:
    first, second = Service(record(ONE)), Service(record(TWO))
    found, failed = resolve([ONE, TWO], [first.source(), second.source()], store, context())
    assert (second.asked, set(found), failed) == ([TWO], {ONE, TWO}, {})


def test_a_source_that_fails_costs_only_its_own_answers(store: Store, context: Callable[..., Context]) -> None:
    found, failed = resolve([ONE], [Service(fails=True).source(), Service(record(ONE)).source()], store, context())
    assert (set(found), failed) == ({ONE}, {})


def test_a_stale_record_is_asked_again_and_serves_where_nobody_answers(
    store: Store, context: Callable[..., Context], clock: Clock, warnings: list[str]
) -> None:
    resolve([ONE], [Service(record(ONE)).source()], store, context())
    clock.now += timedelta(days=40)
    down = Service(fails=True)
    found, failed = resolve([ONE], [down.source()], store, context())
    assert (down.asked, set(found), failed) == ([ONE], {ONE}, {})
    assert warnings == ["the test does not answer; what was known before, or of a later version, is given for 2404.07839"]


def test_offline_a_stale_record_serves_without_a_word(
    store: Store, context: Callable[..., Context], clock: Clock, warnings: list[str]
) -> None:
    resolve([ONE], [Service(record(ONE)).source()], store, context())
    clock.now += timedelta(days=400)
    service = Service(record(ONE))
    found, failed = resolve([ONE], [service.source()], store, context(offline=True))
    assert (service.asked, set(found), failed, warnings) == ([], {ONE}, {}, [])


def test_not_found_is_remembered_for_a_while_unless_asked_for_by_name(store: Store, context: Callable[..., Context], clock: Clock) -> None:
    service = Service(record(ONE))
    for _ in range(2):
        _, failed = resolve([ONE, TWO], [service.source()], store, context())
        assert isinstance(failed[TWO], NotFoundError)
    assert service.asked == [ONE, TWO]
    resolve([ONE, TWO], [service.source()], store, context(refresh=True))
    assert service.asked == [ONE, TWO, TWO]
    clock.now += timedelta(hours=2)
    resolve([ONE, TWO], [service.source()], store, context())
    assert service.asked == [ONE, TWO, TWO, TWO]


def test_what_was_not_asked_for_is_dropped_and_silence_is_no_answer(store: Store, context: Callable[..., Context]) -> None:
    source = Source("odd", ("arxiv",), lambda _asked, _context: iter([(TWO, record(TWO))]))
    found, failed = resolve([ONE], [source], store, context())
    assert found == {}
    assert isinstance(failed[ONE], UnavailableError)
    assert store.get([TWO]) == {}


def test_an_identifier_of_a_kind_that_nobody_knows_is_said(store: Store, context: Callable[..., Context]) -> None:
    doi = Doi("10.1038/nphys1170")
    _, failed = resolve([doi], [Service().source()], store, context())
    assert "no source for identifiers of the kind 'doi'" in str(failed[doi])


def test_references_stand_in_the_order_of_first_mention_and_once(store: Store, context: Callable[..., Context]) -> None:
    shared = Doi("10.1/x")
    service = Service(record(ONE, shared), record(TWO))
    dois = Source("doi", ("doi",), lambda asked, _context: iter([(asked[0], replace(record(ONE), identifiers=(shared,)))]))
    bibliography = build([TWO, ONE, shared, TWO], [service.source(), dois], [], store, context(), KEYS, {})
    assert [reference.identifier for reference in bibliography.values()] == [TWO, ONE]


def test_a_version_is_pinned_only_where_the_author_pinned_it(store: Store, context: Callable[..., Context]) -> None:
    pinned = ArxivId.parse("2404.07839v2")
    service = Service(record(ONE), record(pinned))
    plain = build([ONE], [service.source()], [], store, context(), KEYS, {})
    fixed = build([pinned], [service.source()], [], store, context(), KEYS, {})
    assert [str(one.identifier) for one in (*plain.values(), *fixed.values())] == ["2404.07839", "2404.07839v2"]


def test_another_version_stands_in_where_nobody_answers(store: Store, context: Callable[..., Context], warnings: list[str]) -> None:
    newest = replace(record(ONE), version=3)
    resolve([ONE], [Service(newest).source()], store, context())
    second, tenth = ArxivId.parse("2404.07839v2"), ArxivId.parse("2404.07839v10")
    found, failed = resolve([second, tenth], [Service(fails=True).source()], store, context(offline=True))
    assert (found, list(failed)) == ({second: newest}, [tenth])
    assert warnings == ["the test does not answer; what was known before, or of a later version, is given for 2404.07839v2"]
    found, failed = resolve([second], [Service(fails=True).source()], store, context())
    assert (found, failed) == ({second: newest}, {})


def test_a_version_that_does_not_exist_is_not_made_up_from_another(store: Store, context: Callable[..., Context]) -> None:
    resolve([ONE], [Service(replace(record(ONE), version=3)).source()], store, context())
    second = ArxivId.parse("2404.07839v2")
    found, failed = resolve([second], [Service(record(ONE)).source()], store, context())
    assert (found, list(failed)) == ({}, [second])


def test_two_papers_under_one_doi_stay_two(store: Store, context: Callable[..., Context]) -> None:
    shared = Doi("10.1/x")
    service = Service(record(ONE, shared), record(TWO, shared))
    bibliography = build([ONE, TWO], [service.source()], [], store, context(), KEYS, {})
    assert [reference.identifier for reference in bibliography.values()] == [ONE, TWO]


def test_where_the_highest_version_is_unknown_another_that_was_mentioned_serves(store: Store, context: Callable[..., Context]) -> None:
    ninth = ArxivId.parse("2404.07839v9")
    service = Service(record(ONE))
    bibliography = build([ninth, ONE], [service.source()], [], store, context(), KEYS, {})
    assert [reference.identifier for reference in bibliography.values()] == [ONE]
    assert list(bibliography.unresolved) == [ninth]
