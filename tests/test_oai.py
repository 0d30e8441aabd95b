"""sources/oai.py and harvesting.py against a real local server."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bibtool.bulk.harvesting import HarvestReport, harvest_into
from bibtool.components import Context
from bibtool.errors import InputError, NotFoundError, UnavailableError
from bibtool.identifiers import ArxivId
from bibtool.reference import Name, PartialDate, Reference
from bibtool.sources.http import PoliteSession
from bibtool.sources.oai import Harvest, resolve
from bibtool.sources.turn import Clock
from bibtool.store import Store
from bibtool.testing.arxiv_server import ArxivServer, made_up, serving
from bibtool.workspace import Silence

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[ArxivServer]:
    papers = [made_up(f"2404.{number:05}") for number in range(1, 8)]
    hard = made_up(
        "0704.0009",
        title="The c2d Spitzer spectroscopic survey of ices: Poincar\\'e",
        authors=("Evans|Neal J.|II", "van den Oord|Aaron", "CDF Collaboration"),
        versions=("2007-04-01T00:00:00Z", "2008-05-02T00:00:00Z"),
        categories=("astro-ph",),
    )
    with serving([*papers, hard]) as running:
        yield running


@pytest.fixture
def context(server: ArxivServer, tmp_path: Path) -> Context:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    session = PoliteSession(tmp_path, print, clock=Clock(lambda: now[0], sleep), meeting=tmp_path)
    settings = {"BIBT_OAI_URL": server.oai_url}
    return Context(settings, lambda: session, deadline=None, offline=False, clock=lambda: NOW, progress=Silence(), warn=print)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "cache", print, lambda: NOW) as opened:
        yield opened


def test_names_have_their_suffixes(context: Context) -> None:
    [(_, reference)] = resolve([ArxivId("0704.0009")], context)
    assert isinstance(reference, Reference)
    assert reference.authors == (Name("Evans", "Neal J.", None, "II"), Name("Oord", "Aaron", "van den"), Name(literal="CDF Collaboration"))
    assert reference.title == "The c2d Spitzer spectroscopic survey of ices: Poincaré"
    assert (reference.issued, reference.updated, reference.version) == (PartialDate(2007, 4, 1), PartialDate(2008, 5, 2), None)


def test_what_oai_does_not_know_is_said(context: Context) -> None:
    answers = dict(resolve([ArxivId("0704.0010"), ArxivId("0704.0009", 1)], context))
    assert isinstance(answers[ArxivId("0704.0010")], NotFoundError)
    assert isinstance(answers[ArxivId("0704.0009", 1)], UnavailableError)


def test_a_set_is_harvested_page_by_page(context: Context, store: Store, server: ArxivServer) -> None:
    assert harvest_into(store, Harvest("cs"), context) == HarvestReport(7, 0, 0, was_continued=False)
    assert store.info().references == 7
    assert [asked.query.get("resumptionToken") for asked in server.asked] == [None, "cs:2", "cs:4", "cs:6"]


def test_what_a_harvest_brings_again_counts_as_unchanged(context: Context, store: Store, server: ArxivServer) -> None:
    harvest_into(store, Harvest("cs"), context)
    server.records["2404.00008"] = made_up("2404.00008")
    server.records["2404.00003"] = made_up("2404.00003", title="Another title")
    assert harvest_into(store, Harvest("cs"), context) == HarvestReport(2, 6, 0, was_continued=False)


def test_an_interrupted_harvest_goes_on_where_it_stopped(context: Context, store: Store, server: ArxivServer) -> None:
    server.script("ok", "ok", always="403")
    with pytest.raises(UnavailableError):
        harvest_into(store, Harvest("cs"), context)
    assert store.info().references == 4
    server.script()
    assert harvest_into(store, Harvest("cs"), context) == HarvestReport(3, 0, 0, was_continued=True)
    assert store.info().references == 7
    assert harvest_into(store, Harvest("cs"), context).was_continued is False


def test_a_place_that_has_expired_costs_only_a_new_beginning(context: Context, store: Store, server: ArxivServer) -> None:
    server.script("ok", always="403")
    with pytest.raises(UnavailableError):
        harvest_into(store, Harvest("cs"), context)
    server.script()
    server.expired_tokens = {"cs:2"}
    assert harvest_into(store, Harvest("cs"), context) == HarvestReport(5, 2, 0, was_continued=False)


def test_a_place_that_expires_on_the_way_costs_only_a_new_beginning(context: Context, store: Store, server: ArxivServer) -> None:
    server.expired_tokens = {"cs:4"}
    harvest_into(store, Harvest("cs"), context)
    assert store.info().references == 7
    assert [asked.query.get("resumptionToken") for asked in server.asked] == [None, "cs:2", "cs:4", None, "cs:2", "cs:4", "cs:6"]


def test_places_in_a_circle_are_not_followed_for_ever(context: Context, store: Store, server: ArxivServer) -> None:
    server.script(always="same place")
    with pytest.raises(UnavailableError, match="has been already"):
        harvest_into(store, Harvest("cs"), context)
    assert len(server.asked) == 2


def test_nothing_new_is_no_failure(context: Context, store: Store) -> None:
    assert harvest_into(store, Harvest("nothing-of-that-kind"), context).kept == 0


def test_a_set_that_does_not_exist_is_said(context: Context, store: Store) -> None:
    with pytest.raises(InputError, match="no such set"):
        harvest_into(store, Harvest("nonsense"), context)


@pytest.mark.parametrize("mode", ["429", "500", "html", "empty body", "truncated", "document type", "reset", "short", "no list"])
def test_a_spoilt_page_is_asked_for_again(context: Context, store: Store, server: ArxivServer, mode: str) -> None:
    server.script("ok", mode)
    assert harvest_into(store, Harvest("cs"), context).kept == 7


def test_a_harvested_record_of_the_same_day_keeps_its_version(context: Context, store: Store) -> None:
    identifier = ArxivId("0704.0009")
    known = Reference(type="article", identifiers=(identifier,), title="x", version=2, updated=PartialDate(2008, 5, 2))
    store.put(identifier, known)
    harvest_into(store, Harvest("astro-ph"), context)
    stored = store.get([identifier])[identifier].reference
    assert stored is not None
    assert (stored.version, stored.source) == (2, "arXiv OAI-PMH")
