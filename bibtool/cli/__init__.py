"""The command `bibt`. What it imports before it knows the command decides how long `bibt --help` takes."""

import gc
import os
import sys

from bibtool import __version__


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns the exit status: 0 fine, 1 findings or something not found, 2 usage or input,
    3 a service could not answer, 4 a plugin failed."""
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] in (["--version"], ["-V"]):
        return _version()
    # A run makes much and drops little of it: looking for what it dropped as often as Python does is a tenth of its time.
    gc.set_threshold(100_000)
    from bibtool.cli.run import run

    status = run(words)
    if arguments is None:
        gc.freeze()  # the process ends here: nothing is looked for in what ends with it
    if arguments is None and "bibtool.hosting.ending" in sys.modules:
        # Plugins ran in it.
        sys.modules["bibtool.hosting.ending"].end_in_time(status)
    return status


def _version() -> int:
    if sys.stdout is None:
        sys.stdout = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - opened to read, so that the write fails
    try:
        sys.stdout.write(f"bibt {__version__}\n")
        sys.stdout.flush()
    except OSError as error:
        sys.stderr.write(f"bibt: standard output cannot be written: {error.strerror or error}\n")
        sys.stdout = None  # nobody takes what it still holds
        return 2
    return 0
