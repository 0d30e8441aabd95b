"""One request at a time, and a pause after each, over all processes of the machine.

The lock is the kernel's, so it goes with its holder, even one that is killed. Times are those of `time.monotonic`, which all processes of
a machine share and no change of the wall clock moves; a stamp from before the last start of the machine never asks for more than the cap.
"""

import hashlib
import os
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path

from bibtool.pausing import pause

# However long a stamp, or a service, asks to wait: no single pause is longer.
MAX_PAUSE_SECONDS = 60.0
# A service may go on with a request for a while after the process that sent it was killed.
ORPHAN_SECONDS = 2.0
POLL_SECONDS = 0.02
# A turn is a pause and an answer.
LONGEST_TURN_SECONDS = 300.0
# Not the folder that TMPDIR names, which may be another for each process.
FOR_ALL = Path("/tmp/bibtool-turns")  # noqa: S108  # nothing is kept there but stamps, and what is no plain file or folder is left alone
OPEN_TO_ALL = 0o1777


class LateError(Exception):
    """The deadline would pass before the turn comes; says how long it would have been, or who holds it."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as a test can pass it too."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = pause


@dataclass(slots=True)
class Stamp:
    """What the last request left behind: when it ended, and until when its service asked for quiet."""

    ended: float
    quiet_until: float = 0.0

    @classmethod
    def parse(cls, text: str, now: float) -> "Stamp":
        """A stamp that cannot be read is one whose writer was killed in the middle of a request: as if that ended in a moment."""
        try:
            ended, quiet_until = (float(part) for part in text.split())
            if not (isfinite(ended) and isfinite(quiet_until)):
                raise ValueError("no time")
        except ValueError:
            return cls(now, now + ORPHAN_SECONDS) if text else cls(-MAX_PAUSE_SECONDS)
        return cls(min(ended, now), quiet_until)

    def pause(self, delay_seconds: float, now: float) -> float:
        wanted = max(self.ended + delay_seconds, self.quiet_until) - now
        return min(max(wanted, 0.0), max(delay_seconds, MAX_PAUSE_SECONDS))


@dataclass(slots=True)
class Turnstile:
    """Gives turns at one host. `folder` is where the processes of one user meet; without it only this process is paced."""

    host: str
    folder: Path | None
    clock: Clock = field(default_factory=Clock)
    announce: Callable[[str], None] = lambda message: None
    _own: str = ""

    @contextmanager
    def turn(self, delay_seconds: float, deadline: float | None) -> Iterator[Stamp]:
        """Waits for the turn and holds it. What the block leaves in `quiet_until` binds the next. Raises LateError."""
        descriptor = self._opened()
        try:
            if descriptor is not None:
                self._acquire(descriptor, deadline)
            stamp = Stamp.parse(self._read(descriptor), self.clock.now())
            self._wait(stamp.pause(delay_seconds, self.clock.now()), deadline)
            self._write(descriptor, "busy")
            following = Stamp(0.0)
            try:
                yield following
            finally:
                self._write(descriptor, f"{self.clock.now()!r} {following.quiet_until!r}")
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def forget(self) -> None:
        """Takes back what earlier requests left behind."""
        if self.folder is not None:
            with suppress(OSError):
                (self.folder / self._name).unlink()

    @property
    def _name(self) -> str:
        return f"{hashlib.sha256(self.host.encode()).hexdigest()[:16]}.turn"

    def _opened(self) -> int | None:
        if self.folder is None:
            return None
        try:
            return _open_for_all(self.folder / self._name)
        except OSError:
            return None

    def _acquire(self, descriptor: int, deadline: float | None) -> None:
        announced, stamp, since = False, "", self.clock.now()
        while not _locked(descriptor):
            before, stamp = stamp, self._read(descriptor)
            if stamp != before:
                since = self.clock.now()
            elif self.clock.now() - since > LONGEST_TURN_SECONDS:
                # Its holder was stopped, perhaps another user's: nobody has to wait for that.
                return
            if deadline is not None and self.clock.now() >= deadline:
                raise LateError("another bibt was asking it all the time")
            if not announced:
                self.announce(f"waiting for another bibt that is asking {self.host}")
                announced = True
            pause(POLL_SECONDS)

    def _wait(self, seconds: float, deadline: float | None) -> None:
        if not seconds:
            return
        if deadline is not None and self.clock.now() + seconds > deadline:
            raise LateError(f"it is to be left alone for another {seconds:.0f} s")
        self.announce(f"waiting {seconds:.0f} s for {self.host}")
        self.clock.sleep(seconds)

    def _read(self, descriptor: int | None) -> str:
        if descriptor is None:
            return self._own
        os.lseek(descriptor, 0, os.SEEK_SET)
        return os.read(descriptor, 100).decode("ascii", "replace")

    def _write(self, descriptor: int | None, text: str) -> None:
        self._own = text
        if descriptor is None:
            return
        try:
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, text.encode())
            os.ftruncate(descriptor, len(text))
        except OSError:
            # A full disk costs the stamp, not the request: the file then reads as that of a killed process.
            return


def meeting_folder() -> Path | None:
    """Where all processes of this machine meet, whatever user, cache and temporary folder each of them has; those of this user, where
    there is no place for all; None where there is none at all."""
    own = Path(tempfile.gettempdir()) / f"bibtool-{os.getuid() if hasattr(os, 'getuid') else 'turns'}"
    return _shared_folder(FOR_ALL) or _own_folder(own)


def _shared_folder(folder: Path) -> Path | None:
    """The folder, if everybody may write there and nobody may take away what is another's."""
    if not hasattr(os, "getuid"):
        return None
    try:
        with suppress(FileExistsError), _mode_as_asked():
            folder.mkdir(OPEN_TO_ALL)
        there = folder.lstat()
    except OSError:
        return None
    return folder if stat.S_ISDIR(there.st_mode) and stat.S_IMODE(there.st_mode) == OPEN_TO_ALL else None


@contextmanager
def _mode_as_asked() -> Iterator[None]:
    """What is made in the block has its mode at once, so that no other user meets it closed."""
    umask = os.umask(0)
    try:
        yield
    finally:
        os.umask(umask)


def _own_folder(folder: Path) -> Path | None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = folder.lstat()
    except OSError:
        return None
    is_ours = not hasattr(os, "getuid") or owner.st_uid == os.getuid()
    return folder if is_ours and not folder.is_symlink() and os.access(folder, os.W_OK) else None


def _open_for_all(path: Path) -> int:
    """A descriptor of the file, which everybody may open; it is made where it is not there. Raises OSError."""
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
    for _ in range(2):
        # Apart, because Linux lets nobody open with O_CREAT what another user has made in such a folder.
        with suppress(FileNotFoundError):
            return _regular(os.open(path, flags))
        with suppress(FileExistsError), _mode_as_asked():
            return os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o666 if path.parent == FOR_ALL else 0o600)
    raise FileNotFoundError(path)


def _regular(descriptor: int) -> int:
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError("not a regular file")


if sys.platform == "win32":
    import msvcrt

    def _locked(descriptor: int) -> bool:
        # The lock is mandatory here: it covers a byte behind the stamp, which stays readable.
        os.lseek(descriptor, 1000, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
