"""Who does a fleet's work: processes of this machine, or an engine that is there already. One of them dying stops nobody else."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Self

from safe_install.errors import UsageError

Job = tuple[Callable[..., Any], tuple[Any, ...]]
"""What is called in another process, and with what; both can be sent there, and so can what comes back."""

ENDED = "the process that read it was ended: by the system for want of memory, or by what it read"
_FAREWELL = 5.0  # seconds that a worker has to clean up when whoever started it is gone
EXTRA = "pip install 'safe-install-npm[fleet]'"


class Crew:
    """Does jobs side by side for as long as the ``with`` block lasts; ``hire`` gives so many workers, 0 for as many as there are.

    ``leave`` is called at the end.
    """

    def __init__(self, hire: Callable[[int], Executor], leave: Callable[[], None] = lambda: None) -> None:
        self._hire, self._leave = hire, leave
        self._executor: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._executor:
            if kind is not None and isinstance(self._executor, ProcessPoolExecutor):
                self._executor.shutdown(wait=False, cancel_futures=True)
                for worker in active_children():
                    worker.terminate()
            self._executor.shutdown(wait=kind is None)
        self._leave()

    def work(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Any]]:
        """Give each job's number and result as it is done; a text in its place says why there is none.

        When a worker dies, nobody knows over which job: those that are left are done one by one, and the one that kills again is it.
        """
        left = dict(enumerate(jobs))
        for number, future in self._side_by_side(left):
            try:
                result = future.result()
            except BrokenExecutor:
                continue
            except Exception as error:  # noqa: BLE001 - a defect that one project meets must not hide the others
                result = f"this program failed on it ({type(error).__name__}); please report that"
            del left[number]
            yield number, result
        if left:
            yield from self._one_by_one(left)

    def _side_by_side(self, jobs: dict[int, Job]) -> Iterator[tuple[int, Future[Any]]]:
        if not jobs:
            return
        self._executor = self._executor or self._hire(0)
        numbers: dict[Future[Any], int] = {}
        try:
            for number, (function, words) in jobs.items():
                numbers[self._executor.submit(function, *words)] = number
        except BrokenExecutor:  # already; whoever was not handed in is done one by one
            pass
        for future in as_completed(list(numbers)):
            yield numbers.pop(future), future

    def _one_by_one(self, jobs: dict[int, Job]) -> Iterator[tuple[int, Any]]:
        alone: Executor | None = None
        self._executor = None  # it is broken
        for number, (function, words) in jobs.items():
            alone = alone or self._hire(1)
            try:
                result = alone.submit(function, *words).result()
            except BrokenExecutor:
                alone, result = None, ENDED
            except Exception as error:  # noqa: BLE001 - see above
                result = f"this program failed on it ({type(error).__name__}); please report that"
            yield number, result
        if alone:
            alone.shutdown()


def processes(jobs: int) -> Crew:
    """Give a crew of processes of this machine."""
    return Crew(lambda number: ProcessPoolExecutor(number or jobs, mp_context=get_context("spawn"), initializer=_begin))


def engine(address: str) -> Crew:
    """Give the crew of a Dask cluster by the address of its scheduler; UsageError without the extra, or without a cluster."""
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("What speaks to a Dask cluster is not installed.", hint=EXTRA) from error
    try:
        connect: Any = Client  # half typed, and not there without the extra
        client = connect(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(f"There is no Dask scheduler at {address!a}.", hint="--on tcp://HOST:8786") from error
    return Crew(lambda _: client.get_executor(pure=False, retries=1), client.close)


def _begin() -> None:
    """Let Ctrl-C be the business of whoever started this process, stop a job in good order when told to, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if (parent := parent_process()) is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_FAREWELL)
    os._exit(1)
