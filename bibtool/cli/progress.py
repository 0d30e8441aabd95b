"""A progress bar on stderr for long work, when stderr is a terminal."""

import sys
from typing import Any

from bibtool.terminal import printable


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
