"""How well bibtool and its peers find identifiers: precision, recall and F1 over the project's own cases.

    python benchmarks/scan_peers.py        # installs the peers from PyPI into a temporary environment

Counted are works, without version: an identifier that a case has and the tool finds, misses, or makes up.
"""

import json
import re
import subprocess
import sys
import tempfile
import venv
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from bibtool.document import Document
from bibtool.errors import IdentifierError
from bibtool.extractors import bibtool_extractors
from bibtool.identifiers import ArxivId

CASES = Path(__file__).resolve().parent.parent / "fixtures/identifiers/cases.jsonl"
PEERS = ("papis", "citation-url", "arxiv-base")
# Runs in the peers' environment: texts in, what each peer finds out.
ADAPTERS = """
import json, re, sys
from arxiv.identifier import OLD_STYLE_WITH_ARCHIVE, OLD_STYLE_WITH_CATEGORY, STANDARD, parse_arxiv_id
from papis.arxiv import find_arxivid_in_text
import citation_url

# As its module arxiv.base.urls.links joins them, which needs a Werkzeug of old.
parts = [re.sub(r"\\?P<\\w+>", "?:", part.pattern) for part in (OLD_STYLE_WITH_ARCHIVE, OLD_STYLE_WITH_CATEGORY, STANDARD)]
ARXIV_ID = re.compile("|".join(f"(?:{part})" for part in parts), re.IGNORECASE | re.VERBOSE | re.UNICODE)

def papis(text):
    found = find_arxivid_in_text(text)
    return [found] if found else []

def links(text):
    found = []
    for address in re.findall(r"https?://[^\\s<>\\"')]+", text):
        try:
            parsed = citation_url.parse(address)
        except ValueError:
            continue
        found += [parsed.identifier] if getattr(parsed, "prefix", "") == "arxiv" else []
    return found

def base(text):
    found = []
    for match in ARXIV_ID.finditer(text):
        try:
            found.append(parse_arxiv_id(match.group()))
        except ValueError:
            pass
    return found

texts = json.load(sys.stdin)
finders = {"papis": papis, "citation-url": links, "arxiv-base": base}
json.dump({name: [find(text) for text in texts] for name, find in finders.items()}, sys.stdout)
"""
PATTERNS = {
    # https://github.com/zotero/utilities, extractIdentifiers
    "Zotero's pattern": r"(?:[^A-Za-z]|^)([-A-Za-z.]+/\d{7}(?:v[0-9]+)?)(?!\d)|(?:\D|^)(\d{4}\.\d{4,5}(?:v[0-9]+)?)(?!\d)",
    "new or old style between word bounds": r"\b(\d{4}\.\d{4,5}(?:v\d+)?)\b|\b([a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?)\b",
    "four digits, point, four or five": r"(\d{4}\.\d{4,5})",
    "after arXiv or in a link": r"(?i:arxiv:\s?|arxiv\.org/(?:abs|pdf)/)(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?)",
}


def bibtool_finds(case: dict[str, str]) -> list[str]:
    """What bibtool finds in a case."""
    extractors = {suffix: extractor for extractor in bibtool_extractors() for suffix in extractor.suffixes or ("",)}
    suffix = case.get("suffix", "")
    document = Document.from_text(case["text"], suffix=suffix)
    return [str(mention.identifier) for mention in extractors.get(suffix, extractors[""]).extract(document)]


def pattern_finds(pattern: str) -> Callable[[str], list[str]]:
    """A finder that is one regular expression."""
    compiled = re.compile(pattern)
    return lambda text: [next(filter(None, match.groups())) for match in compiled.finditer(text)]


def peers_find(texts: list[str]) -> dict[str, list[list[str]]]:
    """What the peers find, installed for the purpose."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "-q", *PEERS], check=True, stderr=subprocess.DEVNULL)
        run = subprocess.run([python, "-c", ADAPTERS], input=json.dumps(texts), capture_output=True, text=True, check=True)
    found: dict[str, list[list[str]]] = json.loads(run.stdout)
    return found


def work(identifier: str) -> str:
    """The work that is meant, in canonical spelling where the text has one."""
    try:
        return str(ArxivId.parse(identifier).without_version())
    except IdentifierError:
        return identifier.lower()


def score(found: Iterable[Iterable[str]], wanted: Iterable[Iterable[str]]) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    counts: dict[str, int] = defaultdict(int)
    for one, other in zip(found, wanted, strict=True):
        ours, theirs = {work(text) for text in one}, {work(text) for text in other}
        counts["right"] += len(ours & theirs)
        counts["false"] += len(ours - theirs)
        counts["missed"] += len(theirs - ours)
    precision = counts["right"] / max(1, counts["right"] + counts["false"])
    recall = counts["right"] / max(1, counts["right"] + counts["missed"])
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def main() -> None:
    """Prints the table, in Markdown."""
    cases = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    wanted = [case["identifiers"] for case in cases]
    texts = [case["text"].encode("utf-8", "replace").decode() for case in cases]
    results = {"bibtool": [bibtool_finds(case) for case in cases]}
    results |= {name: [pattern_finds(pattern)(text) for text in texts] for name, pattern in PATTERNS.items()}
    if "--without-peers" not in sys.argv:
        results |= peers_find(texts)
    print(f"| {len(cases)} cases | precision | recall | F1 |\n|---|---|---|---|")
    for name, found in sorted(results.items(), key=lambda item: -score(item[1], wanted)[2]):
        print(f"| {name} | " + " | ".join(f"{figure:.3f}" for figure in score(found, wanted)) + " |")


if __name__ == "__main__":
    main()
