"""A staging copy of what npm needs to resolve a tree: manifests and lockfile, nothing else.

npm resolves here, with the network on and scripts off; the project itself is written only after the new
lockfile was inspected. Directories and tarballs that ``file:`` names outside the project stand at the same
relative place, so that npm writes the same relative addresses.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from safe_install.errors import UsageError
from safe_install.project import LOCKFILES, Project, read_json, workspaces

_MOST_STEPS_UP = 8


@contextlib.contextmanager
def staged(project: Project, specs: tuple[str, ...] = ()) -> Iterator[Path]:
    """Give a private copy to resolve in, without any .npmrc, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="safe-install-") as folder:
        root = Path(folder, *(f"up{step}" for step in range(_MOST_STEPS_UP)), "project")
        root.mkdir(parents=True)
        for name in ("package.json", *LOCKFILES):
            if name in project.files:
                (root / name).write_bytes(project.files[name])
        for relative in _named_beside(project, specs):
            _copy(project.directory / relative, root / relative)
        yield root


def changed_files(project: Project, root: Path) -> dict[str, bytes]:
    """Give the manifests and the lockfile that npm wrote in the copy, by their names relative to the project."""
    names = {"package.json", *LOCKFILES}
    names |= {
        os.path.relpath(folder / "package.json", project.directory)
        for folder in workspaces(project.directory, project.manifest)
    }
    changed: dict[str, bytes] = {}
    for name in sorted(names):
        staged_file, own = root / name, project.directory / name
        if staged_file.is_file():
            content = staged_file.read_bytes()
            if not own.is_file() or own.read_bytes() != content:
                changed[name] = content
    return changed


def _named_beside(project: Project, specs: tuple[str, ...]) -> list[str]:
    """List the workspaces and the ``file:`` targets, relative to the project, that manifests or specs name."""
    members = {os.path.relpath(folder, project.directory) for folder in workspaces(project.directory, project.manifest)}
    named = members | _file_targets(".", project.manifest)
    for folder in members:
        named |= _file_targets(folder, read_json(project.directory / folder / "package.json"))
    named |= {spec.split("file:", 1)[-1] for spec in specs if "file:" in spec or spec.startswith(("./", "../", "/"))}
    for name in named:
        if Path(name).is_absolute() or Path(os.path.normpath(name)).parts.count("..") > _MOST_STEPS_UP:
            raise UsageError(
                f"{name} lies too far outside of the project to be resolved in a staging copy.",
                hint="Name it by a path relative to the project.",
            )
    return sorted(named)


def _file_targets(folder: str, manifest: Mapping[str, object]) -> set[str]:
    """Give what a manifest in ``folder`` names by ``file:``, relative to the project."""
    tables = [manifest.get(kind) for kind in ("dependencies", "devDependencies", "optionalDependencies")]
    specs = [str(spec) for table in tables if isinstance(table, dict) for spec in table.values()]
    return {os.path.normpath(Path(folder, spec[5:])) for spec in specs if spec.startswith("file:")}


def _copy(source: Path, target: Path) -> None:
    """Copy a tarball whole, and of a directory its package.json alone: npm reads no more to resolve."""
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    elif (source / "package.json").is_file():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / "package.json", target / "package.json")
