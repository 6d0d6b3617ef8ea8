"""Files on disk by what they hold, read without following links and without waiting for a pipe."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from safe_install.model import Digest

_BLOCK = 4 * 1024 * 1024


def digest_file(path: str | Path, size: int | None = None) -> tuple[int, Digest | None]:
    """Give the mode and the digest of a regular file.

    The digest is None, and nothing is read, when it is not a regular file or not of the size that is asked for.
    Raises `OSError` when it cannot be opened (also when it is a link).
    """
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode) or (size is not None and found.st_size != size):
            return found.st_mode, None
        digest = hashlib.sha256()
        while block := os.read(opened, _BLOCK):
            digest.update(block)
        return found.st_mode, Digest(digest.hexdigest())
    finally:
        os.close(opened)


def drop_set_id(folder: Path, since: float) -> Iterator[Path]:
    """Take from every file changed since a moment (in seconds) the bits that make it run as its owner; yield those.

    Inside a sandbox the bits mean nothing, but the file lies outside of it afterwards. Nobody may be writing there.
    """
    ahead = [folder]
    while ahead:
        for entry in entries_of(ahead.pop()):
            if entry.is_dir(follow_symlinks=False):
                ahead.append(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                found = entry.stat(follow_symlinks=False)
                if found.st_mode & (stat.S_ISUID | stat.S_ISGID) and found.st_ctime >= since:
                    os.chmod(entry.path, stat.S_IMODE(found.st_mode) & 0o777)  # noqa: PTH101 - the entry's own path
                    yield Path(entry.path)


def entries_of(folder: Path) -> list[os.DirEntry[str]]:
    """List a folder; one that may not be listed, by us or by a script that runs as us, holds nothing to see."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except PermissionError:
        return []
