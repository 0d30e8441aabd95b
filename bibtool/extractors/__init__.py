"""The built-in extractors: documents to mentions."""

from bibtool.components import Extractor
from bibtool.hookspecs import hookimpl


@hookimpl
def bibtool_extractors() -> list[Extractor]:
    """One for every text; for marked-up text the same, which knows the markup's escapes."""
    from bibtool.extractors.text import extract, extract_html, extract_json

    return [
        Extractor("text", (), extract),
        Extractor("html", (".html", ".htm", ".xhtml", ".xml", ".svg"), extract_html),
        Extractor("json", (".json", ".jsonl", ".ndjson", ".ipynb"), extract_json),
    ]
