"""Claude Code's settings with safe-install in them, and without: values in, values out.

What is there stays there. Ours is known by its text alone, so that writing twice changes nothing, and taking it out
leaves what a user wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from safe_install.agents.hook_entries import Settings, added, put, table, taken_out, values

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
_FIRST, _LAST = "Bash(safe-install approve *)", "Bash(safe-install uninit*)"
"""Between these two stand our rules; the same rule elsewhere is the user's own, and stays theirs."""
GUARDED = (
    "Bash(safe-install review*)",
    "Bash(safe-install revoke *)",
    "Bash(safe-install deny *)",
    "Bash(safe-install key *)",
    "Bash(safe-install approvals *port *)",
    "Bash(*safe_install approve*)",
    "Edit(/safe-install.toml)",
    "Edit(/safe-install.approvals.json)",
    "Edit(~/.config/safe-install/**)",
    "Read(./.env)",
    "Read(./.env.*)",
    "Read(~/.npmrc)",
)
"""What keeps approvals and secrets out of an agent's reach, as far as rules can."""
_MATCHER = "Bash|PowerShell|Monitor"
_SCRUB = "CLAUDE_CODE_SUBPROCESS_ENV_SCRUB"


_EVENTS = ("PreToolUse", "SessionStart")
_UNREAD = ("~/.ssh", "~/.aws")
_WITHHELD = [{"name": name, "mode": "deny"} for name in ("ANTHROPIC_API_KEY", "NPM_TOKEN", "NODE_AUTH_TOKEN")]
"""What Claude Code's own sandbox keeps from the commands it runs. Not ~/.npmrc: npm finds its registries there."""


def with_safe_install(
    settings: Mapping[str, Any], launcher: Sequence[str], *, scrub: bool, sandbox: bool = False
) -> Settings:
    """Give the settings with the hooks, the rules, and where wanted the scrubbed environment and the sandbox.

    ``launcher`` is the program that answers, and its first words; it must hold ``safe-install`` in one of them. TypeError
    when the settings have another shape.
    """
    before = {"matcher": _MATCHER, "hooks": [_handler(launcher, "pre-tool-use", 15)]}
    start = {"hooks": [_handler(launcher, "session-start", 10)]}
    new = added(without_safe_install(settings), {"PreToolUse": before, "SessionStart": start})
    denied = values(table(new, "permissions"), "deny")
    denied.extend([_FIRST, *(rule for rule in (*FLOOR, *GUARDED) if rule not in denied), _LAST])
    if scrub:
        table(new, "env").setdefault(_SCRUB, "1")
    if sandbox:
        table(new, "sandbox")["enabled"] = True
    if sandbox or has_sandbox(settings):
        _confine(table(new, "sandbox"))
    return new


def without_safe_install(settings: Mapping[str, Any]) -> Settings:
    """Give the settings without what `with_safe_install` put there.

    The scrubbed environment is left, for it harms nobody, and a sandbox stays on: who turned it on is not known any more.
    """
    new = taken_out(settings, _EVENTS)
    permissions = table(new, "permissions")
    put(permissions, "deny", _without_ours(values(permissions, "deny")))
    put(new, "permissions", permissions)
    if isinstance(new.get("sandbox"), dict) and has_sandbox(new):
        _free(new["sandbox"])
    if not new.get("env"):
        new.pop("env", None)
    return new


def is_registered(settings: Mapping[str, Any]) -> bool:
    """Tell whether the hook is there."""
    return bool(settings.get("hooks")) and without_safe_install(settings).get("hooks") != settings.get("hooks")


def has_sandbox(settings: Mapping[str, Any]) -> bool:
    """Tell whether everything that `with_safe_install` adds to a sandbox is there."""
    sandbox = settings.get("sandbox")
    files = sandbox.get("filesystem") if isinstance(sandbox, Mapping) else None
    kept = sandbox.get("credentials") if isinstance(sandbox, Mapping) else None
    unread = files.get("denyRead") if isinstance(files, Mapping) else None
    withheld = kept.get("envVars") if isinstance(kept, Mapping) else None
    return _holds(unread, _UNREAD) and _holds(withheld, _WITHHELD)


def _holds(found: object, ours: Sequence[object]) -> bool:
    return isinstance(found, list) and all(one in found for one in ours)


def _confine(sandbox: Settings) -> None:
    """Name what the sandbox keeps from commands."""
    _extend(values(table(sandbox, "filesystem"), "denyRead"), _UNREAD)
    _extend(values(table(sandbox, "credentials"), "envVars"), _WITHHELD)


def _free(sandbox: Settings) -> None:
    for key, within, ours in (("filesystem", "denyRead", _UNREAD), ("credentials", "envVars", _WITHHELD)):
        inner = table(sandbox, key)
        put(inner, within, [one for one in values(inner, within) if one not in ours])
        put(sandbox, key, inner)


def _without_ours(denied: list[Any]) -> list[Any]:
    """Take our rules out of a list: those between the first and the last of them."""
    if _FIRST not in denied or _LAST not in denied:
        return denied
    start, end = denied.index(_FIRST), denied.index(_LAST)
    ours = {*FLOOR, *GUARDED}
    return [*denied[:start], *(rule for rule in denied[start + 1 : end] if rule not in ours), *denied[end + 1 :]]


def _extend(present: list[Any], more: Sequence[Any]) -> None:
    present.extend(one for one in more if one not in present)


def _handler(launcher: Sequence[str], doing: str, seconds: int) -> Settings:
    """Write one handler in exec form: no shell stands between, and no text of a command reaches one."""
    handler = {
        "type": "command",
        "command": launcher[0],
        "args": [*launcher[1:], doing, "--host", "claude-code"],
        "timeout": seconds,
    }
    return {**handler, "onFailure": "block"} if doing == "pre-tool-use" else handler
