"""The program in a process of its own, so that it can be killed, starved and raced; and what it leaves behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.world import World

RECORDS = (".safe-install.json", ".safe-install.receipt.json", ".package-lock.json")
PROGRAM = (sys.executable, "-m", "safe_install")


def temporary(world: World) -> Path:
    """Give the folder for what is temporary in these runs, which nobody else uses."""
    folder = world.folder.parent / "tmp"
    folder.mkdir(exist_ok=True)
    return folder


def started(world: World, *words: str, program: tuple[str, ...] = PROGRAM) -> subprocess.Popen[str]:
    """Start the program in the project."""
    return subprocess.Popen(
        [*program, *words],
        cwd=world.folder,
        env={**os.environ, "TMPDIR": str(temporary(world))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for the end; give the exit code and everything that was said, which is never a traceback."""
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in err, err
    return process.returncode, out + err


def ran(world: World, *words: str, program: tuple[str, ...] = PROGRAM) -> tuple[int, str]:
    """Run the program to its end."""
    return ended(started(world, *words, program=program))


def at(process: subprocess.Popen[str], stage: str) -> None:
    """Wait for a stage to begin."""
    assert process.stderr is not None
    assert any(line.startswith(stage) for line in process.stderr)


def killed_at(process: subprocess.Popen[str], stage: str, by: signal.Signals = signal.SIGKILL) -> None:
    """Wait for a stage to begin, and kill the process, and nothing that it started."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(stage):
            break
    else:
        raise AssertionError(f"it never began {stage!r}")
    process.send_signal(by)
    process.communicate(timeout=60)
    assert process.returncode == -by


def still_running(world: World) -> list[str]:
    """Name the processes that work in this test's folders, after a moment in which they may end."""
    deadline = time.monotonic() + 15
    while (found := _working_below(world.folder.parent)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _working_below(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            place, command = str((process / "cwd").readlink()), (process / "cmdline").read_bytes()
        except OSError:
            continue
        if place.startswith(str(folder)) and process.name != str(os.getpid()) and command:
            found.append(command.replace(b"\0", b" ").decode(errors="replace")[:100])
    return found


def tree(world: World) -> dict[str, bytes]:
    """Read what is installed, without the records of ours and npm's."""
    return {path: content for path, content in world.tree("node_modules").items() if not path.endswith(RECORDS)}


def beside(world: World) -> list[str]:
    """Name what lies in the project's own folder."""
    return sorted(path.name for path in world.folder.iterdir())


def many_files(number: int = 3000) -> dict[str, str]:
    """Make a package that takes npm a while to unpack."""
    return {f"lib/{each}.js": random.Random(each).randbytes(500).hex() for each in range(number)}
