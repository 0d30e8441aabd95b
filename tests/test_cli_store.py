"""`bibt show`, `bibt search`, `bibt cache refresh` and `harvest`, and `--source`, against a local server."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bibtool.testing.arxiv_server import ArxivServer, made_up, serving

SNAPSHOT = Path(__file__).resolve().parent.parent / "fixtures" / "arxiv" / "snapshot.jsonl"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def server() -> Iterator[ArxivServer]:
    heath = made_up("0704.0802", title="Interference \x7f Networks \u202e", authors=("Heath|Robert W.|Jr.",), categories=("cs.IT",))
    with serving([made_up("2404.07839"), made_up("2404.07840"), heath]) as running:
        yield running


@pytest.fixture
def bibt(server: ArxivServer, tmp_path: Path) -> Run:
    def run(*words: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        addresses = {"BIBT_ARXIV_URL": server.url, "BIBT_OAI_URL": server.oai_url, "BIBT_ARXIV_DELAY": "0.05"}
        command = [sys.executable, "-m", "bibtool", *map(str, words)]
        environment = {**os.environ, **addresses, **settings}
        finished = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=120, check=False)
        assert "Traceback" not in finished.stderr, finished.stderr
        return finished

    return run


def test_one_paper_is_shown_readably(bibt: Run) -> None:
    bibt("cache", "import", SNAPSHOT)
    lines = bibt("show", "arXiv:2112.04426", "--offline").stdout.splitlines()
    assert lines[0] == "Improving language models by retrieving from trillions of tokens"
    assert "  dates:      first 2021-12-08, last 2022-02-07, version 3" in lines
    assert "  comment:    Fix incorrect reported numbers in Table 14" in lines


def test_one_paper_is_shown_whole(bibt: Run) -> None:
    bibt("cache", "import", SNAPSHOT)
    shown = json.loads(bibt("show", "2312.11805", "--json", "--offline").stdout)
    assert (shown["identifiers"], shown["issued"], len(shown["authors"])) == (["arxiv:2312.11805"], "2023-12-19", 1351)
    assert shown["authors"][0] == {"literal": "Gemini Team"}


def test_imports_at_the_same_time_all_succeed(bibt: Run, tmp_path: Path) -> None:
    line = json.loads(SNAPSHOT.read_text("utf-8").splitlines()[0])
    lines = (json.dumps(line | {"id": f"2112.{number:05}"}) for number in range(1, 5101))
    (tmp_path / "snapshot.json").write_text("\n".join(lines), "utf-8")
    command = [sys.executable, "-m", "bibtool", "cache", "import", "snapshot.json"]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=tmp_path) for _ in range(2)]
    said = [run.communicate(timeout=120)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    for identifier in ("2112.00001", "2112.05100"):
        assert bibt("show", identifier, "--offline").returncode == 0


def test_what_arxiv_does_not_know_cannot_be_shown(bibt: Run) -> None:
    run = bibt("show", "2404.99999")
    assert (run.returncode, run.stdout) == (1, "")
    assert "2404.99999" in run.stderr


def test_words_find_papers_that_are_kept(bibt: Run, server: ArxivServer) -> None:
    bibt("cache", "import", SNAPSHOT)
    run = bibt("search", "training", "compute-optimal")
    assert run.stdout == "2203.15556  Hoffmann, Borgeaud, Mensch et al. (2022): Training Compute-Optimal Large Language Models\n"
    assert bibt("search", "GEMMA", "-n", "1", "--json", "--offline").stdout.count("\n") == 1
    assert bibt("search", "GEMMA", "--online", "--offline").returncode == 2
    assert server.asked == []


def test_words_that_find_nothing_are_asked_for_on_request_only(bibt: Run, server: ArxivServer) -> None:
    run = bibt("search", "07839")
    assert (run.returncode, run.stdout, server.asked) == (1, "", [])
    run = bibt("search", "title", "07839", "--online")
    assert (run.returncode, run.stdout) == (0, "2404.07839  Lovelace (2024): Title of 2404.07839\n")
    bibt("search", "TITLÉ", "AND", "[07839]:", "--online")
    assert server.asked[-1].query["search_query"] == "ti:title AND ti:and AND ti:07839"


def test_what_was_asked_for_is_refreshed(bibt: Run, server: ArxivServer) -> None:
    bibt("get", "2404.07839", "2404.07840")
    server.records["2404.07839"] = made_up("2404.07839", title="Another title")
    run = bibt("cache", "refresh")
    assert (run.returncode, run.stderr) == (0, "bibt: 2 of 2 references are up to date, 1 have changed\n")
    assert bibt("show", "2404.07839", "--offline").stdout.startswith("Another title\n")
    assert bibt("cache", "refresh", "2404.07840").stderr == "bibt: 1 of 1 references are up to date, 0 have changed\n"
    assert server.asked_identifiers == ["2404.07839", "2404.07840", "2404.07839", "2404.07840", "2404.07840"]


def test_what_came_by_import_alone_is_not_refreshed_unasked(bibt: Run, server: ArxivServer) -> None:
    bibt("cache", "import", SNAPSHOT)
    run = bibt("cache", "refresh")
    assert (run.returncode, server.asked) == (0, [])
    assert "nothing to refresh" in run.stderr


def test_a_service_that_is_away_is_said_and_what_is_kept_stays(bibt: Run, server: ArxivServer) -> None:
    bibt("get", "2404.07839")
    server.script(always="403")
    run = bibt("cache", "refresh")
    assert run.returncode == 3
    assert bibt("get", "2404.07839", "--offline").returncode == 0


def test_a_record_that_a_faulty_disk_changed_is_asked_for_again(bibt: Run, server: ArxivServer, tmp_path: Path) -> None:
    place = {"BIBT_CACHE_DIR": str(tmp_path / "cache")}
    before = bibt("get", "2404.07839", "2404.07840", **place)

    def damage() -> None:
        with sqlite3.connect(tmp_path / "cache" / "records.sqlite") as database:
            body = database.execute("SELECT body FROM record WHERE identifier = 'arxiv:2404.07839'").fetchone()[0]
            change = (body.replace(b"2404.07839", b"2404.07838"), "arxiv:2404.07839")
            database.execute("UPDATE record SET body = ? WHERE identifier = ?", change)

    damage()
    after = bibt("get", "2404.07839", "2404.07840", **place)
    assert (after.returncode, after.stdout, after.stderr.count("damaged")) == (0, before.stdout, 1)
    damage()
    checked = bibt("cache", "check", **place)
    assert (checked.returncode, "1 of 2 records were damaged" in checked.stderr) == (1, True), checked.stderr
    assert bibt("cache", "check", **place).returncode == 0


def test_a_set_is_harvested(bibt: Run, server: ArxivServer) -> None:
    run = bibt("cache", "harvest", "--set", "cs", "--from", "2026-01-01")
    assert (run.returncode, run.stderr) == (0, "bibt: 3 records harvested\n")
    assert server.asked[0].query["from"] == "2026-01-01"
    again = bibt("cache", "harvest", "--set", "cs", "--from", "2026-01-01")
    assert again.stderr == "bibt: 0 records harvested, 3 were here already\n"
    assert "stale:       0\n" in bibt("cache", "info").stdout
    assert bibt("get", "2404.07840", "--offline").returncode == 0


@pytest.mark.parametrize("day", ["2026", "yesterday", "2026-02-30"])
def test_a_day_that_is_none_is_refused(bibt: Run, day: str) -> None:
    run = bibt("cache", "harvest", "--from", day)
    assert run.returncode == 2
    assert "not a day" in run.stderr


def test_oai_gives_the_suffix_that_the_query_api_drops(bibt: Run) -> None:
    assert "Heath, Jr., Robert W." in bibt("get", "0704.0802", "--source", "oai").stdout


def test_a_source_that_does_not_exist_is_refused_by_name(bibt: Run) -> None:
    run = bibt("get", "0704.0802", "--source", "oia")
    assert run.returncode == 2
    assert "did you mean 'oai'?" in run.stderr


def test_nothing_that_steers_a_terminal_comes_out(bibt: Run) -> None:
    for words in (("show", "0704.0802", "--source", "oai"), ("search", "interference"), ("show", "0704.0802", "--json")):
        run = bibt(*words)
        assert run.stdout.replace("\n", "").isprintable(), run.stdout


def test_a_whole_file_of_nothing_is_refused_in_one_line(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes\n", "utf-8")
    run = bibt("cache", "import", "notes.txt")
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1].startswith("bibt: notes.txt: no records; give arXiv's metadata snapshot")
