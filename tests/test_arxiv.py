"""sources/arxiv.py against a real local server."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bibtool.components import Context
from bibtool.errors import NotFoundError, ResolveError, UnavailableError
from bibtool.identifiers import ArxivId, Identifier
from bibtool.reference import Reference
from bibtool.sources.arxiv import resolve
from bibtool.sources.http import PoliteSession
from bibtool.sources.turn import Clock
from bibtool.testing.arxiv_server import ArxivServer, made_up, serving


class Silent:
    """Progress that nobody watches."""

    def update(self, message: str, done: int, total: int | None) -> None: ...

    def close(self) -> None: ...


class FakeClock:
    """Time that passes only in pauses; it remembers them."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.pauses: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.pauses.append(round(seconds, 3))
        self.time += seconds


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return FakeClock()


@pytest.fixture
def server() -> Iterator[ArxivServer]:
    with serving([made_up("2404.07839", versions=("2024-04-11T00:00:00Z", "2024-08-28T00:00:00Z")), made_up("hep-th/9711200")]) as running:
        yield running


Resolver = Callable[[Sequence[str]], dict[Identifier, Reference | ResolveError]]


@pytest.fixture
def resolver(server: ArxivServer, clock: FakeClock, tmp_path: Path) -> Resolver:
    session = PoliteSession(tmp_path, warn=print, clock=Clock(clock.now, clock.sleep), jitter=lambda: 0.0)

    def ask(texts: Sequence[str]) -> dict[Identifier, Reference | ResolveError]:
        context = Context(
            settings={"BIBT_ARXIV_URL": server.url},
            session=lambda: session,
            deadline=None,
            offline=False,
            clock=lambda: datetime(2026, 11, 22, tzinfo=UTC),
            progress=Silent(),
            warn=print,
        )
        return dict(resolve([ArxivId.parse(text) for text in texts], context))

    return ask


def test_each_identifier_gets_its_own_reference(resolver: Resolver, server: ArxivServer) -> None:
    found = resolver(["2404.07839", "2404.07839v1", "hep-th/9711200"])
    versions = {str(identifier): answer.version for identifier, answer in found.items() if isinstance(answer, Reference)}
    assert versions == {"2404.07839": 2, "2404.07839v1": 1, "hep-th/9711200": 1}
    assert len(server.asked) == 1


def test_an_unknown_identifier_is_asked_for_twice_and_named(resolver: Resolver, server: ArxivServer) -> None:
    found = resolver(["2404.07839", "2404.99999"])
    assert isinstance(found[ArxivId.parse("2404.99999")], NotFoundError)
    assert server.asked_identifiers == ["2404.07839", "2404.99999", "2404.99999"]


def test_a_thousand_identifiers_take_two_requests(resolver: Resolver, server: ArxivServer) -> None:
    numbers = [f"2404.{at:05}" for at in range(1, 1001)]
    server.records = {number: made_up(number) for number in numbers}
    found = resolver(numbers)
    assert all(isinstance(answer, Reference) for answer in found.values())
    assert len(server.asked) == 2


@pytest.mark.parametrize("mode", ["429", "500", "empty body", "empty feed", "html", "truncated", "short", "reset", "missing one"])
def test_a_spoilt_answer_is_asked_for_again(resolver: Resolver, server: ArxivServer, mode: str) -> None:
    server.script(mode)
    found = resolver(["2404.07839", "hep-th/9711200"])
    assert [type(answer) for answer in found.values()] == [Reference, Reference]
    assert len(server.asked) == 2


def test_a_service_that_stays_away_is_an_error_after_growing_waits(resolver: Resolver, server: ArxivServer, clock: FakeClock) -> None:
    server.script(always="429")
    with pytest.raises(UnavailableError, match="try again later"):
        resolver(["2404.07839"])
    assert clock.pauses == [5.0, 15.0, 45.0, 45.0]


def test_a_server_that_takes_no_post_is_asked_by_get(resolver: Resolver, server: ArxivServer) -> None:
    server.script(always="post refused")
    server.records = {f"2404.{at:05}": made_up(f"2404.{at:05}") for at in range(1, 251)}
    found = resolver(list(server.records))
    assert all(isinstance(answer, Reference) for answer in found.values())
    assert [asked.method for asked in server.asked] == ["POST", "GET", "GET", "GET"]
