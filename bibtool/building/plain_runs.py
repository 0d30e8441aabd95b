"""A document built without latexmk: LaTeX, the bibliography's engine, and LaTeX until its auxiliary files stay the same."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from bibtool.building.hook import run_program
from bibtool.building.latexmk import engine_option
from bibtool.errors import InputError

# A table of contents settles at the third run, references to it at the fourth; what moves longer never stops.
MOST_RUNS = 5
_ENGINES = {"-pdf": "pdflatex", "-xelatex": "xelatex", "-pdfxe": "xelatex", "-lualatex": "lualatex", "-pdflua": "lualatex"}
_FOLDERS = ("-outdir=", "-output-directory=", "-auxdir=")


def build(main: Path, chapters: Sequence[str], options: Sequence[str], run_hook: Callable[[Sequence[str]], int]) -> int:
    """Builds the document, which draws in `chapters`; the exit status of LaTeX's last run. `run_hook` runs the bibliography's engine."""
    engine = next((_ENGINES[one] for one in options if one in _ENGINES), _ENGINES[engine_option(main)])
    folder = next((Path(one.partition("=")[2]) for one in options if one.startswith(_FOLDERS)), Path())
    rest = [one for one in options if one not in _ENGINES and not one.startswith(_FOLDERS)]
    out = main.parent / folder
    for chapter in (str(main), *chapters):
        # LaTeX writes a chapter's .aux into the folder of its name, which it does not make.
        (out / os.path.relpath(Path(chapter).parent, main.parent)).mkdir(parents=True, exist_ok=True)
    words = [
        engine,
        "-interaction=batchmode",
        "-recorder",
        *([f"-output-directory={folder}"] if folder != Path() else []),
        *rest,
        main.name,
    ]
    status, before = 0, b""
    for number in range(MOST_RUNS):
        status = run_program(words, main.parent)
        now = _state(out, main.stem)
        if number and now == before:
            break
        before = now
        if number == 0:
            run_hook(_engine_words(out / main.stem))
    return status


def _engine_words(job: Path) -> list[str]:
    """biber where LaTeX wrote a control file for it, or else bibtex."""
    if job.with_name(f"{job.name}.bcf").exists():
        return ["biber", "--quiet", f"{job}.bcf"]
    return ["bibtex", "-terse", str(job)]


def _state(out: Path, job: str) -> bytes:
    files = [path for path in sorted(out.rglob("*.aux")) if path.is_file()] + [out / f"{job}.toc", out / f"{job}.out"]
    if not (out / f"{job}.aux").exists():
        raise InputError(f"{out / job}.aux: LaTeX wrote none; its log says why")
    return b"\0".join(path.read_bytes() for path in files if path.exists())
