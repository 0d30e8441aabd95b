"""The built-in readers: the bytes of containers to documents."""

from collections.abc import Iterator
from importlib import import_module
from typing import BinaryIO, cast

from bibtool.components import Limits, Reader
from bibtool.document import Document
from bibtool.hookspecs import hookimpl

# Module and function of each, the name of its reader, and the suffixes of what it reads.
_READERS = (
    ("compressed", "read_gzip", "gzip", (".gz", ".tgz")),
    ("compressed", "read_bzip2", "bzip2", (".bz2", ".tbz", ".tbz2")),
    ("compressed", "read_xz", "xz", (".xz", ".lzma", ".txz")),
    ("compressed", "read_zstandard", "zstandard", (".zst", ".tzst")),
    ("archives", "read_zip", "zip", (".zip",)),
    ("archives", "read_tar", "tar", (".tar",)),
    ("office", "read_office", "office", (".docx", ".docm", ".dotx", ".dotm", ".pptx", ".pptm", ".xlsx", ".xlsm")),
    ("office", "read_odt", "odt", (".odt", ".odp", ".ods")),
    ("office", "read_epub", "epub", (".epub",)),
    ("pdf", "read_pdf", "pdf", (".pdf",)),
    ("parquet", "read_parquet", "parquet", (".parquet",)),
)


@hookimpl
def bibtool_readers() -> list[Reader]:
    """Compressed files, archives, word processors' files, e-books, PDF and Parquet."""
    return [_reader(*row) for row in _READERS]


def _reader(module: str, function: str, name: str, suffixes: tuple[str, ...]) -> Reader:
    """The reader, whose module is imported when it reads: most runs read no container."""

    def read(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Document]:
        found = getattr(import_module(f"bibtool.readers.{module}"), function)
        return cast(Iterator[Document], found(stream, name, limits))  # each of them is one

    return Reader(name, suffixes, read)
