"""The readers at the end of the chain, run for real: what they print or read of a bibliography."""

import json
import os
import subprocess
from pathlib import Path

DOCUMENT = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{amssymb}
\usepackage{url}
%(packages)s
\begin{document}
\nocite{*}
%(references)s
\end{document}
"""


def run(*command: str, folder: Path, check: bool = True) -> str:
    """The command's output. TeX may read and write in the folder only, and start nothing."""
    environment = {**os.environ, "openin_any": "p", "openout_any": "p", "shell_escape": "f", "max_print_line": "10000"}
    finished = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=120, check=False)
    output = finished.stdout.decode("utf-8", "replace") + finished.stderr.decode("utf-8", "replace")
    if check and finished.returncode:
        raise AssertionError(f"{' '.join(command)} failed:\n{output[-4000:]}")
    return output


def bibtex(text: str, style: str, folder: Path) -> str:
    """The .bbl that real BibTeX makes of the text in a style, after pdflatex has typeset it without an error."""
    packages = r"\usepackage{natbib}" if style.endswith("nat") else ""
    references = rf"\bibliographystyle{{{style}}}\bibliography{{refs}}"
    (folder / "refs.bib").write_text(text, encoding="utf-8")
    (folder / "paper.tex").write_text(DOCUMENT % {"packages": packages, "references": references}, encoding="utf-8")
    (folder / "paper.aux").write_text(f"\\relax\n\\citation{{*}}\n\\bibstyle{{{style}}}\n\\bibdata{{refs}}\n", encoding="utf-8")
    run("bibtex", "paper", folder=folder)
    run("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper", folder=folder)
    return (folder / "paper.bbl").read_text(encoding="utf-8")


def biber(text: str, folder: Path) -> str:
    """biber's log, its data model checked, after pdflatex has typeset the list without an error."""
    packages = r"\usepackage[backend=biber,maxbibnames=99]{biblatex}\addbibresource{refs.bib}"
    (folder / "refs.bib").write_text(text, encoding="utf-8")
    (folder / "paper.tex").write_text(DOCUMENT % {"packages": packages, "references": r"\printbibliography"}, encoding="utf-8")
    run("pdflatex", "-interaction=nonstopmode", "-draftmode", "paper", folder=folder)
    log = run("biber", "--validate-datamodel", "paper", folder=folder)
    run("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper", folder=folder)
    return log


def pdf_text(folder: Path, name: str = "paper.pdf") -> str:
    """What the printed page says, hyphenation and line breaks undone."""
    return " ".join(run("pdftotext", "-layout", name, "-", folder=folder).split())


def pandoc(text: str, form: str, folder: Path) -> list[dict[str, object]]:
    """What pandoc reads: `form` is bibtex, biblatex or csljson."""
    (folder / "refs.txt").write_text(text, encoding="utf-8")
    items: list[dict[str, object]] = json.loads(run("pandoc", "-f", form, "-t", "csljson", "refs.txt", folder=folder))
    return items
