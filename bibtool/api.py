"""bibtool from Python: paths or identifiers in, a bibliography out, and the bibliography as text.

Settings are those of the command: the BIBT_ variables of the environment. Warnings go through the `warnings` module.
"""

import os
import warnings
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from os import PathLike
from typing import TYPE_CHECKING

from bibtool.bibliography import Bibliography
from bibtool.components import FormatOptions, Limits
from bibtool.document import Document, Mention
from bibtool.errors import BibtoolError, PluginError
from bibtool.identifiers import Identifier, parse_identifier
from bibtool.styling import formatted
from bibtool.workspace import TIMEOUT_SECONDS, Workspace, chosen

if TYPE_CHECKING:
    from bibtool.reading.inputs import Report
    from bibtool.recognising.documents import Match

Readable = str | PathLike[str] | Document


def build(
    paths: Iterable[Readable] | Readable,
    *,
    keys: str = "default",
    offline: bool = False,
    strict: bool = False,
    min_confidence: float = 0.0,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Bibliography:
    """The bibliography of every arXiv paper that the files, folders or texts mention, in the order of first mention.

    What has no reference stands in its `unresolved`. Raises InputError for a path that cannot be read.
    """
    found = scan(paths, strict=strict, min_confidence=min_confidence)
    return get([mention.identifier for mention in found], keys=keys, offline=offline, timeout_seconds=timeout_seconds)


def get(
    identifiers: Iterable[str | Identifier] | str,
    *,
    keys: str = "default",
    offline: bool = False,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Bibliography:
    """The bibliography of these identifiers. Raises IdentifierError for a text that is none."""
    parsed = [
        parse_identifier(one) if isinstance(one, str) else one for one in ([identifiers] if isinstance(identifiers, str) else identifiers)
    ]
    workspace = _workspace(offline=offline, timeout_seconds=timeout_seconds)
    try:
        return workspace.bibliography(parsed, keys, {})
    finally:
        workspace.close()


def scan(paths: Iterable[Readable] | Readable, *, strict: bool = False, min_confidence: float = 0.0) -> Iterator[Mention]:
    """The mentions in the files and folders, or in texts (`Document.from_text`), as they are found.

    Raises InputError, once the rest is read, for a path that cannot be.
    """
    from bibtool.reading import scanning
    from bibtool.reading.inputs import Report

    workspace = _workspace()
    report = Report()
    wanted = scanning.Wanted(strict=strict, min_confidence=min_confidence)
    yield from scanning.mentions(_documents(_listed(paths), workspace, report), workspace.host.extractors, report, wanted)
    workspace.close()
    for error in report.errors:
        raise error


def match(paths: Iterable[Readable] | Readable, *, offline: bool = False, timeout_seconds: float = TIMEOUT_SECONDS) -> Iterator["Match"]:
    """What the references, abstracts and titles in the files, folders or texts speak of, as it is found; each says how sure it is.

    Raises InputError, once the rest is read, for a path that cannot be.
    """
    from bibtool.reading.inputs import Report
    from bibtool.recognising.documents import recognised

    workspace = _workspace(offline=offline, timeout_seconds=timeout_seconds)
    report = Report()
    try:
        yield from recognised(_documents(_listed(paths), workspace, report), workspace, report)
    finally:
        workspace.close()
    for error in report.errors:
        raise error


def _documents(paths: Sequence[str | Document], workspace: Workspace, report: "Report") -> Iterator[Document]:
    from bibtool.reading.inputs import open_documents

    for is_open, group in groupby(paths, lambda path: isinstance(path, Document)):
        if is_open:
            yield from (document for document in group if isinstance(document, Document))
            continue
        yield from open_documents([path for path in group if isinstance(path, str)], workspace.host.readers, Limits(), report)


def render(bibliography: Bibliography, format: str = "bibtex", options: FormatOptions | None = None) -> str:  # noqa: A002 - the word of the command line
    """The bibliography as text in a format: "bibtex", "biblatex", "csl-json", "markdown", or a plugin's.

    Raises InputError for a format or a style that is not there, FormatError for a reference that it cannot hold.
    """
    options = options or FormatOptions()
    workspace = _workspace()
    formatter = chosen(workspace.host.formatters, format, "format")
    text = formatted(bibliography, formatter, options, workspace.host.styles if options.style else ())
    workspace.close()
    return text


def _listed(paths: Iterable[Readable] | Readable) -> list[str | Document]:
    """One path is a list of one: a text must not be taken for its characters."""
    listed = [paths] if isinstance(paths, str | PathLike | Document) else paths
    return [path if isinstance(path, Document) else os.fspath(path) for path in listed]


def _workspace(*, offline: bool = False, timeout_seconds: float = TIMEOUT_SECONDS) -> Workspace:
    return Workspace(
        settings={name: value for name, value in os.environ.items() if name.startswith("BIBT_")},
        warn=_warn,
        fail=_fail,
        note=lambda _line: None,
        offline=offline,
        timeout_seconds=timeout_seconds,
    )


def _warn(line: str) -> None:
    warnings.warn(line, stacklevel=2)


def _fail(error: BibtoolError) -> None:
    """One plugin's failure is no reason to lose what the others gave."""
    if not isinstance(error, PluginError):
        raise error
    warnings.warn(str(error), stacklevel=2)
