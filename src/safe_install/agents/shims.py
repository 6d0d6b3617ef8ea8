"""Programs named npm, npx and so on that stand first on an agent's PATH, for what no text shows: make, node, scripts.

They miss what names npm by its whole path, or empties PATH. A shim starts the real program with its own folder taken off
PATH, so that nothing goes round in a circle.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

MARK = ".safe-install-shims"
"""A file beside the shims, by which their folder is known on any PATH."""
_EXECUTABLE = 0o755
_BLOCKED, _NOT_FOUND = 2, 127


def folder(env: Mapping[str, str]) -> Path:
    """Give the folder of the shims: below the user's data folder."""
    home = env.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "safe-install" / "shims"


def write_shims(where: Path, hook: Path) -> None:
    """Write a shim for each package manager; ``hook`` is the absolute path of safe-install-hook."""
    from safe_install.agents.launching import MANAGERS

    where.mkdir(parents=True, exist_ok=True)
    for name in sorted(MANAGERS):
        new = where / f"{name}.new"
        new.write_text(f'#!/bin/sh\nexec {shlex.quote(str(hook))} shim {name} "$@"\n')
        new.chmod(_EXECUTABLE)
        new.replace(where / name)
    (where / MARK).touch()


def without_shims(env: Mapping[str, str]) -> dict[str, str]:
    """Give an environment in whose PATH no folder of shims stands; one without PATH stays without."""
    if "PATH" not in env:
        return dict(env)
    kept = [one for one in env["PATH"].split(os.pathsep) if not Path(one, MARK).exists()]
    return {**env, "PATH": os.pathsep.join(kept)}


def put_first(env_file: Path) -> None:
    """Have every shell of a Claude Code session find the shims first: it reads this file before each command."""
    where = folder(os.environ)
    if (where / MARK).exists():
        with env_file.open("a", encoding="utf-8") as file:
            file.write(f'export PATH={shlex.quote(str(where))}:"$PATH"\n')


def start(manager: str, words: Sequence[str], env: Mapping[str, str]) -> int:
    """Become safe-install, or the real program; give the exit code of a refusal."""
    from safe_install.agents.decisions import decide_words  # late: every command asks for the folder only

    kept = without_shims(env)
    decision = decide_words(manager, words)
    if decision.refused:
        sys.stderr.write(f"safe-install: {decision.refused}\n")
        return _BLOCKED
    name, told = ("safe-install", decision.words) if decision.rewritten else (manager, tuple(words))
    program = _own(name) if decision.rewritten else shutil.which(name, path=kept.get("PATH"))
    if program is not None:
        os.execve(program, [name, *told], kept)  # noqa: S606 - to become it is the point
    sys.stderr.write(f"safe-install: {name} was not found behind its shim.\n")
    return _NOT_FOUND


def _own(name: str) -> str | None:
    """Find the program beside this one."""
    beside = Path(sys.argv[0]).absolute().parent / name
    return str(beside) if os.access(beside, os.X_OK) else shutil.which(name)
