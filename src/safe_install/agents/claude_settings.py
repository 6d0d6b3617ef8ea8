"""Claude Code's settings with safe-install in them, and without: values in, values out.

What is there stays there. Ours is known by its text alone, so that writing twice changes nothing, and taking it out
leaves what a user wrote.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

Settings = dict[str, Any]

FLOOR = (
    *(
        f"Bash({words})"
        for words in """npm -*|npm i|npm i *|npm in|npm in *|npm ins*|npm isn*|npm ad*|npm ci*|npm cl*|npm ic*|npm it*
npm si*|npm u|npm u *|npm up*|npm ud*|npm reb*|npm rb*|npm ded*|npm ddp*|npm ln*|npm lin*|npm inn*|npm cr*|npm exe*|npm x *
npm init *|npm un*|npm rem*|npm rm*|npm r *|npm ap*|npx *|npm install-scripts *|pnpm add *|pnpm i|pnpm i *|pnpm install*|pnpm up*|pnpm rebuild*|pnpm dlx *|pnpm create *
yarn|yarn add *|yarn install*|yarn up*|yarn dlx *|yarn create *|bun add *|bun i|bun i *|bun install*|bun create *|bun x *|bunx *|pnpx *|corepack *""".replace(
            "\n", "|"
        ).split("|")
    ),
)
"""What is refused even when the hook is gone: deny rules are matched against the command as the hook rewrote it."""
GUARDED = (
    "Bash(safe-install approve *)",
    "Bash(safe-install review*)",
    "Bash(safe-install revoke *)",
    "Bash(safe-install deny *)",
    "Bash(safe-install uninit*)",
    "Bash(*safe_install approve*)",
    "Edit(/safe-install.toml)",
    "Edit(/safe-install.approvals.json)",
    "Read(./.env)",
    "Read(./.env.*)",
    "Read(~/.npmrc)",
)
"""What keeps approvals and secrets out of an agent's reach, as far as rules can."""
_MATCHER = "Bash|PowerShell|Monitor"
_HOOK = "safe-install-hook"
_SCRUB = "CLAUDE_CODE_SUBPROCESS_ENV_SCRUB"


def with_safe_install(settings: Mapping[str, Any], launcher: Sequence[str], *, scrub: bool) -> Settings:
    """Give the settings with the hooks, the rules, and where wanted the scrubbed environment; TypeError when they have another shape.

    ``launcher`` is the program that answers, and its first words; it must hold ``safe-install`` in one of them.
    """
    new = without_safe_install(settings)
    hooks = _table(new, "hooks")
    _list(hooks, "PreToolUse").append({"matcher": _MATCHER, "hooks": [_handler(launcher, "pre-tool-use", 15)]})
    _list(hooks, "SessionStart").append({"hooks": [_handler(launcher, "session-start", 10)]})
    denied = _list(_table(new, "permissions"), "deny")
    denied.extend(rule for rule in (*FLOOR, *GUARDED) if rule not in denied)
    if scrub:
        _table(new, "env").setdefault(_SCRUB, "1")
    return new


def without_safe_install(settings: Mapping[str, Any]) -> Settings:
    """Give the settings without what `with_safe_install` put there; the scrubbed environment is left, for it harms nobody."""
    new: Settings = copy.deepcopy(dict(settings))
    hooks = _table(new, "hooks")
    for event in ("PreToolUse", "SessionStart"):
        kept = [entry for entry in (_own_taken_out(entry) for entry in _list(hooks, event)) if entry is not None]
        _put(hooks, event, kept)
    permissions = _table(new, "permissions")
    _put(permissions, "deny", [rule for rule in _list(permissions, "deny") if rule not in {*FLOOR, *GUARDED}])
    _put(new, "permissions", permissions)
    _put(new, "hooks", hooks)
    if not new.get("env"):
        new.pop("env", None)
    return new


def is_registered(settings: Mapping[str, Any]) -> bool:
    """Tell whether the hook is there."""
    return bool(settings.get("hooks")) and without_safe_install(settings).get("hooks") != settings.get("hooks")


def _handler(launcher: Sequence[str], doing: str, seconds: int) -> Settings:
    """Write one handler in exec form: no shell stands between, and no text of a command reaches one."""
    handler = {
        "type": "command",
        "command": launcher[0],
        "args": [*launcher[1:], doing, "--host", "claude-code"],
        "timeout": seconds,
    }
    return {**handler, "onFailure": "block"} if doing == "pre-tool-use" else handler


def _own_taken_out(entry: object) -> object | None:
    """Give one entry of an event without our handler; None when nothing else was in it."""
    if not isinstance(entry, dict) or not isinstance(entry.get("hooks"), list):
        return entry
    kept = [handler for handler in entry["hooks"] if not _is_own(handler)]
    if kept == entry["hooks"]:
        return entry
    return {**entry, "hooks": kept} if kept else None


def _is_own(handler: object) -> bool:
    if not isinstance(handler, dict):
        return False
    said = [str(handler.get("command", "")), *map(str, handler.get("args") or ())]
    return any(_HOOK in word for word in said)


def _table(settings: Settings, key: str) -> Settings:
    table = settings.setdefault(key, {})
    if not isinstance(table, dict):
        raise TypeError(f"{key} is no object")
    return table


def _list(settings: Settings, key: str) -> list[Any]:
    values = settings.setdefault(key, [])
    if not isinstance(values, list):
        raise TypeError(f"{key} is no list")
    return values


def _put(settings: Settings, key: str, value: list[Any] | Settings) -> None:
    if value:
        settings[key] = value
    else:
        settings.pop(key, None)
