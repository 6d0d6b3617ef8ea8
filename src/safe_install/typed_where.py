"""What is typed in a folder below the project's root, in the words that mean the same at the root.

npm works at the root: a command inside a workspace is about that workspace, and a path starts at the folder where it
was typed. Our npm works in a copy that has nothing but the root, so it is told both.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from safe_install.arguments import Request
from safe_install.project import Project, nearest_package, workspaces

_WORKSPACE = "--workspace"
_ALL = "--workspaces"
_A_PATH = ("./", "../")


def from_the_root(request: Request, here: Path, project: Project) -> Request:
    """Say at the root what was typed ``here``: every workspace that is meant by its folder, every path from the root."""
    root = project.directory
    folders = workspaces(root, project.manifest) if "package.json" in project.files else []
    flags = tuple(said for flag in request.flags for said in _flag(flag, here, root, folders))
    nearest = nearest_package(here)
    chosen = any(flag.partition("=")[0] in {_WORKSPACE, _ALL} for flag in request.flags)
    if not chosen and nearest.resolve() in {folder.resolve() for folder in folders}:
        flags = (*flags, _named(nearest, root))
    return replace(request, flags=flags, specs=tuple(_spec(spec, here, root) for spec in request.specs))


def _flag(flag: str, here: Path, root: Path, folders: list[Path]) -> Iterator[str]:
    """Name each workspace: ``--workspaces`` itself is among the switches that a project's .npmrc must not set."""
    name, _, value = flag.partition("=")
    if name == _ALL:
        yield from (_named(folder, root) for folder in folders)
    elif name == _WORKSPACE and (here / value / "package.json").is_file():
        yield _named(here / value, root)
    else:
        yield flag


def _named(folder: Path, root: Path) -> str:
    return f"{_WORKSPACE}={os.path.relpath(folder.resolve(), root.resolve())}"


def _spec(spec: str, here: Path, root: Path) -> str:
    """Give a relative path as seen from the root, with whatever name or ``file:`` stands before it."""
    before, mark, path = spec.rpartition("file:")
    if Path(path).is_absolute() or not (mark or path.startswith(_A_PATH)):
        return spec
    seen = os.path.relpath(here.resolve() / path, root.resolve())
    return f"{before}{mark}{seen}" if mark else f"./{seen}".replace("./../", "../")
