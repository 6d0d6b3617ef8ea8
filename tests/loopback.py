"""A real npm registry on 127.0.0.1: real sockets, real packuments and tarballs, and faults on demand.

with LoopbackRegistry() as registry:
    left_pad = registry.publish("left-pad", "1.3.0", {"index.js": "module.exports = 1"})
    registry.fault("left-pad-1.3.0.tgz", Status(503), times=2)
"""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import unquote, urlsplit

from tests.builders import Files, a_manifest, a_tarball, integrity
from tests.faults import Cut, Drip, Fault, Huge, Redirect, Status, WrongBytes

CORGI = "application/vnd.npm.install-v1+json"
PUBLISHED_AT = "2020-01-01T00:00:00.000Z"
LOCKED = ["license", "hasInstallScript", "bin", "engines", "os", "cpu", "libc", "dependencies"]
LOCKED += ["optionalDependencies", "peerDependencies", "peerDependenciesMeta"]
SCRIPTS = {"preinstall", "install", "postinstall"}


@dataclass(frozen=True)
class Published:
    """One version on the registry: its bytes, their address and their promise."""

    name: str
    version: str
    tarball: bytes
    url: str
    integrity: str
    manifest: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass
class _Trap:
    path: str
    fault: Fault
    times: int | None


class LoopbackRegistry:
    """An npm registry for as long as the ``with`` block lasts.

    ``tokens``: when not empty, only ``Authorization: Bearer <one of them>`` (or ``Basic``) is served, else 401.
    ``requests``: every (method, path, headers with lower-case names), in order of arrival.
    ``posts``: what answers a POST, by path; it gets the body as it was before it was compressed. ``times``: when a version was
    published, by name and version, where that is not `PUBLISHED_AT`. ``mount``: the path under which the registry lives, as behind a proxy (``/api/npm/main/``). ``tls``: serve https.
    """

    def __init__(self, *, mount: str = "/", tls: ssl.SSLContext | None = None) -> None:
        self.mount, self.scheme = mount, "https" if tls else "http"
        self.tokens: set[str] = set()
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.tags: dict[str, dict[str, str]] = {}
        self.packages: dict[str, dict[str, Published]] = {}
        self.files: dict[str, bytes] = {}
        self.posts: dict[str, Callable[[bytes], bytes]] = {}
        self.times: dict[tuple[str, str], str] = {}
        self.closing = threading.Event()
        self._traps: list[_Trap] = []
        self._lock = threading.Lock()
        self._server = _Server(self, tls)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and hang up on everybody; a later connection is refused. Twice is fine."""
        if not self.closing.is_set():
            self.closing.set()
            self._server.shutdown()
            self._server.hang_up()
            self._server.server_close()
            self._thread.join()

    @property
    def host(self) -> str:
        """The address without a scheme, ``127.0.0.1:<port>``."""
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        """The registry's address, ending with a slash."""
        return f"{self.scheme}://{self.host}{self.mount}"

    def publish(
        self,
        name: str,
        version: str,
        files: Files | None = None,
        *,
        tarball: bytes | None = None,
        **manifest: Any,  # noqa: ANN401
    ) -> Published:
        """Publish a version; what the registry says of it is the package's own package.json, then ``manifest``."""
        contents = dict(files or {})
        told = {**json.loads(contents.get("package.json", "{}")), "name": name, "version": version, **manifest}
        contents.setdefault("package.json", a_manifest(name, version, **manifest))
        data = a_tarball(contents) if tarball is None else tarball
        path = f"{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
        published = Published(name, version, data, self.url + path, integrity(data), told)
        with self._lock:
            self.packages.setdefault(name, {})[version] = published
            self.tags.setdefault(name, {})["latest"] = version
            self.files[path] = data
        return published

    def lock_entry(self, published: Published, *, resolved: bool = True, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        """Write the lockfile entry that npm would write for this version; ``more`` adds or replaces keys."""
        told = _as_registry_tells(published)
        entry = {"version": published.version, "resolved": published.url, "integrity": published.integrity}
        if not resolved:
            del entry["resolved"]
        return {**entry, **{key: told[key] for key in LOCKED if key in told}, **more}

    def fault(self, path_substring: str, fault: Fault, times: int | None = None) -> None:
        """Answer requests whose path contains this with a fault; ``times`` limits how often, None is always."""
        with self._lock:
            self._traps.append(_Trap(path_substring, fault, times))

    def mend(self) -> None:
        """Forget every fault."""
        with self._lock:
            self._traps.clear()

    def seen(self, path_substring: str = "") -> list[str]:
        """List the paths that were asked for, as ``METHOD path``, filtered."""
        return [f"{method} {path}" for method, path, _ in self.requests if path_substring in path]

    def arrived(self, method: str, path: str, headers: dict[str, str]) -> Fault | None:
        """Record a request and give the fault that awaits it."""
        with self._lock:
            self.requests.append((method, path, headers))
            for trap in self._traps:
                if trap.path in path and trap.times != 0:
                    if trap.times is not None:
                        trap.times -= 1
                    return trap.fault
        return None

    def welcomes(self, authorization: str) -> bool:
        """Tell whether this Authorization header may be served."""
        return not self.tokens or authorization.removeprefix("Bearer ").removeprefix("Basic ") in self.tokens

    def find(self, path: str, accept: str) -> tuple[bytes, str] | None:
        """Give the body and content type at a path, None when there is nothing."""
        if not path.startswith(self.mount):
            return None
        asked = unquote(urlsplit(path).path[len(self.mount) :])
        with self._lock:
            if asked in self.files:
                return self.files[asked], "application/octet-stream"
            if asked not in self.packages:
                return None
            corgi = CORGI in accept
            body = json.dumps(self._packument(asked, corgi=corgi)).encode()
            return body, CORGI if corgi else "application/json"

    def _packument(self, name: str, *, corgi: bool) -> dict[str, Any]:
        versions = self.packages[name]
        told = {"name": name, "dist-tags": self.tags[name]}
        told["versions"] = {version: _as_registry_tells(one, corgi=corgi) for version, one in versions.items()}
        if corgi:
            return {**told, "modified": PUBLISHED_AT}
        times = {version: self.times.get((name, version), PUBLISHED_AT) for version in versions}
        return {**told, "_id": name, "time": {"created": PUBLISHED_AT, "modified": PUBLISHED_AT, **times}}


def _as_registry_tells(published: Published, *, corgi: bool = False) -> dict[str, Any]:
    told = dict(published.manifest)
    if isinstance(told.get("bin"), str):
        told["bin"] = {published.name.rpartition("/")[2]: told["bin"]}
    if SCRIPTS & set(told.get("scripts", {})):
        told["hasInstallScript"] = True
    if corgi:
        told.pop("scripts", None)
    told["_id"] = f"{published.name}@{published.version}"
    digest = sha1(published.tarball, usedforsecurity=False).hexdigest()
    extra = told.get("dist") or {}
    return {**told, "dist": {**extra, "tarball": published.url, "integrity": published.integrity, "shasum": digest}}


# ------------------------------------------------------------------ sockets


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, registry: LoopbackRegistry, tls: ssl.SSLContext | None) -> None:
        self.registry = registry
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Conversation)
        if tls:  # the handshake belongs to the conversation's own thread
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def hang_up(self) -> None:
        """Close every connection, so that its thread ends."""
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Say nothing: clients hang up in these tests on purpose."""


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    disable_nagle_algorithm: ClassVar[bool] = True

    def setup(self) -> None:
        self.server.open.add(self.request)
        super().setup()

    def finish(self) -> None:
        self.server.open.discard(self.request)
        with suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401
        """Say nothing on stderr."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        registry = self.server.registry
        fault = registry.arrived("POST", self.path, {name.lower(): value for name, value in self.headers.items()})
        answer = registry.posts.get(urlsplit(self.path).path.removeprefix(registry.mount))
        if fault is not None:
            self._fail(fault)
        elif answer is None:
            self._answer(404, b'{"error":"Not found"}')
        else:
            self._answer(200, answer(body), {"content-type": "application/json"})

    def do_GET(self) -> None:
        registry = self.server.registry
        headers = {name.lower(): value for name, value in self.headers.items()}
        fault = registry.arrived(self.command, self.path, headers)
        if fault is not None and not isinstance(fault, Drip | Cut):
            self._fail(fault)
            return
        body, kind = registry.find(self.path, headers.get("accept", "")) or (b"", "")
        if not registry.welcomes(headers.get("authorization", "")):
            self._answer(401, b'{"error":"Unauthorized"}')
        elif not kind:
            self._answer(404, b'{"error":"Not found"}')
        elif fault is not None:
            self._dawdle(fault, body)
        else:
            self._answer(200, body, {"content-type": kind})

    def _answer(self, code: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self._head(code, {"content-length": str(len(body)), **(headers or {})})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, code: int, headers: Mapping[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _fail(self, fault: Fault) -> None:
        match fault:
            case Status(code, retry_after, body):
                self._answer(code, body, {"retry-after": retry_after} if retry_after is not None else {})
            case WrongBytes(body):
                self._answer(200, body)
            case Redirect(to, code):
                self._answer(code, b"", {"location": to})
            case Huge(size, announced):
                self._flood(size, announced=announced)
            case _:
                self._reset()

    def _flood(self, size: int, *, announced: bool) -> None:
        self.close_connection = True
        self._head(200, {"content-length": str(size)} if announced else {"connection": "close"})
        block = bytes(65536)
        for start in range(0, size, len(block)):
            self.wfile.write(block[: size - start])

    def _dawdle(self, fault: Drip | Cut, body: bytes) -> None:
        self._head(200, {"content-length": str(len(body))})
        if isinstance(fault, Cut):
            self.wfile.write(body[: fault.after])
            self.close_connection = True
            return
        for start in range(0, len(body), fault.size):
            self.wfile.write(body[start : start + fault.size])
            if self.server.registry.closing.wait(fault.pause):
                return

    def _reset(self) -> None:
        """Close with RST instead of FIN: linger for no time."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
