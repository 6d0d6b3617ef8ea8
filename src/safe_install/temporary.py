"""One folder for everything temporary of a run, which goes with the run, however that ends.

Whoever is killed cannot clean up, and what lies there may hold a token (npm's private configuration). So each run locks
its own folder, and removes those whose lock nobody holds any more: the system lets go of one with its process.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_PREFIX = "safe-install-run-"


@contextmanager
def own_temporary_folder() -> Iterator[None]:
    """Let `tempfile` work in a folder of this run for the time of a block; first, what killed runs of this user left goes.

    Windows has no such lock: there nothing changes. Raises OSError where nothing temporary can be made.
    """
    if sys.platform == "win32":
        yield
        return
    former = tempfile.tempdir
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        _remove_if_left(left)
    folder, held = _made()
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = former
        _remove(folder)
        os.close(held)


def _made() -> tuple[Path, int]:
    """Make a folder and lock it; anew when another run took it for left in between."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        held = _locked(folder)
        if held is not None and folder.exists():
            return folder, held
        if held is not None:
            os.close(held)


def _locked(folder: Path) -> int | None:
    """Lock a folder of our own that is no link; None where there is none, or somebody has."""
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        if os.fstat(opened).st_uid == os.geteuid():
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return opened
    except OSError:
        pass
    os.close(opened)
    return None


def _remove_if_left(folder: Path) -> None:
    held = _locked(folder)
    if held is not None:
        _remove(folder)
        os.close(held)


def _remove(folder: Path) -> None:
    """Remove a folder; only where something lies in it, with all that this takes."""
    try:
        folder.rmdir()
    except OSError:
        from safe_install.run.files import discard

        with suppress(OSError):
            discard(folder)
