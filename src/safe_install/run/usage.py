"""What a process and everything that it started use, by the kernel's own accounts (proc(5))."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_MOST = 20_000  # processes that are looked at
_PAGE = os.sysconf("SC_PAGE_SIZE")
_OWN = ("Pss_Anon:", "Pss_Shmem:")


def family(pid: int) -> tuple[int, ...]:
    """List a process and its descendants, by their numbers out here; those that end meanwhile may be missing."""
    found = [pid]
    for each in found:
        found += _children(each)
        if len(found) > _MOST:
            break
    return tuple(found)


def memory(processes: tuple[int, ...], bound: int) -> int:
    """Give the bytes that are theirs alone and no file's; exactly only near the bound, because that costs the kernel time.

    What a process shares with the one it was forked from counts twice at first, and not when it is counted exactly.
    """
    rough = sum(map(_resident, processes))
    return rough if rough <= bound else sum(map(_exactly, processes))


def _children(pid: int) -> Iterator[int]:
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            yield from map(int, (thread / "children").read_text().split())
    except OSError:
        return


def _resident(pid: int) -> int:
    try:
        _, resident, shared, *_ = map(int, Path(f"/proc/{pid}/statm").read_text().split())
    except (OSError, ValueError):
        return 0
    return (resident - shared) * _PAGE


def _exactly(pid: int) -> int:
    """Count what is shared by its share, where we may look at it."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return _resident(pid)
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(_OWN))
