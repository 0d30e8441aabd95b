"""Work on many files by several processes: the same answers in the same order, and a worker that dies costs none."""

import contextlib
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

from bibtool.errors import BibtoolError

Task = TypeVar("Task")
Answer = TypeVar("Answer")


def perform_all(tasks: Sequence[Task], perform: Callable[[Task], Answer], jobs: int) -> Iterator[Answer]:
    """What `perform` answers to each task, in order. Each of `jobs` forked processes takes every `jobs`-th task."""
    workers: list[_Worker[Task, Answer]] = []
    try:
        with contextlib.suppress(OSError):  # the system gives no more processes or pipes
            for number in range(min(jobs, len(tasks))):
                workers.append(_Worker(tasks[number::jobs], perform, [worker.answers for worker in workers]))
        for number, task in enumerate(tasks):
            worker = workers[number % jobs] if number % jobs < len(workers) else None
            try:
                answer = worker.next_answer() if worker is not None else perform(task)
            except (EOFError, OSError):
                # The worker is dead: killed, or out of memory. What it left undone is done here.
                answer = perform(task)
            yield answer
    finally:
        for worker in workers:
            worker.stop()


class _Worker(Generic[Task, Answer]):
    """A process that performs some tasks and sends the answers as they come."""

    def __init__(self, tasks: Sequence[Task], perform: Callable[[Task], Answer], inherited: Sequence[Connection]) -> None:
        """`inherited`: where the answers of earlier workers arrive, which a forked process would hold open."""
        context = get_context("fork")
        self.answers, sender = context.Pipe(duplex=False)
        closed = (*inherited, self.answers)
        self._process = context.Process(target=_work, args=(tasks, perform, sender, closed), daemon=True)
        self._process.start()
        sender.close()

    def next_answer(self) -> Answer:
        """The answer to its next task. Raises EOFError or OSError where it died."""
        answer: Answer = self.answers.recv()
        return answer

    def stop(self) -> None:
        """Ends the process, if it has not ended."""
        self._process.terminate()
        self._process.join()
        self.answers.close()


def _work(tasks: Sequence[Task], perform: Callable[[Task], Answer], sender: Connection, inherited: Sequence[Connection]) -> None:
    # An interrupt is the parent's to answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # While anybody could still read the answers, sending them to a parent that is gone would wait without end.
    for connection in inherited:
        connection.close()
    for task in tasks:
        try:
            answer = perform(task)
        except (BibtoolError, OSError, MemoryError):
            return  # it is met again in the parent, where it can be told
        try:
            sender.send(answer)
        except OSError:
            return  # the parent is gone
