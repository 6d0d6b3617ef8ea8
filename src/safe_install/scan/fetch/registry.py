"""The registry: promises go out, verified packages come back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from safe_install.errors import UsageError
from safe_install.model import Artifact
from safe_install.scan.fetch.cacache import CORGI, packument_url
from safe_install.scan.fetch.delivery import (
    Delivered,
    Delivery,
    Recall,
    Unpack,
    at_most,
    orders_of,
    versions_of,
)
from safe_install.scan.fetch.limits import CONNECTIONS, Limits, Question
from safe_install.scan.fetch.packument import choose, read_packument
from safe_install.scan.fetch.parallel import as_completed
from safe_install.scan.fetch.registries import Registries
from safe_install.scan.fetch.trouble import FetchError, Standing, Trouble, verdict
from safe_install.scan.fetch.urls import is_plain_name

if TYPE_CHECKING:  # what speaks HTTP takes a tenth of a second to import, and a second look asks nobody
    from safe_install.scan.fetch.client import Client

DOCUMENTS = 4
"""Full packuments at a time: the largest have tens of megabytes, and some more while they are read."""

Read = TypeVar("Read")


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

    def deliver(
        self, artifacts: Iterable[Artifact], unpack: Unpack, recall: Recall | None = None, *, for_npm: bool = True
    ) -> Iterator[Delivered]:
        """Give each artifact's package, or the gap that says why there is none, as soon as it is known.

        Afterwards npm finds every verified tarball in the private cache and fetches nothing. ``unpack`` is
        called in a worker's thread with the artifact, its verified bytes and a function that reads them again
        (`IntegrityError` when somebody changed them); its `TarballError` is a gap. `RegistryError` when the
        registry fails as a whole or the disk refuses. ``recall`` gives the package of an artifact that was unpacked
        before: its tarball need then only lie in the private cache, where npm verifies it before it unpacks. Not
        ``for_npm``, npm is told nothing anew of those: that takes as long as all the rest of a second look.
        """
        artifacts = tuple(artifacts)
        orders, gaps = orders_of(artifacts)
        yield from gaps
        standing = Standing(self.registries.origins())
        delivery = Delivery(
            registries=self.registries,
            cache=self.cache,
            user_cache=self.user_cache,
            project=self.project,
            allowed_hosts=self.allowed_hosts,
            largest=self.limits.tarball,
            unpack=unpack,
            versions=versions_of(artifacts, self.registries),
        )
        left = []
        for order in orders:
            known = delivery.recalled(order, recall, for_npm=for_npm) if recall else None
            yield from known or ()
            left += [] if known else [order]
        if left:
            with self._client(standing) as client:
                workers = min(self.registries.maxsockets, CONNECTIONS)
                fulfil = partial(delivery.fulfil, fetch=client.fetch)
                for delivered in as_completed(fulfil, left, workers=workers, hang_up=client.hang_up):
                    yield from delivered
        standing.conclude()

    def resolve(self, name: str, spec: str = "") -> Artifact:
        """Ask the registry which version an exact version, a dist-tag or a range is, and promise it.

        `UsageError` when there is no such package or version. `RegistryError` when
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
        with self._client(Standing(frozenset())) as client:
            return _whole(client, url, question, most)

    def packuments(
        self, names: Iterable[str], read: Callable[[str, bytes], Read]
    ) -> Iterator[tuple[str, Read | FetchError]]:
        """Give what ``read`` makes of each package's name and full document, which has its publication times, as it comes.

        Few at a time, for one may have many megabytes, and read one by one, which takes a multiple of that. A failure is given,
        not raised.
        """
        reading = threading.Lock()
        with self._client(Standing(frozenset())) as client:

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

    def _client(self, standing: Standing) -> Client:
        from safe_install.scan.fetch.client import Client

        return Client(self.registries, self.limits, standing)


def _whole(client: Client, url: str, question: Question, most: int) -> bytes:
    body = bytearray()

    def receive(stream: Iterator[bytes]) -> None:
        body.clear()
        for block in at_most(most, stream):
            body.extend(block)

    client.fetch(url, receive, question)
    return bytes(body)
