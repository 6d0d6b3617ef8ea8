"""Whether a person is here: approving is for people, so it needs a terminal and no sign of a program at it.

This keeps an honest agent from approving by accident or by instruction. It does not stop a program that forges
a terminal and hides its own name; the README says so.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Mapping

from safe_install.errors import ApprovalsError

AGENT_NAMES = (
    "AGENT",
    "AI_AGENT",
    "CLAUDECODE",
    "CLAUDE_CODE_CHILD_SESSION",
    "CLINE_ACTIVE",
    "CODEX_SANDBOX",
    "CODEX_THREAD_ID",
    "CURSOR_AGENT",
    "GEMINI_CLI",
    "GOOSE_TERMINAL",
    "OPENCODE",
)
"""Environment names by which coding agents mark the shells they start."""


def require_person(env: Mapping[str, str], *, doing: str) -> None:
    """Stop with ApprovalsError unless a person can be asked: a terminal on both sides, no agent, no CI."""
    marker = next((name for name in AGENT_NAMES if env.get(name)), None)
    if marker:
        raise ApprovalsError(
            f"{doing} is for a person: {marker} says that a coding agent runs this shell.",
            hint="Type the same command in a terminal of your own.",
        )
    if env.get("CI", "").lower() not in {"", "0", "false"}:
        raise ApprovalsError(
            f"{doing} is for a person: CI is set.", hint="Do it in a checkout of your own and commit the file."
        )
    if not (sys.stdin.isatty() and sys.stdout.isatty() and _has_controlling_terminal()):
        raise ApprovalsError(
            f"{doing} is for a person: there is no terminal here.",
            hint="Type the command in a terminal, without pipes.",
        )


def who(env: Mapping[str, str]) -> str:
    """Name the person for the record: the author e-mail that git was given, or the login name."""
    return env.get("GIT_AUTHOR_EMAIL") or env.get("EMAIL") or getpass.getuser()


def _has_controlling_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
