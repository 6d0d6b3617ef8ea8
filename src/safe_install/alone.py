"""One run of ours at a time in a project, and what is changed is what was looked at.

Measured on six `safe-install ci` at once: each put back what it believed a killed run had set aside, and no node_modules
was left at all. A lock of the system's ends with its process, however that ends.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from safe_install.errors import SafeInstallError
from safe_install.project import Project, open_project

if sys.platform != "win32":
    import fcntl

_FULL = {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def alone_in(project: Path, cache: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Keep this user's other installing runs out of a project for the time of a block; ``waiting`` is told once if one is there.

    The lock lies in our own cache, so that nothing is left in the project, and a person may approve meanwhile.
    Windows has no such lock: there the runs are not kept apart.
    """
    if sys.platform == "win32":
        yield
        return
    held = _opened(cache / "locks" / hashlib.sha256(os.fsencode(os.path.realpath(project))).hexdigest()[:32], cache)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _opened(place: Path, cache: Path) -> int:
    """Open a folder to lock: one costs no room on a full disk, and has nothing in it that could be read."""
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        full = error.errno in _FULL
        reason = "the disk is full" if full else (error.strerror or "it refuses").lower()
        hint = "make room there" if full else "make it writable, or point SAFE_INSTALL_CACHE to another place"
        raise SafeInstallError(f"cannot write to the cache in {cache}: {reason}", hint=hint) from error


def require_unchanged(seen: Project, npm_major: int, *, files: bool = True) -> None:
    """Stop when somebody changed what was judged: the project's files, its policy or its approvals.

    Without ``files`` only the rules are looked at. Raises SafeInstallError, which names what differs.
    """
    now = open_project(seen.directory, npm_major)
    names = sorted(seen.files.keys() | now.files.keys()) if files else []
    changed = [name for name in names if seen.files.get(name) != now.files.get(name)]
    changed += ["the policy"] if now.policy != seen.policy else []
    changed += ["the approvals"] if now.approvals != seen.approvals else []
    if changed:
        now_is = "Nothing was changed" if files else "The packages are installed, and no script ran"
        raise SafeInstallError(
            f"Somebody else changed {' and '.join(changed)} while this was looked at. {now_is}.",
            hint="Run it again: what is there now will be looked at.",
        )
