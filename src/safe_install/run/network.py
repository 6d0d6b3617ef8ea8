"""An empty network namespace for npm, where the system gives one: a second wall behind ``--offline``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from safe_install.run.paths import find_program, system_program
from safe_install.run.process import run_to_end


def without_network(env: Mapping[str, str]) -> tuple[str, ...]:
    """Give the words to put before a command so that it has no network at all; none where that cannot be had.

    root keeps its user namespace, because in a new one it could no longer write what belongs to others.
    """
    unshare = find_program("unshare", env)
    if unshare is None:
        return ()
    own_user = () if os.geteuid() == 0 else ("--map-current-user",)
    words = (str(unshare), *own_user, "--net", "--")
    tried = run_to_end((*words, str(system_program("true"))), cwd=Path("/"), env={}, time_limit=10)
    return words if tried.exit_code == 0 else ()
