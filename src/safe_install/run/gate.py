"""The moment between a sandbox that stands and the script that begins in it: bubblewrap waits there until we have come."""

from __future__ import annotations

import json
import os
import select
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Self

from safe_install.errors import SandboxError

_PATIENCE = 30.0
_MOST = 64 * 1024


class Gate:
    """bubblewrap's two pipes: on one it tells its child's number and how it ended, on the other it waits for a byte."""

    def __init__(self, before: Callable[[int], None]) -> None:
        self._before = before
        self._stack = ExitStack()
        self._status, told = os.pipe()
        waits, self._go = os.pipe()
        self.inherited = (told, waits)
        self._said = b""

    @property
    def words(self) -> tuple[str, ...]:
        """Give the words that tell bubblewrap of them."""
        told, waits = self.inherited
        return "--json-status-fd", str(told), "--block-fd", str(waits)

    def __enter__(self) -> Self:
        """Keep our ends, and close all at the end."""
        for each in (self._status, self._go, *self.inherited):
            self._stack.callback(_close, each)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the pipes."""
        self._stack.close()

    def attend(self, _: object = None) -> None:
        """Wait until the process stands inside, do what must be done before, and let it begin.

        When bubblewrap ends before that, there is nothing to do; it said why on its other streams.
        """
        for each in self.inherited:
            os.close(each)
        self._stack.pop_all()
        for each in (self._status, self._go):
            self._stack.callback(_close, each)
        if pid := self._child():
            self._before(pid)
            with suppress(BrokenPipeError):  # it ended instead, and said why on its other streams
                os.write(self._go, b"x")

    def has_ended(self) -> bool:
        """Tell whether the program itself ended: bubblewrap then wrote its exit code, and else only complained."""
        while b'"exit-code"' not in self._said and (block := os.read(self._status, _MOST)):
            self._said += block
        return b'"exit-code"' in self._said

    def _child(self) -> int:
        """Read the number of the process inside; 0 when bubblewrap ended instead."""
        deadline = time.monotonic() + _PATIENCE
        while b"\n" not in self._said:
            if not select.select([self._status], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise SandboxError("bubblewrap does not come to the point where the script could begin.")
            block = os.read(self._status, _MOST)
            if not block:
                return 0
            self._said += block
        return int(json.loads(self._said.splitlines()[0])["child-pid"])


def _close(descriptor: int) -> None:
    os.close(descriptor)
