"""`bibt show`: what is known of one paper, readably or whole."""

import json
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import fields
from datetime import datetime

from bibtool.cli.get import identified
from bibtool.cli.options import add_source_options
from bibtool.components import FormatOptions
from bibtool.plain_text import plain
from bibtool.reference import Reference
from bibtool.terminal import printable
from bibtool.workspace import Workspace

WIDTH = 100
AUTHORS = FormatOptions().max_authors or 20


def configure(parser: ArgumentParser) -> None:
    """One identifier."""
    parser.add_argument("identifier", metavar="IDENTIFIER", help="2404.07839, hep-th/9711200v3, a link, a DOI")
    parser.add_argument("--json", action="store_true", help="the whole record as JSON")
    add_source_options(parser)
    parser.set_defaults(refresh=True)


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Prints the record, or says why there is none."""
    from bibtool import pipeline

    identifier = identified(arguments.identifier, workspace)
    found, failed = pipeline.resolve([identifier], workspace.sources, workspace.store, workspace.context)
    for error in failed.values():
        workspace.fail(error)
    for reference in found.values():
        sys.stdout.write(whole(reference) if arguments.json else readable(reference))
    return 0


def whole(reference: Reference) -> str:
    """Every field that is known, in a fixed order, as JSON."""
    values = {field.name: getattr(reference, field.name) for field in fields(reference)}
    known = {name: _value(value) for name, value in values.items() if value not in (None, ())}
    return json.dumps(known, ensure_ascii=False, indent=2) + "\n"


def readable(reference: Reference) -> str:
    """The record as a person reads it, without what terminals would obey."""
    lines = [(name, printable(plain(text))) for name, text in _rows(reference) if text]
    head, body = lines[0][1], lines[1:]
    width = max((len(name) for name, _ in body), default=0)
    return "\n".join([head, *(f"  {name + ':':{width + 1}} {text}" for name, text in body)]) + "\n"


def _rows(reference: Reference) -> list[tuple[str, str | None]]:
    shown = [str(author) for author in reference.authors[:AUTHORS]]
    more = len(reference.authors) - len(shown)
    version = f"version {reference.version}" if reference.version else ""
    dates = [f"first {reference.issued}" if reference.issued else "", f"last {reference.updated}" if reference.updated else "", version]
    return [
        ("", reference.title or "(no title)"),
        ("authors", ", ".join(shown) + (f" and {more} more" if more else "")),
        ("identifier", ", ".join(f"{one.scheme}:{one}" for one in reference.identifiers)),
        ("status", reference.status),
        ("dates", ", ".join(part for part in dates if part)),
        ("published", reference.journal_ref or reference.container),
        ("categories", " ".join(reference.categories)),
        ("comment", reference.comment),
        ("abstract", reference.abstract),
        ("url", reference.url),
        ("source", _source(reference)),
    ]


def _source(reference: Reference) -> str | None:
    if reference.source is None or reference.retrieved is None:
        return reference.source
    return f"{reference.source}, kept since {reference.retrieved:%Y-%m-%d %H:%M} UTC"


def _value(value: object) -> object:
    if isinstance(value, tuple):
        return [_value(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "scheme"):
        return f"{value.scheme}:{value}"
    if hasattr(value, "family"):
        return {part.name: text for part in fields(value) if (text := getattr(value, part.name)) is not None}  # type: ignore[arg-type]
    return value if isinstance(value, str | int) else str(value)
