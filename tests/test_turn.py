"""sources/turn.py: one at a time and paced, over processes that may be killed at any moment."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from bibtool.sources.turn import LONGEST_TURN_SECONDS, MAX_PAUSE_SECONDS, ORPHAN_SECONDS, Clock, LateError, Stamp, Turnstile

HOST = "export.arxiv.org"


class FakeClock:
    """Time that passes only in pauses; it remembers them."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds

    def turnstile(self, folder: Path | None) -> Turnstile:
        return Turnstile(HOST, folder, Clock(lambda: self.time, self.sleep))


@pytest.mark.parametrize("has_folder", [True, False], ids=["folder", "no folder"])
def test_the_pause_counts_from_the_end_of_the_request_before(tmp_path: Path, has_folder: bool) -> None:
    clock = FakeClock()
    turnstile = clock.turnstile(tmp_path if has_folder else None)
    for _ in range(3):
        with turnstile.turn(3.0, None):
            clock.time += 10.0
    assert clock.pauses == [3.0, 3.0]


def test_another_run_waits_for_what_the_last_one_left(tmp_path: Path) -> None:
    clock = FakeClock()
    with clock.turnstile(tmp_path).turn(3.0, None) as stamp:
        stamp.quiet_until = clock.time + 45.0
    clock.time += 5.0
    with clock.turnstile(tmp_path).turn(3.0, None):
        assert clock.pauses == [40.0]


def test_no_pause_is_begun_that_the_deadline_would_cut(tmp_path: Path) -> None:
    clock = FakeClock()
    with clock.turnstile(tmp_path).turn(3.0, None):
        pass
    with pytest.raises(LateError), clock.turnstile(tmp_path).turn(3.0, clock.time + 1.0):
        pass
    assert clock.pauses == []


# what the stamp's file holds, at 1000 s -> pause at a delay of 3 s
STAMPS = {
    "nothing": ("", 0.0),
    "long ago": ("10.0 0.0", 0.0),
    "a second ago": ("999.0 0.0", 2.0),
    "from before the machine was started anew": ("999999.0 0.0", 3.0),
    "quiet far in the future": ("999.0 999999.0", MAX_PAUSE_SECONDS),
    "killed in the middle": ("busy", 3.0),
    "half written": ("99", 3.0),
    "rubbish": ("\x00\x00 x", 3.0),
    "no number": ("nan nan", 3.0),
    "infinite": ("0 inf", 3.0),
}


@pytest.mark.parametrize(("text", "pause"), STAMPS.values(), ids=STAMPS)
def test_whatever_the_stamp_says_the_pause_is_sensible(text: str, pause: float) -> None:
    assert Stamp.parse(text, 1000.0).pause(3.0, 1000.0) == pause


def test_a_service_has_time_to_let_go_of_a_killed_process(tmp_path: Path) -> None:
    assert Stamp.parse("busy", 1000.0).pause(0.1, 1000.0) == ORPHAN_SECONDS


def script(tmp_path: Path, body: str) -> list[str]:
    head = "import pathlib, sys, time\nfrom bibtool.sources.turn import Turnstile\n"
    head += f"gate = Turnstile({HOST!r}, pathlib.Path({str(tmp_path)!r}))\n"
    return [sys.executable, "-c", head + body]


def test_the_turn_of_a_killed_process_is_free_again(tmp_path: Path) -> None:
    body = "with gate.turn(0.0, None):\n    print('mine', flush=True)\n    sys.stdin.read()\n"
    holder = subprocess.Popen(script(tmp_path, body), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"mine\n"
    clock = FakeClock()
    with pytest.raises(LateError), clock.turnstile(tmp_path).turn(3.0, clock.time - 1.0):
        pass
    holder.kill()
    holder.communicate()
    with clock.turnstile(tmp_path).turn(3.0, None):
        assert clock.pauses == [3.0]


WHERE = "from bibtool.sources import turn\nturn.FOR_ALL = turn.Path({place!r})\n"


def meeting(place: Path, prepare: str = "", **settings: str) -> str:
    """Where a process meets the others that has these settings."""
    body = WHERE.format(place=str(place)) + prepare + "print(turn.meeting_folder())\n"
    return subprocess.check_output([sys.executable, "-c", body], text=True, env={**os.environ, **settings}).strip()


def test_processes_with_other_temporary_folders_meet(tmp_path: Path) -> None:
    places = {meeting(tmp_path / "turns", TMPDIR=str(tmp_path)), meeting(tmp_path / "turns", "import os\nos.umask(0o77)\n")}
    assert places == {str(tmp_path / "turns")}


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="only root may become another user")
def test_several_users_take_turns(tmp_path: Path) -> None:
    body = (
        WHERE.format(place=str(tmp_path / "turns")) + "import os, time\nif {user}:\n    os.setuid({user})\n"
        "gate = turn.Turnstile('h', turn.meeting_folder())\n"
        "for _ in range(4):\n    with gate.turn(0.02, None):\n        start = time.monotonic()\n        time.sleep(0.005)\n"
        "        print(start, time.monotonic(), flush=True)\n"
    )
    tmp_path.chmod(0o1777)
    for folder in list(tmp_path.parents)[:2]:
        folder.chmod(0o755)
    runs = [
        subprocess.Popen([sys.executable, "-c", body.replace("{user}", str(user))], stdout=subprocess.PIPE, text=True)
        for user in (0, 65534, 65533)
    ]
    turns = sorted(tuple(map(float, line.split())) for run in runs for line in run.communicate()[0].splitlines())
    assert len(turns) == 12
    assert all(after[0] - before[1] >= 0.0195 for before, after in pairwise(turns))


@pytest.mark.parametrize("kind", ["a file", "a link", "not there"])
def test_where_there_is_no_place_for_all_each_user_has_one(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "turns"
    if kind == "a file":
        place.write_text("")
    elif kind == "a link":
        place.symlink_to(tmp_path)
    else:
        place = tmp_path / "gone" / "turns"
    assert meeting(place, TMPDIR=str(tmp_path)).startswith(f"{tmp_path}/bibtool-")


def test_nobody_waits_for_a_process_that_was_stopped_in_its_turn(tmp_path: Path) -> None:
    now = [1000.0]

    def passing() -> float:
        now[0] += 10.0
        return now[0]

    gate = Turnstile(HOST, tmp_path, Clock(passing, lambda seconds: None))
    with gate.turn(0.0, None), Turnstile(HOST, tmp_path, Clock(passing, lambda seconds: None)).turn(0.0, None):
        assert now[0] > 1000.0 + LONGEST_TURN_SECONDS


def test_turns_of_many_processes_never_overlap(tmp_path: Path) -> None:
    body = (
        "for _ in range(4):\n    with gate.turn(0.02, None):\n        start = time.monotonic()\n        time.sleep(0.005)\n"
        "        print(start, time.monotonic(), flush=True)\n"
    )
    runs = [subprocess.Popen(script(tmp_path, body), stdout=subprocess.PIPE, text=True) for _ in range(5)]
    lines = [line for run in runs for line in run.communicate()[0].splitlines()]
    turns = sorted(tuple(map(float, line.split())) for line in lines)
    assert len(turns) == 20
    assert all(after[0] - before[1] >= 0.0195 for before, after in pairwise(turns))
