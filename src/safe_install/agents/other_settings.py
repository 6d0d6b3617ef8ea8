"""The hooks of Codex CLI and Gemini CLI with ours in them, and without: values in, values out.

By their documents (Codex CLI 0.169, Gemini CLI 0.61), and not tried against the programs: Codex reads hooks.json, times in seconds,
and asks its user again whenever the command changes; Gemini CLI reads settings.json, times in milliseconds. Both give the command
to a shell. Neither has an ``onFailure``, so a hook that cannot start lets the command through, and neither gets a floor of rules.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from safe_install.agents import hook_entries
from safe_install.agents.hook_entries import HOOK, Settings


class Other(NamedTuple):
    """``file`` in the home or the project, the event ``before`` a tool runs, the ``shell`` tool, a second in its unit of time.

    ``root`` is how a shell names the project's folder in a command that is committed.
    """

    name: str
    file: Path
    before: str
    shell: str
    second: int
    root: str

    @property
    def carried(self) -> Path:
        """Name the launcher that a project carries for this agent, relative to it."""
        return self.file.parent / "hooks" / f"{HOOK}.py"


CODEX = Other("codex", Path(".codex/hooks.json"), "PreToolUse", "Bash", 1, "$(git rev-parse --show-toplevel)")
GEMINI = Other("gemini", Path(".gemini/settings.json"), "BeforeTool", "run_shell_command", 1000, "$GEMINI_PROJECT_DIR")


def with_hooks(settings: Mapping[str, Any], other: Other, launcher: str) -> Settings:
    """Give the settings with our two hooks; ``launcher`` is the shell's text that starts us, with `HOOK` in it."""
    timed = {"timeout": 15 * other.second}
    before = {**_handler(other, launcher, "pre-tool-use"), **timed}
    start = {**_handler(other, launcher, "session-start"), **timed}
    entries: dict[str, Settings] = {
        other.before: {"matcher": other.shell, "hooks": [before]},
        "SessionStart": {"hooks": [start]},
    }
    return hook_entries.added(without_hooks(settings, other), entries)


def without_hooks(settings: Mapping[str, Any], other: Other) -> Settings:
    """Give the settings without what `with_hooks` put there."""
    return hook_entries.taken_out(settings, (other.before, "SessionStart"))


def has_hook(settings: Mapping[str, Any], other: Other) -> bool:
    """Tell whether our hook stands before the shell."""
    hooks = settings.get("hooks")
    return isinstance(hooks, Mapping) and HOOK in json.dumps(hooks.get(other.before))


def _handler(other: Other, launcher: str, doing: str) -> Settings:
    named = {"name": f"{HOOK}-{doing}"} if other is GEMINI else {}
    return {**named, "type": "command", "command": f"{launcher} {doing} --host {other.name}"}
