"""Who puts up the walls: bubblewrap or its stand-ins after they were tried, and nobody only when somebody typed so."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from safe_install import __version__
from safe_install.errors import SandboxError
from safe_install.run.bubblewrap import Bubblewrap
from safe_install.run.landlock import Landlock
from safe_install.run.namespaces import Namespaces
from safe_install.run.npm import Npm
from safe_install.run.paths import find_program
from safe_install.run.probe import probe
from safe_install.run.process import Ran, run_to_end
from safe_install.run.seatbelt import SANDBOX_EXEC, Seatbelt
from safe_install.run.walls import Sandbox, Walls, furnish
from safe_install.whole_files import replace_file

_Kind = TypeVar("_Kind", bound=Sandbox)


@dataclass(frozen=True, slots=True)
class Unconfined:
    """No walls: the script may do whatever its user may. Only the environment and the home are still its own."""

    name: str = "nothing (--unconfined)"
    has_walls: bool = False
    loopback_sleeps: bool = False
    lacks: tuple[str, ...] = ()

    def run(self, argv: tuple[str, ...], *, cwd: Path, env: Mapping[str, str], walls: Walls) -> Ran:
        """Run a program as it is; what it leaves running is ended with its process group, as far as it stayed in it."""
        furnish(walls)
        return run_to_end(argv, cwd=cwd, env=env, time_limit=walls.time_limit)


def choose_sandbox(
    npm: Npm, env: Mapping[str, str], *, unconfined: bool = False, remembered: Path | None = None
) -> Sandbox:
    """Give a sandbox that was tried and held; raise `SandboxError` with the fix when there is none.

    bubblewrap comes first, then unshare and setpriv, whose walls are the same and slower. Where the system forbids
    both there is Landlock with seccomp, and on macOS sandbox-exec, which hold less and say so wherever they are named. ``remembered`` is a file of
    ours that says what held since this machine was started; what did not hold is tried again each time.
    """
    if unconfined:
        return Unconfined()
    if sys.platform == "darwin" and SANDBOX_EXEC.exists():
        return _tried(Seatbelt(), SANDBOX_EXEC, npm, remembered)
    if not sys.platform.startswith("linux"):
        raise SandboxError(
            f"Scripts cannot be confined on {sys.platform} yet, so none was run.",
            hint="Run safe-install in a Linux container or virtual machine, or type --unconfined.",
        )
    try:
        return choose_bubblewrap(npm, env, remembered)
    except SandboxError:
        for sandbox, program in ((Namespaces(), "/usr/bin/unshare"), (Landlock(), sys.executable)):
            with suppress(SandboxError, OSError):
                return _tried(sandbox, Path(program), npm, remembered)
        raise


def choose_bubblewrap(npm: Npm, env: Mapping[str, str], remembered: Path | None = None) -> Bubblewrap:
    """Give bubblewrap, tried since this machine was started; SandboxError with the fix when it is not there or does not hold."""
    program = find_program("bwrap", env)
    if program is None:
        raise SandboxError(
            "bubblewrap was not found, and no script runs without walls.",
            hint="`apt-get install bubblewrap` (or dnf, apk, pacman); the PyPI package of that name is something else.",
        )
    return _tried(Bubblewrap(program), program, npm, remembered)


def _tried(sandbox: _Kind, program: Path, npm: Npm, remembered: Path | None) -> _Kind:
    """Give a sandbox that was tried and held; what held is remembered, and what did not is tried again."""
    tried = _what_is_tried(sandbox.name, program, npm)
    if remembered is None or not _is_remembered(remembered, tried):
        probe(sandbox, npm)
        if remembered is not None:
            _remember(remembered, tried)
    return sandbox


def _what_is_tried(name: str, program: Path, npm: Npm) -> str:
    """Describe everything that the trial's result hangs on: this start of this system, who we are, and the programs."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    paths = (program, npm.node)
    files = [(str(path), path.stat().st_mtime_ns, path.stat().st_size, path.stat().st_ino) for path in paths]
    return json.dumps(
        [__version__, name, boot.read_text().strip() if boot.exists() else os.urandom(8).hex(), os.geteuid(), files]
    )


def _is_remembered(file: Path, tried: str) -> bool:
    try:
        return file.read_text() == tried
    except (OSError, ValueError):
        return False


def _remember(file: Path, tried: str) -> None:
    """Write it down; where that cannot be done it is tried again the next time."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(file, tried.encode(), durable=False)
