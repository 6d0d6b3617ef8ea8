"""Promises → verified packages: whose bytes they are, where they are found, and what to say when they are not.

Bytes are looked for in the private cache, in the user's npm cache, at their source; whichever it was, they are
verified on their way into the private cache, and again whenever they are read from it. What fails for one package is its
gap; what fails for a whole registry ends the run with one sentence instead of a thousand gaps.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from safe_install.errors import IntegrityError, TarballError
from safe_install.model import Artifact, Gap, GapKind, Package, Severity, Source
from safe_install.scan.fetch.addresses import lint_addresses
from safe_install.scan.fetch.cacache import (
    blocks,
    content_path,
    read_content,
    receive_content,
    write_index,
    write_packument,
)
from safe_install.scan.fetch.integrity import Promise, read_promise, write_promise
from safe_install.scan.fetch.parallel import Room
from safe_install.scan.fetch.registries import Registries
from safe_install.scan.fetch.trouble import FetchError, Trouble

Unpack = Callable[[Artifact, bytes, Callable[[], bytes]], Package]
Receive = Callable[[Iterator[bytes]], None]
Fetch = Callable[[str, Receive], None]
Recall = Callable[[Artifact, Callable[[], bytes]], Package | None]
Delivered = tuple[Artifact, Package | Gap]

ROOM = 64 << 20
"""Compressed bytes that may be in memory, being unpacked, at one time."""
SMALL = 1 << 20
"""Bytes of a tarball that is kept in memory while it is written: nine of ten are no larger."""
LEAST = ROOM // 4
"""What even a small tarball takes of it: unpacking is Python's work and gains nothing from more threads."""


@dataclass(frozen=True, slots=True)
class Order:
    """One tarball and everybody who wants it: the same address and promise at several places."""

    promise: Promise
    artifacts: tuple[Artifact, ...]


def orders_of(artifacts: Iterable[Artifact]) -> tuple[list[Order], list[Delivered]]:
    """Sort out what can be fetched and verified; what cannot is a gap from the start."""
    wanted: dict[tuple[str, str | None], list[Artifact]] = defaultdict(list)
    gaps: list[Delivered] = []
    for artifact in artifacts:
        if gap := _hopeless(artifact):
            gaps.append((artifact, gap))
        else:
            wanted[artifact.resolved or artifact.id, artifact.integrity].append(artifact)
    promises = ((read_promise(group[0].integrity), group) for group in wanted.values())
    return [Order(promise, tuple(group)) for promise, group in promises if promise], gaps


def _hopeless(artifact: Artifact) -> Gap | None:
    if artifact.source is Source.GIT:
        detail = "comes from git: there is no tarball to verify, and npm would run git and the package to make one"
        return Gap(kind=GapKind.NOT_FETCHED, where=artifact.id, detail=detail)
    if read_promise(artifact.integrity) is None:
        said = f"its integrity {artifact.integrity[:40]!r} proves nothing" if artifact.integrity else "it has none"
        detail = f"nothing to verify the tarball against ({said}), so it was not fetched"
        return Gap(kind=GapKind.NO_INTEGRITY, where=artifact.id, detail=detail)
    return None


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """All that it takes to fulfil orders, but the network: ``fetch`` streams an address into a receiver, retries included.

    ``versions`` gives, for each registry's packument, every version that the tree uses and its tarball's address.
    """

    registries: Registries
    cache: Path
    user_cache: Path | None
    project: Path
    allowed_hosts: tuple[str, ...]
    largest: int
    unpack: Unpack
    versions: Mapping[tuple[str, str], Mapping[str, str]]
    room: Room = field(default_factory=lambda: Room(ROOM))

    def recalled(self, order: Order, recall: Recall, *, for_npm: bool) -> list[Delivered] | None:
        """Deliver what was unpacked before, where npm will find its tarball; None where that is not so."""
        standing = self._standing(order.promise)
        package = recall(order.artifacts[0], lambda: self._again(order)) if standing else None
        if standing is None or package is None:
            return None
        if for_npm:
            self._tell_npm(order, *standing)
        return [(one, replace(package, artifact=one)) for one in order.artifacts]

    def fulfil(self, order: Order, fetch: Fetch) -> list[Delivered]:
        """Deliver one tarball to everybody who wants it: a package, or the gap that says why there is none."""
        first = order.artifacts[0]
        try:
            package = self._package(order, fetch)
        except FetchError as error:
            kind = GapKind.TOO_LARGE if error.trouble is Trouble.TOO_LARGE else GapKind.NOT_FETCHED
            return _gaps(order, kind, error.detail)
        except IntegrityError as error:
            return _gaps(order, GapKind.NOT_FETCHED, error.message)
        except TarballError as error:
            return _gaps(order, GapKind.REFUSED, error.message)
        return [(one, package if one is first else replace(package, artifact=one)) for one in order.artifacts]

    def _package(self, order: Order, fetch: Fetch) -> Package:
        standing, come = self._standing(order.promise), Passing()
        if standing is None:
            self._stock(order, fetch, come)
            standing = self._standing(order.promise)
        with self.room.taken(max(standing[1] if standing else 0, LEAST)):
            data = come.whole() or read_content(self.cache, order.promise)
            if data is None:  # it stood there, and was something else
                self._stock(order, fetch, come)
                data = self._again(order)
            if any(map(_needs_index, order.artifacts)):
                digest = hashlib.new(order.promise.algorithm, data, usedforsecurity=False).hexdigest()
                self._tell_npm(order, digest, len(data))
            return self.unpack(order.artifacts[0], data, lambda: self._again(order))

    def _standing(self, promise: Promise) -> tuple[str, int] | None:
        """Give the digest by which it stands in the private cache, and its size there; None when nothing does."""
        for digest in promise.digests:
            with suppress(OSError):
                return digest, content_path(self.cache, promise.algorithm, digest).stat().st_size
        return None

    def _again(self, order: Order) -> bytes:
        data = read_content(self.cache, order.promise)
        if data is None:
            raise IntegrityError(f"{order.artifacts[0].id} was changed in the cache after it was verified")
        return data

    def _stock(self, order: Order, fetch: Fetch, come: Passing) -> None:
        """Bring verified bytes into the private cache, from the nearest place that has them; ``come`` sees them pass."""
        if self._from_user_cache(order.promise, come):
            return
        receive = partial(self._receive, order.promise, come)
        first = order.artifacts[0]
        if first.source is Source.FILE:
            self._from_file(first, receive)
        else:
            fetch(self._address(order), receive)

    def _receive(self, promise: Promise, come: Passing, stream: Iterator[bytes]) -> None:
        receive_content(self.cache, promise, come.seen(at_most(self.largest, stream)))
        come.verified = True

    def _from_user_cache(self, promise: Promise, come: Passing) -> bool:
        for digest in promise.digests if self.user_cache else ():
            path = content_path(self.user_cache or self.cache, promise.algorithm, digest)
            with suppress(OSError, IntegrityError):
                if path.is_file():
                    self._receive(promise, come, blocks(path))
                    return True
        return False

    def _from_file(self, artifact: Artifact, receive: Receive) -> None:
        """Read a ``file:`` tarball; its path is relative to the project, and npm may have encoded it."""
        written = (artifact.resolved or "").removeprefix("file:")
        for spelled in dict.fromkeys((written, unquote(written))):
            try:
                receive(blocks(self.project / spelled))
            except FileNotFoundError:
                continue
            except (OSError, ValueError) as error:
                raise FetchError(Trouble.MISSING, f"{written[:200]} cannot be read") from error
            return
        raise FetchError(Trouble.MISSING, f"there is no file {written[:200]}")

    def _address(self, order: Order) -> str:
        """Give the address to fetch from, if it is one that we would send a request to."""
        findings = lint_addresses(order.artifacts, self.registries, self.allowed_hosts)
        errors = {finding.where: finding for finding in findings if finding.severity is Severity.ERROR}
        welcome = [one for one in order.artifacts if one.id not in errors]
        if not welcome:
            problem = next(iter(errors.values()))
            raise FetchError(Trouble.REFUSED, f"was not fetched: {problem.message}")
        return self.registries.tarball_url(welcome[0])

    def _tell_npm(self, order: Order, digest: str, size: int) -> None:
        """Write the index lines that npm needs when a lockfile entry does not say where its tarball is."""
        for artifact in order.artifacts:
            if _needs_index(artifact):
                promise = write_promise(order.promise.algorithm, digest)
                write_index(self.cache, self.registries.tarball_url(artifact), promise, size)
                registry = self.registries.registry_for(artifact.name)
                write_packument(self.cache, registry, artifact.name, self.versions[registry, artifact.name])
                return


@dataclass(slots=True)
class Passing:
    """The bytes of one small tarball on their way into the private cache, which need not be read from there again at once."""

    pieces: list[bytes] = field(default_factory=list)
    verified: bool = False

    def seen(self, stream: Iterator[bytes]) -> Iterator[bytes]:
        """Pass a stream on, and keep it while it is small; what came before, of another attempt, is forgotten."""
        self.pieces, self.verified, size = [], False, 0
        for block in stream:
            size += len(block)
            if size <= SMALL:
                self.pieces.append(bytes(block))  # a copy where it is no bytes: a reader may fill one room again
            else:
                self.pieces.clear()
            yield block

    def whole(self) -> bytes:
        """Give the bytes, once: those that were verified, all of them; nothing when there are none."""
        data = b"".join(self.pieces) if self.verified else b""
        self.pieces = []
        return data


def _needs_index(artifact: Artifact) -> bool:
    """Tell whether npm will look for the package's versions before it looks for the tarball."""
    return artifact.resolved is None and artifact.source is Source.REGISTRY


def versions_of(artifacts: Iterable[Artifact], registries: Registries) -> dict[tuple[str, str], dict[str, str]]:
    """List, for each registry and name, every version that is wanted and the address of its tarball."""
    versions: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for artifact in artifacts:
        if artifact.source is Source.REGISTRY:
            known = versions[registries.registry_for(artifact.name), artifact.name]
            if artifact.resolved is None or artifact.version not in known:
                known[artifact.version] = registries.tarball_url(artifact)
    return versions


def at_most(largest: int, stream: Iterator[bytes]) -> Iterator[bytes]:
    """Pass a stream on, but not more than this many bytes of it."""
    size = 0
    for block in stream:
        size += len(block)
        if size > largest:
            raise too_large(largest)
        yield block


def too_large(largest: int) -> FetchError:
    """Say that somebody sends more than we read."""
    return FetchError(Trouble.TOO_LARGE, f"it is larger than {largest >> 20} MB, more than is read")


def _gaps(order: Order, kind: GapKind, detail: str) -> list[Delivered]:
    return [(artifact, Gap(kind=kind, where=artifact.id, detail=detail)) for artifact in order.artifacts]
