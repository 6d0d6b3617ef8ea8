"""Files that are there whole or not at all, whoever else writes them at the same time, and whenever we are killed."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl


def replace_file(path: Path, content: bytes, mode: int = 0o600, *, durable: bool = True) -> None:
    """Write a file by rename, so that no reader sees a part of it, and a full disk leaves the old one. Raises OSError.

    ``durable`` waits until it is on the disk; what can be had again need not. The first name is one that nobody else
    uses: a process id is shared by threads, and by containers on one cache.
    """
    fresh = write_beside(path, content, mode, durable=durable)
    try:
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def write_beside(path: Path, content: bytes, mode: int = 0o600, *, durable: bool = True) -> Path:
    """Write a file, complete, under a name of its own in the folder of ``path``, and give its path. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        fresh.chmod(mode)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return fresh


def read_file(path: Path, most: int) -> bytes:
    """Read a file of at most so many bytes. Raises OSError where it is longer, or no file: a device or a pipe may never end."""
    with open(path, "rb", opener=_without_waiting) as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size > most:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
        return file.read(most)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


@contextlib.contextmanager
def alone_with(directory: Path) -> Iterator[None]:
    """Wait until no other run changes files here; the lock is the folder's own, and ends with the process.

    Windows, and a file system without locks, keep nobody out: there only the rename is whole.
    """
    if sys.platform == "win32":
        yield
        return
    folder = os.open(directory, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
