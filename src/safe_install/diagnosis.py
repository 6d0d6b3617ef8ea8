"""``safe-install doctor``: proves instead of assuming. Each check says what was tried, and the fix where there is one."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from safe_install.agent_setup import Scope, others_file, settings_file
from safe_install.agents import shims
from safe_install.agents.claude_settings import FLOOR, is_registered
from safe_install.agents.other_settings import CODEX, GEMINI, has_hook
from safe_install.errors import SafeInstallError
from safe_install.run.asking import ask
from safe_install.run.npm import ask_npm
from safe_install.run.sandbox import choose_sandbox

_BLOCKS_ON_FAILURE = Version("2.1.295")  # the first Claude Code that knows ``onFailure``
_REROUTED, _HARMLESS, _HIDDEN = "npm install left-pad", "ls -la", 'bash -c "$X npm"'


class State(StrEnum):
    """How a check ended."""

    GOOD = "good"
    CARE = "care"  # something a person should mend
    BAD = "bad"  # a protection that is believed in and is not there


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One check: its ``subject``, how it ended, what was seen, and what mends it.

    ``mend`` does what is safe to do without asking; None where a person must.
    """

    subject: str
    state: State
    told: str
    fix: str = ""
    mend: Callable[[], None] | None = None


def the_program(env: Mapping[str, str]) -> Iterator[Check]:
    """Check what safe-install itself needs: npm, Node, and walls that hold."""
    try:
        npm, _, _ = ask_npm(env)
    except SafeInstallError as error:
        yield Check(subject="npm", state=State.BAD, told=error.message, fix=error.hint or "")
        return
    yield Check(subject="npm", state=State.GOOD, told=f"npm {npm.version}, Node {npm.node_version}")
    try:
        sandbox = choose_sandbox(npm, env)
    except SafeInstallError as error:
        yield Check(subject="sandbox", state=State.BAD, told=error.message, fix=error.hint or "")
    else:
        told = "; ".join((f"{sandbox.name} was tried, and its walls hold", *sandbox.lacks))
        fix = "bubblewrap, and a system that allows namespaces, have whole walls" if sandbox.lacks else ""
        state = State.CARE if sandbox.lacks else State.GOOD
        yield Check(subject="sandbox", state=state, told=told, fix=fix)
    if "ANTHROPIC_API_KEY" in env:
        yield Check(
            subject="environment",
            state=State.CARE,
            told="ANTHROPIC_API_KEY is in this shell's environment: every program that it starts can read it",
            fix="log in with `claude auth login` instead, or keep the key where one command gets it",
        )


def claude_code(root: Path, env: Mapping[str, str]) -> Iterator[Check]:
    """Check Claude Code's gate by asking the hook that is registered, as the program would."""
    scopes = {scope: _settings(settings_file(scope, root, env)) for scope in Scope}
    registered = [scope for scope, settings in scopes.items() if is_registered(settings)]
    if not registered:
        yield Check(
            subject="Claude Code",
            state=State.CARE,
            told="no hook is registered in its settings: its installs do not come through safe-install",
            fix="safe-install init claude-code",
        )
        return
    told = ", ".join(f"{scope} settings" for scope in registered)
    yield Check(subject="Claude Code", state=State.GOOD, told=f"the hook is registered in the {told}")
    for scope in registered:
        yield from _asked(scopes[scope], root, env)
    yield from _around(scopes, root, env)


def other_agents(root: Path, env: Mapping[str, str]) -> Iterator[Check]:
    """Look whether the hook stands in the settings of the other agents that are used here; they are not asked."""
    for other in (CODEX, GEMINI):
        files = [others_file(other, scope, root, env) for scope in (Scope.USER, Scope.PROJECT)]
        if any(has_hook(_settings(file), other) for file in files):
            told = "the hook stands in its settings, by its documents: whether the program asks it was not tried"
            yield Check(subject=other.name, state=State.GOOD, told=told)
        elif any(file.parent.is_dir() for file in files):
            told = "no hook is registered in its settings: its installs do not come through safe-install"
            yield Check(subject=other.name, state=State.CARE, told=told, fix=f"safe-install init {other.name}")


def _asked(settings: Mapping[str, Any], root: Path, env: Mapping[str, str]) -> Iterator[Check]:
    """Ask the registered hook what it would do."""
    for entry in settings["hooks"]["PreToolUse"]:
        for handler in entry.get("hooks", ()):
            said = [str(handler.get("command", "")), *map(str, handler.get("args") or ())]
            if not any("safe-install-hook" in word for word in said):
                continue
            argv = [word.replace("${CLAUDE_PROJECT_DIR}", str(root)) for word in said]
            if handler.get("onFailure") != "block":
                fix = "safe-install init claude-code writes it again"
                told = "the hook is registered without onFailure: block, so a fault of it lets installs through"
                yield Check(subject="hook", state=State.BAD, told=told, fix=fix)
            yield _answers(argv, root, env)


def _answers(argv: list[str], root: Path, env: Mapping[str, str]) -> Check:
    """Give it three events: an install, something harmless, something hidden."""
    wanted = {_REROUTED: "updatedInput", _HARMLESS: "", _HIDDEN: "permissionDecision"}
    for command, key in wanted.items():
        event = {"hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": command}}
        answer = ask(argv, cwd=root, env=env, text=json.dumps(event))
        if answer.exit_code != 0 or (key not in answer.out if key else answer.out.strip()):
            told = (
                f"asked about `{command}`, the registered hook gave exit {answer.exit_code} and no answer that protects"
            )
            return Check(subject="hook", state=State.BAD, told=told, fix="safe-install init claude-code")
    return Check(
        subject="hook",
        state=State.GOOD,
        told="asked about an install, a harmless and a hidden command, it rerouted, passed and refused",
    )


def _around(scopes: Mapping[Scope, Mapping[str, Any]], root: Path, env: Mapping[str, str]) -> Iterator[Check]:
    """Check what can switch the gate off or step around it."""
    off = [scope for scope, settings in scopes.items() if settings.get("disableAllHooks")]
    if off:
        told = f"disableAllHooks in the {off[0]} settings switches every hook off"
        yield Check(subject="hook", state=State.BAD, told=told, fix="remove it")
    denied = {rule for settings in scopes.values() for rule in _rules(settings)}
    missing = [rule for rule in FLOOR if rule not in denied]
    yield (
        Check(subject="floor", state=State.GOOD, told=f"{len(FLOOR)} deny rules hold when the hook is gone")
        if not missing
        else Check(
            subject="floor",
            state=State.BAD,
            told=f"{len(missing)} of {len(FLOOR)} deny rules are missing, {missing[0]} first",
            fix="safe-install init claude-code",
        )
    )
    yield from _others(scopes)
    where = shims.folder(env)
    if not (where / shims.MARK).exists():
        told = "there are no shims: what make or a script starts is not caught"
        yield Check(subject="shims", state=State.CARE, told=told, fix="safe-install init claude-code")
    elif env.get("CLAUDECODE"):
        yield from _first_on_path(where, env)
    yield from _version(root, env)


def _others(scopes: Mapping[Scope, Mapping[str, Any]]) -> Iterator[Check]:
    """Name other hooks on shell commands: of two that rewrite, the last to finish wins."""
    for scope, settings in scopes.items():
        hooks = settings.get("hooks")
        entries = hooks.get("PreToolUse") if isinstance(hooks, Mapping) else None
        for entry in entries if isinstance(entries, list) else ():
            handlers = entry.get("hooks", ()) if isinstance(entry, Mapping) else ()
            foreign = [h for h in handlers if isinstance(h, Mapping) and "safe-install-hook" not in json.dumps(h)]
            if foreign and re.search(r"Bash|\*|^$", str(entry.get("matcher", ""))):
                told = f"another hook on shell commands stands in the {scope} settings; if it rewrites them too, the last one wins"
                yield Check(subject="other hooks", state=State.CARE, told=told, fix="see that it rewrites no command")


def _first_on_path(where: Path, env: Mapping[str, str]) -> Iterator[Check]:
    found = shutil.which("npm", path=env.get("PATH"))
    if found and Path(found).parent == where:
        yield Check(subject="shims", state=State.GOOD, told="npm on this session's PATH is the shim")
    else:
        fix = "start a new session: the hook of its start puts them there"
        yield Check(subject="shims", state=State.CARE, told="npm on this session's PATH is not the shim", fix=fix)


def _version(root: Path, env: Mapping[str, str]) -> Iterator[Check]:
    answer = ask(("claude", "--version"), cwd=root, env=env)
    try:
        version = Version(answer.out.split()[0])
    except (InvalidVersion, IndexError):
        yield Check(subject="Claude Code", state=State.CARE, told="`claude --version` could not be asked")
        return
    if version < _BLOCKS_ON_FAILURE:
        told = f"Claude Code {version} does not know onFailure: a hook that crashes lets the command through"
        yield Check(
            subject="Claude Code", state=State.BAD, told=told, fix=f"update it to {_BLOCKS_ON_FAILURE} or newer"
        )
    else:
        yield Check(subject="Claude Code", state=State.GOOD, told=f"version {version} blocks when the hook fails")


def _settings(path: Path) -> Mapping[str, Any]:
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return settings if isinstance(settings, dict) else {}


def _rules(settings: Mapping[str, Any]) -> list[str]:
    permissions = settings.get("permissions")
    denied = permissions.get("deny") if isinstance(permissions, Mapping) else None
    return [rule for rule in denied if isinstance(rule, str)] if isinstance(denied, list) else []
