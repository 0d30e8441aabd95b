"""Reference lists in any CSL style (citeproc-py) and any BibTeX style (pybtex's engine), without TeX or pandoc."""

from bibtool import StyleEngine, hookimpl


@hookimpl
def bibtool_styles() -> list[StyleEngine]:
    """`bibt export notes.md -f markdown --style ieee`, or `--style plain.bst`."""
    from bibtool_styles import bst, csl

    return [
        StyleEngine("csl", suffixes=(".csl",), render=csl.render),
        StyleEngine("bst", suffixes=(".bst",), render=bst.render, typeset=bst.typeset),
    ]
