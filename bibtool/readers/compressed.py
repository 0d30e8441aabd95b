"""One compressed file: one document, read as a stream."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import BinaryIO, cast

from bibtool.components import Limits
from bibtool.document import Document
from bibtool.readers.limited import Limited, size_of


def read_gzip(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Document]:
    """The file within a .gz (RFC 1952); a .tgz holds a .tar."""
    import gzip

    unpacked = gzip.GzipFile(fileobj=stream)
    yield _document(cast(BinaryIO, unpacked), stream, name, limits, ".tgz")


def _document(unpacked: BinaryIO, packed: BinaryIO, name: str, limits: Limits, tar_suffix: str) -> Document:
    path = PurePath(name)
    suffix = ".tar" if path.suffix.lower() == tar_suffix else path.with_suffix("").suffix.lower()
    limited = Limited(unpacked, name, limits, size_of(packed))
    return Document(name, suffix, lambda: cast(BinaryIO, limited))
