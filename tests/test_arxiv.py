"""sources/arxiv.py against a real local server."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bibtool.components import Context
from bibtool.errors import InputError, NotFoundError, ResolveError, UnavailableError
from bibtool.identifiers import ArxivId, Identifier
from bibtool.reference import Reference
from bibtool.sources.arxiv import DEFAULT_URL, address, resolve
from bibtool.sources.http import PoliteSession
from bibtool.sources.turn import Clock
from bibtool.testing.arxiv_server import MODES, ArxivServer, made_up, serving


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
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server() -> Iterator[ArxivServer]:
    with serving([made_up("2404.07839", versions=("2024-04-11T00:00:00Z", "2024-08-28T00:00:00Z")), made_up("hep-th/9711200")]) as running:
        yield running


Resolver = Callable[..., dict[Identifier, Reference | ResolveError]]


@pytest.fixture
def resolver(server: ArxivServer, clock: FakeClock, tmp_path: Path) -> Resolver:
    session = PoliteSession(tmp_path, warn=print, clock=Clock(clock.now, clock.sleep), meeting=tmp_path, jitter=lambda: 0.0)

    def ask(texts: Sequence[str], deadline: float | None = None) -> dict[Identifier, Reference | ResolveError]:
        context = Context(
            settings={"BIBT_ARXIV_URL": server.url},
            session=lambda: session,
            deadline=deadline,
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


@pytest.mark.parametrize("url", ["file:///etc/passwd", "arxiv", "http://", "http://[::1", "http://a..b/"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="BIBT_ARXIV_URL is no address"):
        address({"BIBT_ARXIV_URL": url}, "BIBT_ARXIV_URL", DEFAULT_URL)


def test_an_unknown_identifier_is_asked_for_twice_and_named(resolver: Resolver, server: ArxivServer) -> None:
    found = resolver(["2404.07839", "2404.99999"])
    assert isinstance(found[ArxivId.parse("2404.99999")], NotFoundError)
    assert server.asked_identifiers == ["2404.07839", "2404.99999", "2404.99999"]


def test_a_version_that_does_not_exist_is_told_from_a_paper_that_does_not(resolver: Resolver, server: ArxivServer) -> None:
    found = resolver(["2404.07839v9", "2404.99999v1", "hep-th/9711200"])
    assert str(found[ArxivId("2404.07839", 9)]) == "arXiv has no version 9 of 2404.07839; the newest is 2"
    assert str(found[ArxivId("2404.99999", 1)]) == "arXiv knows no 2404.99999v1"
    assert all(isinstance(found[ArxivId(*pin)], NotFoundError) for pin in (("2404.07839", 9), ("2404.99999", 1)))
    assert len(server.asked) == 2


def test_a_thousand_identifiers_take_two_requests(resolver: Resolver, server: ArxivServer) -> None:
    numbers = [f"2404.{at:05}" for at in range(1, 1001)]
    server.records = {number: made_up(number) for number in numbers}
    found = resolver(numbers)
    assert all(isinstance(answer, Reference) for answer in found.values())
    assert len(server.asked) == 2


# What the second try mends.
PASSING = [
    "429",
    "429 after 1 s",
    "429 after a day",
    "429 until tomorrow",
    "429 after nonsense",
    "503 after 7 s",
    "408",
    "500",
    "502",
    "504",
    "reset",
    "reset in the headers",
    "short",
    "short chunks",
    "endless",
    "gzip cut",
    "gzip bomb",
    "not gzip",
    "empty body",
    "html",
    "json",
    "another root",
    "document type",
    "entity bomb",
    "too deep",
    "invalid UTF-8",
    "NUL",
    "truncated",
    "truncated in the last tag",
    "two documents",
    "empty feed",
    "missing one",
    "another paper",
    "no authors",
    "no title",
    "no date",
    "no identifier",
    "error with 200",
]
# What is sound, though it does not look as usual.
HARMLESS = ["chunks", "gzip", "doubled", "extra", "only ten"]
# What no second try would mend.
FINAL = [
    "redirect to no address",
    "redirect to another host",
    "redirect to another port",
    "redirect to another scheme",
    "redirect to a file",
    "error with 400",
]
OTHERWISE_TESTED = {
    "ok",
    "403",
    "404",
    "missing newest",
    "hang",
    "drip",
    "drip in the headers",
    "redirect",
    "redirect loop",
    "redirect to be read",
    "redirect with an endless body",
    "same place",
    "no list",
    "post forbidden",
    "post bad",
    "post not implemented",
    "post fails",
    "post unread",
    "get of thirty",
    "another version",
    "post refused",
    "post too large",
    "post sent round",
    "post sent to https",
}


def test_every_mode_has_its_test() -> None:
    assert len(MODES) > 30
    assert {*PASSING, *HARMLESS, *FINAL, *OTHERWISE_TESTED} == set(MODES)


@pytest.mark.parametrize("mode", PASSING)
def test_a_spoilt_answer_is_asked_for_again(resolver: Resolver, server: ArxivServer, clock: FakeClock, mode: str) -> None:
    server.script(mode)
    found = resolver(["2404.07839", "hep-th/9711200"])
    assert [answer.title for answer in found.values() if isinstance(answer, Reference)] == [
        "Title of hep-th/9711200",
        "Title of 2404.07839",
    ]
    assert len(server.asked) == 2
    assert all(3.0 <= pause <= 60.0 for pause in clock.pauses)


@pytest.mark.parametrize("mode", HARMLESS)
def test_an_unusual_answer_is_used(resolver: Resolver, server: ArxivServer, mode: str) -> None:
    server.script(mode)
    found = resolver(["2404.07839", "hep-th/9711200"])
    assert {str(identifier) for identifier, answer in found.items() if isinstance(answer, Reference)} == {"2404.07839", "hep-th/9711200"}
    assert len(server.asked) == 1


@pytest.mark.parametrize("mode", FINAL)
def test_what_would_stay_the_same_is_asked_for_once_in_each_way(resolver: Resolver, server: ArxivServer, mode: str) -> None:
    server.script(always=mode)
    with pytest.raises(UnavailableError):
        resolver(["2404.07839", "hep-th/9711200"])
    assert [asked.method for asked in server.asked] in (["POST"], ["POST", "GET"])


@pytest.mark.parametrize("mode", ["hang", "drip", "drip in the headers"])
def test_a_slow_answer_ends_with_the_time_allowed(resolver: Resolver, server: ArxivServer, clock: FakeClock, mode: str) -> None:
    server.script(always=mode)
    with pytest.raises(UnavailableError):
        resolver(["2404.07839"], deadline=clock.time + 0.5)


def test_redirects_on_the_same_host_are_followed(resolver: Resolver, server: ArxivServer) -> None:
    server.script("redirect", "redirect", "redirect")
    assert isinstance(resolver(["2404.07839"])[ArxivId("2404.07839")], Reference)
    assert len(server.asked) == 4


@pytest.mark.parametrize("mode", ["redirect to be read", "redirect with an endless body"])
def test_what_a_redirect_says_beside_its_target_is_not_read(resolver: Resolver, server: ArxivServer, mode: str) -> None:
    server.script(mode)
    assert isinstance(resolver(["2404.07839"])[ArxivId("2404.07839")], Reference)
    assert len(server.asked) == 2


def test_the_pause_is_kept_between_redirects_too(resolver: Resolver, clock: FakeClock, server: ArxivServer) -> None:
    server.script("redirect", "redirect")
    resolver(["2404.07839"])
    assert clock.pauses == [3.0, 3.0]


def test_redirects_end_with_the_time_allowed(resolver: Resolver, clock: FakeClock, server: ArxivServer) -> None:
    server.script(always="redirect")
    with pytest.raises(UnavailableError, match="redirects until the time is over"):
        resolver(["2404.07839"], deadline=clock.time + 5)
    assert len(server.asked) == 2


def test_redirects_without_end_are_not(resolver: Resolver, server: ArxivServer) -> None:
    server.script(always="redirect loop")
    with pytest.raises(UnavailableError, match="redirects without end"):
        resolver(["2404.07839"])
    assert [asked.method for asked in server.asked] == [*["POST"] * 4, *["GET"] * 4]


def test_another_version_is_no_answer_for_the_one_asked_for(resolver: Resolver, server: ArxivServer) -> None:
    server.script(always="another version")
    assert isinstance(resolver(["2404.07839v1"])[ArxivId("2404.07839", 1)], NotFoundError)


def test_a_server_that_gives_ten_at_a_time_is_asked_until_all_are_there(resolver: Resolver, server: ArxivServer) -> None:
    server.script(always="only ten")
    server.records = {f"2404.{at:05}": made_up(f"2404.{at:05}") for at in range(1, 36)}
    assert all(isinstance(answer, Reference) for answer in resolver(list(server.records)).values())
    assert len(server.asked) == 4


def test_a_batch_that_is_too_large_is_divided(resolver: Resolver, server: ArxivServer) -> None:
    server.script(always="post too large")
    server.records = {f"2404.{at:05}": made_up(f"2404.{at:05}") for at in range(1, 251)}
    assert all(isinstance(answer, Reference) for answer in resolver(list(server.records)).values())


def test_a_large_answer_that_is_always_cut_is_asked_for_in_parts(resolver: Resolver, server: ArxivServer) -> None:
    server.records = {f"2404.{at:05}": made_up(f"2404.{at:05}") for at in range(1, 401)}
    server.script(*["truncated"] * 4)
    assert all(isinstance(answer, Reference) for answer in resolver(list(server.records)).values())
    assert [len(asked.query["id_list"].split(",")) for asked in server.asked] == [400, 400, 100, 100, *[50] * 8]


def test_a_spoilt_entry_costs_only_itself(resolver: Resolver, server: ArxivServer) -> None:
    server.records["1706.03762"] = made_up("1706.03762", title="")
    found = resolver(["2404.07839", "1706.03762"])
    assert isinstance(found[ArxivId("2404.07839")], Reference)
    assert str(found[ArxivId("1706.03762")]) == "arXiv's record of 1706.03762 has no title; try again later"


@pytest.mark.parametrize(("spoiling", "requests"), [({17}, 24), ({1, 50}, 36), ({51, 52, 99, 203}, 64)])
def test_a_record_that_spoils_every_answer_costs_only_itself(
    resolver: Resolver, server: ArxivServer, spoiling: set[int], requests: int
) -> None:
    server.records = {f"2404.{at:05}": made_up(f"2404.{at:05}") for at in range(1, 251)}
    server.spoiling = {f"2404.{at:05}" for at in spoiling}
    found = resolver(list(server.records))
    lost = {str(identifier): str(answer) for identifier, answer in found.items() if not isinstance(answer, Reference)}
    assert lost.keys() == server.spoiling
    assert all("spoils every answer" in message for message in lost.values())
    assert len(server.asked) <= requests


def test_a_service_that_spoils_large_and_small_is_soon_left_alone(resolver: Resolver, server: ArxivServer) -> None:
    server.script(always="html")
    with pytest.raises(UnavailableError, match="makes no sense"):
        resolver([f"2404.{at:05}" for at in range(1, 1001)])
    assert len(server.asked) <= 12


def test_after_a_record_that_spoils_answers_the_others_come_together(resolver: Resolver, server: ArxivServer) -> None:
    server.records = {f"2404.{at:05}": made_up(f"2404.{at:05}") for at in range(1, 1501)}
    server.spoiling = {"2404.00017"}
    assert len([answer for answer in resolver(list(server.records)).values() if isinstance(answer, Reference)]) == 1499
    assert [len(asked.query["id_list"].split(",")) for asked in server.asked[-2:]] == [500, 500]


def test_both_versions_of_a_paper_are_told_apart_when_the_newest_is_left_out(resolver: Resolver, server: ArxivServer) -> None:
    server.script("missing newest")
    found = resolver(["2404.07839", "2404.07839v1"])
    assert {str(identifier): answer.version for identifier, answer in found.items() if isinstance(answer, Reference)} == {
        "2404.07839": 2,
        "2404.07839v1": 1,
    }


def test_nothing_partial_is_kept_and_the_whole_is_kept_for_a_day(resolver: Resolver, server: ArxivServer) -> None:
    server.script("missing one")
    resolver(["2404.07839", "hep-th/9711200"])
    server.script()
    resolver(["2404.07839", "hep-th/9711200"])
    resolver(["2404.07839", "hep-th/9711200"])
    assert len(server.asked) == 3


def test_an_identifier_that_the_service_refuses_does_not_cost_the_others(resolver: Resolver, server: ArxivServer) -> None:
    server.refused = {"1706.03762"}
    found = resolver(["2404.07839", "1706.03762", "hep-th/9711200"])
    assert [type(found[ArxivId(number)]) for number in ("2404.07839", "1706.03762", "hep-th/9711200")] == [
        Reference,
        NotFoundError,
        Reference,
    ]


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


# Which requests it takes where POST fails in each way: a failure that may pass has a second try, and an empty feed says nothing yet.
FAILING_POSTS = {
    "post forbidden": ["POST", "GET"],
    "post bad": ["POST", "GET"],
    "post not implemented": ["POST", "GET"],
    "post fails": ["POST", "POST", "GET"],
    "post unread": ["POST", "GET"],
    "post sent round": [*["POST"] * 4, "GET"],
    "post sent to https": ["POST", "GET"],
}


@pytest.mark.parametrize("mode", FAILING_POSTS)
def test_where_post_fails_in_any_way_get_is_tried(resolver: Resolver, server: ArxivServer, mode: str) -> None:
    server.script(always=mode)
    assert isinstance(resolver(["2404.07839"])[ArxivId("2404.07839")], Reference)
    assert [asked.method for asked in server.asked] == FAILING_POSTS[mode]


@pytest.mark.parametrize("mode", ["403", "404"])
def test_a_service_that_takes_neither_is_asked_no_more(resolver: Resolver, server: ArxivServer, mode: str) -> None:
    server.script(always=mode)
    with pytest.raises(UnavailableError, match=f"status {mode}"):
        resolver(["2404.07839", "hep-th/9711200"])
    assert [asked.method for asked in server.asked] == ["POST", "GET"]


def test_a_service_that_spoils_every_answer_is_asked_five_times(resolver: Resolver, server: ArxivServer) -> None:
    server.script(always="html")
    with pytest.raises(UnavailableError, match="makes no sense"):
        resolver(["2404.07839"])
    assert len(server.asked) == 5


def test_how_much_a_service_takes_at_once_is_remembered(resolver: Resolver, server: ArxivServer) -> None:
    server.script(always="get of thirty")
    server.records = {f"2404.{at:05}": made_up(f"2404.{at:05}") for at in range(1, 201)}
    assert all(isinstance(answer, Reference) for answer in resolver(list(server.records)).values())
    assert [len(asked.query["id_list"].split(",")) for asked in server.asked] == [200, 100, 50, *[25] * 8]
