"""What processes there are, for tests that wait for one, or for its end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def command_lines() -> Iterator[bytes]:
    """Give the command line of each process that is there, NUL between its words.

    Not by a glob of ``/proc/*/cmdline``: that raises when a process ends between its folder and its file.
    """
    for process in Path("/proc").glob("[0-9]*"):
        try:
            yield (process / "cmdline").read_bytes()
        except OSError:
            continue
