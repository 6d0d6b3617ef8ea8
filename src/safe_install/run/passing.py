"""One connection from a script to a host that was granted: first words checked, bytes counted, ended at its bounds."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from safe_install.run.first_words import MOST, NotYetError, OddError, PlainRequest, plain_request, server_name
from safe_install.run.upstream import RefusedError, Upstream, credentials
from safe_install.story import HostUse

_TLS, _PLAIN = 443, 80
_HANDSHAKE = b"\x16"  # how TLS begins, at whatever port
_BLOCK = 256 * 1024
_SILENCE = 300.0  # seconds without a byte in either direction
_FIRST_WORDS = 20.0  # seconds
_FAREWELL, _LAST_WORDS = 1.0, 64  # seconds of silence, and blocks


class Budget:
    """The bytes of one script, over all of its connections and hosts: many at once get no more than one."""

    MOST_SENT = 16 * 1024 * 1024
    """Builds download, they do not upload."""
    MOST_RECEIVED = 4 * 1024**3

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent = self._received = 0

    def send(self, count: int) -> None:
        """Count bytes that the script gave us, sent on or not; OddError when there are too many."""
        with self._lock:
            self._sent += count
            if self._sent > self.MOST_SENT:
                raise OddError("it sends too much")

    def receive(self, count: int) -> None:
        """Count bytes that came for it; OddError when there are too many."""
        with self._lock:
            self._received += count
            if self._received > self.MOST_RECEIVED:
                raise OddError("it fetches too much")


class Passage:
    """Carries one connection; ``hear`` is told what is sent that can be read, before it leaves."""

    def __init__(
        self,
        inside: socket.socket,
        name: str,
        port: int,
        *,
        upstream: Upstream,
        budget: Budget,
        hear: Callable[[bytes], None],
    ) -> None:
        self._hear = hear
        self.ended = False
        self._ends = [inside]
        self._inside = inside
        self._name, self._port, self._upstream = name, port, upstream
        self._budget = budget
        self._sent = self._received = 0

    def run(self) -> HostUse:
        """Carry it to its end; what comes back is this connection's part alone."""
        why = ""
        try:
            why = self._carry()
        except (RefusedError, OddError) as refused:
            why = str(refused)
        except OSError as error:
            why = f"the connection failed ({error.strerror or error})"
        finally:
            self.end()
            self._inside.close()
        return HostUse(name=self._name, refused=why, sent=self._sent, received=self._received)

    def end(self) -> None:
        """End it from whichever thread; who waits for a connection that is closed meanwhile would wait for ever."""
        self.ended = True
        for connection in self._ends:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _carry(self) -> str:
        """Check the first words, connect, and relay; say why it was refused, if it was."""
        self._inside.settimeout(_FIRST_WORDS)
        first = self._more(b"")
        tls = self._port == _TLS or (self._port != _PLAIN and first.startswith(_HANDSHAKE))
        name, first = self._tls(first) if tls else self._plain_request(first)
        if name != self._name:
            raise OddError(f"it names {name[:100]} instead")
        with self._upstream.connect(self._name, self._port) as outside:
            self._ends.append(outside)
            self._pass(first, outside)
            return "" if self.ended else self._relay(outside, one_request=not tls)

    def _tls(self, first: bytes) -> tuple[str, bytes]:
        while True:
            with suppress(NotYetError):
                return server_name(first), first
            first += self._more(first)

    def _plain_request(self, first: bytes) -> tuple[str, bytes]:
        """Read one whole request, and write it as it is passed on."""
        request: PlainRequest | None = None
        while request is None:
            with suppress(NotYetError):
                request = plain_request(first, self._port)
                break
            first += self._more(first)
        if request.length > self._budget.MOST_SENT:
            raise OddError("it sends too much")
        body = bytearray(first[request.taken :][: request.length])
        while len(body) < request.length:
            body += self._more(b"")[: request.length - len(body)]
        self._hear(first[: request.taken] + bytes(body))
        proxy = self._upstream.proxy(self._name, self._port) if self._port == _PLAIN else None  # others get a tunnel
        return request.host, request.head(None if proxy is None else credentials(proxy)) + bytes(body)

    def _more(self, before: bytes) -> bytes:
        if len(before) > MOST:
            raise OddError("it does not come to the point")
        block = self._inside.recv(_BLOCK)
        if not block:
            raise OddError("it says nothing")
        self._budget.send(len(block))
        return block

    def _send(self, block: bytes, outside: socket.socket) -> None:
        self._budget.send(len(block))
        self._pass(block, outside)

    def _pass(self, block: bytes, outside: socket.socket) -> None:
        outside.sendall(block)
        self._sent += len(block)

    def _receive(self, block: bytes, inside: socket.socket) -> None:
        self._budget.receive(len(block))
        self._received += len(block)
        inside.sendall(block)

    def _relay(self, outside: socket.socket, *, one_request: bool) -> str:
        """Pass bytes on in both directions until both are at their end, or nothing comes any more."""
        for connection in (self._inside, outside):
            connection.settimeout(_SILENCE)
        with selectors.DefaultSelector() as selector:
            if not one_request:
                selector.register(self._inside, selectors.EVENT_READ, (self._send, outside))
            selector.register(outside, selectors.EVENT_READ, (self._receive, self._inside))
            while selector.get_map():
                ready = selector.select(_SILENCE)
                if not ready:
                    return "nothing came for too long"
                for key, _ in ready:
                    source = self._inside if key.fileobj is self._inside else outside
                    pass_on, other = key.data
                    if block := source.recv(_BLOCK):
                        pass_on(block, other)
                    else:
                        selector.unregister(source)
                        with suppress(OSError):
                            other.shutdown(socket.SHUT_WR)
        self._hear_out()
        return ""

    def _hear_out(self) -> None:
        """Let the script close first: closing while it still speaks would take from it what it has not read yet."""
        self._inside.settimeout(_FAREWELL)
        with suppress(OSError):
            for _ in range(_LAST_WORDS):
                if not self._inside.recv(_BLOCK):
                    return
