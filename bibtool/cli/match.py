"""`bibt match`: the papers that texts without an identifier speak of: references, abstracts, titles."""

import json
import sys
from argparse import ArgumentParser, Namespace

from bibtool.cli.inputs import documents, tell
from bibtool.cli.options import add_source_options, score
from bibtool.cli.search import line as one_line
from bibtool.reading.inputs import Report
from bibtool.recognising.documents import Match, recognised
from bibtool.terminal import printable, quoted
from bibtool.workspace import Workspace

# What a person sees of the text in question.
SHOWN = 60


def configure(parser: ArgumentParser) -> None:
    """What is read, who is asked, what is shown."""
    parser.add_argument("paths", nargs="+", metavar="FILE", help="references, abstracts or titles: text, .bib, .bbl, .tex, .md, PDF; - too")
    parser.add_argument("--json", action="store_true", help="one JSON object a piece of text")
    parser.add_argument("--min-score", type=score, metavar="0-100", help="show only what is at least so sure (90: match, 80: probable)")
    parser.add_argument("--field", metavar="NAME", help="of JSON lines, read this field only")
    parser.add_argument("--no-ignore", action="store_true", help="read what a folder's .gitignore names, too")
    add_source_options(parser)


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Prints what each piece speaks of; status 1 where one was not found, or not for sure."""
    report, is_all_found, count = Report(), True, 0
    for found in recognised(documents(arguments, workspace, report), workspace, report):
        if found.score < (arguments.min_score or 0):
            continue
        count += 1
        is_all_found = is_all_found and found.verdict == "match"
        sys.stdout.write(_as_json(found) if arguments.json else _as_text(found))
    tell(report, workspace)
    if not count and not report.errors:
        workspace.note(f"no reference and no known abstract in {', '.join(printable(path) for path in arguments.paths)}")
    return 0 if is_all_found else 1


def _as_json(found: Match) -> str:
    candidates = [
        {
            "identifier": str(one.record.identifier.without_version()) if one.record.identifier else None,
            "score": round(one.score, 1),
            "title": one.record.title,
            "evidence": list(one.evidence),
        }
        for one in found.candidates
    ]
    shown = {
        "path": found.document,
        "line": found.line,
        "text": found.text,
        "identifier": str(found.identifier) if found.identifier else None,
        "score": found.score,
        "verdict": found.verdict,
        "candidates": candidates,
    }
    return json.dumps(shown) + "\n"


def _as_text(found: Match) -> str:
    place = f"{printable(found.document)}:{found.line}: {found.verdict}"
    if found.identifier is not None:
        best = found.candidates[0]
        return f"{place} {found.score:.0f} ({printable('; '.join(best.evidence))}): {one_line(best.record)}"
    heading = f"{place}: {quoted(' '.join(found.text.split()), SHOWN)}\n"
    return heading + "".join(f"    {one.score:.0f} {one_line(one.record)}" for one in found.candidates)
