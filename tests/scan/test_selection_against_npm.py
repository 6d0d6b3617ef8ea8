"""npm itself installs what is selected, and would remove the same optional sets."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from safe_install.scan.lock.lockfile import Lockfile, read_lockfile
from safe_install.scan.lock.selection import Platform, optional_set, select
from tests.builders import a_manifest, a_tarball, integrity
from tests.scan.npm_itself import npm_itself
from tests.scan.test_selection import ROOT, on_disk


def a_project(folder: Path) -> Lockfile:
    """Write a project whose packages are tarballs on disk, and its lockfile, with every kind of relation and some lies."""
    manifests: dict[str, dict[str, Any]] = {
        "prod": {"dependencies": {"shared": "1.0.0"}, "peerDependencies": {"peer": "1.0.0"}},
        "shared": {},
        "peer": {},
        "dev": {"dependencies": {"both": "1.0.0"}},
        "both": {},
        "opt": {"dependencies": {"both": "1.0.0", "native-a": "1.0.0"}},
        "native-a": {"os": ["win32"], "dependencies": {"only-a": "1.0.0", "shared": "1.0.0"}},
        "only-a": {},
        "native-b": {"os": ["!win32"], "cpu": ["arm64"]},
        "old": {"engines": {"node": "<1"}, "dependencies": {"only-old": "1.0.0"}},
        "only-old": {},
        "orphan": {},
        "liar": {},
    }
    lies = {"liar": {"dev": True, "optional": True}}
    packages: dict[str, Any] = {}
    for name, manifest in manifests.items():
        data = a_tarball({"package.json": a_manifest(name, **manifest)})
        (folder / f"{name}.tgz").write_bytes(data)
        promised = {"version": "1.0.0", "resolved": f"file:{name}.tgz", "integrity": integrity(data)}
        packages[f"node_modules/{name}"] = {**promised, **manifest, **lies.get(name, {})}
    packages["node_modules/prod/node_modules/shared"] = packages["node_modules/shared"]
    root = {
        **ROOT,
        "workspaces": ["w"],
        "dependencies": {"prod": "1.0.0", "liar": "1.0.0"},
        "devDependencies": {"dev": "1.0.0"},
        "optionalDependencies": {"opt": "1.0.0", "native-b": "1.0.0", "old": "1.0.0"},
    }
    workspace = {
        "name": "w",
        "version": "1.0.0",
        "devDependencies": {"dev": "1.0.0"},
        "dependencies": {"orphan": "1.0.0"},
    }
    (folder / "w").mkdir()
    (folder / "w" / "package.json").write_text(json.dumps(workspace))
    (folder / "package.json").write_text(json.dumps(root))
    links = {
        "node_modules/w": {"link": True, "resolved": "w"},
        "w": workspace,
        "w/node_modules/orphan": packages["node_modules/orphan"],
    }
    data = json.dumps(
        {**ROOT, "lockfileVersion": 3, "requires": True, "packages": {"": root, **packages, **links}}
    ).encode()
    (folder / "package-lock.json").write_bytes(data)
    return read_lockfile(data)


def installed(folder: Path, *flags: str) -> set[str]:
    """Let npm install, and list where packages are."""
    hushed = ["--ignore-scripts", "--offline", "--no-audit", "--no-fund", f"--cache={folder / '.cache'}"]
    subprocess.run(["npm", "ci", *hushed, *flags], cwd=folder, check=True, capture_output=True, timeout=120)  # noqa: S607
    found = (path.parent.relative_to(folder).as_posix() for path in folder.rglob("node_modules/**/package.json"))
    return {place.removeprefix("node_modules/") for place in found if not place.endswith("node_modules/w")}


@pytest.mark.npm
@pytest.mark.parametrize(
    ("platform", "omit"),
    [
        (("linux", "x64", "glibc"), ()),
        (("linux", "x64", "glibc"), ("dev",)),
        (("linux", "x64", "glibc"), ("optional",)),
        (("linux", "x64", "glibc"), ("dev", "optional")),
        (("linux", "x64", "glibc"), ("peer",)),
        (("linux", "arm64", "musl"), ()),
        (("win32", "x64", None), ()),
    ],
    ids=str,
)
def test_npm_installs_what_is_selected(
    tmp_path: Path, platform: tuple[str, str, str | None], omit: tuple[str, ...]
) -> None:
    lockfile = a_project(tmp_path)
    os, cpu, libc = platform
    here = Platform(os=os, cpu=cpu, libc=libc, node="20.0.0", npm="11.0.0")
    flags = [f"--os={os}", f"--cpu={cpu}", *([f"--libc={libc}"] if libc else []), *(f"--omit={kind}" for kind in omit)]
    assert installed(tmp_path, *flags) == on_disk(lockfile, here, omit) - {"w"}


@pytest.mark.npm
@pytest.mark.parametrize("name", ["opt", "native-a", "native-b", "old", "only-a", "only-old"])
def test_npm_would_remove_the_same_set(tmp_path: Path, name: str) -> None:
    lockfile = a_project(tmp_path)
    ((removed),) = npm_itself("scan/npm_optional_set.cjs", [f"node_modules/{name}"], str(tmp_path))
    selected = select(lockfile.artifacts, Platform(os="win32", cpu="arm64"), links=lockfile.links)
    assert optional_set(selected, f"node_modules/{name}", links=lockfile.links) == set(removed)
