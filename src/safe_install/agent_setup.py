"""Put safe-install before a coding agent's installs, and take it away again: what would be written, then writing it."""

from __future__ import annotations

import difflib
import json
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from safe_install.agents import claude_settings, launch, other_settings, shims
from safe_install.agents.hook_entries import HOOK, Settings
from safe_install.agents.other_settings import Other
from safe_install.errors import UsageError
from safe_install.project import write_atomically

_CARRIED = Path(f".claude/hooks/{HOOK}.py")
_POLICY = """\
# What this project tolerates. Written by people; safe-install never changes it. Every key: see the README, "Policy".
block-at = "ERROR"
"""
_NO_APPROVALS = '{\n  "schema": 1,\n  "approvals": [],\n  "denials": []\n}\n'


class Scope(StrEnum):
    """Whose settings: all projects of a user, one project and everybody in it, or one's own in it."""

    USER = "user"
    PROJECT = "project"
    LOCAL = "local"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One file as it is (None: not there) and as it would be (None: removed)."""

    path: Path
    before: str | None
    after: str | None

    @property
    def diff(self) -> str:
        """Show what is different."""
        told = (self.before or "").splitlines(), (self.after or "").splitlines()
        return "\n".join(difflib.unified_diff(*told, str(self.path), str(self.path), lineterm="", n=2))


def set_up(
    scope: Scope, root: Path, env: Mapping[str, str], *, scrub: bool, sandbox: bool = False
) -> tuple[Change, ...]:
    """Give what `safe-install init claude-code` would write; empty when everything is there already.

    UsageError when the settings are no JSON object, or safe-install-hook is not installed beside this program.
    """
    launcher = ["python3", f"${{CLAUDE_PROJECT_DIR}}/{_CARRIED}"] if scope is Scope.PROJECT else [str(_hook())]
    changed = _changed(
        settings_file(scope, root, env),
        lambda settings: claude_settings.with_safe_install(settings, launcher, scrub=scrub, sandbox=sandbox),
    )
    return (*changed, *_beside(scope, root, _CARRIED))


def taken_away(scope: Scope, root: Path, env: Mapping[str, str]) -> tuple[Change, ...]:
    """Give what `safe-install uninit claude-code` would write; policy and approvals stay."""
    changed = _changed(settings_file(scope, root, env), claude_settings.without_safe_install)
    return (*changed, *_dropped(scope, root, _CARRIED))


def set_up_other(other: Other, scope: Scope, root: Path, env: Mapping[str, str]) -> tuple[Change, ...]:
    """Give what `safe-install init codex` or `gemini` would write; UsageError as in `set_up`, and for a local scope."""
    in_project = f'python3 "{other.root}/{other.carried.as_posix()}"'
    launcher = in_project if scope is Scope.PROJECT else shlex.quote(str(_hook()))
    changed = _changed(
        others_file(other, scope, root, env), lambda settings: other_settings.with_hooks(settings, other, launcher)
    )
    return (*changed, *_beside(scope, root, other.carried))


def others_taken_away(other: Other, scope: Scope, root: Path, env: Mapping[str, str]) -> tuple[Change, ...]:
    """Give what `safe-install uninit codex` or `gemini` would write; policy and approvals stay."""
    changed = _changed(
        others_file(other, scope, root, env), lambda settings: other_settings.without_hooks(settings, other)
    )
    return (*changed, *_dropped(scope, root, other.carried))


def carry_out(changes: tuple[Change, ...], env: Mapping[str, str], *, shimmed: bool) -> None:
    """Write what was shown; ``shimmed``: and the shims for the session's PATH."""
    for change in changes:
        if change.after is None:
            change.path.unlink(missing_ok=True)
        else:
            change.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(change.path, change.after.encode())
    if shimmed:
        shims.write_shims(shims.folder(env), _hook())


def settings_file(scope: Scope, root: Path, env: Mapping[str, str]) -> Path:
    """Name the file of Claude Code's settings for a scope."""
    home = Path(env.get("CLAUDE_CONFIG_DIR") or Path(env.get("HOME", "~")).expanduser() / ".claude")
    return {
        Scope.USER: home / "settings.json",
        Scope.PROJECT: root / ".claude" / "settings.json",
        Scope.LOCAL: root / ".claude" / "settings.local.json",
    }[scope]


def others_file(other: Other, scope: Scope, root: Path, env: Mapping[str, str]) -> Path:
    """Name the file of another agent's settings for a scope; UsageError where it has none."""
    if scope is Scope.LOCAL:
        raise UsageError(f"{other.name} has no settings of one's own in a project.", hint="Use --user or --project.")
    return (root if scope is Scope.PROJECT else Path(env.get("HOME", "~")).expanduser()) / other.file


def _changed(path: Path, make: Callable[[Settings], Settings]) -> list[Change]:
    """Give the change that makes other settings of these; none when nothing differs, or nothing is left to write."""
    settings, before = _settings(path)
    after = _shaped(path, lambda: make(settings))
    if after == settings:
        return []
    return [Change(path=path, before=before, after=_json(after) if after else None)]


def _beside(scope: Scope, root: Path, carried: Path) -> list[Change]:
    """Give the files that a project gets beside the settings, where they are not there."""
    if scope is Scope.USER:
        return []
    files = {root / "safe-install.toml": _POLICY, root / "safe-install.approvals.json": _NO_APPROVALS}
    if scope is Scope.PROJECT:
        files[root / carried] = Path(launch.__file__).read_text()
    return [_new(file, text) for file, text in files.items() if _needs(file, text)]


def _dropped(scope: Scope, root: Path, carried: Path) -> list[Change]:
    """Give the removal of the launcher that a project carries."""
    file = root / carried
    there = scope is Scope.PROJECT and file.exists()
    return [Change(path=file, before=file.read_text(), after=None)] if there else []


def _needs(file: Path, text: str) -> bool:
    """Tell whether a file is to be written: a person's own never is, and the launcher when it is another version's."""
    return not file.exists() or (file.name == f"{HOOK}.py" and file.read_text() != text)


def _new(file: Path, text: str) -> Change:
    return Change(path=file, before=file.read_text() if file.exists() else None, after=text)


def _settings(path: Path) -> tuple[Settings, str | None]:
    """Read the settings; what is no JSON object is never written over."""
    if not path.exists():
        return {}, None
    text = path.read_text()
    try:
        settings = json.loads(text) if text.strip() else {}
    except ValueError as error:
        raise UsageError(f"{path} is no JSON ({error}).", hint="Mend it first; nothing was written.") from error
    if not isinstance(settings, dict):
        raise UsageError(f"{path} holds no JSON object.", hint="Mend it first; nothing was written.")
    return settings, text


def _shaped(path: Path, make: Callable[[], Settings]) -> Settings:
    try:
        return make()
    except TypeError as error:
        raise UsageError(f"{path}: {error}.", hint="Mend it first; nothing was written.") from error


def _json(settings: Settings) -> str:
    return json.dumps(settings, indent=2, ensure_ascii=False) + "\n"


def _hook() -> Path:
    """Find safe-install-hook: beside this program, or on the PATH."""
    beside = Path(sys.executable).parent / HOOK
    found = str(beside) if os.access(beside, os.X_OK) else shutil.which(HOOK)
    if found is None:
        raise UsageError(f"{HOOK} was not found.", hint="Install safe-install again: it brings that program along.")
    return Path(found).absolute()
