"""A path to what the document there cites, with everything that it draws in."""

import io
import stat
from collections.abc import Mapping
from pathlib import Path

from bibtool.cited import Cited
from bibtool.components import CitationFinder
from bibtool.document import WHOLE_BYTES, Document
from bibtool.errors import InputError
from bibtool.reading.unfolding import reason
from bibtool.terminal import printable, quoted

# A document draws in a few hundred files at most; one that draws in itself under ever new names ends here.
MOST_FILES = 10_000


def cited_by(path: str, finders: Mapping[str, CitationFinder], asked: dict[str, None] | None = None) -> Cited:
    """What the document at `path` cites. `finders` go by suffix; `asked` gets the path of every file that it draws in, there or not.

    Raises InputError where the document cannot be read or its language is unknown.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in finders:
        there = ", ".join(sorted(finders))
        raise InputError(f"{printable(path)}: no citations are looked for in files in {quoted(suffix)}; in {there} they are")
    try:
        document = _document(path)
    except OSError as error:
        raise InputError(f"{printable(path)}: {reason(error)}") from error
    if document is None:
        raise InputError(f"{printable(path)}: not a file")
    names: dict[str, None] = {} if asked is None else asked

    def include(name: str, /) -> Document | None:
        names[name] = None
        return file_at(name) if len(names) <= MOST_FILES else None

    return finders[suffix].find(document, include)


def file_at(path: str, /) -> Document | None:
    """The file as a document; None where there is none, or it is no regular file."""
    try:
        return None if "\0" in path else _document(path)
    except OSError:
        return None  # a file that is not there is the writing tool's complaint to make


def _document(path: str) -> Document | None:
    file = Path(path)
    if not stat.S_ISREG(file.stat().st_mode):
        return None
    with file.open("rb") as stream:
        content = stream.read(WHOLE_BYTES + 1)
    return Document(path, file.suffix.lower(), lambda: io.BytesIO(content))
