"""Short questions to programs that the user has anyway: git, an agent's program, our own hook."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a program answered; ``exit_code`` is None when it did not start or took too long."""

    exit_code: int | None
    out: str = ""
    err: str = ""


def ask(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], text: str = "") -> Answer:
    """Ask a program something and give its answer; it never raises, for a program that is not there is an answer too."""
    try:
        ran = subprocess.run(
            argv, cwd=cwd, env=dict(env), input=text, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return Answer(exit_code=None)
    return Answer(exit_code=ran.returncode, out=ran.stdout, err=ran.stderr)
