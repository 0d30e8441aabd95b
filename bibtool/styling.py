"""Where formats meet styles: finished lists by style engines, entry forms for BibTeX styles that no table knows."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from bibtool.bibliography import Bibliography
from bibtool.citations.class_styles import style_of_class
from bibtool.components import FormatOptions, Formatter, StyleEngine
from bibtool.errors import InputError, PluginError
from bibtool.formatters.entry_forms import StyleForms, known_styles, measure, most_authors, style_name
from bibtool.formatters.links import doi_of, typeset_doi
from bibtool.reference import Reference
from bibtool.terminal import printable, quoted

# The formats that are finished lists: a style then writes the whole of them.
LISTS = ("markdown", "html", "text")
NO_ENGINE = "a style for finished lists needs the plugin bibtool-styles: pip install ./plugins/bibtool-styles"
# A document says which style it uses near its top or its end; chapters are not opened for it.
DOCUMENT_SUFFIXES = (".tex", ".aux")
MAX_DOCUMENT_CHARACTERS = 4_000_000

_CLASS_OF_DOCUMENT = r"(?m)^[^%\n]*\\documentclass\s*(?:\[(?P<options>[^\]]{0,500})\]\s*)?\{(?P<name>[^{}\n]{1,200})\}"
_STYLE_OF_DOCUMENT = r"(?m)^(?:[^%\n\\]|\\[^b%\n]|\\%)*\\(?:bibliographystyle|bibstyle)\s*\{(?P<style>[^{}\\\n]{1,200})\}"


def formatted(bibliography: Bibliography, formatter: Formatter, options: FormatOptions, engines: Sequence[StyleEngine]) -> str:
    """The bibliography as text, by the formatter or, for a list in a style, by a style engine.

    Raises InputError where no engine has the style, PluginError where what comes back is no text.
    """
    if options.style and formatter.name in LISTS:
        text = _listed(bibliography, options.style, formatter.name, engines)
    else:
        text = formatter.format(bibliography, with_forms(options, engines) if formatter.name == "bibtex" else options)
    if not isinstance(text, str):
        raise PluginError(f"formatter '{formatter.name}' returned {type(text).__name__}, not a text")
    return text


def said_of_entries(bibliography: Bibliography, formatter: Formatter, options: FormatOptions) -> list[str]:
    """A line for each entry of which BibTeX cannot hold all: more authors than it survives in the document's style, a DOI that no
    spelling brings through its styles."""
    if formatter.name != "bibtex":
        return []
    said = []
    for citekey, reference in bibliography.items():
        crowd = _said_of_crowd(reference, options)
        doi = _said_of_doi(reference)
        said += [f"{printable(citekey)}: {line}" for line in (crowd, doi) if line]
    return said


def _said_of_crowd(reference: Reference, options: FormatOptions) -> str:
    most = most_authors(options.style)
    if not 0 < most < len(reference.authors) or 0 < (options.max_authors or 0) <= most:
        return ""
    if options.max_authors is not None:
        return f"BibTeX itself breaks off at so many authors in this style; --max-authors {most} helps"
    return f"only its first {most} authors are written, since BibTeX itself breaks off at more in this style (--max-authors 0 writes all)"


def _said_of_doi(reference: Reference) -> str:
    doi = doi_of(reference)
    if doi == typeset_doi(reference):
        return ""
    return f"BibTeX's styles cannot typeset the DOI {quoted(doi)}, so it is left out (-f biblatex and -f csl-json hold it)"


def with_forms(options: FormatOptions, engines: Sequence[StyleEngine]) -> FormatOptions:
    """The options with the entry forms of their style, where no table knows it and an engine can run it."""
    if options.style is None or options.forms or style_name(options.style) in known_styles():
        return options
    try:
        forms = forms_of(options.style, engines)
    except InputError:
        return options
    return replace(options, forms=forms.forms) if forms else options


def forms_of(style: str, engines: Sequence[StyleEngine]) -> StyleForms | None:
    """What the style prints, from the table or measured; None for one that prints no references.

    Raises InputError where neither knows it.
    """
    known = known_styles().get(style_name(style))
    if known is not None:
        return known
    typeset = next((engine.typeset for engine in engines if engine.typeset is not None), None)
    if typeset is None:
        raise InputError(
            f"the style {quoted(style)} is in no table; the plugin bibtool-styles measures it: pip install ./plugins/bibtool-styles"
        )
    run = typeset
    return measure(lambda bib: run(bib, style))


def style_of(paths: Iterable[str]) -> str | None:
    """The BibTeX style that the LaTeX documents among the paths name, or their class for them; None where there is none, or not one."""
    found: set[str] = set()
    for path in paths:
        if not path.lower().endswith(DOCUMENT_SUFFIXES) or not Path(path).is_file():
            continue
        with Path(path).open(encoding="utf-8", errors="replace") as stream:
            text = stream.read(MAX_DOCUMENT_CHARACTERS)
        named = {style["style"].strip() for style in re.finditer(_STYLE_OF_DOCUMENT, text)}
        if not named and (written := re.search(_CLASS_OF_DOCUMENT, text)):
            named = {style for style in [style_of_class(written["name"], written["options"] or "")] if style}
        found |= named
    return found.pop() if len(found) == 1 else None


def _listed(bibliography: Bibliography, style: str, target: str, engines: Sequence[StyleEngine]) -> str:
    if not engines:
        raise InputError(NO_ENGINE)
    suited = [engine for engine in engines if style.lower().endswith(engine.suffixes)] or list(engines)
    reasons = []
    for engine in suited:
        try:
            return engine.render(bibliography, style, target)
        except InputError as error:
            reasons.append(printable(str(error)))
    raise InputError("; ".join(reasons))
