"""The one way out of a script's own network: names that were granted, and a note of every name that was asked for.

The sockets lie inside the script's network namespace, the process that answers them outside. So nothing in there has to
know of a proxy, and no variable that a script unsets changes anything: other addresses do not exist for it.
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from ipaddress import IPv4Address

from safe_install.run.dns import address_is, no_such_name, nothing_of_that_kind, read_question
from safe_install.run.passing import Budget, Passage
from safe_install.run.upstream import Upstream
from safe_install.story import HostUse

TLS, PLAIN = 443, 80
PORTS = (TLS, PLAIN)
_FIRST = int(IPv4Address("127.77.0.1"))
_MOST_NAMES = 4000  # of which a note is kept, and as many addresses are given out
_AT_ONCE = 64
_PACKET = 4096
_PATIENCE = 2.0  # for a connection to take note of its end


class Gateway:
    """Answers one script's name queries and connections; ``hosts`` are granted, ``*.`` before one grants what is below it.

    One with a port is granted at that port, and else at those of TLS and plain HTTP. ``ports`` are all of them, ``asked``
    the names it asked for as it wrote them, ``plain`` is what it sent that can be read.
    """

    def __init__(self, hosts: Sequence[str], upstream: Upstream) -> None:
        self._grants = tuple(map(_grant, hosts))
        self.ports = tuple(sorted({port for _, ports in self._grants for port in ports}))
        self.asked: list[str] = []
        self.plain = bytearray()
        self._upstream = upstream
        self._budget = Budget()
        self._uses: dict[str, HostUse] = {}
        self._addresses: dict[str, IPv4Address] = {}
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._passages: list[tuple[Passage, threading.Thread]] = []

    def serve(self, names: socket.socket, listeners: Mapping[int, socket.socket]) -> None:
        """Answer from now on, on these sockets, which become ours."""
        wake, woken = socket.socketpair()
        for each in (names, *listeners.values(), wake, woken):
            self._stack.callback(each.close)
        thread = threading.Thread(target=self._listen, args=(names, listeners, woken), daemon=True)
        thread.start()
        self._stack.callback(thread.join)
        self._stack.callback(wake.send, b"x")

    def close(self) -> tuple[HostUse, ...]:
        """Stop answering, end every connection, and tell what was asked for, in the order it came."""
        self._stack.close()
        with self._lock:
            passages = list(self._passages)
        for passage, thread in passages:
            passage.end()
            thread.join(_PATIENCE)
        return tuple(self._uses.values())

    def _listen(self, names: socket.socket, listeners: Mapping[int, socket.socket], woken: socket.socket) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(woken, selectors.EVENT_READ)
            selector.register(names, selectors.EVENT_READ, lambda: self._answer(names))
            for port, listener in listeners.items():
                selector.register(listener, selectors.EVENT_READ, self._admitting(listener, port))
            while True:
                for key, _ in selector.select():
                    if key.fileobj is woken:
                        return
                    with suppress(OSError):
                        key.data()

    # -------------------------------------------------------------- names

    def _answer(self, names: socket.socket) -> None:
        packet, sender = names.recvfrom(_PACKET)
        question = read_question(packet)
        if question is None:
            return
        name = question.name.lower()
        refused = "" if self._ports_of(name) else "it was not granted"
        self._note(question.name, refused)
        address = None if refused else self._address_of(name)
        if address is None:
            answer = no_such_name(question)
        elif question.for_address:
            answer = address_is(question, address)
        else:
            answer = nothing_of_that_kind(question)
        names.sendto(answer, sender)

    def _ports_of(self, name: str) -> frozenset[int]:
        """Give the ports at which a name is granted; none for one that is not."""
        granted = (ports for host, ports in self._grants if name == host or _is_below(name, host))
        return frozenset(port for ports in granted for port in ports)

    def _address_of(self, name: str) -> IPv4Address | None:
        """Give the address by which a name's connections are known again; each has one of its own."""
        with self._lock:
            if name not in self._addresses and len(self._addresses) >= _MOST_NAMES:
                return None
            return self._addresses.setdefault(name, IPv4Address(_FIRST + len(self._addresses)))

    def _note(self, name: str, refused: str) -> None:
        """Note that a name was asked for; twice for its two kinds of address is once for whoever asked."""
        with self._lock:
            if len(self.asked) < _MOST_NAMES:
                self.asked.append(name)
            if name.lower() not in self._uses and len(self._uses) < _MOST_NAMES:
                self._uses[name.lower()] = HostUse(name=name.lower(), refused=refused, times=0)

    # -------------------------------------------------------------- connections

    def _admitting(self, listener: socket.socket, port: int) -> Callable[[], None]:
        return lambda: self._admit(listener, port)

    def _admit(self, listener: socket.socket, port: int) -> None:
        """Let one connection in, when its address is one that was given out and there are not too many."""
        connection, _ = listener.accept()
        wanted = IPv4Address(connection.getsockname()[0])
        with self._lock:
            name = next((name for name, address in self._addresses.items() if address == wanted), None)
            self._passages = [each for each in self._passages if each[1].is_alive()]
            full = len(self._passages) >= _AT_ONCE
            if name is None or full or port not in self._ports_of(name):
                connection.close()
                return
            passage = Passage(connection, name, port, upstream=self._upstream, budget=self._budget, hear=self._overhear)
            thread = threading.Thread(target=self._pass, args=(passage,), daemon=True)
            thread.start()
            self._passages.append((passage, thread))

    def _overhear(self, plain: bytes) -> None:
        with self._lock:
            if len(self.plain) < Budget.MOST_SENT:
                self.plain += plain

    def _pass(self, passage: Passage) -> None:
        """Pass one connection on, and add what came of it to the notes."""
        used = passage.run()
        with self._lock:
            before = self._uses.get(used.name, HostUse(name=used.name, times=0))
            self._uses[used.name] = HostUse(
                name=used.name,
                refused=before.refused or used.refused,
                times=before.times + 1,
                sent=before.sent + used.sent,
                received=before.received + used.received,
            )


def _grant(host: str) -> tuple[str, tuple[int, ...]]:
    """Read a grant: a name, and the ports it holds for."""
    name, _, port = host.lower().partition(":")
    return name.rstrip("."), (int(port),) if port else PORTS


def _is_below(name: str, host: str) -> bool:
    return host.startswith("*.") and name.endswith(host[1:]) and name != host[2:]
