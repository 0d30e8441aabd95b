"""`python -m bibtool` is `bibt`."""

import sys

from bibtool.cli import main

if __name__ == "__main__":
    sys.exit(main())
