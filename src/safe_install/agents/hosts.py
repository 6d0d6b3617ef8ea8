"""How each coding agent asks before it runs a command, and how it is answered.

Sources: the documented event shapes, and for Claude Code 2.1.330 the program itself. Gemini CLI 0.61, Codex CLI 0.169,
Cursor and Copilot CLI 1.0.102 are answered by their documents and were not tried against the real program.

| host        | its command stands in         | rewrites           | refuses                                  |
|-------------|-------------------------------|--------------------|------------------------------------------|
| claude-code | tool_input.command            | updatedInput       | permissionDecision deny                  |
| codex       | tool_input.command            | no (needs "allow") | permissionDecision deny ("ask" would run) |
| gemini      | tool_input.command            | tool_input         | decision deny                            |
| cursor      | command                       | no                 | permission deny                          |
| copilot     | toolArgs (JSON text), command | no (needs "allow") | permissionDecision deny                  |

A host that takes a rewriting only together with "allow" gets a refusal that names the command instead: allowing is the user's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

Event = Mapping[str, object]
_SHELLS = {"Bash", "PowerShell", "Monitor", "run_shell_command", "Shell", "bash", "powershell", "shell"}
_CONTEXT = (
    "This command installs npm packages, so it was sent through safe-install: lifecycle scripts wait until a person "
    "approves them in a terminal of their own (`safe-install review`). The packages themselves are installed."
)


class Host(NamedTuple):
    """``rewrite`` gives the answer that puts another command in its place, None where the host has no safe way."""

    command: Callable[[Event], str | None]
    refuse: Callable[[str], object]
    rewrite: Callable[[Event, str], object] | None = None


def _of_tool_input(event: Event) -> str | None:
    """Read the command of a shell tool; None for any other tool."""
    given = event.get("tool_input")
    if event.get("tool_name") not in _SHELLS:
        return None
    if not isinstance(given, Mapping) or not isinstance(given.get("command"), str):
        raise TypeError("the event has no command")
    return str(given["command"])


def _of_tool_arguments(event: Event) -> str | None:
    """Read Copilot's ``toolArgs``, which are JSON in a text."""
    given = event.get("toolArgs")
    read = json.loads(given) if isinstance(given, str) else given
    return _of_tool_input({"tool_name": event.get("toolName"), "tool_input": read})


def _at_the_top(event: Event) -> str | None:
    """Read Cursor's ``command``."""
    if not isinstance(event.get("command"), str):
        raise TypeError("the event has no command")
    return str(event["command"])


def _specific(**fields: object) -> dict[str, object]:
    return {"hookSpecificOutput": {"hookEventName": "PreToolUse", **fields}}


def _claude_rewrite(event: Event, command: str) -> object:
    given = event["tool_input"]
    whole = {**given, "command": command} if isinstance(given, Mapping) else {"command": command}
    told = "safe-install: lifecycle scripts are held for review"
    return {"systemMessage": told, **_specific(updatedInput=whole, additionalContext=_CONTEXT)}


def _gemini_rewrite(_: Event, command: str) -> object:
    return {"hookSpecificOutput": {"hookEventName": "BeforeTool", "tool_input": {"command": command}}}


def _deny(reason: str) -> object:
    return _specific(permissionDecision="deny", permissionDecisionReason=reason)


HOSTS: Mapping[str, Host] = {
    "claude-code": Host(_of_tool_input, _deny, _claude_rewrite),
    "codex": Host(_of_tool_input, _deny),
    "gemini": Host(_of_tool_input, lambda reason: {"decision": "deny", "reason": reason}, _gemini_rewrite),
    "cursor": Host(_at_the_top, lambda why: {"permission": "deny", "user_message": why, "agent_message": why}),
    "copilot": Host(_of_tool_arguments, lambda why: {"permissionDecision": "deny", "permissionDecisionReason": why}),
}
