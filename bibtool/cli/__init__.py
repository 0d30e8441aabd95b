"""The command `bibt`. What it imports before it knows the command decides how long `bibt --help` takes."""

import sys

from bibtool import __version__


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns the exit status: 0 fine, 1 findings or something not found, 2 usage or input,
    3 a service could not answer, 4 a plugin failed."""
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] in (["--version"], ["-V"]):
        sys.stdout.write(f"bibt {__version__}\n")
        return 0
    from bibtool.cli.run import run

    return run(words)
