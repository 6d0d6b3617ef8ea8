"""One project twice: safe-install works in one copy, the real npm in the other, and both must look the same."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.world import Said, World, npm

OWN_RECORDS = ("node_modules/.safe-install.json", "node_modules/.safe-install.receipt.json")
_NOT_COPIED = {"cache", "twin"}


def write_manifest(world: World, folder: str = ".", **more: object) -> None:
    """Write a package.json of the project's own; the root is called app."""
    name = "app" if folder == "." else folder.rpartition("/")[2]
    world.write(f"{folder}/package.json", json.dumps({"name": name, "version": "1.0.0", **more}, indent=2) + "\n")


def lock_by_npm(world: World, *words: str) -> dict[str, Any]:
    """Let the real npm write the lockfile, and give what it says."""
    done = npm(world.folder, "install", "--package-lock-only", *words)
    assert done.returncode == 0, done.stderr
    return read_lock(world)


def read_lock(world: World) -> dict[str, Any]:
    """Read package-lock.json."""
    lock: dict[str, Any] = json.loads(world.read("package-lock.json"))
    return lock


def write_lock(world: World, lock: dict[str, Any]) -> None:
    """Write package-lock.json."""
    world.write("package-lock.json", json.dumps(lock, indent=2) + "\n")


def as_npm(world: World, *words: str, at: str = ".") -> Said:
    """Run the same words by both, in equal copies, and require equal grounds afterwards; give what safe-install said."""
    twin = twin_of(world)
    os.chdir(world.folder / at)
    try:
        said = world.run(*words, "--json")
    finally:
        os.chdir(world.folder)
    done = npm(twin / at, *words)
    assert done.returncode == 0, done.stderr
    assert said.code in {0, 10}, said
    assert said.report["execution"]["npm_exit_code"] == 0
    differing = differences(listed(world.folder.parent), listed(twin.parent))
    assert not differing, json.dumps(differing, indent=1)
    return said


def differences(ours: Mapping[str, object], npms: Mapping[str, object]) -> dict[str, list[str]]:
    """Tell each path that is not the same in both, with what stands there in ours and in npm's."""
    paths = sorted({*ours, *npms})
    return {path: [str(ours.get(path)), str(npms.get(path))] for path in paths if ours.get(path) != npms.get(path)}


def listed(ground: Path) -> dict[str, object]:
    """List what stands under a ground, without our own records: folders, links by their text, files by x bit and content."""
    found: dict[str, object] = {}
    for at, folders, files in os.walk(ground):
        if Path(at) == ground:
            folders[:] = [name for name in folders if name not in _NOT_COPIED]
        for path in (Path(at, name) for name in (*folders, *files)):
            if not str(path).endswith(OWN_RECORDS):
                found[str(path.relative_to(ground))] = _told(path)
    return found


def _told(path: Path) -> object:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return f"-> {path.readlink()}"
    if stat.S_ISDIR(mode):
        return "folder"
    content = path.read_bytes()
    return bool(mode & 0o111), json.loads(content) if path.name == ".package-lock.json" else content


def twin_of(world: World) -> Path:
    """Copy the project and what stands beside it."""
    twin = world.folder.parent / "twin"
    shutil.rmtree(twin, ignore_errors=True)
    for name in os.listdir(world.folder.parent):  # noqa: PTH208 - names
        if name not in _NOT_COPIED:
            shutil.copytree(world.folder.parent / name, twin / name, symlinks=True)
    return twin / world.folder.name
