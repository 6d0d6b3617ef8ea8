"""What we start ends when we do, also when nobody could tell it to."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from safe_install.run.paths import SYSTEM_PATH, find_in, system_program
from safe_install.run.process import run_to_end


@cache
def dying_with_us() -> tuple[str, ...]:
    """Give the words to put before a command so that the kernel kills it when we are killed; none where it cannot.

    Measured: after a ``kill -9`` of us npm went on writing to node_modules, under the feet of the next run. It is the
    end of the thread that starts the command which counts (prctl(2), PR_SET_PDEATHSIG), so that thread must wait for it.
    """
    setpriv = find_in("setpriv", SYSTEM_PATH) if sys.platform == "linux" else None
    if setpriv is None:
        return ()
    words = (str(setpriv), "--pdeathsig", "KILL", "--")
    tried = run_to_end((*words, str(system_program("true"))), cwd=Path("/"), env={}, time_limit=10)
    return words if tried.exit_code == 0 else ()
