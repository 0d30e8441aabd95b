"""What `bibt sync` costs beside `bibt --help` with a .bib of 10,000 entries: CPU seconds, whole processes, medians.

    .venv/bin/python -m benchmarks.sync

Once all entries are the author's and all are cited, once all are bibt's own (in the lock file), each with nothing new, and with one more
citation.
"""

import compileall
import os
import subprocess
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.startup import BIBT, ROOT, cpu_seconds, snapshot

RUNS = 5
ENTRIES = 10_000
NEW = "2101.00001"
AUTHORS = " and ".join(f"Family{number}, Given N." for number in range(8))
OWN = """@article{{key{number},
  author = {{{authors}}},
  title = {{{{On}} the matter of number {number}: {{A}} Study}},
  journal = "Journal of Studies",
  year = {{2021}},
  volume = {{{number}}},
  pages = {{1--20}},
  doi = {{10.1234/study.{number}}}
}}
"""


def main() -> None:
    """Makes the files, runs the commands and prints what they cost."""
    compileall.compile_dir(str(ROOT / "bibtool"), quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "BIBT_CACHE_DIR": str(Path(folder, "cache"))}
        snapshot(Path(folder))
        subprocess.run([BIBT, "cache", "import", str(Path(folder, "snapshot.jsonl"))], env=environment, check=True, capture_output=True)
        helped = median(cpu_seconds([str(BIBT), "--help"], environment) for _ in range(RUNS))
        print(f"bibt --help {helped:.3f} s")
        for name, made in (("the author's", authors_own), ("bibt's", bibts_own)):
            paper = Path(folder, made.__name__)
            paper.mkdir()
            made(paper)
            print(f"{ENTRIES} entries, {name}: nothing new {costs(paper, environment) - helped:.3f} s over --help")
            text = (paper / "main.tex").read_text("utf-8").replace("\\bibliography", f"\\cite{{{NEW}}}\n\\bibliography")
            (paper / "main.tex").write_text(text, "utf-8")
            print(f"{ENTRIES} entries, {name}: one more    {costs(paper, environment) - helped:.3f} s over --help")


def authors_own(folder: Path) -> None:
    """A paper that cites 10,000 entries which its author wrote."""
    (folder / "refs.bib").write_text("\n".join(OWN.format(number=number, authors=AUTHORS) for number in range(ENTRIES)), "utf-8")
    write_paper(folder, [f"key{number}" for number in range(ENTRIES)])


def bibts_own(folder: Path) -> None:
    """A paper that cites 10,000 identifiers whose entries bibt wrote."""
    from bibtool.bibliography import Bibliography
    from bibtool.components import FormatOptions
    from bibtool.formatters.bibtex import format_entry
    from bibtool.reference import Name
    from bibtool.syncing import lockfile
    from bibtool.syncing.bib_target import BibTarget
    from bibtool.testing import make_reference

    numbers = [f"20{month:02}.{number:05}" for month in range(1, 11) for number in range(1, ENTRIES // 10 + 1)]
    authors = tuple(Name(f"Family{number}", "Given N.") for number in range(8))
    works = Bibliography(
        (number, make_reference(number, authors=authors, title=f"On the matter of {number}: A Study")) for number in numbers
    )
    target = BibTarget("refs.bib", b"")
    tables: dict[lockfile.TableName, str | None] = {("file", "refs.bib"): lockfile.form_table({"format": "bibtex", "style": "plain"})}
    for number, reference in works.items():
        written = target.written(number, format_entry(number, reference, FormatOptions(style="plain")), f"arxiv:{number}")
        target.add(number, written)
        tables["entry", "refs.bib", number] = lockfile.entry_table(written)
        tables["reference", f"arxiv:{number}"] = lockfile.reference_table(reference, abstract=False)
    (folder / "refs.bib").write_bytes(target.content())
    (folder / "bibt.lock").write_text(lockfile.Lock().updated(tables).text, "utf-8")
    write_paper(folder, numbers)


def write_paper(folder: Path, citekeys: list[str]) -> None:
    """A LaTeX document that cites these keys."""
    cited = "".join(f"A claim \\cite{{{citekey}}}.\n" for citekey in citekeys)
    text = (
        f"\\documentclass{{article}}\n\\begin{{document}}\n{cited}\\bibliographystyle{{plain}}\n\\bibliography{{refs}}\n\\end{{document}}\n"
    )
    (folder / "main.tex").write_text(text, "utf-8")


def costs(paper: Path, environment: dict[str, str]) -> float:
    """The median CPU time of a sync; each run finds the files as the first one did."""
    before = {name: (paper / name).read_bytes() for name in ("refs.bib", "bibt.lock") if (paper / name).exists()}
    took = []
    for _ in range(RUNS):
        took.append(cpu_seconds([str(BIBT), "sync", "--offline", str(paper / "main.tex")], environment))
        (paper / "bibt.lock").unlink(missing_ok=True)
        for name, content in before.items():
            (paper / name).write_bytes(content)
    return median(took)


if __name__ == "__main__":
    main()
