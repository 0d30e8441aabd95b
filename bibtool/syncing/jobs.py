"""Documents to jobs: which bibliography file has to answer which citations."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from bibtool.cited import Citation, Cited
from bibtool.errors import BibtoolError, InputError
from bibtool.identifiers import Identifier
from bibtool.syncing import lockfile
from bibtool.syncing.files import READ_ONLY, BibliographyFile, open_file
from bibtool.syncing.job import Form, Job, place_of
from bibtool.syncing.lockfile import Lock
from bibtool.syncing.records import Plain
from bibtool.terminal import printable

_YAML_KEY = re.compile(r"^(?:- |  )?(?:id\s*:\s*)?[\"']?(?P<citekey>[^\s\"':#-][^\s\"']*?)[\"']?\s*(?::\s*)?$", re.MULTILINE)
_BIB_KEY = re.compile(r"@\s*\w+\s*[{(]\s*(?P<citekey>[^\s,{}()=\"]+)")
# Files of TeX distributions that documents name beside their own.
_OF_TEX = frozenset({"IEEEabrv.bib", "IEEEfull.bib", "IEEEexample.bib"})

Read = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user chose for a run: the file to write (None: as the documents say), and how entries are written."""

    bib: str | None = None
    format: str | None = None
    style: str | None = None
    form: Form | None = None
    fill: bool = False
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What jobs are made with: the bytes of a file, the file that TeX finds from a folder under a name, the identifier that a key is; and
    who hears of what went wrong with one document or file, and of what there is to say of one."""

    read: Read
    find: Callable[[str, str], str | None]
    identify: Callable[[str], Identifier | None]
    fail: Callable[[BibtoolError], None]
    note: Callable[[str], None]


def jobs_of(documents: Mapping[str, Cited], asked: Asked, around: Surroundings) -> list[Job]:
    """One job for each file that is to be written, in the order of the documents. A document that names none costs itself alone."""
    jobs: dict[str, Job] = {}
    styles: dict[str, set[str | None]] = {}
    for name, cited in documents.items():
        if not cited.citations and asked.bib is None and not cited.bibliographies:
            continue
        paths = _paths(cited, around)
        try:
            path = asked.bib or _target(paths, around)
            form = _form(path, cited, asked) if path else {}
        except InputError as error:
            around.fail(error)
            continue
        if path is None:
            _say_what_is_missing(name, cited, paths, around)
            continue
        elsewhere = _Elsewhere([other for other in paths if not _is_same(other, path)], cited.defined, around)
        citations = [citation for citation in cited.citations if citation.citekey != "*" and not elsewhere.answers(citation.citekey)]
        # biblatex reads its own kind of .bbl from BibTeX, too, and that one has no aliases.
        engine = "bibtex of biblatex" if (cited.package, cited.engine) == ("biblatex", "bibtex") else cited.engine or "bibtex"
        place = str(Path(path).resolve())
        job = jobs.get(place) or Job(path, (), frozenset(), {}, around.identify, asked.fill, asked.frozen)
        styles.setdefault(place, set()).add(asked.style or cited.style)
        jobs[place] = replace(
            job,
            citations=_each_key_once([*job.citations, *citations]),
            engines=job.engines | {engine},
            form={**job.form, **form},
        )
    return [replace(job, form=_styled(job.form, styles[place])) for place, job in jobs.items()]


def _paths(cited: Cited, around: Surroundings) -> list[str]:
    """The files that a document names, each once: first those that stand, or are to stand, where it says, then those that TeX finds."""
    own: dict[str, None] = {}
    of_tex: dict[str, None] = {}
    for named in cited.bibliographies:
        if "://" in named.name:
            continue
        elsewhere = None if around.read(named.path) is not None else around.find(str(PurePath(named.path).parent), named.name)
        if elsewhere is None:
            own[named.path] = None
        else:
            of_tex[elsewhere] = None
    return [*own, *of_tex]


def _target(paths: list[str], around: Surroundings) -> str | None:
    """Where new entries go: a file into which bibt wrote before, else one that is not there yet, else the first with entries.

    None where bibt writes none of them.
    """
    can_be = [path for path in paths if PurePath(path).suffix.lower() not in READ_ONLY and PurePath(path).name not in _OF_TEX]
    for path in can_be if len(can_be) > 1 else ():
        lock = around.read(str(PurePath(path).with_name(lockfile.NAME)))
        if lock and Lock.parse(lock.decode("utf-8", "replace"), lockfile.NAME).works_of(PurePath(path).name):
            return path
    missing = (path for path in can_be if around.read(path) is None)
    with_entries = (path for path in can_be if b"author" in (around.read(path) or b"").lower())
    return next(missing, None) or next(with_entries, None) or next(reversed(can_be), None)


def _say_what_is_missing(name: str, cited: Cited, paths: list[str], around: Surroundings) -> None:
    """What a document cites and the files that it names lack, where bibt writes none of these."""
    elsewhere = _Elsewhere(paths, cited.defined, around)
    missing = [one for one in _each_key_once(cited.citations) if one.citekey != "*" and not elsewhere.answers(one.citekey)]
    names = ", ".join(printable(PurePath(path).name) for path in paths)
    if paths and not missing:
        around.note(f"{printable(name)}: up to date with {names}")
        return
    why = f"names only {names}, which bibt does not write" if paths else "names no bibliography"
    keys = "; missing: " + ", ".join(f"{printable(one.citekey)} ({place_of(one)})" for one in missing) if missing else ""
    around.fail(InputError(f"{printable(name)}: {why}; name a .bib file in it, or choose one with --bib refs.bib{keys}"))


class _Elsewhere:
    """The keys that other files, or the document itself, answer."""

    def __init__(self, paths: Iterable[str], defined: Iterable[str], around: Surroundings) -> None:
        self._defined = frozenset(defined)
        self._keys: set[str] = set()
        self._files: list[BibliographyFile] = []
        for path in paths:
            content = around.read(path)
            if content is None:
                continue
            text = content.decode("utf-8", "replace")
            if PurePath(path).suffix.lower() in READ_ONLY:
                self._keys |= {found["citekey"] for found in _YAML_KEY.finditer(text)}
                continue
            try:
                self._files.append(open_file(path, content))
            except InputError as error:
                around.fail(error)
                # Its keys all the same: what it holds behind the broken place must not come into another file, too.
                self._keys |= {found["citekey"] for found in _BIB_KEY.finditer(text)}

    def answers(self, citekey: str) -> bool:
        if citekey in self._defined or citekey in self._keys:
            return True
        return any(file.key_like(citekey, folds_case=True) or citekey in file.other_names for file in self._files)


def _form(path: str, cited: Cited, asked: Asked) -> dict[str, Plain]:
    form: dict[str, Plain] = dict(asked.form or {})
    if PurePath(path).suffix.lower() == ".json":
        if asked.format not in (None, "csl-json"):
            raise InputError(f"{printable(path)}: holds CSL-JSON, not {asked.format}; choose a .bib file with --bib")
        form["format"] = "csl-json"
    elif asked.format is not None:
        form["format"] = asked.format
    elif cited.package == "biblatex" or cited.engine == "biber":
        form["format"] = "biblatex"
    elif cited.engine == "bibtex":
        form["format"] = "bibtex"
    return form


def _styled(form: Form, styles: set[str | None]) -> Form:
    """The form with the one style that all documents use."""
    named = styles - {None}
    if form.get("format") != "bibtex" or len(named) != 1:
        return form
    return {**form, "style": str(named.pop())}


def _each_key_once(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    first: dict[str, Citation] = {}
    for citation in citations:
        first.setdefault(citation.citekey, citation)
    return tuple(first.values())


def _is_same(one: str, other: str) -> bool:
    return Path(one).resolve() == Path(other).resolve()
