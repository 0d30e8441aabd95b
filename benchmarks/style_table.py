"""Measures what every .bst style of a TeX Live prints of an arXiv paper, and writes the table that ships with bibtool.

    python benchmarks/style_table.py [--write] [STYLE ...]

For each style and each form of entry, real BibTeX typesets a preprint and a published paper; counted is how often the identifier can be
seen (a link's hidden address does not count), and whether DOI, address and authors survive. With --write the result goes to
bibtool/formatters/styles.json; without it a summary is printed.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from bibtool.formatters.entry_forms import FORMS, KINDS, Printed, StyleForms, choose, printed_of, probe

TABLE = Path(__file__).resolve().parent.parent / "bibtool" / "formatters" / "styles.json"


def main() -> int:
    """Measures, summarises, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("styles", nargs="*", metavar="STYLE")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if shutil.which("bibtex") is None:
        sys.exit("bibtex is not there: install TeX Live's texlive-bibtex-extra and texlive-publishers")
    files = {path.stem: path for path in all_styles()}
    names = arguments.styles or sorted(files)
    with ThreadPoolExecutor(2) as pool:
        measured = dict(zip(names, pool.map(lambda name: measure(files[name]), names), strict=True))
    table = {name: choose(found) for name, found in measured.items()}
    usable = {name: chosen for name, chosen in table.items() if chosen is not None}
    with ThreadPoolExecutor(2) as pool:
        names = list(usable)
        texts = pool.map(lambda name: usable[name].has_doi and doi_is_text(files[name]), names)
        usable = {name: replace(usable[name], doi_is_text=is_text) for name, is_text in zip(names, texts, strict=True)}
    if arguments.write:
        lines = (f"  {json.dumps(name)}: {json.dumps(row(chosen))}" for name, chosen in usable.items())
        TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    summarise(measured, usable)
    if arguments.styles:
        print("\n".join(f"{name}: {chosen}" for name, chosen in usable.items()))
    return 0


def row(chosen: StyleForms) -> list[object]:
    """A line of the table: forms, how often each shows the identifier, whether DOI and all authors are printed, and the DOI as text."""
    return [" ".join(chosen.forms), list(chosen.counts), chosen.has_doi, chosen.has_all_authors, chosen.doi_is_text]


def all_styles() -> list[Path]:
    """Every style file of the TeX trees, those that BibTeX finds first in front."""
    roots = subprocess.run(["kpsewhich", "--show-path=.bst"], capture_output=True, text=True, check=True).stdout.strip().split(":")
    found: dict[str, Path] = {}
    for root in roots:
        folder = Path(root.lstrip("!").rstrip("/"))
        if folder.is_absolute() and folder.is_dir():
            for path in sorted(folder.rglob("*.bst")):
                found.setdefault(path.stem, path)
    return list(found.values())


def measure(style: Path) -> dict[str, Printed | None]:
    """What the style prints of the probe in each form; None where BibTeX fails."""
    return {form: typeset(style, form) for form in FORMS}


def typeset(style: Path, form: str) -> Printed | None:
    """What real BibTeX prints of the probe."""
    with tempfile.TemporaryDirectory() as name:
        written = bbl(style, form, Path(name))
        return printed_of(written.read_text(encoding="utf-8", errors="replace")) if written is not None else None


def bbl(style: Path, form: str, folder: Path) -> Path | None:
    """The file that real BibTeX makes of the probe."""
    (folder / "probe.bib").write_text(probe(form), encoding="utf-8")
    (folder / "probe.aux").write_text(f"\\relax\n\\citation{{*}}\n\\bibstyle{{{style.stem}}}\n\\bibdata{{probe}}\n", encoding="utf-8")
    try:
        subprocess.run(["bibtex", "-min-crossrefs=100", "probe"], cwd=folder, capture_output=True, timeout=30, check=False)
    except subprocess.TimeoutExpired:
        return None
    written = folder / "probe.bbl"
    return written if written.exists() else None


def doi_is_text(style: Path) -> bool:
    """Whether pdflatex stumbles over the underscore in the probe's DOI, with hyperref or with url alone: some link where they can."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return bbl(style, "bare-url", folder) is not None and any(stumbles(package, folder) for package in ("hyperref", "url"))


def stumbles(package: str, folder: Path) -> bool:
    """Whether pdflatex meets an underscore in the probe's list that is not made for text."""
    packages = rf"\usepackage[T1]{{fontenc}}\usepackage{{natbib}}\usepackage{{{package}}}"
    document = rf"\documentclass{{article}}{packages}\begin{{document}}\input{{probe.bbl}}\end{{document}}"
    (folder / "paper.tex").write_text(document, encoding="utf-8")
    try:
        command = ["pdflatex", "-interaction=nonstopmode", "-draftmode", "paper"]
        run = subprocess.run(command, cwd=folder, capture_output=True, timeout=30, check=False)
    except subprocess.TimeoutExpired:
        return False
    return b"Missing $ inserted" in run.stdout


def summarise(measured: dict[str, dict[str, Printed | None]], usable: dict[str, StyleForms]) -> None:
    """The figures that the documentation gives."""
    print(f"{len(measured)} styles, {len(usable)} that print references; how many lose the identifier, print it once, more often:")
    for place, kind in enumerate(KINDS):
        print(kind)
        for form in FORMS:
            prints = [measured[name][form] for name in usable]
            counts = Counter(min(printed.counts[place], 2) for printed in prints if printed)
            print(f"  {form:14} {counts[0]:4} {counts[1]:4} {counts[2]:4}")
        chosen = {name: forms.counts[place] for name, forms in usable.items()}
        lost = [name for name, count in chosen.items() if count == 0]
        more = [name for name, count in chosen.items() if count > 1]
        print(f"  chosen         {len(lost):4} {len(chosen) - len(lost) - len(more):4} {len(more):4}  {' '.join(lost + more)}")


if __name__ == "__main__":
    sys.exit(main())
