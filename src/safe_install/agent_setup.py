"""Put safe-install before a coding agent's installs, and take it away again: what would be written, then writing it."""

from __future__ import annotations

import difflib
import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from safe_install.agents import claude_settings, launch, shims
from safe_install.errors import UsageError
from safe_install.project import write_atomically

_HOOK = "safe-install-hook"
_CARRIED = f".claude/hooks/{_HOOK}.py"
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


def set_up(scope: Scope, root: Path, env: Mapping[str, str], *, scrub: bool) -> tuple[Change, ...]:
    """Give what `safe-install init claude-code` would write; empty when everything is there already.

    UsageError when the settings are no JSON object, or safe-install-hook is not installed beside this program.
    """
    path = settings_file(scope, root, env)
    settings, before = _settings(path)
    launcher = ["python3", "${CLAUDE_PROJECT_DIR}/" + _CARRIED] if scope is Scope.PROJECT else [str(_hook())]
    after = _shaped(path, lambda: claude_settings.with_safe_install(settings, launcher, scrub=scrub))
    changes = [Change(path=path, before=before, after=_json(after))] if after != settings else []
    changes += [_new(file, text) for file, text in _beside(scope, root).items() if _needs(file, text)]
    return tuple(changes)


def taken_away(scope: Scope, root: Path, env: Mapping[str, str]) -> tuple[Change, ...]:
    """Give what `safe-install uninit claude-code` would write; policy and approvals stay."""
    path = settings_file(scope, root, env)
    settings, before = _settings(path)
    carried = root / _CARRIED
    changes: list[Change] = []
    if before is not None:
        left = _shaped(path, lambda: claude_settings.without_safe_install(settings))
        if left != settings:
            changes.append(Change(path=path, before=before, after=_json(left) if left else None))
    if scope is Scope.PROJECT and carried.exists():
        changes.append(Change(path=carried, before=carried.read_text(), after=None))
    return tuple(changes)


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


def _beside(scope: Scope, root: Path) -> dict[Path, str]:
    """Give the files that a project gets beside the settings, where they are not there."""
    if scope is Scope.USER:
        return {}
    files = {root / "safe-install.toml": _POLICY, root / "safe-install.approvals.json": _NO_APPROVALS}
    if scope is Scope.PROJECT:
        files[root / _CARRIED] = Path(launch.__file__).read_text()
    return files


def _needs(file: Path, text: str) -> bool:
    """Tell whether a file is to be written: a person's own never is, and the launcher when it is another version's."""
    return not file.exists() or (file.name == f"{_HOOK}.py" and file.read_text() != text)


def _new(file: Path, text: str) -> Change:
    return Change(path=file, before=file.read_text() if file.exists() else None, after=text)


def _settings(path: Path) -> tuple[claude_settings.Settings, str | None]:
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


def _shaped(path: Path, make: Callable[[], claude_settings.Settings]) -> claude_settings.Settings:
    try:
        return make()
    except TypeError as error:
        raise UsageError(f"{path}: {error}.", hint="Mend it first; nothing was written.") from error


def _json(settings: claude_settings.Settings) -> str:
    return json.dumps(settings, indent=2, ensure_ascii=False) + "\n"


def _hook() -> Path:
    """Find safe-install-hook: beside this program, or on the PATH."""
    beside = Path(sys.executable).parent / _HOOK
    found = str(beside) if os.access(beside, os.X_OK) else shutil.which(_HOOK)
    if found is None:
        raise UsageError(f"{_HOOK} was not found.", hint="Install safe-install again: it brings that program along.")
    return Path(found).absolute()
