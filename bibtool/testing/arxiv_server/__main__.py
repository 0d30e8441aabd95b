"""`python -m bibtool.testing.arxiv_server`: the server to play with, on the papers of the corpus or of a snapshot's file."""

import argparse
import sys
from pathlib import Path

from bibtool.testing.arxiv_server import MODES, ArxivServer, corpus_records
from bibtool.testing.arxiv_server.records import CORPUS


def main() -> int:
    """Serves until it is interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--always", default="ok", choices=sorted(MODES), help="how to answer")
    parser.add_argument("--records", type=Path, default=CORPUS, help="a file in the form of arXiv's metadata snapshot")
    options = parser.parse_args()
    server = ArxivServer(corpus_records(options.records), options.port)
    server.script(always=options.always)
    sys.stderr.write(f"BIBT_ARXIV_URL={server.url} BIBT_OAI_URL={server.oai_url} BIBT_ARXIV_DELAY=0.1\n")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
