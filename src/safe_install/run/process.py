"""One foreign process, from start to the end of everything it started: bounded in time and in what it may say."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

HALF = 1024 * 1024
"""Output keeps this many bytes of its beginning and as many of its end."""
_TICK = 0.05
_GRACE = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """How a process ended: ``exit_code`` is None when it was stopped, -n when signal n ended it.

    ``stopped`` says why it was stopped, empty at its time limit. ``output`` is both of its streams in the order they came, as it wrote them: nothing in it is neutralised.
    """

    exit_code: int | None
    seconds: float
    output: str
    stopped: str = ""


def nothing_to_stop_for() -> str:
    """Let it go on."""
    return ""


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Is told once that a process was started, and asked again and again from then on: a word stops it for that reason.

    ``started`` is given a way to ask whether the process still runs. ``gently``: it is asked to end before it is made to.
    """

    started: Callable[[Callable[[], bool]], None]
    watch: Callable[[], str]
    gently: bool = True


def run_to_end(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    time_limit: float,
    inherited: Sequence[int] = (),
    complaints: bool = True,
    onlooker: Onlooker | None = None,
) -> Ran:
    """Run a program with this environment and no input, and leave nothing of its process group behind.

    It gets a session of its own, so that the terminal's Ctrl-C reaches only us: whatever ends the wait, also
    a `KeyboardInterrupt`, ends the group. ``inherited`` names the file descriptors it keeps; without
    ``complaints`` what it says on stderr is dropped. Raises `OSError` when the program
    cannot be started.
    """
    began = time.monotonic()
    output = _Kept()
    with subprocess.Popen(
        argv,
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if complaints else subprocess.DEVNULL,
        pass_fds=inherited,
        start_new_session=True,
    ) as process:
        ended, why = False, ""
        try:
            if onlooker:
                onlooker.started(lambda: not _has_ended(process))
            watch = onlooker.watch if onlooker else nothing_to_stop_for
            ended, why = _listen(process, output, began + time_limit, watch)
        finally:
            _end_group(process, gently=not ended and (onlooker is None or onlooker.gently))
    code = process.returncode if ended else None
    return Ran(exit_code=code, seconds=time.monotonic() - began, output=output.text(), stopped=why)


def _listen(
    process: subprocess.Popen[bytes], output: _Kept, deadline: float, watch: Callable[[], str]
) -> tuple[bool, str]:
    """Read until the process has ended and has nothing more to say; tell whether it did, and else why it must stop.

    A background child may hold the pipe open or write for ever: once the process itself has ended, one more
    grace is all that is waited for.
    """
    stream = _pipe(process)
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        ended = False
        while time.monotonic() < deadline:
            if selector.get_map() and selector.select(_TICK):
                block = os.read(stream.fileno(), 65536)
                output.add(block)
                if not block:
                    selector.unregister(stream)
            elif ended:
                return True, ""
            elif not selector.get_map():
                time.sleep(_TICK / 10)
            if not ended and _has_ended(process):
                ended = True
                deadline = min(deadline, time.monotonic() + _GRACE)
            elif not ended and (why := watch()):
                return False, why
        return ended, ""


def _pipe(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdout is None:
        raise AssertionError("the output is a pipe")
    return process.stdout


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Tell without reaping: while the leader is a zombie nobody else can get its group's number."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end_group(process: subprocess.Popen[bytes], *, gently: bool) -> None:
    try:
        if gently:
            _signal(process, signal.SIGTERM)
            patience = time.monotonic() + _GRACE
            while time.monotonic() < patience and not _has_ended(process):
                time.sleep(_TICK)
    finally:  # also when Ctrl-C comes a second time
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):  # the group is gone; macOS says the second of a zombie
        return


class _Kept:
    """The beginning and the end of a stream, and how much was between them."""

    def __init__(self) -> None:
        self.head = bytearray()
        self.tail = bytearray()
        self.left_out = 0

    def add(self, block: bytes) -> None:
        room = HALF - len(self.head)
        self.head += block[:room]
        self.tail += block[room:]
        if len(self.tail) > 2 * HALF:
            self._shorten()

    def text(self) -> str:
        self._shorten()
        between = f"\n[{self.left_out} bytes left out]\n".encode() if self.left_out else b""
        return bytes(self.head + between + self.tail).decode("utf-8", errors="replace")

    def _shorten(self) -> None:
        surplus = max(0, len(self.tail) - HALF)
        self.left_out += surplus
        del self.tail[:surplus]
