"""From the gateway out into the world: only to addresses that are somebody else's and public, or through the user's proxy."""

from __future__ import annotations

import base64
import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import unquote, urlsplit

_PLAIN = 80
_PATIENCE = 20.0  # seconds to connect
_CLOUD = frozenset({ip_address("168.63.129.16")})  # public by its number, and yet a cloud's own (Azure's WireServer)
_CARRIERS = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))
"""IPv6 networks whose addresses carry an IPv4 address, of whatever kind."""
_LONGEST_ANSWER = 16 * 1024


class RefusedError(Exception):
    """A connection that is not made; the sentence says why."""


class Upstream:
    """Opens connections for one run, as the environment of our own caller says: by itself, or through its proxy."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = {name.lower(): value for name, value in env.items() if name.lower().endswith("_proxy")}

    def proxy(self, name: str, port: int) -> str | None:
        """Give the address of the proxy for a host; None when it is spoken to directly."""
        if any(_covers(entry.strip(), name) for entry in self.env.get("no_proxy", "").split(",")):
            return None
        own = self.env.get("http_proxy" if port == _PLAIN else "https_proxy")
        return own or self.env.get("all_proxy") or None

    def connect(self, name: str, port: int) -> socket.socket:
        """Open a connection; RefusedError for a host that is not out there, OSError when nobody answers."""
        if (proxy := self.proxy(name, port)) is not None:
            return _through(proxy, name, port)
        refused = ""
        for family, kind, protocol, _, address in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM):
            why = not_out_there(str(address[0]))
            refused = refused or why
            if not why and not refused:
                connection = socket.socket(family, kind, protocol)
                try:
                    connection.settimeout(_PATIENCE)
                    connection.connect(address)
                except OSError:
                    connection.close()
                    continue
                return connection
        raise RefusedError(refused or "nobody answers there")


def not_out_there(address: str) -> str:
    """Say why an address is not one of the public network; empty when it is.

    A name may resolve to whatever its owner likes: to this machine, its network, or its cloud's metadata service.
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found in _CLOUD or any(found in network for network in _CARRIERS if network.version == found.version):
        return f"it resolves to {found}, which leads inside"
    if not found.is_global or found.is_multicast or found.is_reserved:
        return f"it resolves to {found}, which is not on the public network"
    return f"it resolves to {found}, which is this machine" if _is_own(found) else ""


def _is_own(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of this machine's: only those can be bound to."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6  # noqa: PLR2004 - IPv4
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((str(address), 0))
        except OSError:
            return False
        return True


# ------------------------------------------------------------------ proxies


def _covers(entry: str, name: str) -> bool:
    """Tell whether an entry of NO_PROXY names a host, or a domain above it."""
    plain = entry.lower().removeprefix("*").lstrip(".")
    return entry == "*" or (bool(plain) and (name == plain or name.endswith(f".{plain}")))


def _through(proxy: str, name: str, port: int) -> socket.socket:
    """Connect to the proxy; it makes a tunnel, but at the port of plain HTTP, where it is asked for requests as they are."""
    where = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if where.scheme != "http" or not where.hostname:
        raise RefusedError(f"a proxy of the kind {where.scheme}:// cannot be used")
    try:
        if not ip_address(name).is_global:
            raise RefusedError("it is an address that is not on the public network")
    except ValueError:
        pass  # a name, which the proxy resolves
    connection = socket.create_connection((where.hostname, where.port or 80), timeout=_PATIENCE)
    if port == _PLAIN:
        return connection
    words = (f"CONNECT {name}:{port} HTTP/1.1", f"Host: {name}:{port}", *credentials(proxy))
    try:
        connection.sendall("\r\n".join((*words, "", "")).encode())
        _read_consent(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def credentials(proxy: str) -> tuple[str, ...]:
    """Give the header lines by which a proxy knows its user."""
    where = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if not where.username:
        return ()
    both = f"{unquote(where.username)}:{unquote(where.password or '')}"
    return (f"Proxy-Authorization: Basic {base64.b64encode(both.encode()).decode()}",)


def _read_consent(connection: socket.socket) -> None:
    answer = b""
    while b"\r\n\r\n" not in answer:
        byte = connection.recv(1)  # not one byte of what comes through the tunnel
        if not byte or len(answer) > _LONGEST_ANSWER:
            raise RefusedError("the proxy does not answer as one")
        answer += byte
    status = answer.split(b" ", 2)[1:2]
    if status != [b"200"]:
        raise RefusedError(f"the proxy says no ({answer.splitlines()[0][:80].decode('ascii', errors='replace')})")
