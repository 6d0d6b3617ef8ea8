"""The world outside on 127.0.0.1: a proxy that leads every host to one server, and that server, with TLS and without."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

import pytest

HOST = "files.example.test"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\ncontent"


class Outside:
    """Answers as ``HOST``, and as a proxy on the way there.

    ``asked`` is every CONNECT, ``heard`` every first words, ``answer`` is what it says. Without ``tls``
    what comes through a tunnel is plain.
    """

    def __init__(self, folder: Path) -> None:
        self.certificate = _certificate(folder)
        self.asked: list[str] = []
        self.heard: list[bytes] = []
        self.answer = ANSWER
        self.tls = True
        self._stack = ExitStack()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate, folder / "key.pem")

    def __enter__(self) -> Self:
        self._proxy = self._stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self._serve(self._proxy)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def env(self) -> dict[str, str]:
        """Give the variables by which our caller names its proxy and its authority."""
        proxy = f"http://me:secret@127.0.0.1:{self._proxy.getsockname()[1]}"
        return {"HTTPS_PROXY": proxy, "HTTP_PROXY": proxy, "NO_PROXY": "", "NODE_EXTRA_CA_CERTS": str(self.certificate)}

    def _serve(self, server: socket.socket) -> None:
        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            first = connection.recv(65536)
            if not first.startswith(b"CONNECT "):
                self.heard.append(first)
                connection.sendall(self.answer)
                connection.settimeout(1.5)
                self.heard.append(connection.recv(65536))
                return
            self.asked.append(first.decode())
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            if not self.tls:
                self.heard.append(connection.recv(65536))
                connection.sendall(self.answer)
                return
            with self._context.wrap_socket(connection, server_side=True) as secure:
                self.heard.append(secure.recv(65536))
                secure.sendall(self.answer)


def _certificate(folder: Path) -> Path:
    """Make a certificate of the host's own."""
    if not shutil.which("openssl"):
        pytest.skip("needs openssl to make a certificate")
    names = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST},DNS:*.example.test"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "certificate.pem"
