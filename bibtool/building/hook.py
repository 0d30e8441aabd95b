"""What runs in the place of bibtex and biber: the bibliography is brought up to date, then the engine does its work."""

import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bibtool.building.aliases import Entry, aliases_of, canonical_aux, tied
from bibtool.citations.aux_file import folder_of_run
from bibtool.cited import Cited
from bibtool.components import CitationFinder
from bibtool.document import Document
from bibtool.entries.bib import read_bib
from bibtool.errors import InputError
from bibtool.identifiers import Identifier
from bibtool.reading.citing import cited_by, file_at
from bibtool.writers.bib_file import spans

_IDS = re.compile(r"\bids\s*=\s*[{\"](?P<names>[^{}\"]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Job:
    """One run of an engine: its words, the file that it reads, and what is cited: by both, as that file says, as the document says."""

    words: tuple[str, ...]
    file: str
    cited: Cited
    seen: Cited
    written: Cited

    @property
    def is_biber(self) -> bool:
        """Whether the engine is biber, which knows aliases itself."""
        return _is_biber(self.words)


def job_of(words: Sequence[str], finders: Mapping[str, CitationFinder]) -> Job:
    """The job that an engine is called for. Raises InputError where the file that it would read is not there."""
    suffix = ".bcf" if _is_biber(words) else ".aux"
    file = words[-1] if words[-1].endswith(suffix) else f"{words[-1]}{suffix}"
    seen = cited_by(file, finders)
    main = folder_of_run(Document.from_text("", file), file_at) / f"{Path(file).stem}.tex"
    if not main.is_file():
        return Job(tuple(words), file, seen, seen, Cited())
    # The document says in which line a key stands; the engine saw what only running the document shows.
    written = cited_by(str(main), finders)
    more = tuple(one for one in seen.citations if one.citekey not in written.citekeys)
    bibliographies = seen.bibliographies or written.bibliographies
    cited = replace(written, citations=(*written.citations, *more), bibliographies=bibliographies, style=written.style or seen.style)
    return Job(tuple(words), file, cited, seen, written)


def lacking(job: Job, identifier_of: Callable[[str], Identifier | None]) -> list[str]:
    """The cited identifiers that no entry stands for."""
    entries = entries_of(job.seen, identifier_of)
    aliases = aliases_of(job.seen.citekeys, entries, identifier_of)
    return [key for key in job.seen.citekeys if key not in entries and aliases.get(key) not in entries and identifier_of(key) is not None]


def entries_of(cited: Cited, identifier_of: Callable[[str], Identifier | None]) -> dict[str, Entry]:
    """The entries of the bibliographies, with what else they stand for where a cited key may mean them. Raises InputError."""
    entries: dict[str, Entry] = {}
    texts = [Path(one.path).read_text("utf-8", "surrogateescape") for one in cited.bibliographies if Path(one.path).is_file()]
    found = [(span.citekey, text[span.start : span.end]) for text in texts for span in spans(text)]
    there = {citekey for citekey, _ in found}
    absent = [key for key in cited.citekeys if key not in there]
    works = [str(one.without_version()) for one in map(identifier_of, absent) if one is not None]
    wanted = re.compile("|".join(map(re.escape, [*absent, *works])), re.IGNORECASE) if absent else None
    for citekey, entry in found:
        entries.setdefault(citekey, _read(entry) if wanted and wanted.search(entry) else Entry())
    return entries


def run_engine(job: Job, identifier_of: Callable[[str], Identifier | None]) -> int:
    """Runs the engine; bibtex on a copy with one key for each work, where a work is cited under several."""
    entries = {} if job.is_biber or job.seen.package == "biblatex" else entries_of(job.seen, identifier_of)
    aliases = aliases_of(job.seen.citekeys, entries, identifier_of) if entries else {}
    if not aliases:
        return run_program(job.words)
    base, texts = job.file.removesuffix(".aux"), [Path(name).read_text("utf-8", "surrogateescape") for name in job.seen.documents]
    copy, made, log = (Path(f"{base}.bibt{suffix}") for suffix in (".aux", ".bbl", ".blg"))
    copy.write_text(canonical_aux(texts, aliases), "utf-8", "surrogateescape")
    try:
        status = run_program([*job.words[:-1], f"{base}.bibt"])
        if made.exists():
            Path(f"{base}.bbl").write_text(tied(made.read_text("utf-8", "surrogateescape"), aliases), "utf-8", "surrogateescape")
        if log.exists():
            log.replace(f"{base}.blg")
    finally:
        copy.unlink()
        made.unlink(missing_ok=True)
    return status


def run_program(words: Sequence[str], folder: Path | None = None) -> int:
    """Runs a program to its end. Raises InputError where it is not there."""
    try:
        return subprocess.run(words, cwd=folder, check=False).returncode  # noqa: S603 - the user's own engine, without a shell
    except OSError as error:
        raise InputError(f"{words[0]}: cannot be run: {(error.strerror or str(error)).lower()}") from error


def _is_biber(words: Sequence[str]) -> bool:
    return Path(words[0]).name.startswith("biber")


def _read(text: str) -> Entry:
    names = _IDS.search(text)
    identifiers = [identifier for one in read_bib(text) if not isinstance(one, InputError) for identifier in one[1].identifiers]
    return Entry(tuple(identifiers), tuple(filter(None, re.split(r"[\s,]+", names["names"]))) if names else ())
