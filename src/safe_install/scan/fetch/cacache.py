"""npm's cache on disk, read and written so that npm finds our verified bytes and fetches nothing again.

The layout is cacache's (content-v2, index-v5); ``cache`` is what npm calls ``--cache``. Contents are never
trusted for standing there: reading hashes them again. Writing is a temporary file and a rename, the index is
appended in one write, so any number of runs may share a cache. Directories are 0700, files 0600.
Sources: cacache/lib/content/path.js and lib/entry-index.js, make-fetch-happen/lib/cache/{entry,key,policy}.js.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from safe_install.errors import IntegrityError, RegistryError
from safe_install.scan.fetch.integrity import Promise, read_promise, write_promise

if sys.platform != "win32":
    import fcntl

CORGI = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*"
"""What npm accepts when it installs (pacote/lib/registry.js); the index matches by it."""
BLOCK = 1 << 18


# ------------------------------------------------------------------ contents


def content_path(cache: Path, algorithm: str, hexdigest: str) -> Path:
    """Say where npm keeps the bytes with this digest."""
    return cache / "_cacache" / "content-v2" / algorithm / hexdigest[:2] / hexdigest[2:4] / hexdigest[4:]


def read_content(cache: Path, integrity: str | Promise | None) -> bytes | None:
    """Read what was promised, hashed again; None when it is not there or is something else."""
    promise = integrity if isinstance(integrity, Promise) else read_promise(integrity)
    if promise is None:
        return None
    for digest in promise.digests:
        try:
            data = b"".join(blocks(content_path(cache, promise.algorithm, digest)))
        except OSError:
            continue
        if promise.kept_by(data):
            return data
    return None


def blocks(path: Path) -> Iterator[bytes]:
    """Read a regular file block by block; `OSError` for anything else (a pipe or a device would never end)."""
    with open(path, "rb", buffering=0, opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        while block := file.read(BLOCK):
            yield block


def write_content(cache: Path, data: bytes, integrities: Iterable[str]) -> None:
    """Keep bytes under every algorithm by which they are promised.

    `IntegrityError` when one of the promises is not kept, `RegistryError` when the disk refuses.
    """
    for text in integrities:
        if promise := read_promise(text):
            receive_content(cache, promise, [data])


def receive_content(cache: Path, promise: Promise, stream: Iterable[bytes]) -> None:
    """Write a stream to disk while hashing it; it gets its name only when it is what was promised.

    `IntegrityError` when it is not, `RegistryError` when the disk refuses; whatever the stream raises is
    passed on. In each case nothing is left behind.
    """
    hasher = hashlib.new(promise.algorithm, usedforsecurity=False)
    with _temporary(cache) as (file, name):
        for block in stream:
            hasher.update(block)
            with _in_our_words(cache):
                file.write(block)
        digest = hasher.hexdigest()
        if digest not in promise.digests:
            raise IntegrityError(mismatch(promise, digest))
        with _in_our_words(cache):
            file.close()
            target = content_path(cache, promise.algorithm, digest)
            _directory(target.parent)
            name.replace(target)


def mismatch(promise: Promise, digest: str) -> str:
    """Say what was promised and what came, short enough for a line."""
    wanted, found = (write_promise(promise.algorithm, each)[:23] for each in (promise.digests[0], digest))
    return f"does not match its integrity: promised {wanted}…, received {found}…"


@contextmanager
def _temporary(cache: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """Open a file that is gone afterwards, unless it was given another name."""
    name = cache / "_cacache" / "tmp" / f"safe-install-{os.getpid()}-{secrets.token_hex(8)}"
    with _in_our_words(cache):
        _directory(name.parent)
        file = open(name, "xb", opener=_for_us_alone)  # noqa: SIM115 - Path.open has no opener; closed below
    try:
        with file:
            yield file, name
    finally:
        name.unlink(missing_ok=True)


def _directory(path: Path) -> None:
    """Make a directory and its missing parents, 0700 each (``mkdir(parents=True)`` leaves the parents open)."""
    if not path.is_dir():
        _directory(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o600)  # at a pipe, to write would wait for a reader


@contextmanager
def _in_our_words(cache: Path) -> Iterator[None]:
    """Turn what the disk says into one sentence with a fix."""
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        reason = "the disk is full" if full else (error.strerror or "it cannot be written").lower()
        hint = "make room there" if full else "make it writable, or point SAFE_INSTALL_CACHE to another place"
        raise RegistryError(f"cannot write to the cache in {cache}: {reason}", hint=hint) from error


# ------------------------------------------------------------------ the index


def write_packument(cache: Path, registry: str, name: str, tarballs: Mapping[str, str]) -> None:
    """Tell npm which versions a package has: ``tarballs`` gives each version's address.

    npm asks for this when a lockfile entry has no ``resolved``. Versions that an earlier or concurrent run
    wrote are kept, so that neither takes away what the other's npm is about to ask for. No integrity is
    told: the lockfile's own is the one that npm must go by.
    """
    url = packument_url(registry, name)
    with _one_at_a_time(cache):
        known = _known_tarballs(cache, url)
        if known.items() >= tarballs.items():
            return
        union = {**known, **tarballs}
        versions = {
            version: {"name": name, "version": version, "dist": {"tarball": tarball}}
            for version, tarball in union.items()
        }
        told = {"name": name, "dist-tags": {"latest": max(union)}, "versions": versions}
        body = json.dumps(told, separators=(",", ":")).encode()
        integrity = write_promise("sha512", hashlib.sha512(body).hexdigest())
        write_content(cache, body, [integrity])
        write_index(cache, url, integrity, len(body), accept=CORGI)


def write_index(cache: Path, url: str, integrity: str, size: int, *, accept: str | None = None) -> None:
    """Tell npm that a GET of this address was last answered by this content, which must be there already.

    ``accept`` is the header with which npm will ask: `CORGI` for a packument, none for a tarball.
    """
    key = f"make-fetch-happen:request-cache:{url}"
    if [entry.get("integrity") for entry in _entries(cache, key)][-1:] == [integrity]:
        return
    now = int(time.time() * 1000)
    metadata = {
        "time": now,
        "url": url,
        "reqHeaders": {"accept": accept} if accept else {},
        "resHeaders": {"content-type": "application/json" if accept else "application/octet-stream"},
        "options": {"compress": True},
    }
    entry = {"key": key, "integrity": integrity, "time": now, "size": size, "metadata": metadata}
    text = json.dumps(entry, separators=(",", ":"))
    with _in_our_words(cache):
        path = _index_path(cache, key)
        _directory(path.parent)
        with open(path, "ab", buffering=0, opener=_for_us_alone) as file:
            file.write(f"\n{_line_digest(text)}\t{text}".encode())


def packument_url(registry: str, name: str) -> str:
    """Give the address at which npm asks for a package's versions; ``registry`` ends with a slash."""
    return f"{registry}{quote(name, safe='@').replace('%2F', '%2f')}"


def _known_tarballs(cache: Path, url: str) -> dict[str, str]:
    entries = _entries(cache, f"make-fetch-happen:request-cache:{url}")
    integrity = entries[-1].get("integrity") if entries else None
    body = read_content(cache, integrity) if isinstance(integrity, str) else None
    try:
        versions = json.loads(body or b"{}").get("versions", {})
        return {version: told["dist"]["tarball"] for version, told in versions.items()}
    except (ValueError, AttributeError, KeyError, TypeError):
        return {}


def _entries(cache: Path, key: str) -> list[dict[str, Any]]:
    """Read the whole lines of a bucket that are about this key, oldest first."""
    try:
        lines = b"".join(blocks(_index_path(cache, key))).decode(errors="replace").split("\n")
    except OSError:
        return []
    pairs = [line.partition("\t") for line in lines]
    entries = [_parsed(text) for digest, _, text in pairs if text and digest == _line_digest(text)]
    return [entry for entry in entries if entry.get("key") == key]


def _parsed(text: str) -> dict[str, Any]:
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError):
        entry = None
    return entry if isinstance(entry, dict) else {}


def _index_path(cache: Path, key: str) -> Path:
    digest = hashlib.sha256(key.encode()).hexdigest()
    return cache / "_cacache" / "index-v5" / digest[:2] / digest[2:4] / digest[4:]


def _line_digest(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


@contextmanager
def _one_at_a_time(cache: Path) -> Iterator[None]:
    """Keep other runs of ours out for a read and a write (Windows has no such lock; there the last run wins)."""
    with _in_our_words(cache):
        _directory(cache / "_cacache")
        lock = open(cache / "_cacache" / "safe-install.lock", "ab", opener=_for_us_alone)  # noqa: SIM115
    with lock:
        if sys.platform != "win32":
            with _in_our_words(cache):
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield
