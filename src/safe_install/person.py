"""Whether a person is here: approving is for people, so it needs a terminal and no sign of a program at it.

This keeps an honest agent from approving by accident or by instruction. It does not stop a program that forges
a terminal and hides its own name; the README says so.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from safe_install.errors import ApprovalsError

AGENT_NAMES = (
    "AGENT",
    "AI_AGENT",
    "AMP_CURRENT_THREAD_ID",
    "ANTIGRAVITY_AGENT",
    "AUGMENT_AGENT",
    "CLAUDECODE",
    "CLAUDE_CODE",
    "CLAUDE_CODE_CHILD_SESSION",
    "CLAUDE_CODE_ENTRYPOINT",
    "CLAUDE_CODE_SESSION_ATTENDED",
    "CLAUDE_CODE_SESSION_ID",
    "CLAUDE_PID",
    "CLINE_ACTIVE",
    "CODEX_CI",
    "CODEX_SANDBOX",
    "CODEX_SANDBOX_NETWORK_DISABLED",
    "CODEX_THREAD_ID",
    "COPILOT_AGENT_SESSION_ID",
    "COPILOT_CLI",
    "CURSOR_AGENT",
    "GEMINI_CLI",
    "GOOSE_TERMINAL",
    "OPENCODE",
    "OPENCODE_CLIENT",
    "OPENCODE_PID",
    "QWEN_CODE",
    "ROO_ACTIVE",
    "TRAE_AI_SHELL_ID",
    "VIBE_AGENT",
    "WINDSURF_AGENT",
)
"""Environment names by which coding agents mark the shells they start."""
CI_NAMES = (
    "BITBUCKET_BUILD_NUMBER",
    "BUILDKITE",
    "CIRCLECI",
    "CODEBUILD_BUILD_ID",
    "DRONE",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "JENKINS_URL",
    "TEAMCITY_VERSION",
    "TF_BUILD",
)
"""Environment names by which CI runners mark their jobs, beside ``CI`` itself."""
TERMINAL = "/dev/tty"


def require_person(env: Mapping[str, str], *, doing: str) -> None:
    """Stop with ApprovalsError unless a person can be asked: a terminal on both sides, no agent, no CI."""
    if marker := agent_marker(env):
        raise ApprovalsError(
            f"{doing} is for a person: {marker} says that a coding agent runs this shell.",
            hint="Type the same command in a terminal of your own.",
        )
    runner = "CI" if env.get("CI", "").lower() not in {"", "0", "false"} else None
    if runner := runner or next((name for name in CI_NAMES if env.get(name)), None):
        raise ApprovalsError(
            f"{doing} is for a person: {runner} is set.", hint="Do it in a checkout of your own and commit the file."
        )
    shown = sys.stdout.isatty() or sys.stderr.isatty()
    if not (sys.stdin.isatty() and shown and _has_controlling_terminal()):
        raise ApprovalsError(
            f"{doing} is for a person: there is no terminal here.",
            hint="Type the command in a terminal, without pipes.",
        )


def agent_marker(env: Mapping[str, str]) -> str | None:
    """Give the name by which a coding agent says that it runs this shell; None where none does."""
    return next((name for name in AGENT_NAMES if env.get(name)), None)


def typed(question: str) -> str:
    """Ask at the controlling terminal, whatever standard input and output are; empty when it hangs up."""
    with Path(TERMINAL).open("r+b", buffering=0) as terminal:
        terminal.write(question.encode())
        answer = b""
        while not answer.endswith(b"\n") and (read := terminal.read(256)):
            answer += read
    return answer.decode(errors="replace").strip()


def who(env: Mapping[str, str]) -> str:
    """Name the person for the record: the author e-mail that git was given, or the login name."""
    return env.get("GIT_AUTHOR_EMAIL") or env.get("EMAIL") or getpass.getuser()


def _has_controlling_terminal() -> bool:
    try:
        os.close(os.open(TERMINAL, os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
