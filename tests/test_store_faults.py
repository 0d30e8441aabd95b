"""store/ under faults: processes killed in the middle, a full disk, folders that may not be written, damage of any kind."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bibtool.identifiers import ArxivId
from bibtool.packing import pack
from bibtool.reference import Reference
from bibtool.sources.snapshot import candidates, line_packer
from bibtool.store import Store

NOBODY = 65534
REFERENCE = Reference(type="article", identifiers=(ArxivId("2404.07839"),), title="A title " * 40, version=1)
LINE = {"title": "A title", "abstract": "Words " * 5, "authors_parsed": [["Doe", "Jo", ""]], "categories": "cs.LG"}
HEAD = """
import pathlib, sys
from datetime import UTC, datetime
from bibtool.identifiers import ArxivId
from bibtool.reference import Reference
from bibtool.store import Store
reference = Reference(type="article", identifiers=(ArxivId("2404.07839"),), title="A title " * 40, version=1)
PREPARE
store = Store.open(pathlib.Path(sys.argv[1]), lambda line: print(line, file=sys.stderr), lambda: datetime.now(UTC))
"""
PUT = """
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    store.put(ArxivId(f"2404.{number:05}"), reference)
    print(number, flush=True)
"""
# As nobody may read this interpreter's library either, what is needed later is imported first.
AS_NOBODY = f"import fcntl, os, bibtool.plain_text\nos.seteuid({NOBODY})\n"


def opened(folder: Path, warnings: list[str]) -> Store:
    return Store.open(folder, warnings.append, lambda: datetime(2026, 11, 22, tzinfo=UTC))


def command(body: str, *words: object, prepare: str = "") -> list[str]:
    return [sys.executable, "-c", HEAD.replace("PREPARE", prepare) + body, *map(str, words)]


def test_what_was_put_survives_processes_killed_in_the_middle(tmp_path: Path) -> None:
    def put(first: int, last: int) -> subprocess.Popen[str]:
        return subprocess.Popen(command(PUT, tmp_path, first, last), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    whole = [put(1000 * at, 1000 * at + 60) for at in range(1, 4)]
    killed = [put(1000 * at, 1000 * at + 999) for at in range(4, 7)]
    reported = []
    for run in killed:
        assert run.stdout is not None
        reported += [int(run.stdout.readline()) for _ in range(20)]
        run.send_signal(signal.SIGKILL)
    assert [run.communicate()[1] for run in [*whole, *killed]] == [""] * 6
    warnings: list[str] = []
    with opened(tmp_path, warnings) as store:
        numbers = [*reported, *(1000 * at + extra for at in range(1, 4) for extra in range(60))]
        found = store.get([ArxivId(f"2404.{number:05}") for number in numbers])
        assert all(stored.reference is not None for stored in found.values())
        assert len(found) == len(numbers)
    with sqlite3.connect(tmp_path / "records.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    assert warnings == []


def test_a_killed_import_is_finished_by_the_next(tmp_path: Path) -> None:
    from bibtool.bulk.importing import import_into
    from bibtool.workspace import Silence

    lines = [f'{{"id": "2101.{number:05}", "title": "Number {number}", "authors": "A. Author"}}\n' for number in range(1, 40_001)]
    snapshot = tmp_path / "snapshot.json"
    snapshot.write_text("".join(lines), "utf-8")
    body = (
        "from bibtool.bulk.importing import import_into\n"
        "class Loud:\n    def update(self, message, done, total): print(done, flush=True)\n    def close(self): pass\n"
        "import_into(store, pathlib.Path(sys.argv[2]), Loud(), print)\n"
    )
    run = subprocess.Popen(command(body, tmp_path / "cache", snapshot), stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    while int(run.stdout.readline()) < 24_000:
        pass
    run.kill()
    run.communicate()
    with opened(tmp_path / "cache", []) as store:
        report = import_into(store, snapshot, Silence(), print)
        assert report.imported + report.unchanged == 40_000
        assert report.unchanged >= 10_000
        assert store.info().references == 40_000
        assert [reference.title for reference in store.search("number 7")] == ["Number 7"]


def test_a_full_disk_costs_the_cache_and_nothing_else(tmp_path: Path) -> None:
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
    check = "print(sum(one.reference is not None for one in store.get([ArxivId(f'2404.{n:05}') for n in range(1, 3000)]).values()))\n"
    run = subprocess.run(command(limit + PUT + check, tmp_path, 1, 3000), capture_output=True, text=True, check=True)
    assert len(run.stderr.splitlines()) == 1
    assert "the cache cannot be written" in run.stderr
    kept = int(run.stdout.splitlines()[-1])
    warnings: list[str] = []
    with opened(tmp_path, warnings) as store:
        assert len(store.get([ArxivId(f"2404.{number:05}") for number in range(1, 3000)])) == kept > 0
    assert warnings == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can run a process as somebody else")
@pytest.mark.parametrize("is_folder_writable", [True, False], ids=["file read-only", "folder read-only"])
def test_a_cache_that_may_only_be_read_is_read(tmp_path: Path, is_folder_writable: bool) -> None:
    for folder in [tmp_path, *tmp_path.parents[:3]]:
        folder.chmod(0o755)
    cache = tmp_path / "cache"
    with opened(cache, []) as store:
        store.put(ArxivId("2404.00007"), REFERENCE)
    for path in cache.iterdir():
        path.chmod(0o444)
    cache.chmod(0o777 if is_folder_writable else 0o555)
    body = (
        "assert store.get([ArxivId('2404.00007')])[ArxivId('2404.00007')].reference.title == reference.title\n"
        "store.put(ArxivId('2404.00008'), reference)\nstore.put(ArxivId('2404.00009'), reference)\n"
        "with store.turn():\n    pass\nprint(store.info().references)\n"
    )
    run = subprocess.run(command(body, cache, prepare=AS_NOBODY), capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "1\n"), run.stderr
    assert len(run.stderr.splitlines()) == 1


def damaged(how: str, content: bytes) -> bytes:
    dice = random.Random(how)
    half = len(content) // 2
    flipped = bytearray(content)
    for _ in range(200):
        flipped[dice.randrange(len(flipped))] = dice.randrange(256)
    return {
        "random bytes": dice.randbytes(len(content)),
        "empty": b"",
        "cut in a page": content[: half + 100],
        "cut to the header": content[:100],
        "half zero": content[:half] + bytes(half),
        "zero": bytes(len(content)),
        "flipped bytes": bytes(flipped),
        "another database": content.replace(b"record", b"trecor"),
    }[how]


HOW = ["random bytes", "empty", "cut in a page", "cut to the header", "half zero", "zero", "flipped bytes", "another database"]


@pytest.mark.parametrize("how", HOW)
def test_after_any_damage_the_store_works_with_one_warning_at_most(tmp_path: Path, how: str) -> None:
    numbers = [ArxivId(f"2404.{number:05}") for number in range(1, 600)]
    with opened(tmp_path, []) as store:
        for number in numbers:
            store.put(number, REFERENCE)
    path = tmp_path / "records.sqlite"
    path.write_bytes(damaged(how, path.read_bytes()))
    warnings: list[str] = []
    with opened(tmp_path, warnings) as store:
        store.get(numbers)
        store.search("title")
        for number in numbers:
            store.put(number, REFERENCE)
        found = store.get(numbers)
        assert [one for one in numbers if one not in found or found[one].reference is None] == []
    assert len(warnings) <= 1
    with opened(tmp_path, warnings) as store:
        assert len(store.get(numbers)) == len(numbers)
    assert len(warnings) <= 1


@pytest.mark.parametrize("is_imported", [False, True])
def test_a_changed_bit_of_a_record_never_makes_another_record(tmp_path: Path, is_imported: bool) -> None:
    name, warnings = ArxivId("2404.07839"), list[str]()
    with opened(tmp_path, warnings) as store:
        if is_imported:
            lines = [json.dumps(LINE | {"id": f"2404.{number:05}"}).encode() for number in range(7000, 12_001)]
            store.import_candidates(candidates(lines), line_packer(lambda *_: None))
        else:
            store.put(name, REFERENCE)
        sound = store.get([name])[name].reference
        database = sqlite3.connect(store.path, isolation_level=None)
        (body,) = database.execute("SELECT body FROM record WHERE identifier = 'arxiv:2404.07839'").fetchone()
        database.execute("PRAGMA synchronous = OFF")
        for bit in range(0, 8 * len(body), 1 if is_imported else 9):
            flipped = bytearray(body)
            flipped[bit // 8] ^= 1 << bit % 8
            database.execute("UPDATE record SET body = ? WHERE identifier = 'arxiv:2404.07839'", (bytes(flipped),))
            # A few bits of a compressed body mean nothing.
            assert [stored.reference for stored in store.get([name]).values()] in ([], [sound] if is_imported else []), bit
        assert len(warnings) == 1
        store.put(name, REFERENCE)
        assert store.get([name])[name].reference is not None
        database.close()
    assert sound is not None


def test_a_record_under_the_name_of_another_is_none(tmp_path: Path) -> None:
    warnings: list[str] = []
    with opened(tmp_path, warnings) as store:
        store.put(ArxivId("2404.07839"), REFERENCE)
        with sqlite3.connect(store.path) as database:
            database.execute("UPDATE record SET identifier = 'arxiv:2404.07838'")
        assert store.get([ArxivId("2404.07838")]) == {}
    assert len(warnings) == 1


def test_damaged_records_are_found_and_forgotten(tmp_path: Path) -> None:
    numbers = [ArxivId(f"2404.{number:05}") for number in range(1, 600)]
    with opened(tmp_path, []) as store:
        for number in numbers:
            store.put(number, REFERENCE)
        with sqlite3.connect(store.path) as database:
            database.execute(
                "UPDATE record SET body = CAST(substr(body, 1, 40) || x'21' || substr(body, 42) AS BLOB) WHERE number IN (7, 599)"
            )
        looked = store.forget_damaged(lambda done, total: None)
        assert (looked.seen, looked.damaged) == (599, ["arxiv:2404.00007", "arxiv:2404.00599"])
        assert store.forget_damaged(lambda done, total: None) == (597, [])


def test_records_of_a_time_before_checksums_are_read(tmp_path: Path) -> None:
    with opened(tmp_path, []) as store:
        store.put(ArxivId("2404.07839"), REFERENCE)
        with sqlite3.connect(store.path) as database:
            database.execute("UPDATE record SET body = ?", (pack(REFERENCE),))
        assert store.forget_damaged(lambda done, total: None) == (1, [])
        stored = store.get([ArxivId("2404.07839")])[ArxivId("2404.07839")]
        assert stored.reference is not None
        assert stored.reference.title == REFERENCE.title


CLOCKS = {"2001": datetime(2001, 1, 1, tzinfo=UTC), "2046": datetime(2046, 1, 1, tzinfo=UTC), "year 1": datetime(1, 1, 2, tzinfo=UTC)}


@pytest.mark.parametrize("moment", CLOCKS.values(), ids=CLOCKS)
def test_a_wrong_clock_changes_nothing_but_ages(tmp_path: Path, moment: datetime) -> None:
    clock: Callable[[], datetime] = lambda: moment  # noqa: E731
    identifier = ArxivId("2404.07839")
    with opened(tmp_path, []) as store:
        store.put(identifier, REFERENCE)
    with Store.open(tmp_path, print, clock) as store:
        assert store.get([identifier])[identifier].reference == REFERENCE
        store.put(identifier, REFERENCE)
        assert store.get([identifier])[identifier].is_fresh
        store.info()
    with opened(tmp_path, []) as store:
        assert store.get([identifier])[identifier].reference == REFERENCE
