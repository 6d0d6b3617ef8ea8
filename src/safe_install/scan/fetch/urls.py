"""Addresses in the one plain spelling that every program reads the same way.

A lockfile's address is read by npm (WHATWG rules) and by us; what the two could read differently (back-slashes,
tabs, credentials, encoded dots) is no address here, so there is nothing to disagree about.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/(?:[a-z0-9._~!$&'()*+,;=:@/-]|%[0-9a-f]{2})*)?(?P<query>\?(?:[a-z0-9._~!$&'()*+,;=:@/?-]|%[0-9a-f]{2})*)?",
    re.IGNORECASE | re.ASCII,
)
_AUTHORITY = re.compile(r"^([a-z][a-z0-9+.-]*:)?[/\\]*[^/\\?#]*@", re.IGNORECASE)
_DOTS = re.compile(r"/(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)
_HIDDEN = re.compile(r"%(?:2f|5c|00)", re.IGNORECASE)
_NAME = re.compile(r"(?:@[a-z0-9~_.!'()*-]+/)?[a-z0-9~_!'()*-][a-z0-9~_.!'()*-]*", re.IGNORECASE | re.ASCII)
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+[0-9a-z.+-]*", re.IGNORECASE | re.ASCII)
_USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """An http(s) address; the host is in lower case, ``port`` is None when it is the scheme's own."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str = ""

    @property
    def place(self) -> str:
        """The host, with the port when it is not the usual one."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what shares credentials."""
        return f"{self.scheme}://{self.place}"

    @property
    def loopback(self) -> bool:
        """Tell whether the connection stays on this machine."""
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False

    @property
    def hides_slashes(self) -> bool:
        """Tell whether the path encodes what separates its parts."""
        return bool(_HIDDEN.search(self.path))

    def __str__(self) -> str:
        return f"{self.origin}{self.path}{self.query}"


def read_address(text: str) -> Address | None:
    """Read a plain address; None for anything else than http(s), for credentials, fragments and dot segments."""
    match = _URL.fullmatch(text)
    if not match or _DOTS.search(match["path"] or ""):
        return None
    scheme, port = match["scheme"].lower(), int(match["port"]) if match["port"] else None
    usual = port == _USUAL_PORTS[scheme]
    return Address(scheme, match["host"].lower(), None if usual else port, match["path"] or "/", match["query"] or "")


def without_secrets(text: str) -> str:
    """Show an address as written, but never the credentials before its host nor its query."""
    return _AUTHORITY.sub(r"\1//", text).partition("?")[0][:200]


def is_plain_name(name: str) -> bool:
    """Tell whether this can be a registry's package name, and so stand in an address."""
    return bool(_NAME.fullmatch(name))


def is_plain_version(version: str) -> bool:
    """Tell whether this can be an exact version, and so stand in an address."""
    return bool(_VERSION.fullmatch(version))


def tarball_path(name: str, version: str) -> str:
    """Give npm's usual path of a tarball below its registry."""
    return f"{name}/-/{name.rpartition('/')[2]}-{version}.tgz"


def names_tarball(path: str, name: str, version: str) -> bool:
    """Tell whether a path below a registry can only be this version of this package.

    Beside npm's usual form: the scope's own slash may be encoded (Verdaccio), the scope may be repeated
    (Artifactory, GitLab, Google), the version may stand between (Gitea), and GitHub serves scoped packages
    at ``download/<name>/<version>/<digest>``. Each begins with the name as the registry files it: whoever may
    publish another package there cannot answer at this path.
    """
    if path == tarball_path(name, version):
        return True
    plain, file, number = re.escape(name), re.escape(name.rpartition("/")[2]), re.escape(version)
    spelled = plain.replace("@", "(?:@|%40)").replace("/", "(?:/|%2[Ff])")
    usual = rf"{spelled}/-/(?:{number}/)?(?:{plain}|{file})-{number}\.tgz"
    download = rf"download/{plain}/{number}/[0-9a-f]{{40,128}}"
    return bool(re.fullmatch(f"{usual}|{download}" if "/" in name else usual, path))
