"""Connections that can be ended from outside: at their deadline, at once on Ctrl-C, whatever they wait for.

A timeout of the socket begins again with every byte, so a server that sends one now and then holds a request for
days. Here one thread watches all conversations and shuts the socket of the one whose time is up.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection as StandardConnection
from types import TracebackType
from typing import Self

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse

GLANCE = 0.2
"""Seconds between two looks at the clock."""


class Conversation:
    """One request and its answer. ``expired`` tells that it was ended from outside."""

    def __init__(self, *, grace: float, rate: float, most: float) -> None:
        self._began = time.monotonic()
        self._grace, self._rate, self._last = grace, rate, self._began + most
        self._connection: StandardConnection | None = None
        self._socket: socket.socket | None = None
        self.deadline = min(self._began + grace, self._last)
        self.expired = False

    def heard(self, received: int) -> None:
        """Move the deadline: ``received`` bytes so far earn time at the slowest rate we bear with."""
        self.deadline = min(self._began + self._grace + received / self._rate, self._last)

    def goes_over(self, connection: StandardConnection) -> None:
        """Note the connection, and its socket, which it forgets when the server will close it after the answer."""
        if self.expired:
            raise TimeoutError
        self._connection = connection
        self._socket = connection.sock

    def end(self) -> None:
        """Shut the connection; whoever reads from it reads its end."""
        self.expired = True
        for each in (self._socket, self._connection.sock if self._connection else None):
            with suppress(OSError):
                if each is not None:
                    socket.socket.shutdown(each, socket.SHUT_RDWR)  # SSLSocket's own would pull the rug from its reader


class Watch:
    """Ends the conversations whose time is up, for as long as the ``with`` block lasts, and all when told to."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self._open: set[Conversation] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._look, name="safe-install watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        self._thread.join()

    def stop(self) -> None:
        """End everything that goes on now, and whatever begins later."""
        self.stopped.set()
        self._end_overdue()

    @contextmanager
    def over(self, conversation: Conversation) -> Iterator[Conversation]:
        """Watch one conversation of this thread."""
        _here.conversation = conversation
        with self._lock:
            self._open.add(conversation)
            conversation.expired = self.stopped.is_set()
        try:
            yield conversation
        finally:
            with self._lock:
                self._open.discard(conversation)
            _here.conversation = None

    def _look(self) -> None:
        while not self.stopped.wait(GLANCE):
            self._end_overdue()

    def _end_overdue(self) -> None:
        now = time.monotonic()
        with self._lock:
            for conversation in self._open:
                if self.stopped.is_set() or now > conversation.deadline:
                    conversation.end()


class _Here(threading.local):
    conversation: Conversation | None = None


_here = _Here()


class _Watched(HTTPConnection):
    def connect(self) -> None:
        self._tell()
        super().connect()

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # urllib3's own deviation from http.client
        self._tell()
        return super().getresponse()

    def _tell(self) -> None:
        if _here.conversation:
            _here.conversation.goes_over(self)


class _WatchedTls(_Watched, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTls


def watched(manager: PoolManager) -> None:
    """Let a pool of connections make only such as can be watched."""
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
