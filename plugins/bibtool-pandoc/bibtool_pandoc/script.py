"""The program `bibt-pandoc`, which pandoc calls as a filter: `bibt pandoc filter`."""

import subprocess
import sys


def main() -> int:
    """Runs bibt in this Python, whatever `bibt` on the path is. With a document to pass on the status is 0, whatever was missing in it:
    pandoc would throw the whole document away."""
    command = [sys.executable, "-m", "bibtool", "pandoc", "filter", *sys.argv[1:2]]
    ran = subprocess.run(command, stdout=subprocess.PIPE, check=False)  # noqa: S603 - no shell, and our own program
    sys.stdout.buffer.write(ran.stdout)
    return 0 if ran.stdout else ran.returncode
