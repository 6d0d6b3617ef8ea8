"""The program that opens sockets in another process's network namespace and hands them out; started by its path.

To enter a user namespace a process must have one thread only, so this is one of its own. It keeps to the standard
library, and serves until its standard input, a socket, is closed.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import socket
import struct
from pathlib import Path

_GET_USER_NAMESPACE = 0xB701  # ioctl_ns(2): NS_GET_USERNS
_USER, _NETWORK = 0x10000000, 0x40000000  # clone(2)
_SET_FLAGS, _UP, _RUNNING = 0x8914, 0x1, 0x40  # netdevice(7)
_WAITING = 64
_NAMES = 53


def main() -> None:
    """Serve one request after the other, each in a child, which cannot come back from where it went."""
    with socket.socket(fileno=0) as door:
        while request := door.recv(4096):
            child = os.fork()
            if child == 0:
                os._exit(_serve(door, json.loads(request)))
            os.waitpid(child, 0)


def _serve(door: socket.socket, request: list[int]) -> int:
    pid, wake, *ports = request
    try:
        _enter(pid)
        if wake:
            _wake_loopback()
        sockets = [_for_names(), *(_listening(port) for port in ports)]
        socket.send_fds(door, [b"ok"], [each.fileno() for each in sockets])
    except OSError as error:
        door.send(f"{error.strerror or error}".encode())
    return 0


def _enter(pid: int) -> None:
    network = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    owner = fcntl.ioctl(network, _GET_USER_NAMESPACE)
    if not os.path.samestat(os.fstat(owner), Path("/proc/self/ns/user").stat()):
        _set_namespace(owner, _USER)
    _set_namespace(network, _NETWORK)


def _set_namespace(namespace: int, kind: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)  # os.setns is of Python 3.12
    if libc.setns(namespace, kind) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _wake_loopback() -> None:
    """Switch the loopback on, which sleeps in a new namespace; bubblewrap does that itself, and fails when we are first."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP | _RUNNING))


def _for_names() -> socket.socket:
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind(("0.0.0.0", _NAMES))  # noqa: S104 - of a namespace that holds nothing but its loopback
    return names


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("0.0.0.0", port))  # noqa: S104 - likewise
    listener.listen(_WAITING)
    return listener


if __name__ == "__main__":
    main()
