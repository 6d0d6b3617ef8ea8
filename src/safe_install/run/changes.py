"""What a script wrote, read from its layers: an overlay's upper folder is an exact account, a copy is compared."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from safe_install.run.files import digest_file
from safe_install.run.layers import Layer

MOST = 200_000
"""Entries that are looked at; a script that leaves more has written more than anybody can account for."""
_OPAQUE = "user.overlay.opaque"


class Kind(StrEnum):
    """What stands at a path now."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    NOTHING = "nothing"
    ODD = "odd"  # a device, a pipe, a socket


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One path of a layer, relative to it, that is not what it was; ``was_there`` before, ``source`` holds what is now."""

    path: str
    kind: Kind
    was_there: bool
    source: Path
    mode: int = 0
    target: str = ""

    @property
    def how(self) -> str:
        """Name it for people: added, changed or removed."""
        return "removed" if self.kind is Kind.NOTHING else "changed" if self.was_there else "added"

    @property
    def is_worth_telling(self) -> bool:
        """Tell whether it is more than a new folder, which counts by what is in it."""
        return self.kind is not Kind.FOLDER or self.was_there


class TooMuchError(Exception):
    """More was written than is looked at."""


def changes_of(layer: Layer) -> tuple[Change, ...]:
    """List every change, folders before what is in them; nobody may be writing any more.

    Raises TooMuchError beyond the bound, and `OSError` when something cannot be read.
    """
    found: list[Change] = []
    for change in _walk(layer):
        found.append(change)
        if len(found) > MOST:
            raise TooMuchError
    return tuple(found)


def _walk(layer: Layer) -> Iterator[Change]:
    """Go through what is there now, beside what lay below; a folder that is new, or not a folder below, has nothing below.

    In an overlay a character device 0:0 is a removal, and an opaque folder hides what is below it.
    """
    top = layer.seen if layer.copied else layer.upper
    ahead: list[tuple[str, Path | None]] = [("", layer.below)]
    while ahead:
        folder, below = ahead.pop()
        names = _names(top / folder)
        if below is not None and (layer.copied or (folder and _is_opaque(top / folder))):
            gone = sorted(_listed(below) - set(names))
            yield from (_removed(f"{folder}/{name}".lstrip("/"), top) for name in gone)
        for name in names:
            path = f"{folder}/{name}".lstrip("/")
            before = below / name if below is not None else None
            if change := _difference(path, top / path, before, removals=not layer.copied):
                yield change
            if _mode(top / path, stat.S_IFDIR):
                ahead.append((path, before if _mode(before, stat.S_IFDIR) else None))


def _difference(path: str, now: Path, before: Path | None, *, removals: bool) -> Change | None:
    """Compare one entry with what was below it; None when nothing is different."""
    found = now.lstat()
    was_there = before is not None and os.path.lexists(before)
    if removals and stat.S_ISCHR(found.st_mode) and found.st_rdev == 0:
        return _removed(path, now) if was_there else None
    change = Change(path=path, kind=Kind.ODD, was_there=was_there, source=now, mode=stat.S_IMODE(found.st_mode))
    if stat.S_ISDIR(found.st_mode):
        return None if _mode(before, stat.S_IFDIR) else replace(change, kind=Kind.FOLDER)
    if stat.S_ISLNK(found.st_mode):
        target = os.readlink(now)  # noqa: PTH115 - its text, as it is
        same = before is not None and _mode(before, stat.S_IFLNK) and os.readlink(before) == target  # noqa: PTH115
        return None if same else replace(change, kind=Kind.LINK, target=target)
    if not stat.S_ISREG(found.st_mode):
        return change
    if not change.mode & stat.S_IRUSR:
        now.chmod(change.mode | stat.S_IRUSR)
    return None if before is not None and _is_same_file(now, before, found) else replace(change, kind=Kind.FILE)


def _is_same_file(now: Path, before: Path, found: os.stat_result) -> bool:
    """Tell whether a file was only touched: opened for writing, or linked to, which copies it into the layer."""
    if _mode(before, stat.S_IFREG) != found.st_mode or before.lstat().st_size != found.st_size:
        return False
    return digest_file(now)[1] == digest_file(before)[1]


def _removed(path: str, source: Path) -> Change:
    return Change(path=path, kind=Kind.NOTHING, was_there=True, source=source)


def _names(folder: Path) -> list[str]:
    """List a folder of the layer, also one that the script closed."""
    try:
        return sorted(_listed(folder))
    except PermissionError:
        folder.chmod(stat.S_IRWXU)
        return sorted(_listed(folder))


def _listed(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _mode(path: Path | None, kind: int) -> int:
    """Give the mode of what stands at a path when it is of this kind, and else 0."""
    try:
        mode = path.lstat().st_mode if path is not None else 0
    except OSError:
        return 0
    return mode if stat.S_IFMT(mode) == kind else 0


def _is_opaque(folder: Path) -> bool:
    try:
        return os.getxattr(folder, _OPAQUE, follow_symlinks=False) == b"y"
    except OSError:
        return False
