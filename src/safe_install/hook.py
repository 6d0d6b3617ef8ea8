"""The door that a coding agent's own program opens: an event on standard input → its answer, or exit 2.

Fail closed: whatever goes wrong ends with exit 2, which every host takes for "blocked". Standard output is JSON or
empty, since Claude Code 2.1.330 runs the command when it reads anything else there, even under ``onFailure: "block"``.
Start-up counts, for every command of the agent passes here: rich, typer and the scan are not imported.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

_BLOCKED = 2
_MOST_BYTES = 10_000_000


def main() -> None:
    """Answer one event; see `run`."""
    try:
        sys.exit(run(sys.argv[1:]))
    except Exception as error:  # noqa: BLE001 - any fault of ours must block, and say so
        sys.stderr.write(f"safe-install-hook failed ({type(error).__name__}), so the command was blocked.\n")
        sys.exit(_BLOCKED)


def run(words: Sequence[str]) -> int:
    """Run ``pre-tool-use``, ``session-start`` (both with ``--host NAME``) or ``shim NAME WORDS…``."""
    match list(words):
        case ["pre-tool-use", "--host", host]:
            return _pre_tool_use(host)
        case ["session-start", "--host", _]:
            return _session_start()
        case ["shim", manager, *rest]:
            return _shim(manager, rest)
        case _:
            pass
    sys.stderr.write("safe-install-hook is started by coding agents: see `safe-install init --help`.\n")
    return _BLOCKED


def _pre_tool_use(name: str) -> int:
    """Decide on the command of one event."""
    from safe_install.agents.decisions import decide
    from safe_install.agents.hosts import HOSTS

    host = HOSTS[name]
    text = sys.stdin.buffer.read(_MOST_BYTES)
    event = json.loads(text)
    command = host.command(event)
    if command is None:
        return 0
    decision = decide(command, powershell=event.get("tool_name") == "PowerShell")
    if decision.rewritten and host.rewrite:
        sys.stdout.write(json.dumps(host.rewrite(event, decision.rewritten)))
    elif decision.rewritten:
        sys.stdout.write(
            json.dumps(host.refuse(f"Install packages through safe-install. Run instead: {decision.rewritten}"))
        )
    elif decision.refused:
        sys.stdout.write(json.dumps(host.refuse(decision.refused)))
    return 0


def _session_start() -> int:
    """Put the shims first on the agent's PATH, and tell it how packages are installed here."""
    from safe_install.agents.shims import put_first

    told = (
        "npm packages are installed here through safe-install: use `safe-install install NAME`, `safe-install ci`, "
        "`safe-install uninstall NAME` or `safe-install update`. Lifecycle scripts wait until a person approves them with "
        "`safe-install review` in a terminal of their own; an agent cannot approve. Tools that are installed run with "
        "`safe-install exec NAME`."
    )
    if file := os.environ.get("CLAUDE_ENV_FILE"):
        put_first(Path(file))
    sys.stdout.write(json.dumps({"hookSpecificOutput": {"hookEventName": "SessionStart", "additionalContext": told}}))
    return 0


def _shim(manager: str, rest: Sequence[str]) -> int:
    """Be npm: start safe-install in its place where it installs, else the real one."""
    from safe_install.agents.shims import start

    return start(manager, rest, os.environ)


if __name__ == "__main__":
    main()
