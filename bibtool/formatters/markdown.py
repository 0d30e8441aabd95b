"""Markdown output: a reference list for people, safe in CommonMark, GitHub's dialect, pandoc and MyST.

Every character from a record that could be mark-up is escaped; mathematics stays mathematics, but without what HTML or Markdown
would read in it.
"""

import re

from bibtool.arranging import grouped
from bibtool.bibliography import Bibliography
from bibtool.components import FormatOptions
from bibtool.formatters.listing import Markup, list_item
from bibtool.plain_text import clean
from bibtool.tex.mathematics import split, to_latex

# What may be mark-up, by its first look and then by what stands around it: of two hyphens pandoc makes a dash ("K --> e"), and of what
# looks like an address many readers make a link.
_ACTIVE = re.compile(
    r"""
    [\\`*_{}\[\]<>&~^$|\#@:!.-]
    (?: (?<=[\\`*_{}\[\]<>&~^$|\#@])
      | (?<=--)
      | (?<=!)(?=\[)
      | (?<=:)(?=[a-z0-9_+-]{1,40}:)
      | (?<=[:.])(?i:(?<=https.)|(?<=http.)|(?<=ftp.)|(?<=mailto.)|(?<=www.))
    )
    """,
    re.VERBOSE,
)
# What starts a list, a heading or a quotation at the start of a line; pandoc numbers lists with letters, too: "e. coli", "(iv) Four".
_LINE_START = re.compile(r"^(?:[-+=:](?=\s|$|-)|(?P<number>\(?(?:[0-9]{1,9}|[^\W\d_A-Z]|[ivxlcdm]{1,9}|\\#|[A-Z]{1,9}(?=\)))(?=[.)])))")
_IN_MATH = str.maketrans({"<": r"\lt ", ">": r"\gt ", "`": "'", "*": r"\ast ", "[": r"\lbrack ", "]": r"\rbrack ", "|": r"\vert ", "@": ""})


def format_markdown(bibliography: Bibliography, options: FormatOptions) -> str:
    """A list item for each reference; with `group_by` under headings, with a template each in a line of its own."""
    parts = []
    for heading, references in grouped(bibliography, options.group_by):
        lines = [list_item(citekey, reference, options, MARKUP) for citekey, reference in references]
        items = "".join(f"{line}\n" if options.template is not None else f"- {_unlisted(line)}\n" for line in lines)
        parts.append(items if heading is None else f"## {escape(heading)}\n\n{items}")
    return "\n".join(parts)


def escape(text: str) -> str:
    r"""The text as Markdown that shows it.

    >>> print(escape("a_b [c](d) $x_1<y$"))
    a\_b \[c\](d) $x_1\lt y$
    """
    pieces = []
    for formula, source in split(clean(text)):
        if formula is not None:
            pieces.append(f"${' '.join(to_latex(formula).translate(_IN_MATH).split())}$")
            continue
        pieces.append(_ACTIVE.sub(_escaped, source))
    return "".join(pieces)


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def link(text: str, url: str) -> str:
    """A link; its text holds no bracket that is not escaped, its address no parenthesis."""
    return f"[{text}]({address(url)})"


def address(url: str) -> str:
    """An address that can stand between parentheses."""
    return url.replace("(", "%28").replace(")", "%29")


def _unlisted(line: str) -> str:
    """The line without what would start a list inside the list."""
    return _LINE_START.sub(lambda found: f"{found[0]}\\" if found["number"] else f"\\{found[0]}", line)


MARKUP = Markup(escape=escape, link=link, emphasis=lambda text: f"*{text}*", address=address)
