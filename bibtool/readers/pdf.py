"""PDF: the text layer, page by page, and the addresses of its links (ISO 32000-2, 12.5.6.5). Through pypdf, an extra."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from bibtool.components import Limits
from bibtool.document import Document
from bibtool.errors import InputError, MissingExtraError
from bibtool.readers.archives import seekable
from bibtool.terminal import printable

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader


def read_pdf(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Document]:
    """One document a page: its text, then its links."""
    import logging

    try:
        import pypdf
    except ImportError as error:
        raise MissingExtraError(f"{printable(name)}: PDF needs a package: pip install pypdf") from error
    # What pypdf mends by itself is no concern of the user.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    failures = (pypdf.errors.PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, NotImplementedError)
    try:
        reader = pypdf.PdfReader(seekable(stream, name))
        count = _pages(reader, name)
    except failures as error:
        raise InputError(f"{printable(name)}: a damaged or encrypted PDF ({error}); get it again, or without a password") from error
    for number in range(count):
        try:
            text = _text(reader.pages[number])
        except failures as error:
            raise InputError(f"{printable(name)}: page {number + 1} is damaged ({error})") from error
        yield Document.from_text(text, f"{name}#page={number + 1}")


def _pages(reader: "PdfReader", name: str) -> int:
    if reader.is_encrypted and not reader.decrypt(""):
        raise InputError(f"{printable(name)}: an encrypted PDF; save it without a password first")
    return len(reader.pages)


def _text(page: "PageObject") -> str:
    return "\n".join([page.extract_text(), *_links(page)]) + "\n"


def _links(page: "PageObject") -> Iterator[str]:
    for annotation in page.get("/Annots") or ():
        action = annotation.get_object().get("/A")
        address = action.get_object().get("/URI") if action is not None else None
        if isinstance(address, str):
            yield f"<{address}>"
        elif isinstance(address, bytes):
            yield f"<{address.decode('utf-8', 'replace')}>"
