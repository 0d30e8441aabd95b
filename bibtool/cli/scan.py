"""`bibt scan`: where identifiers stand in documents, one line a mention, as they are found."""

import json
import sys
from argparse import ArgumentParser, Namespace

from bibtool.cli.inputs import mentions
from bibtool.cli.options import Choices, add_input_options
from bibtool.document import Mention
from bibtool.inputs import Report
from bibtool.terminal import printable
from bibtool.workspace import Workspace


def configure(parser: ArgumentParser) -> None:
    """What is read, and the form of the output."""
    add_input_options(parser)
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="one JSON object a mention")
    forms.add_argument("--ids", action="store_true", help="each identifier once, in order of first mention")
    forms.add_argument("--explain", action="store_true", help="with the form, the confidence and the reason")


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Prints the mentions; nothing found is no failure."""
    found = mentions(arguments, workspace, Choices(arguments, workspace), Report())
    if arguments.ids:
        seen: set[str] = set()
        for mention in found:
            text = str(mention.identifier)
            if text not in seen:
                seen.add(text)
                sys.stdout.write(f"{text}\n")
        return 0
    line = _json if arguments.json else _explained if arguments.explain else _plain
    for mention in found:
        sys.stdout.write(line(mention) + "\n")
    return 0


def _plain(mention: Mention) -> str:
    return f"{printable(mention.document)}:{mention.line}:{mention.column}: {mention.identifier}"


def _explained(mention: Mention) -> str:
    return f"{_plain(mention)} ({mention.form}, {mention.confidence:.2f}: {printable(mention.evidence)})"


def _json(mention: Mention) -> str:
    return json.dumps(
        {
            "path": mention.document,
            "line": mention.line,
            "column": mention.column,
            "start": mention.start,
            "end": mention.end,
            "raw": mention.raw,
            "identifier": str(mention.identifier.without_version()),
            "version": mention.identifier.version,
            "form": mention.form,
            "confidence": mention.confidence,
        }
    )
