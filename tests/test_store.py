"""store.py, packing.py and importing.py."""

import gzip
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibtool.bulk.importing import import_into
from bibtool.errors import InputError
from bibtool.identifiers import ArxivId, Doi
from bibtool.packing import pack, unpack
from bibtool.reference import Name, PartialDate, Reference
from bibtool.store import Store
from bibtool.testing.arxiv_server import entry, feed, made_up

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
FULL = Reference(
    type="article",
    identifiers=(ArxivId("2404.07839"), Doi("10.1000/x")),
    title="A title",
    authors=(Name("Oord", "Aaron", "van den", "Jr."), Name(literal="NVIDIA"), Name("Xuemin")),
    issued=PartialDate(2024, 4),
    updated=PartialDate(2024, 8, 28),
    genre="preprint",
    version=2,
    categories=("cs.LG", "cs.AI"),
    fields=(("note", "x"),),
    source="arXiv API",
)


class Silent:
    def update(self, message: str, done: int, total: int | None) -> None: ...

    def close(self) -> None: ...


class Time:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def warnings() -> list[str]:
    return []


Opener = Callable[[], Store]


@pytest.fixture
def reopen(tmp_path: Path, warnings: list[str], time: Time) -> Iterator[Opener]:
    opened: list[Store] = []

    def store() -> Store:
        opened.append(Store.open(tmp_path / "cache", warnings.append, time))
        return opened[-1]

    yield store
    for one in opened:
        one.close()


@pytest.mark.parametrize("reference", [FULL, Reference(type="book")], ids=["full", "empty"])
def test_what_is_packed_is_unpacked_equal(reference: Reference) -> None:
    assert unpack(pack(reference)) == reference


texts = st.none() | st.text(max_size=40)
names = st.builds(Name, texts, texts, texts, texts) | st.builds(Name, literal=st.text(max_size=40))
dates = st.builds(PartialDate, st.integers(1, 9999), st.none() | st.integers(1, 12))
references = st.builds(
    Reference,
    type=st.just("article"),
    identifiers=st.just((ArxivId("hep-th/9711200", 3), Doi("10.1000/<v1>;x"))),
    title=texts,
    authors=st.lists(names, max_size=4).map(tuple),
    issued=st.none() | dates,
    version=st.none() | st.integers(1, 99),
    abstract=texts,
    comment=texts,
    fields=st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9)), max_size=3).map(tuple),
)


@given(references)
def test_any_reference_is_packed_and_unpacked_equal(reference: Reference) -> None:
    assert unpack(pack(reference)) == reference


def test_what_was_put_is_there_in_the_next_run(reopen: Opener) -> None:
    with reopen() as store:
        store.put(ArxivId("2404.07839"), FULL)
    stored = reopen().get([ArxivId("2404.07839"), ArxivId("1706.03762")])
    assert list(stored) == [ArxivId("2404.07839")]
    assert stored[ArxivId("2404.07839")].reference == FULL


# (put under version, its record's version, asked for version) -> answered
VERSIONS = {
    "newest answers itself": (None, 2, None, True),
    "newest answers the version it describes": (None, 2, 2, True),
    "newest answers no other version": (None, 2, 1, False),
    "a version answers itself": (1, 1, 1, True),
    "a version never answers for the newest": (2, 2, None, False),
}


@pytest.mark.parametrize(("put", "described", "asked", "is_answered"), VERSIONS.values(), ids=VERSIONS)
def test_versions_answer_for_what_they_are(reopen: Opener, put: int | None, described: int, asked: int | None, is_answered: bool) -> None:
    store = reopen()
    stored = Reference(type="article", identifiers=(ArxivId("2404.07839", put),), version=described, url="x")
    store.put(ArxivId("2404.07839", put), stored)
    wanted = ArxivId("2404.07839", asked)
    found = store.get([wanted])
    assert (wanted in found) is is_answered
    if is_answered:
        reference = found[wanted].reference
        assert reference is not None
        assert reference.identifiers == (wanted,)


# (version, age) -> fresh
AGES = {
    "newest, 29 days": (None, 29, True),
    "newest, 31 days": (None, 31, False),
    "version, 364 days": (1, 364, True),
    "version, 366 days": (1, 366, False),
    "from the future": (None, -7000, True),
}


@pytest.mark.parametrize(("version", "days", "is_fresh"), AGES.values(), ids=AGES)
def test_records_grow_stale(reopen: Opener, time: Time, version: int | None, days: int, is_fresh: bool) -> None:
    store, identifier = reopen(), ArxivId("2404.07839", version)
    store.put(identifier, FULL)
    time.now += timedelta(days=days)
    assert store.get([identifier])[identifier].is_fresh is is_fresh


def test_an_unknown_identifier_is_remembered_for_an_hour(reopen: Opener, time: Time) -> None:
    store, identifier = reopen(), ArxivId("2404.99999")
    store.put_missing(identifier)
    assert store.get([identifier])[identifier].is_fresh
    time.now += timedelta(minutes=61)
    stored = store.get([identifier])[identifier]
    assert (stored.reference, stored.is_fresh) == (None, False)


def test_a_known_reference_is_not_lost_when_the_source_no_longer_knows_it(reopen: Opener) -> None:
    store, identifier = reopen(), ArxivId("2404.07839")
    store.put(identifier, FULL)
    store.put_missing(identifier)
    assert store.get([identifier])[identifier].reference == FULL


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "rubbish": lambda old: b"no database" * 1000,
    "half zero": lambda old: old[: len(old) // 2] + bytes(len(old) // 2),
    "first page zero": lambda old: bytes(4096) + old[4096:],
    "cut": lambda old: old[: len(old) // 2],
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_store_is_set_aside_with_one_warning(
    reopen: Opener, tmp_path: Path, warnings: list[str], damage: Callable[[bytes], bytes]
) -> None:
    numbers = [ArxivId(f"2404.{at:05}") for at in range(1, 500)]
    with reopen() as store:
        for number in numbers:
            store.put(number, FULL)
    path = tmp_path / "cache" / "records.sqlite"
    path.write_bytes(damage(path.read_bytes()))
    store = reopen()
    store.get(numbers)
    store.put(numbers[0], FULL)
    stored = store.get(numbers[:1])[numbers[0]]
    assert stored.reference is not None
    assert len(warnings) == 1
    assert "set aside" in warnings[0]


def test_the_store_of_a_newer_program_is_set_aside(reopen: Opener, tmp_path: Path, warnings: list[str]) -> None:
    import sqlite3

    (tmp_path / "cache").mkdir()
    newer = sqlite3.connect(tmp_path / "cache" / "records.sqlite")
    newer.execute("PRAGMA user_version = 999")
    newer.close()
    store = reopen()
    store.put(ArxivId("2404.07839"), FULL)
    assert store.info().references == 1
    assert len(warnings) == 1
    assert "newer" in warnings[0]


def test_a_cache_that_cannot_be_written_is_one_warning(tmp_path: Path, warnings: list[str], time: Time) -> None:
    (tmp_path / "file").write_bytes(b"")
    with Store.open(tmp_path / "file" / "cache", warnings.append, time) as store:
        store.put(ArxivId("2404.07839"), FULL)
        store.put(ArxivId("2404.07840"), FULL)
        assert store.get([ArxivId("2404.07839")]) == {}
    assert len(warnings) == 1


def test_a_snapshot_is_imported(reopen: Opener, fixtures: Path, tmp_path: Path) -> None:
    packed = tmp_path / "snapshot.json.gz"
    packed.write_bytes(gzip.compress((fixtures / "arxiv" / "snapshot.jsonl").read_bytes()))
    store = reopen()
    assert import_into(store, packed, Silent(), print).imported == 15
    gemini, unknown_date = ArxivId("2312.11805"), ArxivId("2404.07839")
    found = store.get([gemini, unknown_date])
    reference, dated = found[gemini].reference, found[unknown_date].reference
    assert reference is not None
    assert dated is not None
    assert (len(reference.authors), reference.version, reference.issued) == (1351, 5, PartialDate(2023, 12, 19))
    assert reference.authors[0] == Name(literal="Gemini Team")
    assert (dated.issued, dated.source) == (PartialDate(2024, 4), "arXiv snapshot, date from the identifier")


def test_a_saved_feed_is_imported(reopen: Opener, tmp_path: Path) -> None:
    saved = tmp_path / "feed.xml"
    saved.write_bytes(feed([entry(made_up("2404.07839"), 1)], 1))
    store = reopen()
    reports = [import_into(store, saved, Silent(), print) for _ in range(2)]
    assert [(report.imported, report.unchanged) for report in reports] == [(1, 0), (0, 1)]
    assert store.info().imported == 1


@pytest.mark.parametrize(
    ("days", "stale"),
    [(0, 0), (29, 0), (31, 1), (364, 1), (366, 2), (-9000, 0)],
    ids=["new", "a month", "over a month", "a year", "over a year", "a clock set back"],
)
def test_stale_records_are_counted(reopen: Opener, time: Time, days: int, stale: int) -> None:
    store = reopen()
    store.put(ArxivId("2404.07839"), FULL)
    store.put(ArxivId("2404.07839", 1), FULL)
    store.put_missing(ArxivId("2404.07840"))
    time.now += timedelta(days=days)
    assert store.info().stale == stale
    assert [one.is_fresh for one in store.get([ArxivId("2404.07839"), ArxivId("2404.07839", 1)]).values()].count(False) == stale


def test_a_bad_line_is_named_and_the_rest_imported(reopen: Opener, tmp_path: Path) -> None:
    path, messages = tmp_path / "snapshot.json", list[str]()
    path.write_text('{"id": "2404.07839", "title": "A"}\nrubbish\n{"id": "9999.1"}\n{"id": "2404.07840", "title": "B"}\n', encoding="utf-8")
    report = import_into(reopen(), path, Silent(), messages.append)
    assert (report.imported, report.refused) == (2, 2)
    assert "snapshot.json:2: " in messages[0]


def test_a_file_of_something_else_is_refused(reopen: Opener, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("notes\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"notes\.txt: no records"):
        import_into(reopen(), path, Silent(), list[str]().append)
