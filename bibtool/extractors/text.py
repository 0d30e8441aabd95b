"""The extractors: for every text, and for texts whose markup or structure counts."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from bibtool.document import BLOCK_BYTES, Document, Mention
from bibtool.extractors.anchors import Finder, finder_for
from bibtool.extractors.blocks import find_in_block, windows
from bibtool.extractors.found import Markup
from bibtool.extractors.place import Place


def extract(document: Document, markup: Markup = Markup.PLAIN, block_bytes: int = BLOCK_BYTES) -> Iterator[Mention]:
    """The mentions in a document, in order."""
    place = Place()
    finder: Finder | None = None
    for base, buffer, begin, limit in windows(document, block_bytes):
        finder = finder_for(len(buffer), finder)
        place.enter(base, buffer)
        for found in find_in_block(buffer, begin, limit, markup, place.previous_in(base), finder):
            yield place.mention(found, document.name)
        place.leave(limit)


def extract_json(document: Document) -> Iterator[Mention]:
    """The mentions in a JSON document, or in the one field of it that a user named."""
    if document.field is not None:
        from bibtool.extractors.fields import extract_field

        return extract_field(document)
    return extract(document, markup=Markup.JSON)


extract_html = partial(extract, markup=Markup.HTML)
extract_bibtex = partial(extract, markup=Markup.BIBTEX)

# The extractors that read raw text as a whole, and how.
MARKUP_OF: Mapping[Callable[[Document], Iterator[Mention]], Markup] = {
    extract: Markup.PLAIN,
    extract_json: Markup.JSON,
    extract_html: Markup.HTML,
    extract_bibtex: Markup.BIBTEX,
}


def extract_table(document: Document) -> Iterator[Mention]:
    """The mentions in a table."""
    from bibtool.extractors.tables import extract_table

    return extract_table(document)
