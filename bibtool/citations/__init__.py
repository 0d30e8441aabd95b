"""The built-in citation finders: documents to the citation keys and bibliographies that they name."""

from bibtool.components import CitationFinder
from bibtool.hookspecs import hookimpl


@hookimpl
def bibtool_citation_finders() -> list[CitationFinder]:
    """One for each language to write in."""
    from bibtool.citations.latex import find_in_latex
    from bibtool.citations.markdown import find_in_markdown

    return [
        CitationFinder("latex", (".tex", ".ltx", ".latex"), find_in_latex),
        CitationFinder("markdown", (".md", ".markdown", ".qmd", ".rmd"), find_in_markdown),
    ]
