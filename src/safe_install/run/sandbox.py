"""Who puts up the walls: bubblewrap after it was tried, and nobody only when somebody typed so."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from safe_install.errors import SandboxError
from safe_install.run.bubblewrap import Bubblewrap
from safe_install.run.npm import Npm
from safe_install.run.paths import find_program
from safe_install.run.probe import probe
from safe_install.run.process import Ran, run_to_end
from safe_install.run.walls import Sandbox, Walls


@dataclass(frozen=True, slots=True)
class Unconfined:
    """No walls: the script may do whatever its user may. Only the environment and the home are still its own."""

    name: str = "nothing (--unconfined)"
    has_walls: bool = False

    def run(self, argv: tuple[str, ...], *, cwd: Path, env: Mapping[str, str], walls: Walls) -> Ran:
        """Run a program as it is; what it leaves running is ended with its process group, as far as it stayed in it."""
        for folder in ("home", "tmp"):
            (walls.scratch / folder).mkdir(exist_ok=True)
        return run_to_end(argv, cwd=cwd, env=env, time_limit=walls.time_limit)


def choose_sandbox(npm: Npm, env: Mapping[str, str], *, unconfined: bool = False) -> Sandbox:
    """Give a sandbox that was just tried and held; raise `SandboxError` with the fix when there is none.

    There is no silent second best: a weaker one is never chosen by itself.
    """
    if unconfined:
        return Unconfined()
    if not sys.platform.startswith("linux"):
        raise SandboxError(
            f"Scripts cannot be confined on {sys.platform} yet, so none was run.",
            hint="Run safe-install in a Linux container or virtual machine, or type --unconfined.",
        )
    return choose_bubblewrap(npm, env)


def choose_bubblewrap(npm: Npm, env: Mapping[str, str]) -> Bubblewrap:
    """Give bubblewrap, just tried; SandboxError with the fix when it is not there or does not hold."""
    program = find_program("bwrap", env)
    if program is None:
        raise SandboxError(
            "bubblewrap was not found, and no script runs without walls.",
            hint="`apt-get install bubblewrap` (or dnf, apk, pacman); the PyPI package of that name is something else.",
        )
    sandbox = Bubblewrap(program)
    probe(sandbox, npm)
    return sandbox
