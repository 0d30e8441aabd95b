"""The CPU time of `bibt scan` beside ripgrep's, whole processes in one run: 200 MB of text on one core, and 20,000 small files by two jobs.

    python -m benchmarks.scan_speed --rg PATH     # pip install ripgrep==14.1.0 into any environment

`arxiv.rg` is what rg looks for: marked forms, or a bare number of new style. The figures to watch are the ratios.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.corpus import text, write

PATTERN = Path(__file__).parent / "arxiv.rg"
ROUNDS = 5


def seconds(command: list[str], cores: set[int] | None) -> float:
    """CPU time, its processes' and the system's for them: the median of some runs."""
    taken = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            command, stdout=subprocess.DEVNULL, check=False, preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(taken)


def peak_megabytes(command: list[str]) -> float:
    """The most memory that a command held."""
    measured = [sys.executable, "-c", "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=-3); "
                "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)", *command]  # fmt: skip
    return int(subprocess.run(measured, capture_output=True, text=True, check=True).stdout) / 1024


def many_files(folder: Path, count: int, size: int) -> None:
    """So many files of so many characters."""
    whole = "".join(text(size * 400, 2000))
    for number in range(count):
        target = folder / f"{number // 100:03}" / f"{number:05}.txt"
        target.parent.mkdir(parents=True, exist_ok=True)
        start = number % 400 * size
        target.write_text(whole[start : start + size], encoding="utf-8")


def report(name: str, ours: list[str], rg: list[str], cores: set[int] | None) -> None:
    """One line: both times and their ratio."""
    theirs, own = seconds(rg, cores), seconds(ours, cores)
    print(f"{name:44} bibt {own:6.2f} s   rg {theirs:6.2f} s   ratio {own / theirs:4.2f}")


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rg", default=shutil.which("rg"))
    parser.add_argument("--bibt", default=str(Path(sys.executable).with_name("bibt")))
    parser.add_argument("--megabytes", type=int, default=200)
    arguments = parser.parse_args()
    one = {min(os.sched_getaffinity(0))}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for distance in (2_000, 20_000):
            path = folder / f"{distance}.txt"
            write(path, arguments.megabytes * 1_000_000, distance)
            rg = [arguments.rg, "-o", "-N", "-f", str(PATTERN), str(path)]
            for what, options in (("--ids", ["--ids"]), ("lines", [])):
                report(f"an identifier every {distance}, {what}", [arguments.bibt, "scan", *options, str(path)], rg, one)
            print(f"{'':44} bibt {peak_megabytes([arguments.bibt, 'scan', str(path)]):.0f} MB at most")
        many_files(folder / "many", 20_000, 8_600)
        rg = [arguments.rg, "-j2", "-o", "-f", str(PATTERN), str(folder / "many")]
        report("20,000 files, two jobs, lines", [arguments.bibt, "scan", "--jobs", "2", str(folder / "many")], rg, None)


if __name__ == "__main__":
    main()
