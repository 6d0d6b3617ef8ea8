"""What a script may use up: processes, memory, the size of a file, the disk. Time and output are bounded in process.py.

A bound on addresses would be of no use: V8 reserves far more than it has. What counts is data (RLIMIT_DATA, setrlimit(2))
for each process, and what all of them have together, which is looked at a few times in a second.
"""

from __future__ import annotations

import os
import resource
import time
from contextlib import suppress
from pathlib import Path

from safe_install.run.usage import family, memory

PROCESSES = 1024
"""Processes and threads at once; node has eleven, and make as many compilers as there are processors."""
FILE = 4 * 1024**3
DISK = 8 * 1024**3
"""Bytes by which the disk may fill up while a script runs, whoever fills it."""
MEMORY = 8 * 1024**3
"""Bytes that are a script's own; on a smaller machine three quarters of what it has. Compilers need 1 GiB at most each."""
_LOOK = 0.25  # seconds between two looks at all processes
_CGROUPS = (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/pids"))


class Limits:
    """One run's bounds; ``told`` says in words which hold here."""

    def __init__(self, folder: Path) -> None:
        self.told: tuple[str, ...] = ()
        self._folder = folder
        self._free_at_first = _free(folder)
        self._group: Path | None = None
        self._pid = 0
        self._looked = time.monotonic()
        self._memory = min(MEMORY, _of_machine() * 3 // 4)

    def hold(self, pid: int) -> None:
        """Bound a process that has not begun, and with it everything it will start.

        The kernel's own count of a user's processes means nothing for root (fork(2)): without a cgroup we count them.
        """
        if not hasattr(resource, "prlimit"):  # macOS
            self.told = ("processes and memory are not limited",)
            return
        self._pid = pid
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (FILE, FILE))
        resource.prlimit(pid, resource.RLIMIT_DATA, (self._memory, self._memory))
        self._group = _group_of(pid)
        by = "a cgroup" if self._group else "counted"
        if self._group is None and os.geteuid() != 0:
            resource.prlimit(pid, resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
            by = "the user's own limit"
        self.told = (
            f"at most {PROCESSES} processes ({by})",
            f"at most {self._memory / 1024**3:.1f} GiB of memory",
        )

    def exceeded(self) -> str:
        """Say what it used up; empty while nothing is."""
        if self._free_at_first - _free(self._folder) > DISK:
            return f"the disk filled up by more than {DISK // 1024**3} GiB while it ran"
        if not self._pid or time.monotonic() < self._looked + _LOOK:
            return ""
        self._looked = time.monotonic()
        processes = family(self._pid)
        if len(processes) > PROCESSES:
            return f"it had more than {PROCESSES} processes"
        too_much = memory(processes, self._memory) > self._memory
        return f"it used more than {self._memory / 1024**3:.1f} GiB of memory" if too_much else ""

    def release(self) -> None:
        """Remove what was made for it, once its processes are gone."""
        if self._group is not None:
            with suppress(OSError):
                self._group.rmdir()
            self._group = None


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def _of_machine() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


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
