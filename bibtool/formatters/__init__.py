"""The built-in formatters: a bibliography to text. They plug in as a stranger's would."""

from bibtool.components import Formatter
from bibtool.hookspecs import hookimpl


@hookimpl
def bibtool_formatters() -> list[Formatter]:
    """The formats of the core, the default for `.bib` first."""
    from bibtool.formatters import biblatex, bibtex, csl_json, markdown

    return [
        Formatter("bibtex", ".bib", bibtex.format_bibtex, bibtex.format_entry),
        Formatter("biblatex", ".bib", biblatex.format_biblatex, biblatex.format_entry),
        Formatter("csl-json", ".json", csl_json.format_csl_json),
        Formatter("markdown", ".md", markdown.format_markdown),
    ]
