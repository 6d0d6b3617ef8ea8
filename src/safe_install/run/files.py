"""Files on disk by what they hold, read without following links and without waiting for a pipe."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from safe_install.model import Digest
from safe_install.run.paths import system_program
from safe_install.run.process import run_to_end

_BLOCK = 4 * 1024 * 1024
_PREFIX = "safe-install-"


def digest_file(path: str | Path, size: int | None = None) -> tuple[int, Digest | None]:
    """Give the mode and the digest of a regular file.

    The digest is None, and nothing is read, when it is not a regular file or not of the size that is asked for.
    Raises `OSError` when it cannot be opened (also when it is a link).
    """
    found, digest = digest_of(path, size)
    return found.st_mode, digest


def digest_of(path: str | Path, size: int | None = None) -> tuple[os.stat_result, Digest | None]:
    """Give what the system says of a file at the moment before it is read, and its digest as `digest_file` does."""
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode) or (size is not None and found.st_size != size):
            return found, None
        if found.st_size < _BLOCK:  # nearly all: one read tells that it ends, and takes one call less
            data = os.read(opened, found.st_size + 1)
            if len(data) == found.st_size:
                return found, Digest(hashlib.sha256(data).hexdigest())
            os.lseek(opened, 0, os.SEEK_SET)
        digest = hashlib.sha256()
        while block := os.read(opened, _BLOCK):
            digest.update(block)
        return found, Digest(digest.hexdigest())
    finally:
        os.close(opened)


@contextmanager
def private_folder() -> Iterator[Path]:
    """Give an empty folder of our own, by its real path; whatever a script made of it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX)).resolve()
    try:
        yield folder
    finally:
        discard(folder)


def own_folder(path: Path) -> Path | None:
    """Give the private folder that a real path lies in; None when it lies in none."""
    above = Path(tempfile.gettempdir()).resolve()
    first = path.relative_to(above).parts[:1] if path.is_relative_to(above) else ()
    return above / first[0] if first and first[0].startswith(_PREFIX) else None


def discard(folder: Path) -> None:
    """Remove a folder, also one that a script closed, or nested deeper than Python follows; nobody may be writing there."""
    with suppress(OSError, RecursionError):
        shutil.rmtree(folder)
    if folder.exists():
        words = 'chmod -R u+rwx -- "$1"; rm -rf -- "$1"'
        run_to_end((str(system_program("sh")), "-c", words, "sh", str(folder)), cwd=Path("/"), env={}, time_limit=300)


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
