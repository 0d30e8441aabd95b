"""How other writers of BibTeX do on the trap records (fixtures/bib/traps.json), as a Markdown table.

    python benchmarks/peers.py

Each writer gets the same records in the form that it takes, and real BibTeX (plain.bst), pdflatex and pybtex read what it writes, one
entry at a time. Needed: bibtex, pdflatex, pdftotext; a peer that is not there is left out (pandoc from the system, citation-js from npm
in a folder of its own, bibtexparser and pybtex from requirements-dev.txt).
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bibtool.bibliography import Bibliography
from bibtool.components import FormatOptions
from bibtool.formatters.bibtex import format_bibtex
from bibtool.formatters.csl_json import format_csl_json
from bibtool.formatters.links import doi_of
from bibtool.journal_ref import published
from bibtool.plain_text import plain
from bibtool.reference import Reference
from tests.trap_records import tame_traps

CHECKS = ("one entry", "compiles", "identifier printed", "every author printed", "capitals kept", "name parts", "year", "DOI")
DOCUMENT = r"""\documentclass{article}\usepackage[T1]{fontenc}\usepackage{amssymb}\usepackage{url}
\begin{document}\nocite{*}\bibliographystyle{plain}\bibliography{refs}\end{document}"""
CITATION_JS = """const {Cite} = require('@citation-js/core'); require('@citation-js/plugin-bibtex'); require('@citation-js/plugin-csl');
const items = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(items.map(item => { try { return new Cite([item]).format('bibtex') } catch (error) { return '' } })));"""

Writer = Callable[[dict[str, Reference]], dict[str, str]]


def main() -> int:
    """Prints the table."""
    references = tame_traps()
    writers: dict[str, Writer] = {"bibtool": ours, "bibtexparser 2": with_bibtexparser, "pybtex": with_pybtex}
    if shutil.which("pandoc"):
        writers["pandoc, from CSL-JSON"] = with_pandoc
    if shutil.which("npm"):
        writers["citation-js, from CSL-JSON"] = with_citation_js
    print(f"| writer | {' | '.join(CHECKS)} | failed |\n|{'---|' * (len(CHECKS) + 2)}")
    for name, write in writers.items():
        written = write(references)
        with ThreadPoolExecutor(2) as pool:
            rows = list(pool.map(partial(check, written=written), references.items()))
        failed = [sum(not row[place] for row in rows) for place in range(len(CHECKS))]
        print(f"| {name} | {' | '.join(map(str, failed))} | {sum(failed)} of {len(rows) * len(CHECKS)} |")
    return 0


def check(item: tuple[str, Reference], written: dict[str, str]) -> list[bool]:
    """Whether each of CHECKS holds for one record."""
    key, reference = item
    entry = written.get(key, "")
    printed, bbl = typeset(entry)
    known = published(reference)
    names = [plain(name.family or name.literal or "") for name in reference.authors]
    capitals = re.findall(r"\b[A-Z]{3,}\b", plain(reference.title or ""))
    read = read_back(entry)
    doi = doi_of(reference).lower()
    return [
        len(re.findall(r"^\s*@\w+\{", entry, re.MULTILINE)) == 1,
        printed is not None,
        str(reference.arxiv).replace("-", "") in squeezed(printed or ""),
        all(letters(name) in letters(bbl) for name in names),
        all(word in (printed or "") for word in capitals),
        read is not None and read[0] == [parts(name) for name in reference.authors],
        read is not None and known.issued is not None and read[1] == str(known.issued.year),
        read is not None and (not doi or read[2].replace("\\", "").lower() == doi),
    ]


def typeset(entry: str) -> tuple[str | None, str]:
    """What the printed page says, None where BibTeX or pdflatex reports an error; and the .bbl, since bitmap fonts hide their letters."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "refs.bib").write_text(entry, encoding="utf-8")
        (folder / "paper.tex").write_text(DOCUMENT, encoding="utf-8")
        (folder / "paper.aux").write_text("\\relax\n\\citation{*}\n\\bibstyle{plain}\n\\bibdata{refs}\n", encoding="utf-8")
        for command in (["bibtex", "paper"], ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper"]):
            if subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False).returncode:
                return None, ""
        run = subprocess.run(["pdftotext", "paper.pdf", "-"], cwd=folder, capture_output=True, check=True)
        bbl = (folder / "paper.bbl").read_text(encoding="utf-8")
        return run.stdout.decode("utf-8"), re.sub(r"[{}]|\\newblock|~", "", plain(bbl))


def read_back(entry: str) -> tuple[list[str], str, str] | None:
    """Names, year and DOI as pybtex reads them."""
    from pybtex.database import parse_string
    from pybtex.exceptions import PybtexError

    try:
        read = next(iter(parse_string(entry, "bibtex").entries.values()))
    except (PybtexError, StopIteration):
        return None
    people = [
        letters("".join(person.first_names + person.middle_names))
        + f"|{letters(''.join(person.prelast_names + person.last_names))}|{letters(''.join(person.lineage_names))}"
        for person in read.persons.get("author", [])
    ]
    year = read.fields.get("year") or read.fields.get("date", "")[:4]
    return people, year, read.fields.get("doi", "")


def parts(name: object) -> str:
    """A name's parts in letters."""
    family = "".join(str(getattr(name, part) or "") for part in ("particle", "family", "literal"))
    return f"{letters(getattr(name, 'given') or '')}|{letters(family)}|{letters(getattr(name, 'suffix') or '')}"  # noqa: B009


def letters(text: str) -> str:
    """The letters and digits of a text, without accents."""
    folded = unicodedata.normalize("NFKD", plain(text)).casefold()
    return re.sub(r"[\W_]", "", "".join(character for character in folded if not unicodedata.combining(character)))


def squeezed(text: str) -> str:
    """A page without blanks, line breaks and hyphens."""
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


def ours(references: dict[str, Reference]) -> dict[str, str]:
    """bibtool's own entries."""
    options = FormatOptions(style="plain")
    return {key: format_bibtex(Bibliography([(key, reference)]), options) for key, reference in references.items()}


def fields_of(reference: Reference) -> dict[str, str]:
    """What a script that uses a library's writer would hand to it."""
    arxiv = reference.arxiv
    fields = {
        "title": reference.title or "",
        "author": " and ".join(str(name) for name in reference.authors),
        "year": str(reference.issued.year if reference.issued else ""),
        "eprint": str(arxiv),
        "archivePrefix": "arXiv",
        "primaryClass": reference.primary_category or "",
        "url": arxiv.url if arxiv else "",
        "doi": str(reference.doi or ""),
    }
    return {name: value for name, value in fields.items() if value}


def with_bibtexparser(references: dict[str, Reference]) -> dict[str, str]:
    """bibtexparser's writer."""
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library
    from bibtexparser.model import Entry, Field

    def written(key: str, reference: Reference) -> str:
        return str(write_string(Library([Entry("misc", key, [Field(*field) for field in fields_of(reference).items()])])))

    return {key: written(key, reference) for key, reference in references.items()}


def with_pybtex(references: dict[str, Reference]) -> dict[str, str]:
    """pybtex's writer."""
    from pybtex.database import BibliographyData, Entry, Person
    from pybtex.exceptions import PybtexError

    written = {}
    for key, reference in references.items():
        fields = fields_of(reference)
        people = {"author": [Person(str(name)) for name in reference.authors]} if fields.pop("author", None) else {}
        try:
            written[key] = BibliographyData({key: Entry("misc", fields, people)}).to_string("bibtex")
        except PybtexError:
            written[key] = ""
    return written


def with_pandoc(references: dict[str, Reference]) -> dict[str, str]:
    """pandoc, from our CSL-JSON."""

    def written(key: str, reference: Reference) -> str:
        item = format_csl_json(Bibliography([(key, reference)]), FormatOptions())
        command = ["pandoc", "-f", "csljson", "-t", "bibtex"]
        return subprocess.run(command, input=item, capture_output=True, text=True, check=False).stdout

    return {key: written(key, reference) for key, reference in references.items()}


def with_citation_js(references: dict[str, Reference]) -> dict[str, str]:
    """citation-js, from our CSL-JSON; installed in a folder of its own."""
    items = format_csl_json(Bibliography(references.items()), FormatOptions())
    with tempfile.TemporaryDirectory() as folder:
        packages = ["@citation-js/core", "@citation-js/plugin-bibtex", "@citation-js/plugin-csl"]
        subprocess.run(["npm", "install", "--silent", *packages], cwd=folder, capture_output=True, check=True)
        run = subprocess.run(["node", "-e", CITATION_JS], cwd=folder, input=items, capture_output=True, text=True, check=True)
    return dict(zip(references, json.loads(run.stdout), strict=True))


if __name__ == "__main__":
    sys.exit(main())
