"""How long `bibt --help`, `--version` and a run over 1,000 cached identifiers take, beside bare Python: CPU seconds, whole processes.

    .venv/bin/python benchmarks/startup.py

Compiles the bytecode first, as an installed package has it. Prints the median of the runs, and ratios within the same runs.
"""

import compileall
import json
import os
import resource
import site
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
BIBT = Path(sys.executable).with_name("bibt")
RUNS = 15
CACHED = 1000


def cpu_seconds(command: list[str], environment: dict[str, str]) -> float:
    """User and system time of one run of the command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def snapshot(folder: Path) -> list[str]:
    """Writes a snapshot of made-up records and returns their identifiers."""
    identifiers = [f"2101.{number:05}" for number in range(1, CACHED + 1)]
    with (folder / "snapshot.jsonl").open("w", encoding="utf-8") as stream:
        for number, identifier in enumerate(identifiers):
            record = {
                "id": identifier,
                "authors": "A. Author and B. Writer",
                "title": f"On the matter of number {number}: A Study",
                "categories": "cs.CL cs.LG",
                "versions": [{"version": "v1", "created": "Fri, 1 Jan 2021 00:00:00 GMT"}],
                "update_date": "2021-01-01",
                "authors_parsed": [["Author", "A.", ""], ["Writer", "B.", ""]],
            }
            stream.write(json.dumps(record) + "\n")
    return identifiers


def main() -> None:
    """Runs the commands in turn and prints what they cost."""
    compileall.compile_dir(str(ROOT / "bibtool"), quiet=1)
    for folder in site.getsitepackages():
        compileall.compile_dir(folder, quiet=2)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "BIBT_CACHE_DIR": folder}
        identifiers = snapshot(Path(folder))
        subprocess.run([BIBT, "cache", "import", str(Path(folder, "snapshot.jsonl"))], env=environment, check=True, capture_output=True)
        commands = {
            "bare Python": [sys.executable, "-c", "pass"],
            "bibt --version": [str(BIBT), "--version"],
            "bibt --help": [str(BIBT), "--help"],
            f"bibt get, {CACHED} cached": [str(BIBT), "get", "--offline", *identifiers],
        }
        runs: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, command in commands.items():
                runs[name].append(cpu_seconds(command, environment))
    bare = median(runs["bare Python"])
    shown = median(runs["bibt --help"])
    for name, seconds in runs.items():
        took = median(seconds)
        print(f"{name:28} {1000 * took:7.1f} ms   {took / bare:5.2f} x bare Python   {1000 * (took - shown):+7.1f} ms over --help")


if __name__ == "__main__":
    main()
