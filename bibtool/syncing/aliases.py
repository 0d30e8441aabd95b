r"""More names for one entry: biblatex's field `ids`, and for BibTeX a line that it copies from @preamble into the .bbl.

LaTeX keeps the label of a key in \b@KEY. The line has the .aux say that \b@OTHER is \b@KEY; plain LaTeX, natbib and cite read it so.
"""

import re

# What stands for itself within \detokenize, in a @preamble and in a key.
_PLAIN_KEY = re.compile(r"[A-Za-z0-9:./+_-]+", re.ASCII)
_PARTED = re.compile(r"\s*,\s*")


def alias_text(alias: str, citekey: str) -> str:
    """The @preamble that gives the entry another name."""
    definition = rf"\expandafter\gdef\csname b@\detokenize{{{alias}}}\endcsname{{\csname b@\detokenize{{{citekey}}}\endcsname}}"
    return rf"@preamble{{{{\begingroup\makeatletter\if@filesw\immediate\write\@auxout{{\unexpanded{{{definition}}}}}\fi\endgroup}}}}" + "\n"


def is_plain(citekey: str) -> bool:
    """Whether TeX and BibTeX take every character of the key for itself."""
    return _PLAIN_KEY.fullmatch(citekey) is not None


def names_in(ids: str) -> tuple[str, ...]:
    """The names in a field `ids`."""
    return tuple(name for name in _PARTED.split(ids.strip()) if name)
