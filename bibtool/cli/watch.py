"""`bibt watch`: the bibliography of a document follows what its author writes, at every save."""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from bibtool.cited import Cited
from bibtool.cli.following import add_sync_options, bring_up_to_date
from bibtool.errors import BibtoolError
from bibtool.reading.citing import cited_by
from bibtool.terminal import printable
from bibtool.workspace import Workspace

# A few dozen files are looked at; a library that listens to the system would wake sooner, and not see every network folder.
POLL_SECONDS = 0.3

# Of each file what changes with every save, whichever way an editor saves; None where there is no file.
State = dict[str, tuple[int, int, int] | None]


def configure(parser: ArgumentParser) -> None:
    """What is watched."""
    parser.add_argument(
        "main", metavar="MAIN", help="the document, in any language that `bibt sync` knows; what it draws in is watched, too"
    )
    add_sync_options(parser)


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Brings the bibliography up to date at once, and after each change, until it is interrupted."""
    watch = _Watch(arguments, workspace)
    watch.look(is_first=True)
    workspace.note(f"{printable(arguments.main)}: watching {len(watch.documents)} files; Ctrl-C ends it")
    try:
        while True:
            watch.wait()
            watch.look()
    except KeyboardInterrupt:
        return 0


class _Watch:
    """A document under watch, and what it cited when it was last looked at."""

    def __init__(self, arguments: Namespace, workspace: Workspace) -> None:
        self._arguments, self._main, self._workspace = arguments, arguments.main, workspace
        self.documents: tuple[str, ...] = ()
        self._cited = Cited()
        self._state: State = {}

    def look(self, *, is_first: bool = False) -> None:
        """Reads the document, and brings its bibliography up to date where what it cites, or the bibliography, has changed."""
        asked: dict[str, None] = {self._main: None}
        # Taken before anything is read: what changes from here on is seen at the next look.
        before = _state_of([*self._state, self._main])
        try:
            cited = cited_by(self._main, self._workspace.host.citation_finders, asked)
        except BibtoolError as error:
            if is_first:
                raise
            self._workspace.warn(str(error))  # an editor is about to put the file back, or the author will
            self._state = _state_of(asked) | before
            return
        read = _state_of(asked) | {path: stamp for path, stamp in before.items() if path in asked}
        files = [one.path for one in cited.bibliographies]
        has_changed = (
            is_first or _what_counts(cited) != _what_counts(self._cited) or _state_of(files) != {one: self._state.get(one) for one in files}
        )
        if has_changed:
            self._bring_up_to_date(cited)
        self._cited, self.documents = cited, cited.documents
        self._state = _state_of(files) | read

    def wait(self) -> None:
        """Returns when a file has changed and stayed as it is for a moment."""
        before = self._state
        while (now := _state_of(before)) == before:
            time.sleep(POLL_SECONDS)
        while True:
            time.sleep(POLL_SECONDS)
            if (later := _state_of(before)) == now:
                return
            now = later

    def _bring_up_to_date(self, cited: Cited) -> None:
        """In a workspace of its own, so that a service has its full time at each change, and a failure does not count for ever."""
        workspace = replace(self._workspace, fail=lambda error: self._workspace.warn(str(error)))
        try:
            bring_up_to_date(self._main, cited, self._arguments, workspace)
        except BibtoolError as error:
            workspace.fail(error)
        finally:
            workspace.close()


def _what_counts(cited: Cited) -> tuple[object, ...]:
    return (set(cited.citekeys), [one.path for one in cited.bibliographies], cited.style, cited.package, cited.engine)


def _state_of(paths: Iterable[str]) -> State:
    return {path: _stamp(path) for path in paths}


def _stamp(path: str) -> tuple[int, int, int] | None:
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
