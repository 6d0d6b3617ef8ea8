"""Files read while npm is still writing others, so that comparing what it wrote has little left to read.

A digest that was read early holds only for the very file it was read from: same inode, size, mode and times. A file's change
time is the kernel's and cannot be set; it is counted in ticks of up to 10 ms, so a file that changed just before it was read
is read again afterwards, for a further change could bear the same time.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event

from safe_install.model import Digest
from safe_install.run.files import digest_file, digest_of
from safe_install.run.promises import Promises

SETTLED = 100_000_000
"""Nanoseconds that a file must have been left alone before it is read early; ticks are ten times as short."""
_PAUSE = 0.2  # seconds between two looks for what npm has finished

_Likeness = tuple[int, int, int, int, int, int]


class ReadAhead:
    """The digests of files below ``root``; a package is read when the last file of its archive stands there."""

    def __init__(self, root: Path, promises: Promises) -> None:
        self._root = root
        self._promises = promises
        self._known: dict[str, tuple[_Likeness, Digest]] = {}

    def read_until(self, over: Event) -> None:
        """Read each package once it is there, until all is over."""
        waiting = self._packages()
        while waiting and not over.wait(_PAUSE):
            there = {last for last in waiting if _is_settled(last)}
            for last in there:
                self._read(waiting[last], over)
            waiting = {last: paths for last, paths in waiting.items() if last not in there}

    def digest(self, path: str, size: int) -> tuple[int, Digest | None]:
        """Give the mode and the digest of a file as `digest_file` does, unread when it is the one that was read early."""
        if known := self._known.get(path):
            found = os.lstat(path)
            if _likeness(found) == known[0] and found.st_size == size:
                return found.st_mode, known[1]
        return digest_file(path, size)

    def _packages(self) -> Mapping[str, Sequence[str]]:
        """List the files of each package by the last of them, in the order in which they are unpacked."""
        packages: dict[str, list[str]] = defaultdict(list)
        for path, promised in self._promises.files.items():
            packages[promised.location].append(f"{self._root}/{path}")
        return {paths[-1]: paths for paths in packages.values()}

    def _read(self, paths: Sequence[str], over: Event) -> None:
        """Read a package's files; one that is not there yet, or changed just now, is left to whoever compares."""
        for path in paths:
            if over.is_set():
                return
            with suppress(OSError):
                found, digest = digest_of(path)
                if digest is not None and time.time_ns() - found.st_ctime_ns >= SETTLED:
                    self._known[path] = _likeness(found), digest


def _is_settled(path: str) -> bool:
    try:
        return time.time_ns() - os.lstat(path).st_ctime_ns >= SETTLED
    except OSError:
        return False


def _likeness(found: os.stat_result) -> _Likeness:
    """Give what changes when a file does."""
    return found.st_dev, found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns
