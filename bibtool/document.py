"""What was read, and what was found where."""

import codecs
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from bibtool.errors import InputError
from bibtool.frozen import dataclass
from bibtool.identifiers import Identifier
from bibtool.streams import Reopened
from bibtool.terminal import printable

BLOCK_BYTES = 1 << 20
# Consecutive blocks share this much text: more than any mention, in any form, is long.
OVERLAP_CHARACTERS = 4096
# Formats that need their structure are read whole up to this size.
WHOLE_BYTES = 64 << 20

BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence of an identifier in a document.

    `start` and `end` count characters of the decoded text from 0, end excluded; `line` and `column` count from 1. A byte order mark is
    no character of the text, in any encoding.
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


# The forms in which an identifier may be written, and whether the form itself is a mark: `--strict` takes those alone.
FORMS = {
    "marked": True,  # after the word arXiv, "abs/", "CoRR abs/": arXiv:2404.07839
    "url": True,  # in a link to arXiv or to a site that shows its papers
    "doi": True,  # 10.48550/arXiv.2404.07839
    "bibcode": True,  # 2017arXiv170603762V, as the Astrophysics Data System writes it
    "dblp": True,  # journals/corr/abs-1706-03762
    "field": True,  # in a field or command for it: eprint = {2404.07839}, \\eprint{...}, "arxiv_id": ...
    "archive": True,  # an old identifier with its archive: hep-th/9901001
    "classed": True,  # before its class: 2404.07839 [cs.CL]
    "broken": True,  # marked, but broken up by line ends or blanks
    "listed": True,  # continues a list that began with a mark
    "cited": False,  # the key of a citation: \\cite{2404.07839}
    "repaired": False,  # marked, but mistyped in a way that has one reading
    "bare": False,  # a number alone, in a context that speaks for it
}


def is_marked(mention: Mention) -> bool:
    """Whether the mention's form itself says that it is an identifier, so that nothing was guessed."""
    return is_marked_form(mention.form)


def is_marked_form(form: str) -> bool:
    """Whether a form says itself that what is written in it is an identifier."""
    return FORMS.get(form, False)


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One readable thing: a file, a member of an archive, standard input. An archive gives several.

    `name` is what messages print ("a.zip!/b.tex"); `suffix` chooses the extractor (".tex"); `open` gives its bytes, and may be
    called once only where the bytes come from a stream. `field` is the one to read of each JSON object, where a user named one.
    """

    name: str
    suffix: str
    open: Callable[[], BinaryIO]
    field: str | None = None

    @classmethod
    def from_text(cls, text: str, name: str = "<text>", suffix: str = ".txt") -> "Document":
        """A document that holds `text`."""
        try:
            content = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            # Other halves of UTF-16 pairs, as damaged PDFs hold them: a sign in place of each, so that no offset shifts.
            content = text.encode("utf-8", "replace")
        if _encoding(content) != "utf-8":
            content = codecs.BOM_UTF8 + content  # what looks like a byte order mark is a character of this text
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

    def utf8(self) -> BinaryIO:
        """The bytes as UTF-8, whatever byte order mark they began with; the mark is left out."""
        stream = self.open()
        opening = stream.read(4)
        encoding = _encoding(opening)
        if encoding.startswith("utf-8"):
            return cast(BinaryIO, Reopened(opening.removeprefix(codecs.BOM_UTF8), stream))
        return cast(BinaryIO, _Utf8(Reopened(opening, stream), codecs.getincrementaldecoder(encoding)("replace")))

    @property
    def text(self) -> str:
        """The whole text. Raises InputError where the document is larger than 64 MB."""
        with self.open() as stream:
            content = stream.read(WHOLE_BYTES + 1)
        if len(content) > WHOLE_BYTES:
            raise InputError(f"{printable(self.name)}: larger than {WHOLE_BYTES >> 20} MB, too large to be read as {self.suffix}; split it")
        return codecs.decode(content, _encoding(content), "surrogateescape")


class _Utf8(io.RawIOBase):
    """A stream of another encoding as UTF-8."""

    def __init__(self, stream: Reopened, decoder: codecs.IncrementalDecoder) -> None:
        self._stream, self._decoder = stream, decoder

    def read(self, size: int = -1) -> bytes:
        """At least one byte, unless the stream is at its end."""
        while True:
            content = self._stream.read(size)
            text = self._decoder.decode(content, final=not content)
            if text or not content:
                return text.encode("utf-8")

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._stream.close()
        super().close()


def _encoding(content: bytes) -> str:
    return next((encoding for mark, encoding in BOMS if content.startswith(mark)), "utf-8")
