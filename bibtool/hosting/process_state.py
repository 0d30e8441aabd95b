"""What a process has one of, and a plugin may change: kept before a stranger's code runs, put back afterwards."""

import builtins
import gc
import locale
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from functools import lru_cache
from operator import ne
from typing import Any

from bibtool.frozen import dataclass

WATCHED_SIGNALS = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE", "SIGCHLD", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGTSTP")
    if hasattr(signal, name)
]


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that there is once in a process; `value` may raise OSError where it cannot be told.

    `differs` says of the values before and after whether somebody is to be blamed.
    """

    name: str
    value: Callable[[], Any]
    put: Callable[[Any], object]
    differs: Callable[[Any, Any], bool] = ne


def _put_environment(values: dict[str, str]) -> None:
    for name in os.environ.keys() - values.keys():
        del os.environ[name]
    os.environ.update(values)


def _put_path(values: list[str]) -> None:
    sys.path[:] = values


def _streams() -> tuple[Any, ...]:
    streams = sys.stdin, sys.stdout, sys.stderr
    return (*streams, *(getattr(stream, "closed", True) for stream in streams))


def _put_streams(values: tuple[Any, ...]) -> None:
    sys.stdin, sys.stdout, sys.stderr = values[:3]
    if getattr(sys.stderr, "closed", False):
        # What is closed stays closed, and somebody has to be told of it.
        sys.stderr = open(_kept_stderr(), "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115


def _umask() -> int:
    # It can be read only by being set. The strictest value is the safe one for the moment in between.
    mask = os.umask(0o777)
    os.umask(mask)
    return mask


def _signal_handlers() -> dict[int, Any]:
    if threading.current_thread() is not threading.main_thread():
        return {}
    return {number: handler for number in WATCHED_SIGNALS if (handler := signal.getsignal(number)) is not None}


def _put_signal_handlers(handlers: dict[int, Any]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)


def _put_filters(filters: list[Any]) -> None:
    warnings.filters[:] = filters  # type: ignore[index]  # typeshed has it as a Sequence; it is a list
    with warnings.catch_warnings():
        pass  # on the way out it tells the interpreter that the list has changed


def _blankets(filters: list[Any]) -> list[Any]:
    """Filters for every warning. Libraries bring filters for single ones of their own as they are imported."""
    return [found for found in filters if found[1] is None and found[2] is Warning and found[3] is None]


def _logging() -> tuple[Any, ...]:
    """The root logger's level and handlers, and what is disabled; what they are before anybody imports the module."""
    logging = sys.modules.get("logging")
    return (30, (), 0) if logging is None else (logging.root.level, tuple(logging.root.handlers), logging.root.manager.disable)


def _put_logging(values: tuple[Any, ...]) -> None:
    import logging

    logging.root.setLevel(values[0])
    logging.root.handlers[:] = values[1]
    logging.disable(values[2])


def _stderr() -> tuple[int, int]:
    _kept_stderr()
    status = os.fstat(2)
    return status.st_dev, status.st_ino


@lru_cache(maxsize=1)
def _kept_stderr() -> int:
    """A second way to standard error, for when the first one is led elsewhere."""
    return os.dup(2)


def _socket_timeout() -> tuple[float | None]:
    socket = sys.modules.get("socket")
    return (socket.getdefaulttimeout() if socket else None,)


def _put_socket_timeout(value: tuple[float | None]) -> None:
    sys.modules["socket"].setdefaulttimeout(value[0])


def _put_builtins(values: dict[str, Any]) -> None:
    for name in vars(builtins).keys() - values.keys():
        delattr(builtins, name)
    vars(builtins).update(values)


def _put_hook(hook: Any) -> None:
    sys.excepthook = hook


SETTINGS = (
    Setting("the builtins", lambda: {**vars(builtins), "_": None}, _put_builtins),
    Setting("standard error", _stderr, lambda _: os.dup2(_kept_stderr(), 2)),
    Setting("the filters of warnings", lambda: list(warnings.filters), _put_filters, lambda old, new: _blankets(old) != _blankets(new)),
    Setting("logging", _logging, _put_logging),
    Setting("the time limit of sockets", _socket_timeout, _put_socket_timeout),
    Setting("the garbage collector", gc.isenabled, lambda was_on: gc.enable() if was_on else gc.disable()),
    Setting("the hook for exceptions", lambda: sys.excepthook, _put_hook),
    Setting("the working directory", os.getcwd, os.chdir),
    Setting("the environment", os.environ.copy, _put_environment),
    Setting("sys.path", sys.path.copy, _put_path),
    Setting("the standard streams", _streams, _put_streams),
    Setting("the recursion limit", sys.getrecursionlimit, sys.setrecursionlimit),
    Setting("the locale", lambda: locale.setlocale(locale.LC_ALL), lambda value: locale.setlocale(locale.LC_ALL, value)),
    Setting("the mask of new files", _umask, os.umask),
    Setting("the signal handlers", _signal_handlers, _put_signal_handlers),
)


def keep() -> list[Any]:
    """The values as they are."""
    return [_told(setting) for setting in SETTINGS]


def put_back(values: list[Any]) -> list[str]:
    """Puts the values back where they changed, and returns the names of those."""
    changed = []
    for setting, before in zip(SETTINGS, values, strict=True):
        after = _told(setting)
        if before is None or after == before:
            continue
        if setting.differs(before, after):
            changed.append(setting.name)
        try:
            setting.put(before)
        except (OSError, ValueError, locale.Error):
            # A folder that was deleted cannot be gone back to; that it changed is said all the same.
            continue
    return changed


def _told(setting: Setting) -> Any:
    try:
        return setting.value()
    except OSError:
        return None
