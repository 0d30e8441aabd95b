"""Files replaced as a whole or not at all."""

import contextlib
import os
import stat
import tempfile
from pathlib import Path

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
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


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
