"""Stands between the core and a stranger's code: the only broad `except` of the project."""

import contextlib
import io
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from types import FrameType
from typing import Any, get_args, get_origin

from bibtool.errors import BibtoolError, PluginError
from bibtool.frozen import dataclass
from bibtool.hosting import process_state
from bibtool.hosting.ending import SUDDEN_ENDINGS, end_now, survived
from bibtool.hosting.shapes import is_whole, misfit
from bibtool.terminal import printable

# What swallows the first interruption gets another one each half second; after so many the process ends: nothing else can stop it.
MAX_INTERRUPTIONS = 20
INTERRUPTION_SECONDS = 0.5
# Of what a plugin prints in one call, no more than this is shown.
MAX_PRINTED_BYTES = 64_000
STDOUT = 1


class HungError(PluginError):
    """A plugin that took too long; it is not asked again."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Makes whatever goes wrong in one stranger's code a PluginError that names the culprit.

    What it prints goes to stderr under its name, whatever it changed of the process is put back and said to `complain`. Without
    `seconds` the code may take as long as it likes, print, and change what it likes: that is for commands.
    """

    culprit: str
    seconds: float | None
    complain: Callable[[PluginError], None]

    @contextlib.contextmanager
    def __call__(self) -> Generator[None]:
        """The block under guard."""
        try:
            if self.seconds is None:
                with survived(SUDDEN_ENDINGS):
                    yield
                return
            with survived(), self._unchanged(), self._printed_aside(), _interrupted_after(self.seconds, self.culprit):
                yield
        except (BibtoolError, KeyboardInterrupt):
            raise
        except TimeoutError as error:
            raise HungError(f"{self.culprit} failed: {_words(error)}") from error
        except BaseException as error:
            raise PluginError(f"{self.culprit} failed: {_words(error)}") from error

    def wrap(self, function: Callable[..., Any], returns: Any = Any) -> Callable[..., Any]:
        """The function under guard, and what it returns held against `returns`; where that is an iterator, each step of it too."""

        def guarded(*arguments: Any, **named: Any) -> Any:
            with self():
                result = function(*arguments, **named)
                if returns is not None:
                    self.check(result, returns)
            return self._steps(result, returns) if isinstance(result, Iterator) else result

        return guarded

    def check(self, value: object, expected: Any) -> None:
        """Raises PluginError where the value has not the shape that was promised."""
        if wrong := misfit(value, expected):
            raise PluginError(f"{self.culprit} returned {wrong}")
        if expected is str and not is_whole(str(value)):
            raise PluginError(f"{self.culprit} returned a text with half a character (a lone surrogate), which cannot be written")
        if get_origin(expected) is not None and isinstance(value, Iterable) and not isinstance(value, Iterator):
            for element in value:
                self._check_element(element, expected)

    def _steps(self, iterator: Iterator[Any], returns: Any) -> Iterator[Any]:
        while True:
            with self():
                step = next(iterator, _END)
                if isinstance(step, _End):
                    return
                self._check_element(step, returns)
            yield step

    def _check_element(self, element: object, returns: Any) -> None:
        if (parts := get_args(returns)) and (wrong := misfit(element, parts[0])):
            raise PluginError(f"{self.culprit} returned {wrong}")

    @contextlib.contextmanager
    def _unchanged(self) -> Generator[None]:
        values, threads = process_state.keep(), set(threading.enumerate())
        try:
            yield
        finally:
            for thread in set(threading.enumerate()) - threads:
                # Whoever holds up the end of the process is then known by name.
                thread.name = self.culprit
            if changed := process_state.put_back(values):
                self.complain(PluginError(f"{self.culprit} changed {', '.join(changed)} of the process; that was put back"))

    @contextlib.contextmanager
    def _printed_aside(self) -> Generator[None]:
        """Whatever is printed inside, through Python or not, goes to stderr with the culprit's name instead of into our own output."""
        with contextlib.suppress(AttributeError, ValueError):
            sys.stdout.flush()
        with tempfile.TemporaryFile() as aside, io.TextIOWrapper(io.FileIO(os.dup(aside.fileno()), "w"), "utf-8", "replace") as text:
            try:
                with _descriptor_at(aside.fileno()), contextlib.redirect_stdout(text):
                    yield
            finally:
                with contextlib.suppress(ValueError):
                    text.flush()
                aside.seek(0)
                printed = aside.read(MAX_PRINTED_BYTES).decode("utf-8", "replace").splitlines()
                for line in printed:
                    sys.stderr.write(f"bibt: {self.culprit} printed: {printable(line)}\n")
                if printed:
                    self.complain(PluginError(f"{self.culprit} printed where only results may stand"))


class _End:
    """What `next` gives when an iterator is done."""


_END = _End()


def _words(error: BaseException) -> str:
    """An exception's type and message in one line; a stranger's exception may fail even at that."""
    try:
        said = str(error)
    except Exception:
        said = "(its message cannot be read)"
    return f"{type(error).__name__}: {printable(said[:500])}"


@contextlib.contextmanager
def _descriptor_at(target: int) -> Generator[None]:
    try:
        kept = os.dup(STDOUT)
    except OSError:
        # Standard output is closed: nothing can be spoilt.
        yield
        return
    os.dup2(target, STDOUT)
    try:
        yield
    finally:
        with contextlib.suppress(AttributeError, ValueError):
            sys.__stdout__.flush()  # type: ignore[union-attr]  # it is None where a process has no standard output
        os.dup2(kept, STDOUT)
        os.close(kept)


@contextlib.contextmanager
def _interrupted_after(seconds: float, culprit: str) -> Generator[None]:
    """Raises TimeoutError inside the block after `seconds`, where the platform and the thread allow it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    interruptions = 0

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        nonlocal interruptions
        interruptions += 1
        if interruptions > MAX_INTERRUPTIONS:
            os.write(2, f"bibt: {culprit} cannot be stopped; nothing was written\n".encode("utf-8", "replace"))
            end_now(PluginError.exit_status)
        raise TimeoutError(f"no answer within {seconds:g} s")

    handler_before = signal.signal(signal.SIGALRM, interrupt)
    timer_before = signal.setitimer(signal.ITIMER_REAL, seconds, INTERRUPTION_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer_before)
        signal.signal(signal.SIGALRM, handler_before)
