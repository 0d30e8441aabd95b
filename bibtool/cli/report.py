"""What a run says on stderr: one line for each warning and failure, and the exit status that they add up to."""

import sys

from bibtool.errors import BibtoolError
from bibtool.terminal import printable

TYPE_CHECKING = False  # importing typing costs a tenth of `bibt --help`
if TYPE_CHECKING:
    from typing import TextIO

    from bibtool.components import Progress


class Report:
    """Lines to stderr and the highest exit status so far. Takes the progress bar away before it prints."""

    def __init__(self, stream: "TextIO") -> None:
        self.status = 0
        self.progress: Progress | None = None
        self._stream = stream

    def warn(self, line: str) -> None:
        """Prints something that the user should know and that fails nothing."""
        self._print(f"bibt: warning: {line}")

    def note(self, line: str) -> None:
        """Prints what was done."""
        self._print(f"bibt: {line}")

    def fail(self, error: BibtoolError, place: str = "") -> None:
        """Prints a failure, after the place that led to it, and raises the exit status."""
        self.status = max(self.status, error.exit_status)
        self._print(f"bibt: {place}{error}")

    def close(self) -> None:
        """Takes the progress bar away."""
        if self.progress is not None:
            self.progress.close()

    def _print(self, line: str) -> None:
        self.close()
        try:
            # A plugin may have closed the stream; what is there then is what the guard put in its place.
            stream = sys.stderr if self._stream.closed else self._stream
            stream.write(printable(line) + "\n")
        except OSError:
            # Nobody can be told that nobody can be told; the exit status still says it.
            return
