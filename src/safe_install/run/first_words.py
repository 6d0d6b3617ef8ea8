"""The first words of a connection: which host it says that it wants, in TLS (RFC 8446) or in plain HTTP (RFC 9112)."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 64 * 1024
"""Bytes within which the first words must end."""
_HANDSHAKE, _CLIENT_HELLO, _HOST_NAME = 22, 1, 0
_SERVER_NAME, _ENCRYPTED_HELLO = 0x0000, 0xFE0D
_RECORD, _MESSAGE = 5, 4
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")


class NotYetError(Exception):
    """More bytes are needed."""


class OddError(Exception):
    """These first words are refused; the sentence says why."""


def server_name(data: bytes) -> str:
    """Read the host that a TLS client names, in lower case.

    Raises NotYetError while the message is incomplete, and OddError when it names none, or names it encrypted.
    """
    body = _Reader(_client_hello(data))
    body.take(2 + 32)
    for width in (1, 2, 1):  # session, ciphers, compressions
        body.take(body.number(width))
    extensions = _Reader(body.take(body.number(2)))
    names: list[str] = []
    while extensions.rest:
        kind, content = extensions.number(2), extensions.take(extensions.number(2))
        if kind == _ENCRYPTED_HELLO:
            raise OddError("it hides which host it wants (Encrypted Client Hello)")
        if kind == _SERVER_NAME:
            names += _names(_Reader(content))
    if len(names) != 1:
        raise OddError("it does not say which host it wants (no server name)")
    return names[0]


def _names(content: _Reader) -> list[str]:
    listed = _Reader(content.take(content.number(2)))
    names = []
    while listed.rest:
        kind, name = listed.number(1), listed.take(listed.number(2))
        if kind == _HOST_NAME:
            names.append(name.decode("ascii", errors="replace").lower().rstrip("."))
    return names


def _client_hello(data: bytes) -> bytes:
    """Put the first handshake message together from the records it came in."""
    message = b""
    while True:
        if data[:1] not in {b"", bytes([_HANDSHAKE])}:
            raise OddError("it does not speak TLS")
        if len(data) < _RECORD:
            raise NotYetError
        length = int.from_bytes(data[3:_RECORD], "big")
        if len(data) < _RECORD + length:
            raise NotYetError
        message, data = message + data[_RECORD : _RECORD + length], data[_RECORD + length :]
        if message and message[0] != _CLIENT_HELLO:
            raise OddError("it does not begin as a TLS client does")
        if len(message) >= _MESSAGE and len(message) >= _MESSAGE + int.from_bytes(message[1:_MESSAGE], "big"):
            return message[_MESSAGE : _MESSAGE + int.from_bytes(message[1:_MESSAGE], "big")]


class _Reader:
    """Takes numbers and bytes off the front."""

    def __init__(self, rest: bytes) -> None:
        self.rest = rest

    def take(self, count: int) -> bytes:
        if count > len(self.rest):
            raise OddError("its first message is broken")
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width), "big")


# ------------------------------------------------------------------ plain HTTP


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """One request: the host it wants, its head as it is passed on, its path, and how many bytes of a body follow."""

    host: str
    line: tuple[bytes, bytes, bytes]
    fields: tuple[bytes, ...]
    length: int
    taken: int

    def head(self, proxy_fields: tuple[str, ...] | None) -> bytes:
        """Write the head so that the connection ends after this one request: a second could name another host.

        ``proxy_fields`` are what a proxy is told beside it; None when it goes to the host itself.
        """
        method, target, version = self.line
        target = target if proxy_fields is None else f"http://{self.host}".encode() + target
        own = (b"Connection: close", *(field.encode() for field in proxy_fields or ()))
        return b"\r\n".join((b" ".join((method, target, version)), *self.fields, *own, b"", b""))


def plain_request(data: bytes, port: int = 80) -> PlainRequest:
    """Read the first request; NotYetError while its head is incomplete, OddError for what cannot be passed on safely."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        raise NotYetError
    first, *lines = data[:end].split(b"\r\n")
    method, target, version, *more = (*first.split(b" "), b"", b"")
    if more != [b"", b""] or not _TOKEN.fullmatch(method) or version not in {b"HTTP/1.0", b"HTTP/1.1"}:
        raise OddError("it does not speak HTTP")
    if not target.startswith(b"/"):
        raise OddError("it asks for another place than a path of the host")
    fields = _fields(lines)
    if fields.keys() & {b"transfer-encoding", b"upgrade"}:
        raise OddError("it sends a body of unknown length, or wants to speak something else")
    (host,) = fields.get(b"host", [b""]) if len(fields.get(b"host", [])) <= 1 else [b""]
    lengths = fields.get(b"content-length", [b"0"])
    if not host or len(lengths) != 1 or not re.fullmatch(rb"[0-9]{1,9}", lengths[0]):
        raise OddError("it does not say which host it wants, or how much it sends")
    kept = tuple(line for line in lines if _name(line) not in {b"connection", b"proxy-connection", b"keep-alive"})
    name = host.decode("ascii", errors="replace").lower().removesuffix(f":{port}").rstrip(".")
    return PlainRequest(name, (method, target, version), kept, int(lengths[0]), end + 4)


def _fields(lines: list[bytes]) -> dict[bytes, list[bytes]]:
    fields: dict[bytes, list[bytes]] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not _TOKEN.fullmatch(name) or b"\n" in value or b"\r" in value or b"\0" in value:
            raise OddError("it does not speak HTTP")
        fields.setdefault(name.lower(), []).append(value.strip())
    return fields


def _name(line: bytes) -> bytes:
    return line.partition(b":")[0].lower()
