"""Storage that people have already: a folder, Redis, or whatever fsspec can speak to. Small named entries go in and come out.

A store raises whatever its library raises, and takes as long as that takes: `sharing` bounds both.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from safe_install.whole_files import replace_file

LARGEST = 512 << 10
"""Bytes of one entry; of a longer one only so many are read, which is then no entry."""
_PORTION = 64  # entries that are asked for at a time
_PATIENCE = 2.0  # seconds for one word of Redis
_KEPT = 90 * 86_400  # seconds that Redis keeps what nobody writes again

EXTRA = "pip install 'safe-install-npm[results]'"


class SharedStore(Protocol):
    """Entries by name; names are hexadecimal digests."""

    def get(self, names: Iterable[str], most: int) -> dict[str, bytes]:
        """Give those that are there, of ``most`` bytes together and a few more."""

    def put(self, entries: Mapping[str, bytes]) -> None:
        """Write entries; one that is there is replaced."""


def open_store(address: str) -> SharedStore:
    """Open the store at an address; ImportError without the extra that it needs."""
    if "://" not in address:
        return Folder(Path(address))
    if address.startswith(("redis://", "rediss://")):
        return Redis(address)
    return Files(address)


class Folder:
    """A folder, maybe on a network's disk; each entry a file, there as a whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, names: Iterable[str], most: int) -> dict[str, bytes]:
        """Read files."""
        found: dict[str, bytes] = {}
        for name in names:
            with contextlib.suppress(FileNotFoundError), open(self._path(name), "rb", opener=_without_waiting) as file:
                found[name] = file.read(LARGEST)
                most -= len(found[name])
            if most <= 0:
                break
        return found

    def put(self, entries: Mapping[str, bytes]) -> None:
        """Write files."""
        for name, content in entries.items():
            path = self._path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, content, 0o644, durable=False)

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


class Redis:
    """A Redis or Valkey server."""

    def __init__(self, address: str) -> None:
        import redis

        self._redis = redis.Redis.from_url(address, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)

    def get(self, names: Iterable[str], most: int) -> dict[str, bytes]:
        """Ask for many at a time, and for no more of each than is read."""
        found: dict[str, bytes] = {}
        for some in _portions(names):
            with self._redis.pipeline(transaction=False) as asked:
                for name in some:
                    asked.getrange(_redis_name(name), 0, LARGEST - 1)
                told = asked.execute()
            found |= {name: content for name, content in zip(some, told, strict=True) if content}
            if sum(map(len, found.values())) > most:
                break
        return found

    def put(self, entries: Mapping[str, bytes]) -> None:
        """Write many at a time; the server forgets them after a while."""
        for some in _portions(entries):
            with self._redis.pipeline(transaction=False) as told:
                for name in some:
                    told.set(_redis_name(name), entries[name], ex=_KEPT)
                told.execute()


def _redis_name(name: str) -> str:
    return f"safe-install:results:{name}"


class Files:
    """Any file system that fsspec knows, s3:// for one; credentials are those that its library finds by itself."""

    def __init__(self, address: str) -> None:
        from fsspec.core import url_to_fs

        self._files: Any
        self._files, root = url_to_fs(address)
        self._root = root.rstrip("/")

    def get(self, names: Iterable[str], most: int) -> dict[str, bytes]:
        """Ask for many at a time; what is not there is an error in its place."""
        found: dict[str, bytes] = {}
        for some in _portions(names):
            paths = [self._path(name) for name in some]
            told = self._files.cat_ranges(paths, 0, LARGEST, on_error="return")
            found |= {name: content for name, content in zip(some, told, strict=True) if isinstance(content, bytes)}
            failed = next((one for one in told if isinstance(one, Exception) and not _is_absence(one)), None)
            if failed:
                raise failed
            if sum(map(len, found.values())) > most:
                break
        return found

    def put(self, entries: Mapping[str, bytes]) -> None:
        """Write many at a time."""
        if "s3" not in self._files.protocol:  # a bucket has no folders, and is not ours to make
            self._files.makedirs(self._root, exist_ok=True)
        self._files.pipe({self._path(name): content for name, content in entries.items()})

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"


def _is_absence(error: Exception) -> bool:
    return isinstance(error, FileNotFoundError)


def _portions(names: Iterable[str]) -> Iterable[list[str]]:
    every = list(names)
    return (every[start : start + _PORTION] for start in range(0, len(every), _PORTION))
