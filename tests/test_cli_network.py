"""The command against a local server that answers as arXiv does, faults included."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bibtool.testing.arxiv_server import ArxivServer, corpus_records, made_up, serving

CORPUS = Path(__file__).resolve().parent.parent / "fixtures" / "corpus"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def server() -> Iterator[ArxivServer]:
    many = [made_up(f"2101.{number:05}") for number in range(1, 1001)]
    with serving([*corpus_records(), made_up("hep-th/9711200", title="The Large N Limit"), *many]) as running:
        yield running


@pytest.fixture
def bibt(server: ArxivServer, tmp_path: Path) -> Run:
    def run(*words: str | Path, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "BIBT_ARXIV_URL": server.url, "BIBT_ARXIV_DELAY": "0.1", **settings}
        command = [sys.executable, "-m", "bibtool", *map(str, words)]
        finished = subprocess.run(
            command, input=stdin, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=120, check=False
        )
        assert "Traceback" not in finished.stderr, finished.stderr
        return finished

    return run


def identifiers_in(bibtex: str) -> list[str]:
    return re.findall(r"^\s*eprint\s*=\s*\{(.*?)\}", bibtex, re.MULTILINE)


def test_the_corpus_takes_one_request_and_the_second_run_none(bibt: Run, server: ArxivServer) -> None:
    first = bibt("export", CORPUS)
    assert (first.returncode, first.stderr, len(server.asked)) == (0, "", 1)
    assert len(identifiers_in(first.stdout)) == 10
    second = bibt("export", CORPUS)
    assert (second.stdout, len(server.asked)) == (first.stdout, 1)
    assert bibt("export", CORPUS, "--offline").stdout == first.stdout


def test_what_is_known_needs_no_network_library(bibt: Run, server: ArxivServer, tmp_path: Path) -> None:
    assert bibt("get", "2404.07839").returncode == 0
    (tmp_path / "requests.py").write_text("raise SystemExit('the network stack was imported')\n", "utf-8")
    run = bibt("get", "2404.07839", PYTHONPATH=str(tmp_path))
    assert (run.returncode, run.stderr) == (0, "")
    assert len(server.asked) == 1


def test_a_thousand_unknown_identifiers_take_two_requests(bibt: Run, server: ArxivServer) -> None:
    text = "\n".join(f"arXiv:2101.{number:05}" for number in range(1, 1001))
    run = bibt("export", "-", stdin=text)
    assert (run.returncode, len(identifiers_in(run.stdout))) == (0, 1000)
    assert identifiers_in(run.stdout)[:2] == ["2101.00001", "2101.00002"]
    assert [asked.method for asked in server.asked] == ["POST", "POST"]


def test_a_paper_that_does_not_exist_costs_one_line_with_its_place(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "n.md").write_text("arXiv:2404.07839\nand arXiv:2001.12345\n", "utf-8")
    run = bibt("export", "n.md")
    assert (run.returncode, identifiers_in(run.stdout)) == (1, ["2404.07839"])
    assert re.fullmatch(r"bibt: n\.md:2:\d+: arXiv knows no 2001\.12345\n", run.stderr)


def test_versions_are_asked_for_as_they_are_written(bibt: Run, server: ArxivServer) -> None:
    run = bibt("get", "hep-th/9711200v1", "2404.07839")
    assert identifiers_in(run.stdout) == ["hep-th/9711200v1", "2404.07839"]
    assert sorted(server.asked_identifiers) == ["2404.07839", "hep-th/9711200v1"]


@pytest.mark.parametrize("mode", ["500", "html", "empty body", "truncated", "reset", "short"])
def test_a_passing_fault_is_overcome(bibt: Run, server: ArxivServer, mode: str) -> None:
    server.script(mode)
    run = bibt("get", "2404.07839")
    assert (run.returncode, identifiers_in(run.stdout)) == (0, ["2404.07839"])


@pytest.mark.parametrize("mode", ["429", "500", "html", "empty body", "truncated", "reset"])
def test_a_service_that_stays_away_is_said_and_nothing_bad_is_kept(bibt: Run, server: ArxivServer, mode: str, tmp_path: Path) -> None:
    assert bibt("get", "2404.07839").returncode == 0
    server.script(always=mode)
    run = bibt("get", "2404.07839", "2204.14198", "2203.15556", "--timeout", "2", "-o", "refs.bib")
    assert run.returncode == 3
    [line] = run.stderr.splitlines()
    assert "2204.14198, 2203.15556" in line
    assert identifiers_in((tmp_path / "refs.bib").read_text("utf-8")) == ["2404.07839"]
    server.script()
    run = bibt("get", "2404.07839", "2204.14198", "2203.15556", "-o", "refs.bib")
    assert (run.returncode, run.stderr) == (0, "")
    assert len(identifiers_in((tmp_path / "refs.bib").read_text("utf-8"))) == 3


def test_nobody_listening_is_said(bibt: Run) -> None:
    run = bibt("get", "2404.07839", BIBT_ARXIV_URL="http://127.0.0.1:9/api/query")
    assert (run.returncode, run.stdout) == (3, "")
    assert re.fullmatch(
        r"bibt: 127\.0\.0\.1:9 cannot be reached: .* \(--offline uses what is kept\); no reference for 2404\.07839\n", run.stderr
    )


def test_of_many_identifiers_without_an_answer_only_some_are_named(bibt: Run) -> None:
    run = bibt("get", *(f"2404.{at:05}" for at in range(1, 101)), "--offline")
    assert (run.returncode, run.stdout) == (3, "")
    [line] = run.stderr.splitlines()
    assert line.endswith(", 2404.00020 ... and 80 more")


def test_a_password_in_an_address_is_never_shown(bibt: Run) -> None:
    run = bibt("get", "2404.07839", BIBT_ARXIV_URL="http://me:secret@127.0.0.1:9/api/query")
    assert run.returncode == 3
    assert "127.0.0.1:9 cannot be reached" in run.stderr
    assert "secret" not in run.stderr


def test_a_proxy_that_is_not_there_is_named_as_what_fails(bibt: Run) -> None:
    run = bibt("get", "2404.07839", BIBT_ARXIV_URL="http://arxiv.example/api/query", http_proxy="http://127.0.0.1:9")
    assert run.returncode == 3
    assert "arxiv.example is not reached through the proxy" in run.stderr


def test_a_terminal_shows_what_is_waited_for_and_the_result_on_a_line_of_its_own(server: ArxivServer, tmp_path: Path) -> None:
    server.script("429 after 1 s")
    environment = {**os.environ, "BIBT_ARXIV_URL": server.url, "BIBT_ARXIV_DELAY": "0.1", "TERM": "xterm"}
    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = [sys.executable, "-m", "bibtool", "get", "2404.07839"]
    with subprocess.Popen(command, stdout=terminal, stderr=terminal, env=environment, cwd=tmp_path) as run:
        os.close(terminal)
        shown = b""
        with suppress(OSError):  # how Linux says that the other end is closed
            while piece := os.read(main, 4096):
                shown += piece
    os.close(main)
    assert run.returncode == 0
    assert b"waiting 1 s for 127.0.0.1" in shown
    before, entry, _ = shown.partition(b"@misc{")
    assert entry
    assert before.endswith(b"\r")


def test_eight_processes_ask_once_for_each_and_one_at_a_time(server: ArxivServer, tmp_path: Path) -> None:
    environment = {**os.environ, "BIBT_ARXIV_URL": server.url, "BIBT_ARXIV_DELAY": "0.1"}
    command = [sys.executable, "-m", "bibtool", "get", "2404.07839", "2204.14198", "-f", "csl-json"]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path)
        for _ in range(8)
    ]
    answers = [process.communicate(timeout=120) for process in running]
    assert {process.returncode for process in running} == {0}
    assert {stderr for _, stderr in answers} == {""}
    assert len({stdout for stdout, _ in answers}) == 1
    assert len(json.loads(answers[0][0])) == 2
    assert sorted(server.asked_identifiers) == ["2204.14198", "2404.07839"]
    assert server.in_flight_at_most == 1


@pytest.mark.parametrize("kibibytes", [1, 5, 30, 100])
def test_a_disk_that_is_full_costs_the_cache_and_nothing_else(server: ArxivServer, tmp_path: Path, kibibytes: int) -> None:
    environment = {**os.environ, "BIBT_ARXIV_URL": server.url, "BIBT_ARXIV_DELAY": "0.1"}
    limited = f"ulimit -f {kibibytes}; exec {sys.executable} -m bibtool get 2404.07839 2302.01318"
    run = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=120, check=False)
    assert (run.returncode, identifiers_in(run.stdout)) == (0, ["2404.07839", "2302.01318"])
    assert len(run.stderr.splitlines()) <= 1


def test_recognising_asks_for_a_documents_identifiers_once(bibt: Run, server: ArxivServer, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("arXiv:2404.07839\n", "utf-8")
    (tmp_path / "b.txt").write_text("arXiv:2404.07839\n", "utf-8")
    server.script(always="403")
    refused = bibt("export", "--match", "a.txt", "b.txt")
    assert (refused.returncode, refused.stderr.count("2404.07839"), len(server.asked)) == (3, 1, 2), refused.stderr
