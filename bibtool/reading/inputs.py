"""Paths to documents: files, folders, and standard input."""

import os
import stat
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from os.path import splitext
from typing import TYPE_CHECKING, BinaryIO

from bibtool.components import Limits, Reader
from bibtool.document import Document
from bibtool.errors import InputError
from bibtool.reading.ignoring import IgnoreFiles, is_ignored
from bibtool.reading.tex_tree import included_files
from bibtool.reading.unfolding import Report as Report
from bibtool.reading.unfolding import Unfolder, reason
from bibtool.terminal import printable

if TYPE_CHECKING:
    from bibtool.reading.ignoring import Ignored

    # A path, whether it is a folder, and what is ignored there.
    _Place = tuple[str, bool, Ignored]

STDIN_NAME = "<stdin>"
# What is read at once: room for more would cost a system call of its own.
SMALL_BYTES = 1 << 16
# What version control, environments and caches keep for themselves.
PRIVATE_FOLDERS = frozenset(
    {".git", ".hg", ".svn", ".bzr", "CVS", "__pycache__", "node_modules", ".venv", ".tox", ".mypy_cache", ".ruff_cache"}
)


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

    A document is valid until the next is asked for. `readers` go by suffix; `field` is the one to read of each line of JSON;
    with `ignore_files`, what a folder's .gitignore names is left out.
    """
    is_read = False
    for path in paths:
        if path == "-" and is_read:
            continue
        if path == "-" and stdin is None:
            report.errors.append(InputError("-: standard input is closed; pipe a text in, or name a file"))
            continue
        if path == "-" and stdin is not None:
            is_read = True
            unfolder = Unfolder(readers, limits, report, is_named=True, packed_bytes=None)
            yield from unfolder.documents(Document(STDIN_NAME, ".jsonl" if field else "", lambda: stdin, field))
            continue
        for file, is_named in files_of(path, report, ignore_files=ignore_files):
            yield from open_file(file, readers, limits, report, field=field, is_named=is_named)


def open_file(
    path: str, readers: Mapping[str, Reader], limits: Limits, report: Report, *, field: str | None = None, is_named: bool = True
) -> Iterator[Document]:
    """The documents in one file."""
    suffix = splitext(path)[1].lower()
    unfolder = Unfolder(readers, limits, report, is_named=is_named, packed_bytes=size_of(path))
    yield from unfolder.documents(Document(path, suffix, lambda: _open(path), field))


def files_of(path: str, report: Report, *, ignore_files: bool = True) -> Iterator[tuple[str, bool]]:
    """The files that a path stands for, and whether the path named them itself. What is wrong with it is reported.

    A TeX document stands for its chapters and bibliographies, too.
    """
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:
        message = reason(error) if isinstance(error, OSError) else str(error)
        report.errors.append(InputError(f"{printable(path) or repr(path)}: {message}"))
        return
    if stat.S_ISDIR(mode):
        for file in Walk(path, report, ignore_files=ignore_files).files():
            yield file, False
    elif stat.S_ISREG(mode) or _is_open_pipe(path):
        yield path, True
        if path.lower().endswith(".tex"):
            yield from ((file, False) for file in included_files(path))
    else:
        report.errors.append(InputError(f"{printable(path)}: {_kind(mode)}, not a file; pipe it in and read it as -"))


class Walk:
    """The regular files below a folder, sorted, each once however many links lead to it."""

    def __init__(self, folder: str, report: Report, *, ignore_files: bool) -> None:
        self._folder, self._report = folder, report
        self._ignore_files = IgnoreFiles(folder, report.errors.append) if ignore_files else None
        self._seen: set[tuple[int, int]] = set()

    def files(self) -> Iterator[str]:
        """Their paths."""
        pending: list[_Place] = [(self._folder, True, self._ignore_files.around if self._ignore_files else ())]
        status = os.stat(self._folder)
        self._is_new(status.st_dev, status.st_ino)
        while pending:
            path, is_folder, ignored = pending.pop()
            if not is_folder:
                yield path
                continue
            try:
                pending += reversed(self._children(path, ignored))
            except OSError as error:
                self._report.errors.append(InputError(f"{printable(path)}: {reason(error)}"))

    def _children(self, folder: str, ignored: "Ignored") -> "list[_Place]":
        with os.scandir(folder) as entries:
            children = sorted(entries, key=lambda entry: entry.name)
        if self._ignore_files and any(child.name == ".gitignore" for child in children):
            ignored = (*ignored, *self._ignore_files.within(folder))
        device = os.stat(folder).st_dev
        return [(child.path, child.is_dir(), ignored) for child in children if self._is_wanted(child, ignored, device)]

    def _is_wanted(self, entry: "os.DirEntry[str]", ignored: "Ignored", device: int) -> bool:
        if entry.is_file(follow_symlinks=False):
            # The folder said all there is to know; asking the file itself takes as long as reading it.
            return not (ignored and is_ignored(entry.path, ignored, is_folder=False)) and self._is_new(device, entry.inode())
        try:
            status = entry.stat()
        except FileNotFoundError:
            self._report.skip("broken link", entry.path)
            return False
        except OSError as error:
            self._report.errors.append(InputError(f"{printable(entry.path)}: {reason(error)}"))
            return False
        is_folder = stat.S_ISDIR(status.st_mode)
        if (is_folder and entry.name in PRIVATE_FOLDERS) or (ignored and is_ignored(entry.path, ignored, is_folder=is_folder)):
            return False
        if not is_folder and not stat.S_ISREG(status.st_mode):
            self._report.skip(_kind(status.st_mode), entry.path)
            return False
        return self._is_new(status.st_dev, status.st_ino)

    def _is_new(self, device: int, number: int) -> bool:
        name = (device, number)
        is_new = name not in self._seen
        self._seen.add(name)
        return is_new


def small_file(path: str) -> bytes | None:
    """The content of a small regular file of text; None where a closer look is needed: it is larger, UTF-16, or nothing is in it."""
    if _is_open_pipe(path):
        return None  # what is read of it cannot be read again
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a FIFO would wait for a writer
    except OSError:
        return None  # whoever opens it as a document says what is wrong
    try:
        content = os.read(descriptor, SMALL_BYTES)
        is_whole = len(content) < SMALL_BYTES and not os.read(descriptor, 1)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    if not content or not is_whole or content.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return None
    return content.removeprefix(BOM_UTF8)


def size_of(path: str) -> int:
    """How many bytes a file has; none, where it is not there or a pipe."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _open(path: str) -> BinaryIO:
    if _is_open_pipe(path):
        return open(path, "rb")  # buffered: by itself, a pipe gives as much at a time as it likes
    # What was a file when its folder was read may have become a FIFO, which waits for a writer.
    # Unbuffered: the blocks are large.
    stream = open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb", buffering=0)  # noqa: SIM115 - it is the caller's
    mode = os.fstat(stream.fileno()).st_mode
    if not stat.S_ISREG(mode):
        stream.close()
        raise OSError(f"{_kind(mode)}, no longer a file")
    return stream


def _is_open_pipe(path: str) -> bool:
    """Whether the path is a shell's process substitution: a pipe whose other end is open."""
    return path.startswith(("/dev/fd/", "/proc/self/fd/")) or path == "/dev/stdin"


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISFIFO, "a FIFO"), (stat.S_ISSOCK, "a socket"), (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"))
    return next((kind for is_kind, kind in kinds if is_kind(mode)), "a special file")
