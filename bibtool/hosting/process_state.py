"""What a process has one of, and a plugin may change: kept before a stranger's code runs, put back afterwards."""

import locale
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

WATCHED_SIGNALS = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE", "SIGCHLD", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGTSTP")
    if hasattr(signal, name)
]


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that there is once in a process; `value` may raise OSError where it cannot be told."""

    name: str
    value: Callable[[], Any]
    put: Callable[[Any], object]


def _put_environment(values: dict[str, str]) -> None:
    for name in os.environ.keys() - values.keys():
        del os.environ[name]
    os.environ.update(values)


def _put_path(values: list[str]) -> None:
    sys.path[:] = values


def _streams() -> tuple[Any, ...]:
    return sys.stdin, sys.stdout, sys.stderr


def _put_streams(streams: tuple[Any, ...]) -> None:
    sys.stdin, sys.stdout, sys.stderr = streams


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


SETTINGS = (
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
        if before is None or _told(setting) == before:
            continue
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
