"""The built-in extractors: documents to mentions."""

from bibtool.components import Extractor
from bibtool.hookspecs import hookimpl


@hookimpl
def bibtool_extractors() -> list[Extractor]:
    """One for every text; for marked-up text the same, which knows the markup's escapes; and one for tables."""
    from bibtool.extractors.text import extract, extract_bibtex, extract_html, extract_json, extract_table

    return [
        Extractor("text", (), extract),
        Extractor("bibtex", (".bib",), extract_bibtex),
        Extractor("html", (".html", ".htm", ".xhtml", ".xml", ".svg", ".bcf"), extract_html),
        Extractor("json", (".json", ".jsonl", ".ndjson", ".ipynb"), extract_json),
        Extractor("table", (".csv", ".tsv"), extract_table),
    ]
