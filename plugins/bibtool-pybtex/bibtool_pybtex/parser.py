"""bibtool as an input format of pybtex: `pybtex-convert notes.arxiv refs.bib`."""

from typing import Any, TextIO

from pybtex.database import parse_string
from pybtex.database.input import BaseParser
from pybtex.errors import report_error
from pybtex.exceptions import PybtexError

from bibtool import Document, build, render


class ArxivParser(BaseParser):  # type: ignore[misc]  # pybtex has no types
    """Any text that mentions arXiv papers; each one is an entry."""

    default_suffix = ".arxiv"
    unicode_io = True

    def parse_stream(self, stream: TextIO) -> Any:
        """The text's entries. What has no reference is reported as pybtex reports an error in its input."""
        bibliography = build([Document.from_text(stream.read(), self.filename)])
        for error in bibliography.unresolved.values():
            report_error(PybtexError(str(error), filename=self.filename))
        self.data.add_entries(parse_string(render(bibliography, "bibtex"), "bibtex").entries.items())
        return self.data
