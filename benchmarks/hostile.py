"""That no input makes the scan superlinear: hostile repetition through `bibt scan --ids`, nanoseconds of CPU time a byte.

python benchmarks/hostile.py [--sizes 1,16,256] [--seconds 600] [pattern ...]

A flat row is linear. What has no suffix is piped into `bibt scan -`, the rest is a file. No size is held in memory, here or there: the last
column says how much `bibt` took. The numbers take many minutes at 256 MB: each dozen bytes of theirs may be an identifier and is judged.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

# By name: what is repeated, and the suffix of the file that holds it.
PATTERNS: dict[str, tuple[bytes, str]] = {
    "marker": (b"arXiv", ""),
    "marker and colon": (b"arXiv: ", ""),
    "broken markers": (b"ar-\n", ""),
    "markers and words": (b"arXiv preprint ", ""),
    "archives": (b"hep-th/", ""),
    "addresses": (b"arxiv.org/", ""),
    "braces": (b"{", ""),
    "percent": (b"%25", ""),
    "tags": (b"<a ", ""),
    "soft hyphens": ("\u00ad\n".encode(), ""),
    "cites": (b"\\cite{a,", ""),
    "dois": (b"10.48550/", ""),
    "points": (b"2003math.", ""),
    "letters apart": (b"a r X i v : ", ""),
    "backslashes": (b"\\", ""),
    "quotes": (b'"id": "', ""),
    "entities": (b"&#x", ""),
    "no UTF-8": (b"\xff", ""),
    "blanks": (b" ", ""),
    "lines": (b"\n", ""),
    "digits": (b"1", ""),
    "backslashes (.json)": (b"\\", ".json"),
    "quotes (.json)": (b'"id": "', ".json"),
    "quotes (.csv)": (b'"', ".csv"),
    "cells (.csv)": (b"a,", ".csv"),
    "tags (.html)": (b"<a ", ".html"),
    "entries (.bib)": (b"@a{", ".bib"),
    "numbers, glued": (b"1706.03762.", ""),
    "numbers, listed": (b"1706.03762, ", ""),
    "numbers": (b"1706.03762 ", ""),
    "numbers, old": (b"9711200 ", ""),
}
MEGABYTE = 1 << 20


def main() -> None:
    """Prints the table, a figure at a time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patterns", nargs="*", metavar="pattern", help=f"all, or some of: {'; '.join(PATTERNS)}")
    parser.add_argument("--sizes", default="1,4,16,64,256", metavar="MB,...")
    parser.add_argument("--seconds", type=float, default=600, help="leave out the sizes of a pattern that would take longer")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.patterns if name not in PATTERNS]:
        parser.error(f"no such pattern: {', '.join(unknown)}")
    sizes = [int(size) for size in arguments.sizes.split(",")]
    print(f"{'ns a byte':20}" + "".join(f"{size:>7} MB" for size in sizes) + "    memory", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.patterns or PATTERNS:
            print(f"{name:20}", end="", flush=True)
            measure(*PATTERNS[name], sizes, arguments.seconds, Path(folder))


def measure(pattern: bytes, suffix: str, sizes: list[int], most_seconds: float, folder: Path) -> None:
    """Prints one row, the sizes that would take too long left out."""
    last_size, last, memory = 1, 0.0, 0.0
    for size in sizes:
        if last * size / last_size > most_seconds:
            print("       ...", end="", flush=True)
            continue
        last, memory = scanned(pattern, suffix, size, folder)
        last_size = size
        print(f"{last / (size * MEGABYTE) * 1e9:10.1f}", end="", flush=True)
    print(f"{memory:7.0f} MB", flush=True)


def scanned(pattern: bytes, suffix: str, size: int, folder: Path) -> tuple[float, float]:
    """The seconds of CPU time, less those that an empty input takes, and the megabytes of memory that a scan of so many megabytes takes."""
    path = folder / f"hostile{suffix}"
    if suffix:
        with path.open("wb") as file:
            file.writelines(blocks(pattern, size))
    seconds, memory = run([str(path)] if suffix else ["-"], iter(()) if suffix else blocks(pattern, size))
    return seconds - run(["-"], iter(()))[0], memory


def run(arguments: list[str], content: Iterator[bytes]) -> tuple[float, float]:
    """Seconds of CPU time and megabytes of memory of one process that reads `content`."""
    command = [shutil.which("bibt", path=str(Path(sys.executable).parent)) or "bibt", "scan", "--ids", *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stdin is not None
    for block in content:
        process.stdin.write(block)
    process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} ended with status {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def blocks(pattern: bytes, size: int) -> Iterator[bytes]:
    """So many megabytes of the pattern, or a little less, a megabyte at a time."""
    block = pattern * (MEGABYTE // len(pattern))
    return (block for _ in range(size))


if __name__ == "__main__":
    main()
