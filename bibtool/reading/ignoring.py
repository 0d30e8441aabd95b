"""Which files of a folder Git ignores (gitignore(5)): by the patterns of the folder, of the repository around it, and of the user."""

import os
import re
import stat
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bibtool.errors import InputError
from bibtool.reading.unfolding import reason
from bibtool.terminal import printable

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_EXCLUDES_FILE = re.compile(r"^\s*excludes-?file\s*=\s*\"?([^\"\n#;]+?)\"?\s*$", re.IGNORECASE | re.MULTILINE)


class Patterns(NamedTuple):
    """The patterns of one file. A path goes by `prefix` and what is behind its first `cut` characters."""

    cut: int
    prefix: str
    spec: "GitIgnoreSpec"


# Those that hold in a folder, the weakest first.
Ignored = tuple[Patterns, ...]


class IgnoreFiles:
    """Reads the files of patterns; `fail` is told of those that cannot be read, and they count as empty."""

    def __init__(self, folder: str, fail: Callable[[InputError], None]) -> None:
        self._folder, self._fail = folder, fail

    @cached_property
    def around(self) -> Ignored:
        """The patterns that come from outside of the folder; none where they name the folder itself, which a user asked for."""
        folder = os.path.abspath(self._folder)
        root = next((parent for parent in _parents(folder) if os.path.exists(os.path.join(parent, ".git"))), None)
        if root is None:
            return ()
        above = [parent for parent in _parents(folder) if len(parent) >= len(root) and parent != folder]
        sources = [(root, _users_file()), (root, os.path.join(_repository(root), "info", "exclude"))]
        sources += [(place, os.path.join(place, ".gitignore")) for place in reversed(above)]
        found = []
        for place, path in sources:
            if os.path.lexists(path) and (spec := self._read(path)) is not None:
                inner = "" if folder == place else os.path.relpath(folder, place).replace(os.sep, "/") + "/"
                if inner and is_ignored(inner, (Patterns(0, "", spec),), is_folder=False):
                    return ()
                found.append(Patterns(len(os.path.join(self._folder, "")), inner, spec))
        return tuple(found)

    def within(self, folder: str) -> Ignored:
        """The patterns of the .gitignore in a folder."""
        spec = self._read(os.path.join(folder, ".gitignore"))
        return () if spec is None else (Patterns(len(os.path.join(folder, "")), "", spec),)

    def _read(self, path: str) -> "GitIgnoreSpec | None":
        try:
            lines = _lines(path)
        except OSError as error:
            self._fail(InputError(f"{printable(path)}: {reason(error)}; its patterns are not followed"))
            return None
        return _spec(lines) or _spec([line for line in lines if _spec([line])])


def is_ignored(path: str, ignored: Ignored, *, is_folder: bool) -> bool:
    """Whether the patterns say so; the last that have an opinion count."""
    for cut, prefix, spec in reversed(ignored):
        relative = prefix + path[cut:].replace(os.sep, "/") + ("/" if is_folder else "")
        include = spec.check_file(relative).include
        if include is not None:
            return include
    return False


def _spec(lines: list[str]) -> "GitIgnoreSpec | None":
    """What the lines say; None where one of them is no pattern, which Git passes over."""
    from pathspec import GitIgnoreSpec

    try:
        # The other backends take no names but UTF-8, and compile for longer than most folders take to match.
        return GitIgnoreSpec.from_lines(lines, backend="simple")
    except (ValueError, re.error):
        return None


def _lines(path: str) -> list[str]:
    # A FIFO would wait for a writer.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, encoding="utf-8-sig", errors="surrogateescape") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a regular file")
        return stream.read().split("\n")


def _parents(folder: str) -> Iterator[str]:
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _repository(root: str) -> str:
    """The folder in which Git keeps what all working trees of a repository share."""
    place = os.path.join(root, ".git")
    try:
        with open(place, encoding="utf-8", errors="surrogateescape") as pointer:
            place = os.path.join(root, pointer.read().removeprefix("gitdir:").strip())
        with open(os.path.join(place, "commondir"), encoding="utf-8", errors="surrogateescape") as pointer:
            return os.path.join(place, pointer.read().strip())
    except OSError:
        return place  # .git is the folder itself, or there is one working tree


def _users_file() -> str:
    """The file of patterns that hold in every repository of a user (`core.excludesFile` of git-config(1))."""
    home = os.path.expanduser("~")
    settings = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    for path in (os.path.join(home, ".gitconfig"), os.path.join(settings, "git", "config")):
        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as stream:
                named = _EXCLUDES_FILE.search(stream.read())
        except OSError:
            continue
        if named:
            return os.path.join(home, os.path.expanduser(named[1]))
    return os.path.join(settings, "git", "ignore")
