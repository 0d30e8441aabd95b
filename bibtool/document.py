"""What was read, and what was found where."""

import codecs
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from bibtool.errors import InputError
from bibtool.identifiers import Identifier
from bibtool.terminal import printable

BLOCK_BYTES = 1 << 20
# Consecutive blocks share this much text: more than any mention, in any form, is long.
OVERLAP_CHARACTERS = 4096
# Formats that need their structure are read whole up to this size.
WHOLE_BYTES = 64 << 20

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence of an identifier in a document.

    `start` and `end` count characters of the decoded text from 0, end excluded; `line` and `column` count from 1.
    `raw` is the text in between; `form` says how it was written ("marked", "url", "bare" ...); `confidence`
    is from 0 to 1; `evidence` says in words why it was taken for an identifier.
    """

    identifier: Identifier
    document: str
    start: int
    end: int
    line: int
    column: int
    raw: str
    form: str
    confidence: float
    evidence: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One readable thing: a file, a member of an archive, standard input. An archive gives several.

    `name` is what messages print ("a.zip!/b.tex"); `suffix` chooses the extractor (".tex"); `open` gives its bytes, and may be
    called once only where the bytes come from a stream.
    """

    name: str
    suffix: str
    open: Callable[[], BinaryIO]

    @classmethod
    def from_text(cls, text: str, name: str = "<text>", suffix: str = ".txt") -> "Document":
        """A document that holds `text`."""
        content = text.encode("utf-8", "surrogateescape")
        return cls(name, suffix, lambda: io.BytesIO(content))

    def blocks(self) -> Iterator[tuple[int, str]]:
        """The text in pieces of about 1 MiB with the offset of each, in characters; neighbours overlap.

        Bytes that are not UTF-8 arrive as lone surrogates, so that no offset shifts; a byte order mark chooses UTF-16 or UTF-32.
        """
        with self.open() as stream:
            content = stream.read(BLOCK_BYTES)
            decoder = codecs.getincrementaldecoder(_encoding(content))("surrogateescape")
            offset, carried = 0, ""
            while content:
                following = stream.read(BLOCK_BYTES)
                text = carried + decoder.decode(content, final=not following)
                yield offset, text
                keep = min(OVERLAP_CHARACTERS, len(text))
                offset, carried = offset + len(text) - keep, text[len(text) - keep :]
                content = following

    @property
    def text(self) -> str:
        """The whole text. Raises InputError where the document is larger than 64 MB."""
        with self.open() as stream:
            content = stream.read(WHOLE_BYTES + 1)
        if len(content) > WHOLE_BYTES:
            raise InputError(f"{printable(self.name)}: larger than {WHOLE_BYTES >> 20} MB, too large to be read as {self.suffix}; split it")
        return codecs.decode(content, _encoding(content), "surrogateescape")


def _encoding(content: bytes) -> str:
    return next((encoding for mark, encoding in BOMS if content.startswith(mark)), "utf-8")
