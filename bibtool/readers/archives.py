"""Archives: each member a document, read in memory. Nothing is ever extracted to a path."""

import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from bibtool.components import Limits
from bibtool.document import Document
from bibtool.errors import InputError, LeftOutError
from bibtool.terminal import printable

# What is read from its end, as a .zip is, and comes as a stream, as from within another archive, is held in memory up to this size.
HELD_BYTES = 256 << 20
# What archivers keep for themselves.
PRIVATE = ("__MACOSX", ".git", ".hg", ".svn")
# Why members are left out.
LINK, DEVICE = "link in an archive", "device in an archive"


def read_zip(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Document]:
    """The members of a .zip, in its own order."""
    with open_zip(stream, name) as archive:
        for member in archive.infolist():
            if member.is_dir() or _is_private(member.filename):
                continue
            inner = f"{name}!/{member.filename}"
            if member.flag_bits & 1:
                yield _refused(inner, InputError(f"{printable(inner)}: encrypted; unpack it first"))
                continue
            if stat.S_ISLNK(member.external_attr >> 16):
                yield _refused(inner, LeftOutError(LINK))
                continue
            yield Document(inner, _suffix(member.filename), lambda member=member: cast(BinaryIO, _Member(archive, member)))  # type: ignore[misc]


class _Member(io.RawIOBase):
    """A member whose sum is compared at its end: `zipfile` itself would keep the last bytes to itself where the sum is wrong."""

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        without_sum = copy(member)
        del without_sum.CRC
        self._stream, self._sum, self._wanted = archive.open(without_sum), 0, member.CRC

    def read(self, size: int = -1) -> bytes:
        """The next bytes, as many as one step gives. Raises BadZipFile at the end, where they are not those that were packed."""
        content: bytes = self._stream.read1(size)  # type: ignore[attr-defined]  # the stub of ZipFile.open promises less than there is
        self._sum = zlib.crc32(content, self._sum)
        if not content and size and self._sum != self._wanted:
            raise zipfile.BadZipFile("wrong checksum")
        return content

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._stream.close()
        super().close()


def read_tar(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Document]:
    """The regular files of a .tar, in its own order; links, devices and folders are no documents."""
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                inner = f"{name}!/{member.name}"
                if member.isdir() or _is_private(member.name):
                    continue
                content = archive.extractfile(member) if member.isreg() else None
                if content is None:
                    yield _refused(inner, LeftOutError(LINK if member.issym() or member.islnk() else DEVICE))
                    continue
                yield Document(inner, _suffix(member.name), lambda content=content: cast(BinaryIO, content))  # type: ignore[misc]
    except (tarfile.TarError, OverflowError, ValueError) as error:
        raise InputError(f"{printable(name)}: a damaged archive ({error}); what came before was read; get it again") from error


def open_zip(stream: BinaryIO, name: str) -> zipfile.ZipFile:
    """The .zip that a stream holds. Raises InputError."""
    stream = seekable(stream, name)
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise InputError(f"{printable(name)}: not a readable {PurePosixPath(name).suffix or '.zip'} ({error}); get it again") from error


def seekable(stream: BinaryIO, name: str) -> BinaryIO:
    """The stream, or what is in it where it can be read forwards alone. Raises InputError where that is too much to be held."""
    if stream.seekable():
        return stream
    content = stream.read(HELD_BYTES + 1)
    if len(content) > HELD_BYTES:
        raise InputError(f"{printable(name)}: more than {HELD_BYTES >> 20} MB, packed or through a pipe; unpack it into a file first")
    return io.BytesIO(content)


def read_member(archive: zipfile.ZipFile, member: str, name: str, limit: int = 64 << 20) -> bytes | None:
    """A member as a whole; None where there is none. Raises InputError where it is damaged or unpacks to more than `limit`."""
    try:
        with archive.open(member) as stream:
            content = stream.read(limit + 1)
    except KeyError:
        return None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise InputError(f"{printable(name)}: {printable(member)} is damaged ({error})") from error
    if len(content) > limit:
        raise InputError(f"{printable(name)}: {printable(member)} unpacks to more than {limit >> 20} MB and is left out")
    return content


def _suffix(member: str) -> str:
    return PurePosixPath(member).suffix.lower()


def _is_private(member: str) -> bool:
    return any(part in PRIVATE for part in PurePosixPath(member).parts)


def _refused(name: str, error: InputError) -> Document:
    """A member that is not read, for a reason that is said where it is opened."""

    def refuse() -> BinaryIO:
        raise error

    return Document(name, "", refuse)
