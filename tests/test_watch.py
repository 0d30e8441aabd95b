"""`bibt watch`: the bibliography follows the document at every save, until it is interrupted."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

SNAPSHOT = Path(__file__).resolve().parent.parent / "fixtures" / "arxiv" / "snapshot.jsonl"
Watch = subprocess.Popen[str]
PATIENCE_SECONDS = 120.0


@pytest.fixture
def main(tmp_path: Path) -> Path:
    command = [sys.executable, "-m", "bibtool", "cache", "import", str(SNAPSHOT)]
    subprocess.run(command, check=True, capture_output=True)
    main = tmp_path / "main.tex"
    main.write_text("\\cite{2404.07839}\\input{later}\\bibliographystyle{plain}\\bibliography{refs}", "utf-8")
    return main


@pytest.fixture
def watch(main: Path) -> Iterator[Watch]:
    command = [sys.executable, "-m", "bibtool", "watch", "--offline", "main.tex"]
    # What runs in the background of a script ignores interrupts, and so would its children.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, cwd=main.parent, stderr=subprocess.PIPE, text=True) as process:
        signal.signal(signal.SIGINT, before)
        # A line that never comes is a failure, not a test without end.
        patience = threading.Timer(PATIENCE_SECONDS, process.kill)
        patience.start()
        yield process
        patience.cancel()
        process.kill()


def save(path: Path, text: str) -> None:
    """As editors do: a new file in the place of the old one."""
    beside = path.with_suffix(".swp")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def line(watch: Watch) -> str:
    assert watch.stderr is not None
    return watch.stderr.readline().removeprefix("bibt: ").rstrip()


def test_each_change_is_one_line_and_an_interrupt_ends_it(main: Path, watch: Watch) -> None:
    assert line(watch) == "refs.bib: +1 new"
    assert line(watch).startswith("main.tex: watching")
    save(main, main.read_text("utf-8").replace("07839", "07839,2203.15556"))
    assert line(watch) == "refs.bib: +1 new"
    save(main.with_name("later.tex"), "A chapter that was not there: \\cite{2204.14198}")
    assert line(watch) == "refs.bib: +1 new"
    save(main, main.read_text("utf-8") + "% nothing is cited that was not before")
    save(main.with_name("later.tex"), "\\cite{2204.14198} \\cite{2206.04993}")
    assert line(watch) == "refs.bib: +1 new"
    refs = main.with_name("refs.bib").read_text("utf-8")
    assert all(f"{{{key}," in refs for key in ("2404.07839", "2203.15556", "2204.14198", "2206.04993"))
    watch.send_signal(signal.SIGINT)
    assert (watch.wait(timeout=120), line(watch)) == (0, "")
