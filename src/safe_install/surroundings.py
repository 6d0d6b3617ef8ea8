"""What a proposed change touches beside the lockfile, and that decides what an install may do: told, whatever it is."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from safe_install.model import Finding, Severity
from safe_install.run.git import Repository

SIGNATURE = "settings-changed"
LOCKFILES = ("package-lock.json", "npm-shrinkwrap.json")
OTHER_LOCKFILES = ("pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb")
_SETTINGS = (
    *(".npmrc", ".npm-extension*", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", ".pnpmfile.mjs", "pnpm-workspace.yaml"),
    *("bunfig.toml", ".pre-commit-config.yaml", "lefthook.yml", ".lefthook.yml", ".mcp.json", ".gitattributes"),
)
_FOLDERS = (
    ".husky",
    ".githooks",
    ".claude",
    ".cursor",
    ".codex",
    ".gemini",
    ".github/hooks",
    ".vscode",
    ".devcontainer",
)
_MANIFEST_KEYS = ("patchedDependencies", "allowScripts", "trustedDependencies", "pnpm", "overrides", "lavamoat")
_SKIPPED = {"node_modules", ".git", ".venv"}
_MOST_ENTRIES = 200_000
_MOST_TOLD = 30
_SHA1 = 40  # hexadecimal digits of a git id, in a repository that does not use sha-256


def changed_settings(directory: Path, repository: Repository, commit: str) -> tuple[Finding, ...]:
    """Find every file among the settings of package managers, hooks and agents that differs from a commit."""
    before = repository.tree(commit, ".")
    here = dict(_files(directory))
    told = [path for path in sorted(before.keys() | here.keys()) if _is_setting(path)]
    differing = [path for path in told if not _is_same(directory, path, here, before)]
    findings = [_finding(path, _how(path, here, before)) for path in differing[:_MOST_TOLD]]
    if len(differing) > _MOST_TOLD:
        findings.append(_finding("", f"{len(differing) - _MOST_TOLD} more settings differ from the base"))
    return (*findings, *_manifest(directory, repository.file(commit, "package.json")))


def changed_database(directory: Path, database: str, repository: Repository, commit: str) -> tuple[Finding, ...]:
    """Find that the records by which a change is judged lie in the project, and are not those of the commit."""
    place = Path(os.path.normpath(directory / database)) if database else directory
    if place == directory or not place.is_relative_to(directory):
        return ()
    path = place.relative_to(directory).as_posix()
    inside = [f"{path}/{name}" for name, _ in _files(place)] if place.is_dir() else [path]
    if set(repository.tree(commit, path)) == set(inside) and same_contents(directory, inside, repository, commit):
        return ()
    return (_finding(path, f"{path} differs from the base: it holds the malicious-package records that judge here"),)


def changed_lockfiles(directory: Path, repository: Repository, commit: str) -> tuple[list[str], list[str]]:
    """Name the lockfiles that are new or differ from a commit: npm's, and those that nobody here can read."""
    before = repository.tree(commit, ".")
    here = dict(_files(directory))
    differing = [path for path in sorted(here) if not _is_same(directory, path, here, before)]
    named = [(path, path.rpartition("/")[2]) for path in differing]
    return [path for path, name in named if name in LOCKFILES], [
        path for path, name in named if name in OTHER_LOCKFILES
    ]


def same_contents(directory: Path, paths: Iterable[str], repository: Repository, commit: str) -> bool:
    """Tell whether files are what they were in a commit."""
    before = repository.tree(commit, ".")
    return all((directory / path).exists() and _is_same(directory, path, {path: ""}, before) for path in paths)


def _files(directory: Path) -> Iterator[tuple[str, str]]:
    """Walk the project's own files, as far as that is sane; links are not followed."""
    ahead, count = [""], 0
    while ahead:
        folder = ahead.pop()
        with os.scandir(directory / folder) as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}".lstrip("/")
                count += 1
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in _SKIPPED and count < _MOST_ENTRIES:
                        ahead.append(path)
                else:
                    yield path, entry.name


def _is_setting(path: str) -> bool:
    name = path.rpartition("/")[2]
    within = any(path.startswith(f"{folder}/") or f"/{folder}/" in path for folder in _FOLDERS)
    return within or any(fnmatch.fnmatchcase(name, pattern) for pattern in _SETTINGS)


def _is_same(directory: Path, path: str, here: Mapping[str, str], before: Mapping[str, str]) -> bool:
    """Compare a file with git's id of it; a link counts by what it says."""
    if path not in here or path not in before:
        return False
    full = directory / path
    content = os.fsencode(os.readlink(full)) if full.is_symlink() else full.read_bytes()  # noqa: PTH115 - its text
    made = hashlib.sha1(usedforsecurity=False) if len(before[path]) == _SHA1 else hashlib.sha256()
    made.update(b"blob %d\0" % len(content) + content)
    return made.hexdigest() == before[path]


def _how(path: str, here: Mapping[str, str], before: Mapping[str, str]) -> str:
    how = "is new" if path not in before else "is gone" if path not in here else "differs from the base"
    return f"{path} {how}: it decides what an install, a hook or an agent may do here"


def _manifest(directory: Path, before: str | None) -> Iterator[Finding]:
    """Find keys of package.json by which a package manager patches, overrides or allows."""
    path = directory / "package.json"
    old, new = (
        _object(text)
        for text in (before, path.read_text(encoding="utf-8", errors="replace") if path.exists() else None)
    )
    for key in _MANIFEST_KEYS:
        if old.get(key) != new.get(key):
            yield _finding("package.json", f"{key} of package.json differs from the base")


def _object(text: str | None) -> Mapping[str, object]:
    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _finding(path: str, message: str) -> Finding:
    return Finding(signature=SIGNATURE, severity=Severity.WARNING, message=message, where=path or ".", path=path)
