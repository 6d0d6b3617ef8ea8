"""Where npm would fetch from and what it would show there, out of npm's own configuration.

Sources: npm-registry-fetch/lib/{auth,index}.js, @npmcli/arborist/lib/arborist/reify.js (`#registryResolved`),
@npmcli/agent/lib/proxy.js, @npmcli/config/lib/definitions. ``npm config ls -l --json`` leaves out what is secret,
so tokens and proxies with a password are read from the .npmrc files and the environment.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from safe_install.errors import UsageError
from safe_install.model import NOTHING, Artifact
from safe_install.scan.fetch.urls import Address, read_address, tarball_path, without_secrets


@dataclass(frozen=True, kw_only=True, slots=True)
class Registries:
    """npm's registries and how to talk to them; tokens and passwords are never part of the representation.

    Addresses end with a slash. ``credentials`` are npm's own keys (``//host/path/:_authToken`` …) and values.
    ``replace_host`` is npm's replace-registry-host, ``public_registry`` the one that npm ships with and that
    its value ``npmjs`` stands for. ``ca`` are PEM texts; ``extra_cafile`` is trusted beside the usual
    authorities, ``cafile`` and ``ca`` in their place. Waits and timeouts are in seconds.
    """

    default: str
    public_registry: str
    scopes: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    replace_host: str = "npmjs"
    credentials: Mapping[str, str] = field(default_factory=lambda: NOTHING, repr=False)
    ca: tuple[str, ...] = field(default=(), repr=False)
    cafile: str | None = None
    extra_cafile: str | None = None
    strict_ssl: bool = True
    https_proxy: str | None = field(default=None, repr=False)
    http_proxy: str | None = field(default=None, repr=False)
    noproxy: tuple[str, ...] = ()
    maxsockets: int = 15
    fetch_retries: int = 2
    fetch_retry_factor: float = 10
    fetch_retry_mintimeout: float = 10
    fetch_retry_maxtimeout: float = 60
    fetch_timeout: float = 300

    def registry_for(self, name: str) -> str:
        """Give the registry that npm asks for a package of this name."""
        scope, slash, _ = name.partition("/")
        return self.scopes.get(scope, self.default) if slash else self.default

    def origins(self) -> frozenset[str]:
        """List every configured registry as scheme, host and port."""
        return frozenset(_plain(url).origin for url in (self.default, *self.scopes.values()))

    def tarball_url(self, artifact: Artifact) -> str:
        """Give the address that npm would fetch: ``resolved`` with its host replaced, else npm's usual one."""
        if artifact.resolved is None:
            return self.registry_for(artifact.name) + tarball_path(artifact.name, artifact.version)
        return self._replaced(artifact.resolved)

    def authorization_for(self, url: str) -> str | None:
        """Give the Authorization header for an address, None when nothing is to be shown there.

        npm's walk: the longest path for which the host has a credential, else that of a registry on the same
        host. Over plain http only for a registry that is itself configured so, or on this machine.
        """
        address = read_address(url)
        if not address or not (address.scheme == "https" or address.loopback or address.origin in self.origins()):
            return None
        return _header(self._credential(address))

    def certificate_for(self, url: str) -> tuple[str, str] | None:
        """Give the paths of the client certificate and its key for an address, if npm has them."""
        address = read_address(url)
        found = self._credential(address) if address else {}
        return (found["certfile"], found["keyfile"]) if found.keys() >= {"certfile", "keyfile"} else None

    def proxy_for(self, url: str) -> str | None:
        """Give the proxy by which npm would reach an address."""
        address = read_address(url)
        if not address or any(_is_below(address.host, domain) for domain in self.noproxy):
            return None
        return self.https_proxy if address.scheme == "https" else self.http_proxy

    def as_npmrc(self) -> dict[str, str]:
        """Give all of this as the settings of an .npmrc, tokens included; whoever writes the file quotes them."""
        values: dict[str, object] = {
            "registry": self.default,
            **{f"{scope}:registry": url for scope, url in self.scopes.items()},
            **self.credentials,
            "replace-registry-host": self.replace_host,
            "strict-ssl": str(self.strict_ssl).lower(),
            "maxsockets": self.maxsockets,
            "fetch-retries": self.fetch_retries,
            "fetch-retry-factor": f"{self.fetch_retry_factor:g}",
            "fetch-retry-mintimeout": round(self.fetch_retry_mintimeout * 1000),
            "fetch-retry-maxtimeout": round(self.fetch_retry_maxtimeout * 1000),
            "fetch-timeout": round(self.fetch_timeout * 1000),
            "ca": "\n".join(self.ca),  # node reads several certificates in one text
            "cafile": self.cafile,
            "https-proxy": self.https_proxy,
            "proxy": self.http_proxy if self.https_proxy or not self.default.startswith("https:") else None,
            "noproxy": ",".join(self.noproxy),
        }
        return {key: str(value) for key, value in values.items() if value not in {None, ""}}

    def _replaced(self, resolved: str) -> str:
        """Do what arborist, and then pacote, does to an address before fetching it."""
        address, registry, host = read_address(resolved), _plain(self.default), self.replace_host
        if address is None or host == "never":
            return resolved
        if host == "npmjs":
            host = _plain(self.public_registry).host
        old, base = read_address(host), registry.path.rstrip("/")
        if old and old.path != "/":
            prefix = old.path.rstrip("/")
            if old.host != address.host or not _has_prefix(address.path, prefix):
                return resolved
            path = base + address.path[len(prefix) :]
        elif host == "always" or address.host == (old.host if old else host):
            path = address.path if _has_prefix(address.path, base) else base + address.path
        elif host == address.place:  # a host with its port is known to pacote only, and it adds no path
            path = address.path
        else:
            return resolved
        return f"{registry.origin}{path}{address.query}"

    def _credential(self, address: Address) -> dict[str, str]:
        """Find the credential for an address, by npm's names for its parts."""
        mine = self._walk(f"//{address.place}{address.path}")
        if mine:
            return mine
        registries = [_plain(url) for url in (self.default, *self.scopes.values())]
        neighbours = (self._walk(f"//{one.place}{one.path}") for one in registries if one.place == address.place)
        return next(filter(None, neighbours), {})

    def _walk(self, key: str) -> dict[str, str]:
        """Shorten a key from the right, a part or a slash at a time, until there is a credential for it."""
        while len(key) > len("//"):
            names = ("_authToken", "_auth", "username", "_password", "certfile", "keyfile")
            found = {name: self.credentials[full] for name in names if self.credentials.get(full := f"{key}:{name}")}
            if found.keys() & {"_authToken", "_auth"} or found.keys() >= {"username", "_password"}:
                return found
            if found.keys() >= {"certfile", "keyfile"}:
                return found
            key = re.sub(r"([^/]+|/)$", "", key)
        return {}


def _header(credential: Mapping[str, str]) -> str | None:
    if token := credential.get("_authToken"):
        return f"Bearer {token}"
    if basic := credential.get("_auth"):
        return f"Basic {basic}"
    if "username" in credential and "_password" in credential:
        password = base64.b64decode(credential["_password"] + "==")
        return f"Basic {base64.b64encode(credential['username'].encode() + b':' + password).decode()}"
    return None


def _plain(url: str) -> Address:
    """Read an address that was checked when it came in."""
    address = read_address(url)
    if address is None:
        raise UsageError(f"the registry {without_secrets(url)} is not a plain http(s) address")
    return address


def _has_prefix(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")


def _is_below(host: str, domain: str) -> bool:
    """Compare from the right, label by label, as npm's agent does."""
    labels = [label for label in domain.split(".") if label]
    return bool(labels) and host.split(".")[-len(labels) :] == labels
