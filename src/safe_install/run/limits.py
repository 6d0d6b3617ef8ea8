"""What a script may use up: processes, the size of a file, the disk. Time and output are bounded in process.py."""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from pathlib import Path

PROCESSES = 1024
"""Processes and threads at once; node has eleven, and make as many compilers as there are processors."""
FILE = 4 * 1024**3
DISK = 8 * 1024**3
"""Bytes by which the disk may fill up while a script runs, whoever fills it."""
_CGROUPS = (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/pids"))


class Limits:
    """One run's bounds; ``told`` says in words which hold here."""

    def __init__(self, folder: Path) -> None:
        self.told: tuple[str, ...] = ()
        self._folder = folder
        self._free_at_first = _free(folder)
        self._group: Path | None = None

    def hold(self, pid: int) -> None:
        """Bound a process that has not begun, and with it everything it will start.

        The kernel's own count of a user's processes means nothing for root (fork(2)), which needs a cgroup.
        """
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (FILE, FILE))
        self._group = _group_of(pid)
        if self._group is None and os.geteuid() != 0:
            resource.prlimit(pid, resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
        by = "a cgroup" if self._group else "the user's own limit"
        bounded = self._group is not None or os.geteuid() != 0
        self.told = (
            f"at most {PROCESSES} processes ({by})" if bounded else "processes are not limited (root, no cgroup)",
        )

    def exceeded(self) -> str:
        """Say what it used up; empty while nothing is."""
        full = self._free_at_first - _free(self._folder) > DISK
        return f"the disk filled up by more than {DISK // 1024**3} GiB while it ran" if full else ""

    def release(self) -> None:
        """Remove what was made for it, once its processes are gone."""
        if self._group is not None:
            with suppress(OSError):
                self._group.rmdir()
            self._group = None


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def _group_of(pid: int) -> Path | None:
    """Put a process into a cgroup of its own (version 2, else 1) with a bound; None where none can be made."""
    for parent in _CGROUPS:
        group = parent / f"safe-install-{pid}"
        try:
            if parent.name != "pids" and "pids" not in (parent / "cgroup.subtree_control").read_text().split():
                continue
            group.mkdir()
        except OSError:
            continue
        try:
            (group / "pids.max").write_text(str(PROCESSES))
            (group / "cgroup.procs").write_text(str(pid))
        except OSError:
            with suppress(OSError):
                group.rmdir()
            continue
        return group
    return None
