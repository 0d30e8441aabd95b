"""That no input makes the scan superlinear: hostile repetition from 1 to 256 MB, nanoseconds a byte. A flat row is linear.

python benchmarks/hostile.py [--most 256]
"""

import argparse
import time

from bibtool.components import Extractor
from bibtool.document import Document
from bibtool.extractors import bibtool_extractors

PATTERNS = {
    "digits": "1",
    "numbers": "1706.03762 ",
    "numbers, glued": "1706.03762.",
    "marker": "arXiv",
    "marker and colon": "arXiv: ",
    "broken markers": "ar-\n",
    "markers and words": "arXiv preprint ",
    "archives": "hep-th/",
    "old numbers": "9711200 ",
    "slashes": "arxiv.org/",
    "braces": "{",
    "percent": "%25",
    "tags": "<a ",
    "soft hyphens": "\u00ad\n",
    "cites": "\\cite{a,",
    "dois": "10.48550/",
    "points": "2003math.",
    "letters apart": "a r X i v : ",
    "backslashes": "\\",
    "quotes": '"id": "',
    "entities": "&#x",
    "surrogates": "\udcff",
    "blanks": " ",
    "lines": "\n",
    "listed": "1706.03762, ",
}


def main() -> None:
    """Prints the table, for the extractor of text and that of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=256, metavar="MB")
    parser.add_argument("--seconds", type=float, default=60, help="leave out larger sizes of a pattern once one took so long")
    arguments = parser.parse_args()
    sizes = [size for size in (1, 4, 16, 64, 256, 1024) if size <= arguments.most]
    print(f"{'ns a byte':24}" + "".join(f"{size:>9} MB" for size in sizes))
    extractors = {extractor.name: extractor for extractor in bibtool_extractors()}
    for name, pattern in PATTERNS.items():
        print(f"{name:24}" + measured(extractors["text"], pattern, sizes, arguments.seconds), flush=True)
    for name in ("backslashes", "quotes"):
        print(f"{name + ' (json)':24}" + measured(extractors["json"], PATTERNS[name], sizes, arguments.seconds), flush=True)


def measured(extractor: Extractor, pattern: str, sizes: list[int], most_seconds: float) -> str:
    """One row, the sizes that would take too long left out."""
    row, last = "", 0.0
    for size in sizes:
        if last * 4 > most_seconds:
            return row + "        ..."
        document = Document.from_text(pattern * ((size << 20) // len(pattern)))
        started = time.process_time()
        for _ in extractor.extract(document):
            pass
        last = time.process_time() - started
        row += f"{last / (size << 20) * 1e9:12.1f}"
    return row


if __name__ == "__main__":
    main()
