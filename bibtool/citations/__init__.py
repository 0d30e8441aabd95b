"""The built-in citation finders: documents to the citation keys and bibliographies that they name."""

from bibtool.components import CitationFinder
from bibtool.hookspecs import hookimpl


@hookimpl
def bibtool_citation_finders() -> list[CitationFinder]:
    """One for each language to write in."""
    from bibtool.citations.aux_file import find_in_aux, find_in_bcf
    from bibtool.citations.latex import find_in_latex
    from bibtool.citations.markdown import find_in_markdown
    from bibtool.citations.notebook import find_in_notebook
    from bibtool.citations.typst import find_in_typst

    return [
        CitationFinder("latex", (".tex", ".ltx", ".latex"), find_in_latex),
        CitationFinder("aux", (".aux",), find_in_aux),
        CitationFinder("bcf", (".bcf",), find_in_bcf),
        CitationFinder("markdown", (".md", ".markdown", ".qmd", ".rmd"), find_in_markdown),
        CitationFinder("notebook", (".ipynb",), find_in_notebook),
        CitationFinder("typst", (".typ",), find_in_typst),
    ]
