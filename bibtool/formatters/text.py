"""Plain text output: one reference a paragraph, mathematics as Unicode."""

from bibtool.arranging import grouped
from bibtool.bibliography import Bibliography
from bibtool.components import FormatOptions
from bibtool.formatters.listing import Markup, list_item
from bibtool.plain_text import plain

MARKUP = Markup(escape=plain, link=lambda text, _url: text, emphasis=lambda text: text, address=lambda url: url)


def format_text(bibliography: Bibliography, options: FormatOptions) -> str:
    """A line for each reference, a blank one between; with a template no blank ones."""
    between = "\n" if options.template is not None else "\n\n"
    parts = []
    for heading, references in grouped(bibliography, options.group_by):
        lines = [list_item(citekey, reference, options, MARKUP) for citekey, reference in references]
        listed = between.join(lines) + "\n" if lines else ""
        parts.append(listed if heading is None else f"{plain(heading)}\n{'-' * len(plain(heading))}\n\n{listed}")
    return "\n".join(parts)
