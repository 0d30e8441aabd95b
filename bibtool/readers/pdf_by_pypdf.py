"""The pages of a PDF through pypdf, which is Python alone and runs everywhere (ISO 32000-2, 12.5.6.5 on links)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pypdf import PageObject


def failures() -> tuple[type[Exception], ...]:
    """What pypdf raises for damaged files."""
    import pypdf

    return pypdf.errors.PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, NotImplementedError


def pages(stream: BinaryIO) -> Iterator[tuple[str, list[str]]]:
    """Each page's text and the addresses of its links."""
    import logging

    import pypdf

    # What pypdf mends by itself is no concern of the user.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = pypdf.PdfReader(stream)
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("it has a password")
    for page in reader.pages:
        yield page.extract_text(), list(_links(page))


def _links(page: "PageObject") -> Iterator[str]:
    for annotation in page.get("/Annots") or ():
        action = annotation.get_object().get("/A")
        address = action.get_object().get("/URI") if action is not None else None
        if isinstance(address, str):
            yield address
        elif isinstance(address, bytes):
            yield address.decode("utf-8", "replace")
