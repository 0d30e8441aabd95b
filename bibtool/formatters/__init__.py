"""The built-in formatters: a bibliography to text. They plug in as a stranger's would."""

from bibtool.components import Formatter
from bibtool.hookspecs import hookimpl


@hookimpl
def bibtool_formatters() -> list[Formatter]:
    """The formats of the core, the default for `.bib` first."""
    from bibtool.formatters import biblatex, bibtex, csl_json, csl_yaml, html, markdown, text

    return [
        Formatter("bibtex", ".bib", bibtex.format_bibtex, bibtex.format_entry),
        Formatter("biblatex", ".bib", biblatex.format_biblatex, biblatex.format_entry),
        Formatter("csl-json", ".json", csl_json.format_csl_json),
        Formatter("csl-yaml", ".yaml", csl_yaml.format_csl_yaml),
        Formatter("markdown", ".md", markdown.format_markdown),
        Formatter("html", ".html", html.format_html),
        Formatter("text", ".txt", text.format_text),
    ]
