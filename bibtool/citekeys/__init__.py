"""Citation keys: the built-in styles, patterns in Better BibTeX's language, and what makes keys unique and lasting."""

from bibtool.citekeys.styles import arxiv_citekey, default_citekey, inspire_citekey
from bibtool.components import CitekeyStyle
from bibtool.hookspecs import hookimpl


@hookimpl
def bibtool_citekey_styles() -> list[CitekeyStyle]:
    """`vaswani2017attention`, the arXiv identifier itself, and the form of INSPIRE's texkeys."""
    return [CitekeyStyle("default", default_citekey), CitekeyStyle("arxiv", arxiv_citekey), CitekeyStyle("inspire", inspire_citekey)]
