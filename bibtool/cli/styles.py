"""`bibt styles check`: what a BibTeX style prints of an arXiv paper, and where its entry must say it."""

import json
import sys
from argparse import ArgumentParser, Namespace

from bibtool.errors import BibtoolError, InputError
from bibtool.formatters.entry_forms import FORMS, KINDS, StyleForms, known_styles
from bibtool.styling import forms_of
from bibtool.terminal import printable, quoted
from bibtool.workspace import Workspace

# What `bibt` puts into an entry to make a style show the identifier.
FIELDS = {
    "eprint": "the eprint fields",
    "url": "url",
    "text": "howpublished or note",
    "note": "note",
    "doi": "doi",
    "pages": "behind the pages",
    "behind-volume": "behind the volume",
    "volume": "as the volume of an @article",
}


def configure(parser: ArgumentParser) -> None:
    """Which styles, and how to print."""
    parser.add_argument("action", choices=("check",), help="check: what the styles print")
    parser.add_argument("styles", nargs="*", metavar="STYLE", help="a style's name or .bst file (default: every one in the table)")
    parser.add_argument("--json", action="store_true", help="one JSON object a style")


def run(arguments: Namespace, workspace: Workspace) -> int:
    """A line a style. 1 where one loses the identifier in every form."""
    is_lost = False
    for style in arguments.styles or sorted(known_styles()):
        try:
            forms = forms_of(style, workspace.host.styles)
            if forms is None:
                raise InputError(f"{quoted(style)} prints no references")
        except BibtoolError as error:
            workspace.fail(error)
            continue
        is_lost = is_lost or 0 in forms.counts
        sys.stdout.write((_json(style, forms) if arguments.json else _line(style, forms)) + "\n")
    return 1 if is_lost else 0


def _line(style: str, forms: StyleForms) -> str:
    told = [f"{kind}: {_told(form, count)}" for kind, form, count in zip(KINDS, forms.forms, forms.counts, strict=True)]
    kinds = [told[0].partition(": ")[2]] if len({text.partition(": ")[2] for text in told}) == 1 else told
    doi = "DOI printed" if forms.has_doi else "DOI not printed"
    authors = "all authors" if forms.has_all_authors else "author lists cut"
    return f"{printable(style)}: {'; '.join(kinds)}; {doi}; {authors}"


def _told(form: str, count: int) -> str:
    fields = [FIELDS[field] for field in FORMS[form] if field != "eprint" or FORMS[form] == ("eprint",)]
    times = {0: "identifier lost", 1: "identifier once"}.get(count, f"identifier {count} times")
    return f"{times}, in {' and '.join(fields)}"


def _json(style: str, forms: StyleForms) -> str:
    kinds = {kind: {"form": form, "printed": count} for kind, form, count in zip(KINDS, forms.forms, forms.counts, strict=True)}
    return json.dumps({"style": style, "identifier": kinds, "doi": forms.has_doi, "authors": forms.has_all_authors}, ensure_ascii=False)
