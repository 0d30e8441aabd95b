"""Containers to documents, archives within archives, within limits on bytes, ratio and depth."""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import BinaryIO, cast

from bibtool.components import Limits, Reader
from bibtool.document import Document
from bibtool.errors import InputError, LeftOutError, MissingExtraError
from bibtool.streams import ReadInto, Reopened
from bibtool.terminal import printable

SNIFFED_BYTES = 8192
# Below this much, a high ratio harms nobody: a short text of blanks compresses as well as a bomb.
HARMLESS_BYTES = 64 << 20
STEP_BYTES = 1 << 16

# Programs, pictures, archives, databases, fonts and arrays.
_BINARY_MAGIC = (
    *(b"\x7fELF", b"MZ", b"\x00asm", b"\xca\xfe\xba\xbe", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"RIFF", b"OggS", b"ID3", b"%PDF-"),
    *(b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!", b"SQLite format 3", b"PAR1"),
    *(b"wOFF", b"wOF2", b"\x93NUMPY", b"\x89HDF"),
)
# By which a container is known whatever its name says: where these bytes stand in it, and the suffix that it should have.
_MAGIC = (
    *((0, b"\x1f\x8b\x08", ".gz"), (4, b"1AY&SY", ".bz2"), (0, b"\xfd7zXZ\x00", ".xz"), (0, b"\x28\xb5\x2f\xfd", ".zst")),
    *((0, b"PK\x03\x04", ".zip"), (257, b"ustar", ".tar"), (0, b"%PDF-", ".pdf"), (0, b"PAR1", ".parquet")),
)
# Suffixes of files that are such containers inside.
FORMATS = {
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm", ".pptx", ".pptm", ".xlsx", ".xlsm", ".odt", ".odp", ".ods", ".epub"), ".zip"),
    **dict.fromkeys((".gz", ".tgz"), ".gz"),
    **dict.fromkeys((".bz2", ".tbz", ".tbz2"), ".bz2"),
    **dict.fromkeys((".xz", ".txz", ".lzma"), ".xz"),
    **dict.fromkeys((".zst", ".tzst"), ".zst"),
    **{suffix: suffix for suffix in (".zip", ".tar", ".pdf", ".parquet")},
}
# Binary files that hold text for which there is no reader, and what a user can do.
_FOREIGN = (
    (b"7z\xbc\xaf", "a 7z archive, for which there is no reader; unpack it first"),
    (b"Rar!", "a RAR archive, for which there is no reader; unpack it first"),
    (b"\x04\x22\x4d\x18", "an LZ4 file, for which there is no reader; unpack it first"),
    (b"\x1f\x9d", "a .Z file, for which there is no reader; unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old or encrypted Office file; save it as .docx, .odt or PDF without a password"),
    (b"LZIP", "an lzip file, for which there is no reader; unpack it first"),
)
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1b\b")
# Random bytes hold one control character in ten; text with a stray NUL far fewer, and it decodes.
CONTROL_SHARE, UNDECODABLE_SHARE, HOPELESS_SHARE = 0.05, 0.05, 0.3


@dataclass(slots=True)
class Report:
    """What went wrong on the way, by name, and the names of what was left out of folders and archives, by reason."""

    errors: list[InputError] = field(default_factory=list)
    skipped: dict[str, list[str]] = field(default_factory=dict)
    # Whether a document had the field that a user named.
    has_field: bool = False

    def skip(self, reason: str, name: str) -> None:
        """Notes what is left out, which is no failure."""
        self.skipped.setdefault(reason, []).append(name)

    def add(self, other: "Report") -> None:
        """Takes in what another report says."""
        self.errors += other.errors
        self.has_field = self.has_field or other.has_field
        for reason, names in other.skipped.items():
            self.skipped.setdefault(reason, []).extend(names)


class Unfolder:
    """One file, or what stands in its place, to documents."""

    def __init__(self, readers: Mapping[str, Reader], limits: Limits, report: Report, *, is_named: bool, packed_bytes: int | None) -> None:
        """`is_named`: a user named the file, so that what cannot be read is an error; `packed_bytes`: its size, where that is known."""
        self._readers, self._limits, self._report, self._is_named = readers, limits, report, is_named
        self._budget = Budget(limits, packed_bytes)

    def documents(self, document: Document, depth: int = 0) -> Iterator[Document]:
        """The document itself, or what is in it. Its first bytes say what it is where they are clear, else its name does."""
        try:
            stream = document.open()
            opening = stream.read(SNIFFED_BYTES)
        except LeftOutError as error:
            self._report.skip(str(error), document.name)
            return
        except InputError as error:
            self._fail(error)
            return
        except OSError as error:
            self._fail(InputError(f"{printable(document.name)}: {reason(error)}"))
            return
        with closing(stream):
            again = replace(document, open=lambda: _put_back(opening, stream))
            suffix = self._container(document, opening)
            if suffix is None:
                yield from self._text(again, opening)
            elif (words := _foreign(opening)) is not None:
                self._fail(InputError(f"{printable(document.name)}: {words}"))
            elif depth >= self._limits.max_depth:
                self._fail(
                    InputError(
                        f"{printable(document.name)}: more than {self._limits.max_depth} archives deep; it is left out; unpack it first"
                    )
                )
            else:
                yield from self._contents(again, suffix, depth)

    def _container(self, document: Document, opening: bytes) -> str | None:
        """The suffix of the reader that unpacks the document; None where it is read as it is."""
        told, named = container_suffix(opening), document.suffix if document.suffix in self._readers else None
        if told not in self._readers or told == FORMATS.get(document.suffix):
            return named
        if named is not None:
            return told if named in FORMATS else named
        # In a folder, programs and pictures may be packed too; but what has no suffix at all may be a paper's source, as arXiv gives it.
        return told if self._names(document) or not document.suffix.strip(".v0123456789") else None

    def _contents(self, document: Document, suffix: str, depth: int) -> Iterator[Document]:
        reader = self._readers[suffix]
        try:
            for inner in reader.read(document.open(), document.name, self._limits):
                suffix_within = inner.suffix or ("" if document.suffix in self._readers else document.suffix)
                guarded = replace(inner, open=partial(self._guarded, inner, depth), field=document.field, suffix=suffix_within)
                yield from self.documents(guarded, depth + 1)
                if self._budget.is_spent:
                    return
        except MissingExtraError as error:
            words = str(error).removeprefix(f"{printable(document.name)}: ")
            self._leave_out(document, words, words)
        except InputError as error:
            self._fail(error)
        except OSError as error:
            self._fail(InputError(f"{printable(document.name)}: {reason(error)}"))

    def _guarded(self, inner: Document, depth: int) -> BinaryIO:
        try:
            return cast(BinaryIO, Guarded(inner.open(), inner.name, self._budget, depth, self._fail))
        except _damage() as error:
            raise InputError(f"{printable(inner.name)}: damaged ({_words(error)})") from error

    def _text(self, document: Document, opening: bytes) -> Iterator[Document]:
        """The document, unless its first bytes are no text."""
        if is_binary(opening):
            self._leave_out(document, _foreign(opening) or "a binary file that no reader knows; save it as text or PDF", "binary")
        else:
            yield document

    def _names(self, document: Document) -> bool:
        """Whether a user named the document itself, and not what it is in."""
        return self._is_named and "!/" not in document.name

    def _leave_out(self, document: Document, words: str, reason: str) -> None:
        if self._names(document):
            self._fail(InputError(f"{printable(document.name)}: {words}"))
        else:
            self._report.skip(reason, document.name)

    def _fail(self, error: InputError) -> None:
        self._report.errors.append(error)


def container_suffix(opening: bytes) -> str | None:
    """The suffix that a container with these first bytes should have; None where they are those of none."""
    return next((suffix for offset, magic, suffix in _MAGIC if opening.startswith(magic, offset)), None)


def _foreign(opening: bytes) -> str | None:
    return next((words for magic, words in _FOREIGN if opening.startswith(magic)), None)


def _put_back(opening: bytes, stream: BinaryIO) -> BinaryIO:
    """The stream as it was before its first bytes were read: archives that are read from their end need a seekable one."""
    if stream.seekable():
        stream.seek(-len(opening), io.SEEK_CUR)  # standard input may have been read by another before
        return stream
    return cast(BinaryIO, Reopened(opening, stream))


class Budget:
    """How much one file may unpack to, at each depth of it."""

    def __init__(self, limits: Limits, packed_bytes: int | None) -> None:
        by_ratio = limits.max_bytes if packed_bytes is None else max(HARMLESS_BYTES, packed_bytes * limits.max_ratio)
        self._most = min(limits.max_bytes, by_ratio)
        self._spent: Counter[int] = Counter()
        self.is_spent = False

    def spend(self, count: int, depth: int, name: str) -> None:
        """Count unpacked bytes. Raises InputError where they are too many."""
        self._spent[depth] += count
        if self._spent[depth] > self._most:
            self.is_spent = True
            raise InputError(f"{printable(name)}: its archive unpacks to more than {self._most} bytes; the rest is left out")


class Guarded(ReadInto):
    """Unpacked bytes within a budget. They end where they are damaged, and `fail` is told."""

    def __init__(self, unpacked: BinaryIO, name: str, budget: Budget, depth: int, fail: Callable[[InputError], None]) -> None:
        self._unpacked, self._name, self._budget, self._depth, self._fail = unpacked, name, budget, depth, fail
        # One step of unpacking at a time: what a longer read had obtained before the damage is lost.
        self._step: Callable[[int], bytes] = getattr(unpacked, "read1", unpacked.read)
        self._is_damaged = False

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises InputError where they are too many."""
        pieces, length = [], 0
        while not self._is_damaged and (length < size or size < 0):
            piece = self._next(STEP_BYTES if size < 0 else min(STEP_BYTES, size - length))
            if not piece:
                break
            pieces.append(piece)
            length += len(piece)
        return b"".join(pieces)

    def _next(self, size: int) -> bytes:
        try:
            piece = self._step(size)
        except InputError:
            raise
        except _damage() as error:
            self._is_damaged = True
            self._fail(InputError(f"{printable(self._name)}: damaged or cut short ({_words(error)}); what came before was read"))
            return b""
        self._budget.spend(len(piece), self._depth, self._name)
        return piece

    def close(self) -> None:
        if not self.closed:
            self._unpacked.close()
        super().close()


def _damage() -> tuple[type[Exception], ...]:
    """What decompressors and archives raise where their input is damaged; zstandard's own error is a plain Exception by another name.

    Only whoever has met an exception needs their modules.
    """
    import lzma
    import tarfile
    import zipfile
    import zlib

    errors = (lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile, zlib.error)
    return (*errors, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)


def is_binary(opening: bytes) -> bool:
    """Whether a file's first bytes are no text in any encoding that is read."""
    if not opening or opening.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    if opening.startswith(_BINARY_MAGIC) or opening.startswith(b"ustar", 257):
        return True
    if opening.isascii() and b"\0" not in opening:
        return False
    controls = len(opening) - len(opening.translate(None, _CONTROLS))
    if controls <= CONTROL_SHARE * len(opening):
        return False
    undecodable = opening.decode("utf-8", "replace").count("\ufffd")
    return controls > HOPELESS_SHARE * len(opening) or undecodable > UNDECODABLE_SHARE * len(opening)


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


def reason(error: OSError) -> str:
    """What went wrong with a file, in words."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    return error.strerror.lower() if error.strerror else str(error)
