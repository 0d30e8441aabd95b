"""Planned files onto the disk: all or none of a file, never over what somebody else has written since."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bibtool.errors import InputError
from bibtool.terminal import printable
from bibtool.writers.atomic import read_existing, replace_file


@dataclass(frozen=True, slots=True)
class Change:
    """A file's bytes as they were read, and as they are to be; None for a file that is not there."""

    path: str
    old: bytes | None
    new: bytes | None


def write(changes: Sequence[Change]) -> bool:
    """Writes the files in this order, each in one step; False, and nothing is written, where one has changed since it was read.

    Raises InputError where a file cannot be written.
    """
    pending = [change for change in changes if change.new is not None and change.new != change.old]
    if not pending:
        return True
    with ExitStack() as stack:
        for folder in sorted({str(Path(os.path.realpath(change.path)).parent) for change in changes}):
            _make(folder)
            stack.enter_context(_alone_in(folder))
        if any(standing(change.path) != change.old for change in changes):
            return False
        for change in pending:
            replace_file(Path(change.path), change.new or b"", unless=change.old)
    return True


def standing(path: str) -> bytes | None:
    """The bytes of a file as it stands; None where there is none, or not even its folder. Raises InputError where it cannot be replaced."""
    return read_existing(Path(path)) if Path(path).parent.exists() else None


def _make(folder: str) -> None:
    """A document may name a file in a folder that nobody has made yet."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{printable(folder)}: there is no such folder, and it cannot be made: {error.strerror}") from error


@contextmanager
def _alone_in(folder: str) -> Iterator[None]:
    """Keeps other runs of bibt out of the folder. The kernel's lock goes with its holder; not every folder knows one."""
    try:
        import fcntl

        descriptor = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        yield
        return
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
