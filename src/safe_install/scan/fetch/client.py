"""HTTP as npm would speak it: the only file that sends requests.

Redirects are followed by hand, because a token must not follow them; nothing of the environment (netrc, proxies,
certificates) is used but what npm itself would use; every request ends, whatever the server does.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import requests
import urllib3
from requests import exceptions as http
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, InsecureRequestWarning, NameResolutionError, NewConnectionError

from safe_install import __version__
from safe_install.errors import IntegrityError
from safe_install.scan.fetch.certificates import Certificates
from safe_install.scan.fetch.delivery import Receive, too_large
from safe_install.scan.fetch.limits import CONNECTIONS, Limits, Question
from safe_install.scan.fetch.manners import OK, REDIRECTS, pause, redirected, refusal
from safe_install.scan.fetch.registries import Registries
from safe_install.scan.fetch.sockets import Conversation, Watch, watched
from safe_install.scan.fetch.trouble import FetchError, Standing, Trouble
from safe_install.scan.fetch.urls import Address, read_address

BLOCK = 1 << 16
HOPS = 5
"""Redirects that are followed for one tarball."""

_PLAIN = Question()


class Client:
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

    def fetch(self, url: str, receive: Receive, question: Question = _PLAIN) -> None:
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
