"""PDF: the text layer, page by page, and the addresses of its links. Through pypdfium2, or pypdf where that alone is installed."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import BinaryIO

from bibtool.components import Limits
from bibtool.document import Document
from bibtool.errors import InputError, MissingExtraError
from bibtool.readers.archives import seekable
from bibtool.terminal import printable

# Each page's text and the addresses of its links.
Pages = Iterator[tuple[str, list[str]]]


def read_pdf(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Document]:
    """One document a page: its text, then its links."""
    pages, failures = _pages(seekable(stream, name), name)
    number = 0
    try:
        for number, (text, addresses) in enumerate(pages, 1):
            lines = [text, *(f"<{address}>" for address in addresses)]
            yield Document.from_text("\n".join(lines) + "\n", f"{name}#page={number}")
    except failures as error:
        if number:
            raise InputError(f"{printable(name)}: page {number + 1} is damaged ({error})") from error
        raise InputError(f"{printable(name)}: a damaged or encrypted PDF ({error}); get it again, or without a password") from error


def _pages(stream: BinaryIO, name: str) -> tuple[Pages, tuple[type[Exception], ...]]:
    """The pages, and what may be raised on the way."""
    if find_spec("pypdfium2"):
        from bibtool.readers import pdf_by_pdfium

        return pdf_by_pdfium.pages(stream), pdf_by_pdfium.failures()
    if find_spec("pypdf"):
        from bibtool.readers import pdf_by_pypdf

        return pdf_by_pypdf.pages(stream), pdf_by_pypdf.failures()
    raise MissingExtraError(f"{printable(name)}: PDF needs a package: pip install pypdfium2")
