"""Files replaced as a whole or not at all."""

import contextlib
import os
import re
import stat
import tempfile
from pathlib import Path
from typing import IO

from bibtool.errors import InputError
from bibtool.terminal import printable


def read_existing(path: Path) -> bytes | None:
    """The bytes of the file that an output would replace; None where there is none. Raises InputError where it cannot be replaced."""
    name = printable(str(path))
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise InputError(f"{name}: cannot be written: there is no folder {printable(str(path.parent))}") from None
        return None
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: cannot be written: {_reason(error)}") from error
    if stat.S_ISDIR(mode):
        raise InputError(f"{name}: is a folder; name a file in it")
    if not stat.S_ISREG(mode):
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {_reason(error)}") from error


def replace_file(path: Path, content: bytes, unless: bytes | None = None) -> None:
    """Puts the content into the file in one step: it holds the old bytes or the new ones, whatever happens.

    A file that holds the content already keeps its time stamp; a link stays a link, permissions stay. Raises InputError.
    """
    if content == unless:
        return
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(content)
            return
        _swap(target, content)
    except OSError as error:
        raise InputError(f"{printable(str(path))}: cannot be written: {_reason(error)}") from error


def _swap(target: Path, content: bytes) -> None:
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(13, "permission denied")
    _clean(target)
    with _temporary(target) as stream:
        temporary = Path(stream.name)
        try:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
            temporary.chmod(_mode(target))
            temporary.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise


def _temporary(target: Path) -> IO[bytes]:
    """A new file beside the target, locked for as long as it is open, so that it shows whether its writer lives."""
    while True:
        stream = tempfile.NamedTemporaryFile(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent, delete=False)  # noqa: SIM115 - the caller's
        if _is_locked_by_us(stream.fileno(), waits=True) is None or os.fstat(stream.fileno()).st_nlink:
            return stream
        stream.close()  # somebody has taken it for left behind before it was locked


def _clean(target: Path) -> None:
    """Takes away what a killed run has left beside the target: the kernel's lock on it has gone with its writer."""
    left = re.compile(rf"\.{re.escape(target.name)}\.[a-z0-9_]{{8}}\.tmp")
    for path in target.parent.iterdir():
        if left.fullmatch(path.name):
            with contextlib.suppress(OSError), path.open("rb") as stream:
                if _is_locked_by_us(stream.fileno(), waits=False):
                    path.unlink()


def _is_locked_by_us(descriptor: int, *, waits: bool) -> bool | None:
    """Whether the lock could be had; None where there are no such locks."""
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except (ImportError, OSError):
        return None
    return True


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced, or those that the user's mask gives a new one."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return f"{text[:1].lower()}{text[1:]}"
