"""How long one entry of arXiv's feed takes from bytes to Reference, beside a bare run of expat over the same bytes.

    .venv/bin/python -m benchmarks.feed

Made-up entries of the usual lengths (title 70, abstract 940 characters, 5 authors), one in four with TeX in its abstract. CPU time, best
of five.
"""

import time
from collections.abc import Callable
from xml.parsers import expat

from benchmarks.offline_store import Words
from bibtool.sources.atom import parse_feed
from bibtool.testing.arxiv_server import entry, feed, made_up

ENTRIES = 500
RUNS = 5


def body() -> bytes:
    """One answer of the largest size that is asked for."""
    words = Words()
    entries = []
    for number in range(1, ENTRIES + 1):
        authors = tuple(" ".join(reversed(words.author()[:2])) for _ in range(5))
        abstract = words.text(940) + (r" for $\alpha$ -- ``and'' Poincar\'e" if number % 4 == 0 else "")
        paper = made_up(f"2404.{number:05}", title=words.text(70), abstract=abstract, authors=authors, categories=("cs.CL", "cs.LG"))
        entries.append(entry(paper, 1))
    return feed(entries, ENTRIES)


def bare(content: bytes) -> None:
    """What no reader of XML in Python can do without."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: None
    parser.EndElementHandler = lambda name: None
    parser.CharacterDataHandler = lambda text: None
    parser.Parse(content, True)


def microseconds(work: Callable[[bytes], object], content: bytes) -> float:
    """CPU time an entry, best of a few runs."""
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        work(content)
        times.append(time.process_time() - start)
    return min(times) / ENTRIES * 1e6


def main() -> None:
    """Prints both."""
    content = body()
    print(f"bare expat    {microseconds(bare, content):6.1f} us an entry")
    print(f"to Reference  {microseconds(parse_feed, content):6.1f} us an entry")


if __name__ == "__main__":
    main()
