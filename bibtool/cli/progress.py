"""A progress bar on stderr for long work, when stderr is a terminal."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from bibtool.components import Progress
from bibtool.terminal import printable

# No sooner, and no more often, is it said what is being read.
TOLD_EVERY_SECONDS = 0.3
Part = TypeVar("Part")


class Bar:
    """tqdm's bar with what it waits for in front, or that alone where there is no total; it leaves nothing behind."""

    def __init__(self) -> None:
        self._bar: Any = None

    def update(self, message: str, done: int, total: int | None) -> None:
        """Shows that `done` of `total` is done, and what happens now."""
        from tqdm import tqdm

        form = None if total else "{desc} [{elapsed}]" if not done else "{desc}: {n} [{elapsed}]"
        if self._bar is None:
            self._bar = tqdm(desc=printable(message), total=total, bar_format=form, file=sys.stderr, leave=False, dynamic_ncols=True)
        self._bar.total, self._bar.bar_format, self._bar.n = total, form, done
        self._bar.set_description_str(printable(message), refresh=False)
        self._bar.refresh()

    def close(self) -> None:
        """Takes the bar away; the next update brings another."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class Reading:
    """What is being read, shown once that takes long: the file and which of how many it is, or the page or member within it."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._last = progress, time.monotonic()
        self._done, self._total = 0, 0

    def each(self, parts: Sequence[Part], name: Callable[[Part], str]) -> Iterator[Part]:
        """The files, or parts of a folder, each shown when its turn comes."""
        self._total = len(parts)
        for self._done, part in enumerate(parts):
            self.tell(name(part))
            yield part

    def lines(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The lines, the bar taken away before they are printed and when they end."""
        for some in lines:
            self._progress.close()
            yield some
        self._progress.close()

    def tell(self, name: str) -> None:
        """Shows what is read now."""
        now = time.monotonic()
        if now - self._last > TOLD_EVERY_SECONDS:
            self._last = now
            self._progress.update(f"reading {name}", self._done, self._total or None)
