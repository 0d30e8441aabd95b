r"""BibTeX styles that a document's class names, so that the document need not: REVTeX's, by the society or the journal that it is for.

The class options and their `\@bibstyle` are those of revtex4-2's .rtx files (TeX Live 2022).
"""

import re

_REVTEX = re.compile(r"revtex(?P<version>4-[12])")
_STYLES = {"rmp": "apsrmp", "aip": "aipnum", "aapm": "aapmrev", "sor": "sornum"}
_AUTHOR_YEAR = {"aipnum": "aipauth", "sornum": "aipauth"}


def style_of_class(name: str, options: str) -> str | None:
    """The style of a document of this class with these options; None where the class names none.

    >>> style_of_class("revtex4-2", "prd, twocolumn")
    'apsrev4-2'
    """
    written = _REVTEX.fullmatch(name)
    if written is None:
        return None
    asked = [option.strip() for option in options.split(",")]
    style = next((_STYLES[option] for option in asked if option in _STYLES), "apsrev")
    if "author-year" in asked:
        style = _AUTHOR_YEAR.get(style, style)
    return style + written["version"]
