"""`python -m tests.arxiv_server`: the local server of `bibtool.testing`, to play with; it serves the papers of the corpus."""

from bibtool.testing.arxiv_server.__main__ import main

if __name__ == "__main__":
    raise SystemExit(main())
