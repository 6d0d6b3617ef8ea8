"""``safe-install exec``: start a tool that is installed in the project, and download nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Never

from safe_install.errors import UsageError


def become(name: str, words: Sequence[str], here: Path, env: Mapping[str, str]) -> Never:
    """Become the tool of this name in the nearest node_modules/.bin, as ``npx --no`` would start it.

    It is given the caller's whole environment and is not judged: it is a tool that the caller wants to run now, and what
    its import does is not a lifecycle script. UsageError when no tool of this name is installed.
    """
    bins = [folder / "node_modules" / ".bin" for folder in (here, *here.parents)]
    found = next((folder / name for folder in bins if os.access(folder / name, os.X_OK)), None)
    if found is None:
        raise UsageError(
            f"{name} is not installed in this project, and exec downloads nothing.",
            hint="`safe-install install --save-dev PACKAGE` installs it; its scripts wait for a review.",
        )
    path = os.pathsep.join([*(str(folder) for folder in bins if folder.is_dir()), env.get("PATH", "")])
    os.execve(found, [str(found), *words], {**env, "PATH": path})  # noqa: S606 - to become it is the point
