"""Many jobs at once, each result as soon as it is there, and an end at any moment."""

from __future__ import annotations

import ctypes
import queue
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

NAME = "safe-install delivery"
ARENAS = 2
"""Heaps that glibc may keep for all threads; with one for each, 1,763 packages left 110 MB behind that nobody used."""
_M_ARENA_MAX = -8
FAREWELL = 5.0
"""Seconds that a worker gets to clean up after it was told to stop."""


def as_completed(
    work: Callable[[Job], Result], jobs: Sequence[Job], *, workers: int, hang_up: Callable[[], None]
) -> Iterator[Result]:
    """Give the results in the order in which they come; what ``work`` raises is raised here and ends the rest.

    No more than ``workers`` results wait to be taken, so a slow reader slows the workers and not the memory.
    When the reader leaves, by an error, Ctrl-C or choice, no job is begun any more and ``hang_up`` must wake
    whoever waits in a job.
    """
    _share_heaps()
    todo: queue.SimpleQueue[Job] = queue.SimpleQueue()
    done: queue.Queue[Result | _Failure] = queue.Queue(maxsize=workers)
    stop = threading.Event()
    for job in jobs:
        todo.put(job)
    crew = [
        threading.Thread(target=_labour, args=(work, todo, done, stop), name=f"{NAME} {number}", daemon=True)
        for number in range(min(workers, len(jobs)))
    ]
    try:
        for worker in crew:
            worker.start()
        for _ in jobs:
            result = done.get()
            if isinstance(result, _Failure):
                raise result.error
            yield result
    finally:
        stop.set()
        hang_up()
        for worker in crew:
            worker.join(FAREWELL)


def _share_heaps() -> None:
    """Let threads share their memory where the C library can be told so; elsewhere nothing happens."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)


class _Failure:
    """What a job raised, on its way to the reader."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def _labour(
    work: Callable[[Job], Result],
    todo: queue.SimpleQueue[Job],
    done: queue.Queue[Result | _Failure],
    stop: threading.Event,
) -> None:
    while not stop.is_set():
        try:
            job = todo.get_nowait()
        except queue.Empty:
            return
        try:
            result: Result | _Failure = work(job)
        except BaseException as error:  # noqa: BLE001 - it is raised again where the results are read
            result = _Failure(error)
        _hand_over(result, done, stop)


def _hand_over(result: Result | _Failure, done: queue.Queue[Result | _Failure], stop: threading.Event) -> None:
    """Wait until there is room for a result, but not longer than anybody wants it."""
    while not stop.is_set():
        with suppress(queue.Full):
            done.put(result, timeout=0.1)
            return


class Room:
    """So many bytes for all who share it; who wants more than there is in all gets all of it, alone."""

    def __init__(self, size: int) -> None:
        self._size = self._free = size
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, wanted: int) -> Iterator[None]:
        """Wait for room and hold it."""
        share = min(wanted, self._size)
        with self._changed:
            self._changed.wait_for(lambda: self._free >= share)
            self._free -= share
        try:
            yield
        finally:
            with self._changed:
                self._free += share
                self._changed.notify_all()
