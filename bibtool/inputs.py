"""Paths to documents: files, folders, archives in archives, and standard input."""

import os
import stat
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import BinaryIO

from bibtool.components import Limits, Reader
from bibtool.document import Document
from bibtool.errors import InputError
from bibtool.terminal import printable

STDIN_NAME = "<stdin>"
# What version control, environments and caches keep for themselves.
PRIVATE_FOLDERS = frozenset(
    {".git", ".hg", ".svn", ".bzr", "CVS", "__pycache__", "node_modules", ".venv", ".tox", ".mypy_cache", ".ruff_cache"}
)

SNIFFED_BYTES = 8192
# Programs, pictures, archives, databases, fonts and arrays.
_BINARY_MAGIC = (
    *(b"\x7fELF", b"MZ", b"\x00asm", b"\xca\xfe\xba\xbe", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"RIFF", b"OggS", b"ID3", b"%PDF-"),
    *(b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!", b"SQLite format 3", b"PAR1"),
    *(b"wOFF", b"wOF2", b"\x93NUMPY", b"\x89HDF"),
)
_TEXT_CONTROLS = b"\t\n\v\f\r\x1b\b"
_CONTROLS = bytes(code for code in range(32) if code not in _TEXT_CONTROLS)
# Random bytes hold one control character in ten; text with a stray NUL far fewer, and it decodes.
CONTROL_SHARE, UNDECODABLE_SHARE, HOPELESS_SHARE = 0.05, 0.05, 0.3


@dataclass(slots=True)
class Report:
    """What went wrong on the way, by name, and what was left out of folders, by reason."""

    errors: list[InputError] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


def open_documents(
    paths: Sequence[str],
    readers: Mapping[str, Reader],
    limits: Limits,
    report: Report,
    *,
    field: str | None = None,
    stdin: BinaryIO | None = None,
    ignore_files: bool = True,
) -> Iterator[Document]:
    """The documents that `paths` hold, in the order of the paths and sorted within folders; "-" is standard input.

    A document is valid until the next is asked for. `readers` go by suffix; `field` is the one to read of each line of JSON.
    """
    opener = _Opener(readers, limits, report, field)
    for path in paths:
        if path == "-":
            yield from opener.stream(stdin)
            continue
        try:
            yield from _open_path(Path(path), opener)
        except OSError as error:
            report.errors.append(InputError(f"{printable(path)}: {_reason(error)}"))


def _open_path(path: Path, opener: "_Opener") -> Iterator[Document]:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        for file in _walk(path, opener.report):
            yield from opener.file(file, is_named=False)
    elif stat.S_ISREG(mode) or _is_open_pipe(path):
        yield from opener.file(path, is_named=True)
    else:
        message = f"{printable(str(path))}: {_kind(mode)}, not a file; pipe it in and read it as -"
        opener.report.errors.append(InputError(message))


def _is_open_pipe(path: Path) -> bool:
    """Whether the path is a shell's process substitution: a pipe whose other end is open."""
    return path.parts[:3] == ("/", "dev", "fd") or path == Path("/dev/stdin")


def _walk(folder: Path, report: Report) -> Iterator[Path]:
    """The regular files below a folder, sorted, each once however many links lead to it."""
    seen: set[tuple[int, int]] = set()
    pending = [folder]
    while pending:
        path = pending.pop()
        try:
            status = path.stat()
            if not _is_new(status, seen):
                continue
            if stat.S_ISDIR(status.st_mode):
                pending += sorted((child for child in path.iterdir() if child.name not in PRIVATE_FOLDERS), reverse=True)
            elif stat.S_ISREG(status.st_mode):
                yield path
            else:
                report.skipped[_kind(status.st_mode)] += 1
        except FileNotFoundError:
            report.skipped["broken link"] += 1
        except OSError as error:
            report.errors.append(InputError(f"{printable(str(path))}: {_reason(error)}"))


def _is_new(status: os.stat_result, seen: set[tuple[int, int]]) -> bool:
    name = (status.st_dev, status.st_ino)
    is_new = name not in seen
    seen.add(name)
    return is_new


class _Opener:
    """Files and streams to documents, archives unfolded."""

    def __init__(self, readers: Mapping[str, Reader], limits: Limits, report: Report, json_field: str | None) -> None:
        self.readers, self.limits, self.report, self.json_field = readers, limits, report, json_field

    def stream(self, stdin: BinaryIO | None) -> Iterator[Document]:
        if stdin is None:
            raise InputError("- names standard input, and there is none")
        yield Document(STDIN_NAME, ".jsonl" if self.json_field else "", lambda: stdin, self.json_field)

    def file(self, path: Path, *, is_named: bool) -> Iterator[Document]:
        name = str(path)
        document = Document(name, path.suffix.lower(), lambda: path.open("rb"), self.json_field)
        if document.suffix not in self.readers and not _is_open_pipe(path) and is_binary(path):
            if is_named:
                self.report.errors.append(InputError(f"{printable(name)}: a binary file that no reader knows"))
            else:
                self.report.skipped["binary"] += 1
            return
        yield from self._unfold(document, 0)

    def _unfold(self, document: Document, depth: int) -> Iterator[Document]:
        reader = self.readers.get(document.suffix)
        if reader is None:
            yield document
            return
        if depth >= self.limits.max_depth:
            self.report.errors.append(
                InputError(f"{printable(document.name)}: archives nested more than {self.limits.max_depth} deep are left out")
            )
            return
        try:
            with document.open() as stream:
                for inner in reader.read(stream, document.name, self.limits):
                    yield from self._unfold(replace(inner, field=self.json_field), depth + 1)
        except InputError as error:
            self.report.errors.append(error)


def is_binary(path: Path) -> bool:
    """Whether a file's first bytes are no text in any encoding that is read."""
    with path.open("rb") as stream:
        opening = stream.read(SNIFFED_BYTES)
    if not opening or opening.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    if opening.startswith(_BINARY_MAGIC):
        return True
    controls = len(opening) - len(opening.translate(None, _CONTROLS))
    undecodable = opening.decode("utf-8", "replace").count("\ufffd")
    return controls > HOPELESS_SHARE * len(opening) or (
        controls > CONTROL_SHARE * len(opening) and undecodable > UNDECODABLE_SHARE * len(opening)
    )


def suffix_of(name: str) -> str:
    """The suffix that chooses a reader or an extractor."""
    return PurePath(name).suffix.lower()


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISFIFO, "a FIFO"), (stat.S_ISSOCK, "a socket"), (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"))
    return next((kind for is_kind, kind in kinds if is_kind(mode)), "a special file")


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    return (error.strerror or str(error)).lower()
