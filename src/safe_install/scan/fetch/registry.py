"""The registry: promises go out, verified packages come back. The only file that speaks HTTP for the lockfile.

Redirects are followed by hand, because a token must not follow them; nothing of the environment (netrc, proxies,
certificates) is used but what npm itself would use; every request ends, whatever the server does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import requests
import urllib3
from requests import exceptions as http
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, InsecureRequestWarning, NameResolutionError, NewConnectionError

from safe_install import __version__
from safe_install.errors import IntegrityError, UsageError
from safe_install.model import Artifact
from safe_install.scan.fetch.cacache import CORGI, packument_url
from safe_install.scan.fetch.certificates import Certificates
from safe_install.scan.fetch.delivery import (
    Delivered,
    Delivery,
    Receive,
    Unpack,
    at_most,
    orders_of,
    too_large,
    versions_of,
)
from safe_install.scan.fetch.manners import OK, REDIRECTS, pause, redirected, refusal
from safe_install.scan.fetch.packument import choose, read_packument
from safe_install.scan.fetch.parallel import as_completed
from safe_install.scan.fetch.registries import Registries
from safe_install.scan.fetch.sockets import Conversation, Watch, watched
from safe_install.scan.fetch.trouble import FetchError, Standing, Trouble, verdict
from safe_install.scan.fetch.urls import Address, is_plain_name, read_address

BLOCK = 1 << 16
CONNECTIONS = 16
"""More were slower against a real registry (npm-internals §6); npm's own maxsockets is 15."""
HOPS = 5
"""Redirects that are followed for one tarball."""
DOCUMENTS = 4
"""Full packuments at a time: the largest have tens of megabytes, and some more while they are read."""

Read = TypeVar("Read")


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much is borne with. Sizes in bytes, times in seconds.

    The largest tarball of the three lockfiles we measure with has 12 MB, prebuilt browsers and compilers reach
    some 100 MB; beyond 512 MB nothing is read. A request ends when it is slower than ``rate``, after ``grace``.
    """

    tarball: int = 512 << 20
    packument: int = 64 << 20
    connect: float = 10
    grace: float = 30
    rate: float = 4 << 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is sent with a request: ``body`` makes it a POST of JSON, which no redirect is followed with; ``anonymous`` shows no credentials."""

    accept: str = "*/*"
    body: bytes | None = None
    anonymous: bool = False


class Registry:
    """Delivers what a lockfile promises, from two caches and the registries that npm is configured for.

    ``cache`` is ours and private, ``user_cache`` npm's own and only read; both are what npm calls ``--cache``.
    ``project`` is where ``file:`` tarballs are relative to; ``allowed_hosts`` are the policy's.
    """

    def __init__(
        self,
        registries: Registries,
        *,
        cache: Path,
        user_cache: Path | None = None,
        project: Path | None = None,
        allowed_hosts: Iterable[str] = (),
        limits: Limits | None = None,
    ) -> None:
        self.registries, self.cache, self.user_cache = registries, cache, user_cache
        self.project, self.allowed_hosts = project or Path(), tuple(allowed_hosts)
        self.limits = limits or Limits()

    def deliver(self, artifacts: Iterable[Artifact], unpack: Unpack) -> Iterator[Delivered]:
        """Give each artifact's package, or the gap that says why there is none, as soon as it is known.

        Afterwards npm finds every verified tarball in the private cache and fetches nothing. ``unpack`` is
        called in a worker's thread with the artifact, its verified bytes and a function that reads them again
        (`IntegrityError` when somebody changed them); its `TarballError` is a gap. `RegistryError` when the
        registry fails as a whole or the disk refuses.
        """
        artifacts = tuple(artifacts)
        orders, gaps = orders_of(artifacts)
        yield from gaps
        standing = Standing(self.registries.origins())
        with _Client(self.registries, self.limits, standing) as client:
            delivery = Delivery(
                registries=self.registries,
                cache=self.cache,
                user_cache=self.user_cache,
                project=self.project,
                allowed_hosts=self.allowed_hosts,
                largest=self.limits.tarball,
                fetch=client.fetch,
                unpack=unpack,
                versions=versions_of(artifacts, self.registries),
            )
            workers = min(self.registries.maxsockets, CONNECTIONS)
            for delivered in as_completed(delivery.fulfil, orders, workers=workers, hang_up=client.hang_up):
                yield from delivered
        standing.conclude()

    def resolve(self, name: str, spec: str = "") -> Artifact:
        """Ask the registry which version an exact version or a dist-tag is, and promise it.

        `UsageError` when there is no such package or version; ranges are not resolved. `RegistryError` when
        the registry does not answer.
        """
        if not is_plain_name(name):
            raise UsageError(
                f"{name[:100]!r} is not a package's name", hint="write name@version or @scope/name@version"
            )
        registry = self.registries.registry_for(name)
        try:
            body = self.ask(packument_url(registry, name), Question(accept=CORGI), most=self.limits.packument)
        except FetchError as error:
            if error.trouble is Trouble.MISSING:
                raise UsageError(f"no package {name}: the registry {error.detail}") from None
            raise verdict(registry.rstrip("/"), error) from None
        return choose(read_packument(body), name, spec)

    def ask(self, url: str, question: Question, *, most: int) -> bytes:
        """Give the whole answer at one address, of ``most`` bytes; `FetchError` when there is none."""
        with _Client(self.registries, self.limits, Standing(frozenset())) as client:
            return _whole(client, url, question, most)

    def packuments(
        self, names: Iterable[str], read: Callable[[str, bytes], Read]
    ) -> Iterator[tuple[str, Read | FetchError]]:
        """Give what ``read`` makes of each package's name and full document, which has its publication times, as it comes.

        Few at a time, for one may have many megabytes, and read one by one, which takes a multiple of that. A failure is given,
        not raised.
        """
        reading = threading.Lock()
        with _Client(self.registries, self.limits, Standing(frozenset())) as client:

            def one(name: str) -> tuple[str, Read | FetchError]:
                url = packument_url(self.registries.registry_for(name), name)
                try:
                    body = _whole(client, url, Question(accept="application/json"), self.limits.packument)
                except FetchError as error:
                    return name, error
                with reading:
                    return name, read(name, body)

            jobs = [name for name in names if is_plain_name(name)]
            yield from as_completed(one, jobs, workers=DOCUMENTS, hang_up=client.hang_up)


def _whole(client: _Client, url: str, question: Question, most: int) -> bytes:
    body = bytearray()

    def receive(stream: Iterator[bytes]) -> None:
        body.clear()
        for block in at_most(most, stream):
            body.extend(block)

    client.fetch(url, receive, question)
    return bytes(body)


class _Client:
    """Streams addresses into receivers, with npm's credentials, proxies and patience."""

    def __init__(self, registries: Registries, limits: Limits, standing: Standing) -> None:
        self._registries, self._limits, self._standing = registries, limits, standing
        self._adapter = _Adapter(registries)
        self._watch = Watch()

    def __enter__(self) -> Self:
        self._watch.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._watch.__exit__(kind, error, at)
        self._adapter.close()

    def hang_up(self) -> None:
        """End everything that goes on, and whatever begins later."""
        self._watch.stop()

    def fetch(self, url: str, receive: Receive, question: Question = Question()) -> None:
        """Stream what is at an address; ``receive`` is called anew for each attempt.

        `FetchError` when it cannot be had, `RegistryError` when that is the registry's state.
        """
        address = read_address(url)
        if address is None:
            raise FetchError(Trouble.REFUSED, "its address is none that is fetched from")
        for attempt in range(self._registries.fetch_retries + 1):
            try:
                self._attempt(address, receive, question)
            except FetchError as error:
                last = attempt == self._registries.fetch_retries or not error.retry
                if last or self._watch.stopped.wait(pause(self._registries, attempt, error)):
                    self._standing.failed(address.origin, error)
                    raise
            except IntegrityError:  # it did send something
                self._standing.served(address.origin)
                raise
            else:
                self._standing.served(address.origin)
                return

    def _attempt(self, address: Address, receive: Receive, question: Question) -> None:
        grace, rate = self._limits.grace, self._limits.rate
        conversation = Conversation(grace=grace, rate=rate, most=self._registries.fetch_timeout)
        with self._watch.over(conversation):
            try:
                with self._answer(address, question) as response:
                    receive(_body(response, conversation))
            except _ExpiredError:
                raise _too_slow(address) from None
            except (http.RequestException, HTTPError) as error:
                raise _too_slow(address) if conversation.expired else _in_our_words(error, address) from None

    def _answer(self, first: Address, question: Question) -> requests.Response:
        """Follow redirects to an answer that has a body."""
        here = first
        for _ in range(HOPS + 1):
            response = self._send(here, question, known=here.origin == first.origin and not question.anonymous)
            if response.status_code not in REDIRECTS:
                return self._good(response, here)
            response.close()
            if question.body is not None:
                raise FetchError(
                    Trouble.REFUSED, f"{here.place} sends the question elsewhere, where it is not repeated"
                )
            here = redirected(here, response.headers.get("location", ""))
        raise FetchError(Trouble.REFUSED, f"{first.place} redirects more than {HOPS} times")

    def _send(self, here: Address, question: Question, *, known: bool) -> requests.Response:
        """Ask; credentials are shown only where the first request went (``known``)."""
        url, registries = str(here), self._registries
        headers = {
            "User-Agent": f"safe-install/{__version__}",
            "Accept": question.accept,
            "Accept-Encoding": "identity",
        }
        if question.body is not None:
            headers["Content-Type"] = "application/json"
        if known and (authorization := registries.authorization_for(url)):
            headers["Authorization"] = authorization
        proxy = registries.proxy_for(url)
        return self._adapter.send(
            requests.Request(
                "GET" if question.body is None else "POST", url, headers=headers, data=question.body
            ).prepare(),
            stream=True,
            timeout=(self._limits.connect, self._limits.grace),
            verify=registries.strict_ssl,
            cert=registries.certificate_for(url) if known else None,
            proxies={here.scheme: proxy} if proxy else None,
        )

    def _good(self, response: requests.Response, here: Address) -> requests.Response:
        """Let pass what is worth reading."""
        length = response.headers.get("content-length", "")
        large = length.isdecimal() and int(length[:20]) > self._limits.tarball
        if response.status_code == OK and not large:
            return response
        response.close()
        if large:
            raise too_large(self._limits.tarball)
        raise refusal(response.status_code, response.headers.get("retry-after", ""), here.place)


class _Adapter(HTTPAdapter):
    """requests' adapter, with connections that can be watched and the certificates that npm would trust."""

    def __init__(self, registries: Registries) -> None:
        self._certificates = Certificates(registries)
        if not registries.strict_ssl:  # the user's own choice in .npmrc: no warning for each tarball
            urllib3.disable_warnings(InsecureRequestWarning)
        super().__init__(pool_maxsize=CONNECTIONS)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - requests' own signature
        """Make connections that can be watched."""
        super().init_poolmanager(*args, **options)
        watched(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:  # noqa: ANN401 - requests' own signature
        """Make connections that can be watched, also by way of a proxy."""
        manager = super().proxy_manager_for(proxy, **options)
        watched(manager)
        return manager

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:  # noqa: ANN401
        """Bring our own context, where requests would name files."""
        host, pool = super().build_connection_pool_key_attributes(request, verify)
        if host["scheme"] == "https":
            pool["ssl_context"] = self._certificates.context(cert)
        return host, pool

    def cert_verify(self, *_: Any) -> None:  # noqa: ANN401 - requests' own signature
        """Add nothing: the context knows whom to trust."""


class _ExpiredError(Exception):
    """The end that was read was the one that we made."""


def _body(response: requests.Response, conversation: Conversation) -> Iterator[bytes]:
    size = 0
    for block in response.iter_content(BLOCK):
        size += len(block)
        conversation.heard(size)
        yield block
    if conversation.expired:
        raise _ExpiredError


def _in_our_words(error: Exception, address: Address) -> FetchError:
    """Say what went wrong on the way, without the words of a library, which may hold a proxy's password."""
    place, said = address.place, str(error)
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(error, http.SSLError) and "CERTIFICATE_VERIFY_FAILED" in said:
        return FetchError(Trouble.UNTRUSTED, f"the certificate of {place} is not trusted")
    if isinstance(error, http.ProxyError):
        return FetchError(Trouble.UNREACHABLE, f"{place} cannot be reached: the proxy fails", retry=True)
    if isinstance(reason, NameResolutionError):
        return FetchError(Trouble.UNREACHABLE, f"{place} cannot be reached: its name is not known")
    if isinstance(reason, NewConnectionError):
        cause = getattr(reason.__cause__, "strerror", None) or "no connection"
        return FetchError(Trouble.UNREACHABLE, f"{place} cannot be reached: {cause.lower()}", retry=True)
    if isinstance(error, http.ConnectTimeout | http.SSLError):
        return FetchError(Trouble.UNREACHABLE, f"{place} cannot be reached: it does not answer", retry=True)
    if isinstance(error, http.Timeout):
        return _too_slow(address)
    return FetchError(Trouble.FAILING, f"{place} broke the connection off", retry=True)


def _too_slow(address: Address) -> FetchError:
    return FetchError(Trouble.FAILING, f"{address.place} is too slow, or silent", retry=True)
