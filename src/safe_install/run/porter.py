"""Sockets that lie inside a sandbox's network and are answered outside of it: asked for here, opened by a small process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from safe_install.errors import SandboxError

_PROGRAM = Path(__file__).with_name("porter_process.py")
_PATIENCE = 30.0


class Porter:
    """The process, from its start (some 30 ms, for which nobody waits) to the end of a block; it ends when we do."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and do not wait until it is there."""
        self._door, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._door.settimeout(_PATIENCE)
        with inside:
            self._process = subprocess.Popen(
                (sys.executable, "-I", "-S", "-B", str(_PROGRAM)),
                stdin=inside.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        if self._process:
            self._door.close()
            self._process.kill()
            self._process.wait()

    def sockets(
        self, pid: int, ports: tuple[int, ...], *, wake: bool = False
    ) -> tuple[socket.socket, dict[int, socket.socket]]:
        """Open the socket for name queries, and one listening at each port, where a process is; SandboxError if not.

        ``wake``: the network's loopback is still off, and nobody else will switch it on.
        """
        try:
            self._door.send(json.dumps([pid, int(wake), *ports]).encode())
            said, opened, _, _ = socket.recv_fds(self._door, 4096, 1 + len(ports))
        except OSError as error:
            raise _failed(error.strerror or str(error)) from error
        if said != b"ok" or len(opened) != 1 + len(ports):
            for each in opened:
                os.close(each)
            raise _failed(said.decode(errors="replace") or "the process ended")
        names, *listeners = (socket.socket(fileno=each) for each in opened)
        return names, dict(zip(ports, listeners, strict=True))


def _failed(why: str) -> SandboxError:
    return SandboxError(
        f"The script's network cannot be reached from outside ({why}), so that no host could be granted or noted.",
        hint="This needs a kernel that lets a process enter the namespaces it made (setns); containers often forbid it.",
    )
