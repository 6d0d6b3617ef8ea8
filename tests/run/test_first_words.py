"""What a hostile script may send to its gateway: anything, and it is either understood, refused, or waited for."""

from __future__ import annotations

import socket
import ssl
import struct
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as some

from safe_install.run.dns import address_is, no_such_name, read_question
from safe_install.run.first_words import NotYetError, OddError, plain_request, server_name


def hello(name: str | None = "files.example.test") -> bytes:
    """Give what a real TLS client says first."""
    ours, theirs = socket.socketpair()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = name is not None
    context.verify_mode = ssl.CERT_REQUIRED if name else ssl.CERT_NONE
    with ours, theirs:
        ours.setblocking(False)
        client = context.wrap_socket(ours, server_hostname=name, do_handshake_on_connect=False)
        with client, pytest.raises(ssl.SSLWantReadError):
            client.do_handshake()
        return theirs.recv(65536)


def with_extension(first: bytes, kind: int, content: bytes) -> bytes:
    """Add an extension to a client's first message, and mend the lengths above it."""
    body = bytearray(first[9:])
    at = 34 + 1 + body[34]
    at += 2 + int.from_bytes(body[at : at + 2], "big")
    at += 1 + body[at]
    extensions = body[at + 2 :] + struct.pack("!2H", kind, len(content)) + content
    body[at:] = struct.pack("!H", len(extensions)) + extensions
    message = bytes([1]) + len(body).to_bytes(3, "big") + body
    return first[:3] + struct.pack("!H", len(message)) + message


def test_the_name_is_read_from_what_a_real_client_says() -> None:
    assert server_name(hello()) == "files.example.test"


@pytest.mark.parametrize("size", [1, 5, 9, 60])
def test_the_name_is_read_from_pieces_too(size: int) -> None:
    message = hello()[5:]
    pieces = [message[at : at + size] for at in range(0, len(message), size)]
    records = b"".join(b"\x16\x03\x01" + struct.pack("!H", len(piece)) + piece for piece in pieces)
    assert server_name(records) == "files.example.test"
    with pytest.raises(NotYetError):
        server_name(records[:-1])


def test_who_names_no_host_names_it_encrypted_or_names_two_is_refused() -> None:
    with pytest.raises(OddError, match="no server name"):
        server_name(hello(None))
    with pytest.raises(OddError, match="Encrypted Client Hello"):
        server_name(with_extension(hello(), 0xFE0D, b"\x00" * 20))
    second = b"other.example.test"
    entry = b"\x00" + struct.pack("!H", len(second)) + second
    with pytest.raises(OddError, match="no server name"):
        server_name(with_extension(hello(), 0, struct.pack("!H", len(entry)) + entry))


@pytest.mark.parametrize(
    "request_",
    [
        "GET http://other.example.test/ HTTP/1.1\r\nHost: a.test\r\n",
        "CONNECT other.example.test:443 HTTP/1.1\r\nHost: a.test\r\n",
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n",
        "GET / HTTP/1.1\r\nHost : a.test\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: -1\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\n Host: b.test\r\n",
        "GET / HTTP/1.1\r\nX: 1\nHost: b.test\r\nHost: a.test\r\n",
        "GET / x HTTP/1.1\r\nHost: a.test\r\n",
        "GET / HTTP/2.0\r\nHost: a.test\r\n",
    ],
)
def test_a_request_that_two_readers_could_read_differently_is_refused(request_: str) -> None:
    with pytest.raises(OddError):
        plain_request(f"{request_}\r\n".encode())


def test_a_request_is_passed_on_alone_and_ends_its_connection() -> None:
    request = plain_request(
        b"POST /a HTTP/1.1\r\nHost: A.Test:80\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabcd"
    )
    assert (request.host, request.length) == ("a.test", 3)
    assert (
        request.head(None) == b"POST /a HTTP/1.1\r\nHost: A.Test:80\r\nContent-Length: 3\r\nConnection: close\r\n\r\n"
    )
    assert request.head(("Proxy-Authorization: x",)).startswith(b"POST http://a.test/a HTTP/1.1\r\n")


def question(name: bytes, kind: int = 1) -> bytes:
    """Ask for a name, as a resolver writes it."""
    labels = b"".join(bytes([len(label)]) + label for label in name.split(b"."))
    return struct.pack("!6H", 7, 0x0100, 1, 0, 0, 0) + labels + b"\x00" + struct.pack("!2H", kind, 1)


def test_a_question_is_read_and_answered() -> None:
    asked = read_question(question(b"a.Example.test"))
    assert asked is not None
    assert (asked.name, asked.for_address) == ("a.Example.test", True)
    assert address_is(asked, IPv4Address("127.77.0.1")).endswith(b"\x7f\x4d\x00\x01")
    assert no_such_name(asked)[:4] == struct.pack("!2H", 7, 0x8183)
    assert read_question(question(b"a.test", kind=28)) is not None


@pytest.mark.parametrize(
    "packet", [b"", b"\x00" * 11, question(b"a.test")[:-1], b"\x00" * 12 + b"\xc0\x0c" + b"\x00" * 4]
)
def test_what_is_no_question_is_not_answered(packet: bytes) -> None:
    assert read_question(packet) is None


@given(some.binary(max_size=400))
def test_no_bytes_break_a_reader(data: bytes) -> None:
    read_question(data)
    read_question(struct.pack("!6H", 1, 0, 1, 0, 0, 0) + data)
    for read in (server_name, plain_request):
        for first in (data, b"\x16\x03\x01" + data, data + b"\r\n\r\n", hello_head(data)):
            try:
                read(first)
            except (NotYetError, OddError):
                continue


def hello_head(data: bytes) -> bytes:
    """Make any bytes the body of a client's first message."""
    message = b"\x01" + len(data).to_bytes(3, "big") + data
    return b"\x16\x03\x01" + struct.pack("!H", len(message)) + message
