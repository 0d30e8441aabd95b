"""Parquet: each row as one JSON object of its text columns, so that `--field` works as with JSON lines. Through pyarrow, an extra."""

import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from bibtool.components import Limits
from bibtool.document import Document
from bibtool.errors import InputError, MissingExtraError
from bibtool.readers.archives import seekable
from bibtool.terminal import printable

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

# Rows decoded at a time: texts may be long, memory must not grow with the file.
ROWS = 512


def read_parquet(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Document]:
    """One document of JSON lines."""
    try:
        import pyarrow
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise MissingExtraError(f"{printable(name)}: Parquet needs a package: pip install pyarrow") from error
    try:
        table = ParquetFile(seekable(stream, name))
        columns = [field.name for field in table.schema_arrow if "string" in str(field.type)]
    except (pyarrow.ArrowException, OSError) as error:
        raise InputError(f"{printable(name)}: a damaged Parquet file ({error}); get it again") from error
    yield Document(name, ".jsonl", lambda: cast(BinaryIO, io.BufferedReader(_Rows(table, columns, name))))


class _Rows(io.RawIOBase):
    """The rows of a table as JSON lines, decoded as they are read."""

    def __init__(self, table: "ParquetFile", columns: list[str], name: str) -> None:
        self._name, self._left = name, b""
        self._batches = table.iter_batches(batch_size=ROWS, columns=columns)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # io's own type is any buffer
        if not self._left:
            self._left = self._next()
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count

    def _next(self) -> bytes:
        try:
            batch = next(self._batches, None)
        except OSError as error:
            raise InputError(f"{printable(self._name)}: a damaged Parquet file ({error})") from error
        if batch is None:
            return b""
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in batch.to_pylist()).encode("utf-8", "surrogateescape")
