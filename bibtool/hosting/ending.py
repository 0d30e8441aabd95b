"""What would end the process, or double it, from within a stranger's code: refused while that runs."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from types import FrameType

ENDINGS = ("_exit", "abort", "execv", "execve")
# Of those, what nobody does who means to go on as another program.
SUDDEN_ENDINGS = ("_exit", "abort")
# How long threads that a plugin left running may hold up the end of the process.
GRACE_SECONDS = 5.0
# bibtool's own way out, which stays when the others are refused.
end_now = os._exit


@contextlib.contextmanager
def survived(endings: Sequence[str] = ENDINGS) -> Generator[None]:
    """The block cannot end the process; a copy of the process that it makes ends with it; an interruption is the user's alone."""
    process = os.getpid()
    ways_out = {name: getattr(os, name) for name in (*endings, "kill") if hasattr(os, name)}
    for name, way_out in ways_out.items():
        setattr(os, name, _refused(name, way_out, process))
    try:
        with _interrupted_by_the_user_alone():
            yield
    finally:
        for name, way_out in ways_out.items():
            setattr(os, name, way_out)
        if os.getpid() != process:
            end_now(0)


def end_in_time(status: int) -> None:
    """Sees to it that the process ends though threads of a plugin go on: the guard has given each of them its culprit's name."""
    left = [thread for thread in threading.enumerate() if thread is not threading.current_thread() and not thread.daemon]
    if not left:
        return

    def end() -> None:
        for thread in (thread for thread in left if thread.is_alive()):
            sys.stderr.write(f"bibt: {thread.name} left a thread running; it was ended\n")
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        end_now(max(status, 4))

    timer = threading.Timer(GRACE_SECONDS, end)
    timer.daemon = True
    timer.start()


def _refused(name: str, way_out: Callable[..., object], process: int) -> Callable[..., object]:
    def refused(*arguments: object) -> object:
        # A child of the plugin's own may end as it likes, and a plugin may end its children.
        if os.getpid() != process or (name == "kill" and arguments[:1] != (process,)):
            return way_out(*arguments)
        raise SystemExit(f"os.{name} would end bibt itself")

    return refused


@contextlib.contextmanager
def _interrupted_by_the_user_alone() -> Generator[None]:
    """A KeyboardInterrupt that no signal brought is a failure like any other."""
    is_main = threading.current_thread() is threading.main_thread()
    is_ours = is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    # As in the background of a shell: then nobody can interrupt.
    is_ignored = is_main and signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    signals: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        signals.append(number)
        signal.default_int_handler(number, frame)

    if is_ours:
        signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    except KeyboardInterrupt as error:
        if signals or not (is_ours or is_ignored):
            raise
        raise RuntimeError("KeyboardInterrupt, though nobody interrupted it") from error
    finally:
        if is_ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
