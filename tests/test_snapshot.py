"""sources/snapshot.py, store/imports.py, store/compression.py and store/search.py: a snapshot into the store, and found again."""

import gzip
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bibtool.bulk.importing import ImportReport, import_into
from bibtool.errors import InputError
from bibtool.identifiers import ArxivId, Doi
from bibtool.packing import Candidate, unpack
from bibtool.reference import Name, PartialDate, Reference
from bibtool.sources.snapshot import line_packer, snapshot_reference
from bibtool.store import Store
from bibtool.workspace import Silence

PLAIN: dict[str, object] = {
    "id": "0704.0001",
    "submitter": "Pavel Nadolsky",
    "authors": "C. Bal\\'azs, E. L. Berger",
    "title": "Calculation of prompt diphoton production cross sections at Tevatron and\n  LHC energies",
    "comments": "37 pages, 15 figures; published version",
    "journal-ref": "Phys.Rev.D76:013009,2007",
    "doi": "10.1103/PhysRevD.76.013009",
    "report-no": "ANL-HEP-PR-07-12",
    "categories": "hep-ph astro-ph",
    "license": None,
    "abstract": "  A fully differential calculation of Schr\\\"odinger's ``cat''\nin $x^2$.\n",
    "versions": [
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Balázs", "C.", ""], ["Berger", "E. L.", ""]],
}

# What about a record may be unusual: the short way and the long way must still say the same.
UNUSUAL: dict[str, dict[str, object]] = {
    "nothing": {},
    "old identifier": {"id": "hep-th/9711200"},
    "two DOIs": {"doi": "10.1000/a; 10.1000/b"},
    "rubbish for a DOI": {"doi": "to appear"},
    "arXiv's own DOI": {"doi": "10.48550/arXiv.0704.0001"},
    "particle": {"authors_parsed": [["Oord", "Aaron van den", ""], ["Berger", "E. L.", ""]]},
    "particle in the key name": {"authors_parsed": [["van der Tak", "Floris", ""]]},
    "capital particle": {"authors_parsed": [["De Napoli", "M.", ""], ["Almeida", "F. Souza De", ""]]},
    "suffix": {"authors_parsed": [["Evans", "Neal J.", "II", "Texas"]]},
    "lone suffix": {"authors_parsed": [["Foo", "H.", ""], ["Jr.", "\\,", ""]]},
    "group": {"authors_parsed": [["CDF Collaboration", "", ""], ["Berger", "E. L.", ""]]},
    "suffix in the key name": {"authors_parsed": [["Lee Jr.", "H. K.", ""], ["Gates III", "William", ""]]},
    "group that begins as one": {"authors_parsed": [["GLM", "Team", ""], ["Sons", "Smith &", ""]]},
    "group in parts": {"authors_parsed": [["Team", "Gemma", ""]]},
    "contributors": {"authors_parsed": [["Contributors", "SymPy", ""], ["TEAM", "ATLAS", ""]]},
    "half of two groups": {"authors_parsed": [["CMS", "The", ""], ["Collaborations", "LHCb", ""]]},
    "split initial": {"authors_parsed": [["Yuan", "C. -P.", ""]]},
    "pseudo-author": {"authors_parsed": [["NVIDIA", "", ""], [":", "", ""], ["al.", "A. Abulencia et", ""]]},
    "TeX in a name": {"authors_parsed": [["Nguy\\~ên", "Th{\\'u}y", ""]]},
    "two parts": {"authors_parsed": [["Berger", "E. L."]]},
    "blanks": {"authors_parsed": [[" Berger", "E.  L. ", ""]]},
    "no parsed authors": {"authors_parsed": None},
    "no authors": {"authors_parsed": [], "authors": None},
    "not a list of names": {"authors_parsed": [["Berger", None, ""], 7]},
    "empty author": {"authors_parsed": [[], ["Berger", "E. L.", ""]]},
    "a text for an author": {"authors_parsed": ["Bob"]},
    "withdrawn": {"comments": "This paper has been withdrawn by the author"},
    "TeX in the title": {"title": "Poincar\\'e -- {\\it and} $\\alpha$"},
    "lone surrogates": {"title": "a\ud800b", "abstract": "a\udfffb"},
    "steering characters": {"title": "a\u202eb\x1b[31m", "abstract": "a\x00b"},
    "little known": {"comments": None, "journal-ref": None, "doi": None, "categories": None, "abstract": None},
    "no versions": {"versions": []},
    "a day only": {"versions": [{"version": "v1", "created": "Mon, 2 Apr 2007"}]},
    "no date": {"versions": [{"version": "v1", "created": "soon"}]},
    "versions of another form": {"versions": "v1"},
}


def packed(record: object) -> Reference:
    refused: list[str] = []
    found = line_packer(lambda line, message: refused.append(message))(Candidate("", 0, json.dumps(record).encode(), 1))
    assert found is not None, refused
    return unpack(found.body)


def test_a_record_becomes_a_reference() -> None:
    assert packed(PLAIN) == Reference(
        type="article",
        genre="preprint",
        publisher="arXiv",
        identifiers=(ArxivId("0704.0001"), Doi("10.1103/PhysRevD.76.013009")),
        title="Calculation of prompt diphoton production cross sections at Tevatron and LHC energies",
        authors=(Name("Balázs", "C."), Name("Berger", "E. L.")),
        issued=PartialDate(2007, 4, 2),
        updated=PartialDate(2007, 7, 24),
        version=2,
        journal_ref="Phys.Rev.D76:013009,2007",
        abstract="A fully differential calculation of Schrödinger's “cat” in $x^2$.",
        comment="37 pages, 15 figures; published version",
        url="https://arxiv.org/abs/0704.0001",
        primary_category="hep-ph",
        categories=("hep-ph", "astro-ph"),
    )


@pytest.mark.parametrize("changes", UNUSUAL.values(), ids=UNUSUAL)
def test_the_short_way_and_the_long_way_say_the_same(changes: dict[str, object]) -> None:
    record = PLAIN | changes
    quick, whole = packed(record), snapshot_reference(record)
    assert quick == whole
    assert quick.source == whole.source


def test_without_a_date_the_number_dates_the_paper() -> None:
    reference = snapshot_reference(PLAIN | {"versions": []})
    assert (reference.issued, reference.source) == (PartialDate(2007, 4), "arXiv snapshot, date from the identifier")


@pytest.mark.parametrize("record", [7, {}, {"id": 7}, {"id": "nothing"}, {"id": "0713.0001"}, {"id": "0704.0001"}], ids=str)
def test_what_is_no_record_is_refused(record: object) -> None:
    refused: list[str] = []
    assert line_packer(lambda line, message: refused.append(message))(Candidate("", 0, json.dumps(record).encode(), 1)) is None
    assert len(refused) == 1


class Time:
    now = datetime(2026, 11, 22, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "cache", print, Time()) as opened:
        yield opened


def write(path: Path, records: list[dict[str, object]], pack: Callable[[bytes], bytes] = bytes) -> Path:
    path.write_bytes(pack("".join(json.dumps(record) + "\n" for record in records).encode()))
    return path


def many(count: int, **changes: object) -> list[dict[str, object]]:
    return [PLAIN | {"id": f"2101.{number:05}", "title": f"The study of number {number}", **changes} for number in range(1, count + 1)]


def test_a_second_import_changes_only_what_has_changed(store: Store, tmp_path: Path) -> None:
    first = write(tmp_path / "a.json", many(20))
    assert import_into(store, first, Silence(), print) == ImportReport(20, 0, 0)
    assert import_into(store, first, Silence(), print) == ImportReport(0, 20, 0)
    newer = many(21)
    newer[4]["title"] = "Another title"
    assert import_into(store, write(tmp_path / "b.json", newer), Silence(), print) == ImportReport(2, 19, 0)
    assert [reference.title for reference in store.search("another title")] == ["Another title"]
    assert store.search("study number 5") == []


def test_what_arxiv_said_later_stays(store: Store, tmp_path: Path) -> None:
    asked = snapshot_reference(PLAIN | {"title": "What arXiv said on the day of the test"})
    store.put(ArxivId("0704.0001"), asked)
    import_into(store, write(tmp_path / "old.json", [PLAIN]), Silence(), print)
    assert store.get([ArxivId("0704.0001")])[ArxivId("0704.0001")].reference == asked
    import_into(store, write(tmp_path / "new.json", [PLAIN | {"update_date": "2026-12-01"}]), Silence(), print)
    stored = store.get([ArxivId("0704.0001")])[ArxivId("0704.0001")].reference
    assert stored is not None
    assert stored.title == "Calculation of prompt diphoton production cross sections at Tevatron and LHC energies"


def test_many_records_are_compressed_and_read_back(store: Store, tmp_path: Path) -> None:
    records = many(6000)
    import_into(store, write(tmp_path / "a.json.gz", records, gzip.compress), Silence(), print)
    wanted = [ArxivId(str(record["id"])) for record in records[::500]]
    found = store.get(wanted)
    assert [found[one].reference for one in wanted] == [snapshot_reference(record) for record in records[::500]]
    assert store.info().references == 6000
    assert store.info().bytes < 6000 * 900


def test_without_the_fast_libraries_it_is_only_slower(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("orjson", "zstandard", "isal"):
        monkeypatch.setitem(sys.modules, name, None)
    records = many(6000)
    import_into(store, write(tmp_path / "a.json.gz", records, gzip.compress), Silence(), print)
    assert store.get([ArxivId("2101.05999")])[ArxivId("2101.05999")].reference == snapshot_reference(records[5998])


def test_zstandard_is_read_where_it_is_installed(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zstandard = pytest.importorskip("zstandard")
    path = write(tmp_path / "a.json.zst", many(3), zstandard.ZstdCompressor().compress)
    assert import_into(store, path, Silence(), print).imported == 3
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(InputError, match=r"pip install zstandard"):
        import_into(store, path, Silence(), print)


def test_what_zstandard_compressed_is_missed_with_a_hint_where_it_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("zstandard")
    warnings: list[str] = []
    with Store.open(tmp_path / "cache", print, Time()) as store:
        import_into(store, write(tmp_path / "a.json", many(10_500)), Silence(), print)
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with Store.open(tmp_path / "cache", warnings.append, Time()) as store:
        assert store.get([ArxivId("2101.00001"), ArxivId("2101.00002")]) == {}
    assert len(warnings) == 1
    assert "pip install zstandard" in warnings[0]


def test_what_only_the_standard_library_reads_is_read(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"id": "0704.0001", "title": "a\\ud800b", "n": ' + "9" * 400 + "}\n", "utf-8")
    assert import_into(store, path, Silence(), print).imported == 1
    stored = store.get([ArxivId("0704.0001")])[ArxivId("0704.0001")].reference
    assert stored is not None
    assert stored.title == "ab"


def zstandard_compressed(content: bytes) -> bytes:
    compressed: bytes = pytest.importorskip("zstandard").ZstdCompressor().compress(content)
    return compressed


@pytest.mark.parametrize("compress", [gzip.compress, zstandard_compressed])
@pytest.mark.parametrize("has_fast", [True, False])
def test_of_a_file_that_was_cut_short_the_beginning_is_kept(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compress: Callable[[bytes], bytes], has_fast: bool
) -> None:
    if not has_fast:
        monkeypatch.setitem(sys.modules, "isal", None)
    # Random letters, so that the damage is far from the beginning.
    records = [record | {"comments": random.Random(at).randbytes(400).hex()} for at, record in enumerate(many(1000))]
    path = write(tmp_path / "a.json.gz", records, lambda content: compress(content)[:-300])
    with pytest.raises(InputError, match=r"damaged \(it was cut short\); the [0-9]+ records before that are kept"):
        import_into(store, path, Silence(), print)
    kept = store.info().references
    assert kept > 500
    done = import_into(
        store, write(path, records, lambda content: compress(content[:99_000]) + compress(content[99_000:])), Silence(), print
    )
    assert (done.imported, done.unchanged) == (1000 - kept, kept)


DAMAGED = {
    "gzip cut": (gzip.compress(b"x" * 100_000)[:-20], "nothing was kept"),
    "zstandard cut": (b"\x28\xb5\x2f\xfd\x04\x00rubbish", "nothing was kept"),
    "Atom cut": (b'<?xml version="1.0"?><feed', "not a whole XML document"),
    "web page": (b"<!DOCTYPE html><html></html>", "give a whole answer"),
    "notes": (b"some notes\nmore notes\n", "no records"),
}


@pytest.mark.parametrize(("content", "message"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_named(store: Store, tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(InputError, match=message):
        import_into(store, tmp_path / "file", Silence(), list[str]().append)


# words -> titles found, nearest first
SEARCHES = {
    "number 7": ["The study of number 7"],
    "NUMBER study 7": ["The study of number 7"],
    "poincare": ["Poincaré's conjecture", "A proof of a conjecture: the Poincaré–Bendixson case"],
    "conjecture": ["Poincaré's conjecture", "A proof of a conjecture: the Poincaré–Bendixson case"],
    "balazs study 11": ["The study of number 11"],
    "compute-optimal": ["Training Compute-Optimal Models"],
    "the of": [],
    '"OR NEAR( * ^': [],
    "": [],
}


@pytest.mark.parametrize(("words", "titles"), SEARCHES.items(), ids=SEARCHES)
def test_words_find_titles_and_authors(store: Store, tmp_path: Path, words: str, titles: list[str]) -> None:
    special = ("Poincar\\'e's conjecture", "A proof of a conjecture: the Poincar\\'e--Bendixson case", "Training Compute-Optimal Models")
    others = [PLAIN | {"id": f"2102.{number:05}", "title": title} for number, title in enumerate(special, start=1)]
    import_into(store, write(tmp_path / "a.json", [*many(30), *others]), Silence(), print)
    found = [reference.title for reference in store.search(words, limit=5)]
    if words == "the of":
        assert len(found) == 5
    else:
        assert found == titles


def test_a_title_of_just_these_words_comes_before_hundreds_that_have_them(store: Store, tmp_path: Path) -> None:
    older = PLAIN | {"id": "0704.0002", "title": "The number of study"}
    import_into(store, write(tmp_path / "a.json", [older, *many(700)]), Silence(), print)
    assert store.search("the number of study", limit=1)[0].title == "The number of study"
    assert store.search("number of study", limit=1)[0].title == "The number of study"


def test_a_search_sees_what_was_asked_for_too_and_each_work_once(store: Store) -> None:
    reference = snapshot_reference(PLAIN)
    store.put(ArxivId("0704.0001"), reference)
    store.put(ArxivId("0704.0001", 1), reference)
    store.put(ArxivId("0704.0001"), reference)
    assert len(store.search("diphoton")) == 1


def test_an_older_snapshot_takes_nothing_back(store: Store, tmp_path: Path) -> None:
    versions = [{"version": f"v{number}", "created": f"Mon, {number} Apr 2007 10:00:00 GMT"} for number in (1, 2, 3)]
    newer = PLAIN | {"title": "The newer title", "versions": versions, "update_date": "2022-01-01"}
    import_into(store, write(tmp_path / "new.json", [newer]), Silence(), print)
    report = import_into(store, write(tmp_path / "old.json", [PLAIN | {"versions": versions[:1]}]), Silence(), print)
    assert (report.imported, report.unchanged) == (0, 1)
    stored = store.get([ArxivId("0704.0001")])[ArxivId("0704.0001")].reference
    assert stored is not None
    assert (stored.title, stored.version) == ("The newer title", 3)


def test_a_snapshot_takes_nothing_back_of_what_a_harvest_brought_after_it(store: Store, tmp_path: Path) -> None:
    harvested = replace(snapshot_reference(PLAIN), title="The harvested title", source="arXiv OAI-PMH", version=None)
    store.import_records([harvested])
    older = import_into(store, write(tmp_path / "old.json", [PLAIN]), Silence(), print)
    assert (older.imported, older.unchanged) == (0, 1)
    newer = import_into(store, write(tmp_path / "new.json", [PLAIN | {"update_date": "2100-01-01"}]), Silence(), print)
    assert (newer.imported, newer.unchanged) == (1, 0)


def test_what_was_asked_for_stays_so_whatever_comes_unasked(store: Store, tmp_path: Path) -> None:
    identifier, reference = ArxivId("0704.0001"), snapshot_reference(PLAIN)
    store.put(identifier, replace(reference, title="An earlier title"))
    store.import_records([replace(reference, title="A harvested title"), replace(reference, identifiers=(ArxivId("0704.0002"),))])
    import_into(store, write(tmp_path / "new.json", [PLAIN | {"update_date": "2100-01-01"}]), Silence(), print)
    assert store.get([identifier])[identifier].reference == replace(reference, retrieved=store.clock())
    assert store.asked() == [identifier]
