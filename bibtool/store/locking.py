"""Locks between processes: the kernel's, which go with their holder, however that ends."""

import os
import time
from pathlib import Path

from bibtool.pausing import pause

POLL_SECONDS = 0.05


def locked(path: Path, deadline: float | None = None) -> int | None:
    """A descriptor that holds the lock on this file, waited for; None where none can be had, or not before `deadline`, which is in
    seconds of `time.monotonic()`."""
    try:
        import fcntl

        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except (OSError, ImportError):
        return None
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if isinstance(error, BlockingIOError) and (deadline is None or time.monotonic() < deadline):
                pause(POLL_SECONDS)
                continue
            os.close(descriptor)
            return None
        return descriptor
