"""HTML output: a list that can stand in any page. Elements: ul, li, h2, a, i, sup, sub; addresses of the web only."""

from html import escape as escape_html

from bibtool.arranging import grouped
from bibtool.bibliography import Bibliography
from bibtool.components import FormatOptions
from bibtool.formatters.listing import Markup, list_item
from bibtool.plain_text import clean
from bibtool.tex.mathematics import rich, split


def format_html(bibliography: Bibliography, options: FormatOptions) -> str:
    """A list, its items under their citation keys as anchors; with `group_by` a list under each heading."""
    parts = []
    for heading, references in grouped(bibliography, options.group_by):
        lines = [(citekey, list_item(citekey, reference, options, MARKUP)) for citekey, reference in references]
        if options.template is not None:
            listed = "".join(f"{line}\n" for _, line in lines)
        else:
            items = "".join(f'<li id="{escape_html(citekey)}">{line}</li>\n' for citekey, line in lines)
            listed = f'<ul class="references">\n{items}</ul>\n'
        parts.append(listed if heading is None else f"<h2>{escape(heading)}</h2>\n{listed}")
    return "".join(parts)


def escape(text: str) -> str:
    """The text as HTML that shows it, mathematics as raised and lowered text."""
    pieces = []
    for formula, source in split(clean(text)):
        if formula is None:
            pieces.append(escape_html(source))
        else:
            pieces += [f"<{style}>{escape_html(run)}</{style}>" if style else escape_html(run) for style, run in rich(formula)]
    return "".join(pieces)


MARKUP = Markup(
    escape=escape,
    link=lambda text, url: f'<a href="{escape_html(url)}">{text}</a>',
    emphasis=lambda text: f"<i>{text}</i>",
    address=escape_html,
)
