"""The doctor's checks of Claude Code: the gate is asked, not assumed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from safe_install.agent_setup import Scope, settings_file
from safe_install.agents import shims
from safe_install.agents.claude_settings import FLOOR, is_registered
from safe_install.agents.hook_entries import HOOK
from safe_install.diagnosis import Check, State, read_settings
from safe_install.run.asking import ask

_BLOCKS_ON_FAILURE = Version("2.1.295")  # the first Claude Code that knows ``onFailure``
_REROUTED, _HARMLESS, _HIDDEN = "npm install left-pad", "ls -la", 'bash -c "$X npm"'
_PLUGIN = "safe-install@"


def claude_code(root: Path, env: Mapping[str, str]) -> Iterator[Check]:
    """Check Claude Code's gate by asking each hook that is registered or comes with the plugin, as the program would."""
    scopes = {scope: read_settings(settings_file(scope, root, env)) for scope in Scope}
    registered = [scope for scope, settings in scopes.items() if is_registered(settings)]
    plugged_in = [scope for scope, settings in scopes.items() if _is_enabled(settings)]
    if not registered and not plugged_in:
        yield Check(
            subject="Claude Code",
            state=State.CARE,
            told="no hook is registered in its settings: its installs do not come through safe-install",
            fix="safe-install init claude-code",
        )
        return
    if registered:
        told = ", ".join(f"{scope} settings" for scope in registered)
        yield Check(subject="Claude Code", state=State.GOOD, told=f"the hook is registered in the {told}")
    for scope in registered:
        yield from _asked(scopes[scope], {"CLAUDE_PROJECT_DIR": root}, root, env)
    if plugged_in:
        yield from _plugin(plugged_in[0], root, env)
    yield from _around(scopes, root, env)


def _is_enabled(settings: Mapping[str, Any]) -> bool:
    """Tell whether settings turn our plugin on, from whatever marketplace."""
    enabled = settings.get("enabledPlugins")
    return isinstance(enabled, Mapping) and any(
        on is True and str(name).startswith(_PLUGIN) for name, on in enabled.items()
    )


def _plugin(scope: Scope, root: Path, env: Mapping[str, str]) -> Iterator[Check]:
    """Ask the hook of the plugin, where Claude Code says that it keeps it."""
    place = _plugin_folder(settings_file(Scope.USER, root, env).parent / "plugins" / "installed_plugins.json")
    hooks = read_settings(place / "hooks" / "hooks.json") if place else {}
    if place is None or not is_registered(hooks):
        told = f"the plugin is enabled in the {scope} settings, and its hook is not where Claude Code keeps plugins"
        fix = "/plugin install safe-install@safe-install, in a session"
        yield Check(subject="Claude Code", state=State.BAD, told=told, fix=fix)
        return
    yield Check(subject="Claude Code", state=State.GOOD, told=f"the plugin is enabled in the {scope} settings")
    yield from _asked(hooks, {"CLAUDE_PROJECT_DIR": root, "CLAUDE_PLUGIN_ROOT": place}, root, env)


def _plugin_folder(list_of_installed: Path) -> Path | None:
    """Find the folder of our plugin in the list that Claude Code writes (version 2 of it; seen in 2.1.330)."""
    plugins = read_settings(list_of_installed).get("plugins")
    for name, places in plugins.items() if isinstance(plugins, Mapping) else ():
        if str(name).startswith(_PLUGIN) and isinstance(places, list):
            found = [place.get("installPath") for place in places if isinstance(place, Mapping)]
            return next((Path(path) for path in found if isinstance(path, str)), None)
    return None


def _asked(
    settings: Mapping[str, Any], folders: Mapping[str, Path], root: Path, env: Mapping[str, str]
) -> Iterator[Check]:
    """Ask the registered hook what it would do; ``folders`` are those that Claude Code puts into its words."""
    handlers = [handler for entry in _entries(settings) for handler in _handlers(entry) if HOOK in json.dumps(handler)]
    if not handlers:
        told = "the hook is registered for sessions that start, and not for the commands in them"
        yield Check(subject="hook", state=State.BAD, told=told, fix="safe-install init claude-code writes it again")
    for handler in handlers:
        if handler.get("onFailure") != "block":
            told = "the hook is registered without onFailure: block, so a fault of it lets installs through"
            yield Check(subject="hook", state=State.BAD, told=told, fix="safe-install init claude-code writes it again")
        said = [str(handler.get("command", "")), *map(str, handler.get("args") or ())]
        yield _answers([_placed(word, folders) for word in said], root, env)


def _entries(settings: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    hooks = settings.get("hooks")
    entries = hooks.get("PreToolUse") if isinstance(hooks, Mapping) else None
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []


def _handlers(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    handlers = entry.get("hooks")
    return [one for one in handlers if isinstance(one, Mapping)] if isinstance(handlers, list) else []


def _placed(word: str, folders: Mapping[str, Path]) -> str:
    for name, folder in folders.items():
        word = word.replace(f"${{{name}}}", str(folder))
    return word


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
        for entry in _entries(settings):
            foreign = [handler for handler in _handlers(entry) if HOOK not in json.dumps(handler)]
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


def _rules(settings: Mapping[str, Any]) -> list[str]:
    permissions = settings.get("permissions")
    denied = permissions.get("deny") if isinstance(permissions, Mapping) else None
    return [rule for rule in denied if isinstance(rule, str)] if isinstance(denied, list) else []
