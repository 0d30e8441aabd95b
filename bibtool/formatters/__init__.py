"""The built-in formatters: a bibliography to text. They plug in as a stranger's would."""

from importlib import import_module

from bibtool.bibliography import Bibliography
from bibtool.components import FormatOptions, Formatter
from bibtool.hookspecs import hookimpl
from bibtool.reference import Reference


@hookimpl
def bibtool_formatters() -> list[Formatter]:
    """The formats of the core, the default for `.bib` first."""
    return [
        _formatter("bibtex", ".bib", has_entries=True),
        _formatter("biblatex", ".bib", has_entries=True),
        _formatter("csl-json", ".json"),
        _formatter("csl-yaml", ".yaml"),
        _formatter("markdown", ".md"),
        _formatter("html", ".html"),
        _formatter("text", ".txt"),
    ]


def _formatter(name: str, suffix: str, *, has_entries: bool = False) -> Formatter:
    """The formatter of that name, whose module is imported when it is first used: a run needs one of them."""
    word = name.replace("-", "_")

    def formatted(bibliography: Bibliography, options: FormatOptions) -> str:
        text: str = getattr(import_module(f"bibtool.formatters.{word}"), f"format_{word}")(bibliography, options)
        return text

    def entry(citekey: str, reference: Reference, options: FormatOptions) -> str:
        text: str = import_module(f"bibtool.formatters.{word}").format_entry(citekey, reference, options)
        return text

    return Formatter(name, suffix, formatted, entry if has_entries else None)
