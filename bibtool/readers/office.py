"""Office files and e-books: the text that a reader sees, with the targets of its links.

ECMA-376 (.docx, .pptx, .xlsx), OASIS OpenDocument 1.3 (.odt), EPUB 3.3. XML with a document type is refused: entities are never expanded.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO
from xml.parsers import expat

from bibtool.components import Limits
from bibtool.document import Document
from bibtool.errors import InputError
from bibtool.readers.archives import open_zip, read_member
from bibtool.terminal import printable

# The parts with text of a .docx, .pptx and .xlsx; the links of each part stand beside it.
_PARTS = re.compile(
    r"(?P<folder>word|ppt/slides|ppt/notesSlides|xl|xl/worksheets)/"
    r"(?P<part>(?:document|footnotes|endnotes|comments|header|footer|slide|notesSlide|sharedStrings|sheet)[0-9]*)\.xml"
)
# Elements after which a line ends, and those that stand for a character. OpenDocument's `s` is a blank, `tab` and `line-break` as named.
_LINES = frozenset({"p", "h", "table-row", "tr", "si", "is", "note-citation"})
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "line-break": "\n", "s": " ", "noBreakHyphen": "-"}
_BOOK_SUFFIXES = (".xhtml", ".html", ".htm", ".xml", ".opf", ".ncx")


def read_office(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Document]:
    """The text of a Word document, of slides or of a workbook, one line a paragraph; after it the targets of its links."""
    with open_zip(stream, name) as archive:
        parts = sorted(filter(None, map(_PARTS.fullmatch, archive.namelist())), key=_main_text_first)
        if not parts:
            raise InputError(f"{printable(name)}: no text of an Office document in it; if it is another archive, name it .zip")
        lines = [_Text(name).read(read_member(archive, part[0], name) or b"", is_office=True) for part in parts]
        for part in parts:
            lines += _targets(read_member(archive, f"{part['folder']}/_rels/{part['part']}.xml.rels", name), name)
    yield Document.from_text("\n".join(lines), name)


def _main_text_first(part: re.Match[str]) -> tuple[bool, str, int, str]:
    return part["part"] != "document", part["folder"], len(part["part"]), part["part"]


def read_odt(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Document]:
    """The text of an OpenDocument text, one line a paragraph, each link's target behind it."""
    with open_zip(stream, name) as archive:
        content = read_member(archive, "content.xml", name)
    if content is None:
        raise InputError(f"{printable(name)}: no content.xml, not an OpenDocument file")
    yield Document.from_text(_Text(name).read(content), name)


def read_epub(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Document]:
    """The chapters of an e-book, each an HTML document of its own."""
    with open_zip(stream, name) as archive:
        for member in sorted(archive.namelist()):
            if PurePosixPath(member).suffix.lower() in _BOOK_SUFFIXES:
                yield Document(f"{name}!/{member}", ".xhtml", lambda member=member: _opened(archive, member))  # type: ignore[misc]


def _opened(archive: zipfile.ZipFile, member: str) -> BinaryIO:
    return archive.open(member)  # type: ignore[return-value]  # IO[bytes] is all that is read of it


class _Text:
    """Collects the text of an XML document as a parser passes over it."""

    def __init__(self, name: str) -> None:
        self._name = name
        # What stands in the text; and in notes of it, which come after it: inside of it they would part what belongs together.
        self._text: list[str] = []
        self._notes: list[str] = []
        self._pieces = self._text
        self._is_office, self._is_text = False, True
        self._inside_fallback = 0

    def read(self, content: bytes, *, is_office: bool = False) -> str:
        # In a .docx, text stands in w:t (and field codes, with their links, in w:instrText) alone; white space elsewhere is layout.
        self._is_office, self._is_text = is_office, not is_office
        parse(content, self._name, start=self._start, end=self._end, text=self._add)
        return "".join((*self._text, "\n", *self._notes))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "Fallback":  # what stands in it stands before it, too, for those who know newer elements
            self._inside_fallback += 1
        if tag == "note":
            self._pieces = self._notes
        if self._is_office:
            self._is_text = tag in ("t", "instrText", "delText") and not self._inside_fallback
        self._pieces.append(_CHARACTERS.get(tag, ""))
        target = attributes.get("xlink:href", "")
        if target.startswith("http"):
            self._pieces.append(f"<{target}> ")

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if self._is_office:
            self._is_text = False
        if tag == "Fallback":
            self._inside_fallback -= 1
        if tag == "note":
            self._pieces = self._text
        if tag in _LINES:
            self._pieces.append("\n")

    def _add(self, text: str) -> None:
        if self._is_text:
            self._pieces.append(text)


def _targets(content: bytes | None, name: str) -> list[str]:
    """The addresses that a part of a .docx links to."""
    found: list[str] = []

    def start(_tag: str, attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode") == "External":
            found.append(attributes.get("Target", ""))

    if content is not None:
        parse(content, name, start=start)
    return found


def parse(content: bytes, name: str, **handlers: object) -> None:
    """Pass over XML, calling `start`, `end` and `text`. Raises InputError, also where the XML declares a document type."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise InputError(f"{printable(name)}: XML with a document type is refused")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = handlers.get("start")  # type: ignore[assignment]  # expat takes None for no handler
    parser.EndElementHandler = handlers.get("end")  # type: ignore[assignment]
    parser.CharacterDataHandler = handlers.get("text")  # type: ignore[assignment]
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise InputError(f"{printable(name)}: damaged XML ({error})") from error
