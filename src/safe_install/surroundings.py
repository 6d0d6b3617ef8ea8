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
    *("bunfig.toml", ".mcp.json", ".gitattributes", ".pre-commit-config.yaml", "lefthook*", ".lefthook*", ".huskyrc*"),
    *("husky.config.*", ".simple-git-hooks.*", "simple-git-hooks.*", ".lintstagedrc*", "lint-staged.config.*"),
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
_INSTALLS = "it decides what an install may do here"
_HOOKS = "it decides what git's hooks start here"
_MANIFEST_KEYS = {
    **dict.fromkeys(("patchedDependencies", "allowScripts", "trustedDependencies", "pnpm", "overrides"), _INSTALLS),
    **dict.fromkeys(("lavamoat", "packageManager"), _INSTALLS),  # corepack fetches and starts what packageManager names
    **dict.fromkeys(("husky", "simple-git-hooks", "gitHooks", "git-hooks", "lint-staged", "nano-staged"), _HOOKS),
    **dict.fromkeys(("pre-commit", "precommit", "pre-push", "config.ghooks", "config.pre-git"), _HOOKS),
}
"""Keys of package.json, a dot for one within another; those for hooks are of the packages of these names, gitHooks is yorkie's."""
_SKIPPED = {"node_modules", ".git", ".venv"}
_MOST_ENTRIES = 200_000
_MOST_CHARACTERS = 10_000_000  # of one package.json; the largest real ones have some 100 kB
_MOST_TOLD = 30
_SHA1 = 40  # hexadecimal digits of a git id, in a repository that does not use sha-256


def changed_settings(directory: Path, repository: Repository, commit: str) -> tuple[Finding, ...]:
    """Find every file among the settings of package managers, hooks and agents that differs from a commit."""
    before = {path: id_ for path, id_ in repository.tree(commit, ".").items() if _SKIPPED.isdisjoint(path.split("/"))}
    here = dict(_files(directory))
    paths = sorted(
        before.keys() | here.keys(), key=lambda path: (path.count("/"), path)
    )  # the project's own come first
    findings: list[Finding] = []
    for path in (path for path in paths if _is_setting(path) or path.rpartition("/")[2] == "package.json"):
        if _is_same(directory, path, here, before):
            continue
        if _is_setting(path):
            findings.append(_finding(path, _how(path, here, before)))
        else:
            findings += _manifest(directory, path, repository.file(commit, path) if path in before else None)
    more = len(findings) - _MOST_TOLD
    left = [_finding("", f"{more} more settings differ from the base")] if more > 0 else []
    return (*findings[:_MOST_TOLD], *left)


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

    def differing(names: tuple[str, ...]) -> list[str]:
        named = [path for path in sorted(here) if path.rpartition("/")[2] in names]
        return [path for path in named if not _is_same(directory, path, here, before)]

    return differing(LOCKFILES), differing(OTHER_LOCKFILES)


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


def _manifest(directory: Path, path: str, before: str | None) -> Iterator[Finding]:
    """Find keys of one package.json by which a package manager patches, overrides or allows, and git's hooks are made."""
    full = directory / path
    after: str | None = None
    if full.is_file():
        with full.open(encoding="utf-8", errors="replace") as file:
            after = file.read(_MOST_CHARACTERS + 1)
    old, new = _object(before), _object(after)
    if new is None:
        yield _finding(path, f"{path} differs from the base, and cannot be read: nobody knows what it decides")
        return
    for key, decides in _MANIFEST_KEYS.items():
        if _value(old or {}, key) != _value(new, key):
            yield _finding(path, f"{key} of {path} differs from the base: {decides}")


def _object(text: str | None) -> Mapping[str, object] | None:
    """Read a package.json as npm does, a mark of its encoding before it or not; None when it is none."""
    if text is None:
        return {}
    try:
        value = json.loads(text.removeprefix("\ufeff")) if len(text) <= _MOST_CHARACTERS else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _value(manifest: Mapping[str, object], key: str) -> object:
    outer, _, inner = key.partition(".")
    value = manifest.get(outer)
    return (value.get(inner) if isinstance(value, dict) else None) if inner else value


def _finding(path: str, message: str) -> Finding:
    return Finding(signature=SIGNATURE, severity=Severity.WARNING, message=message, where=path or ".", path=path)
