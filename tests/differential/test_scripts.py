"""What plain npm really runs, in which order: generated projects whose scripts only note their name, against our list.

``NPMS`` names folders with an npm in them, as PATH does; without it the npm of this machine is asked. Scripts that may fail,
bundles and implied builds: tests/test_trees_scripts.py.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from safe_install.decide.plan import make_plan
from safe_install.judgement import Decision, Policy, Verdict
from safe_install.model import OF_THE_PROJECT, Artifact, Inspection, Package
from safe_install.scan.lock.lockfile import read_lockfile
from safe_install.scan.lock.selection import Platform, select
from safe_install.scan.unpack.directory import read_directory
from safe_install.scan.unpack.scripts import lifecycle_scripts
from safe_install.scan.unpack.tarball import unpack
from tests.builders import a_manifest, a_tarball, integrity
from tests.effort import chances

pytestmark = pytest.mark.npm

NPMS = [Path(place) for place in os.environ.get("NPMS", "").split(os.pathsep) if place]
EVENTS = (
    *("preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"),
    *("predependencies", "dependencies", "postdependencies", "prepublishOnly", "preinstallx", "uninstall", "version"),
)
NAMES = ("a", "b-c", "b.c", "b_c", "bc", "@s/a", "@s/z", "z9", "z10")
DIRECTORIES = ("packages/one", "packages/two", "libs/three")
NOTE = 'echo "$npm_package_name $npm_lifecycle_event" >> "$ORDER"'


def some_scripts(chance: random.Random) -> dict[str, str]:
    """Choose events; a few scripts are empty, which npm takes for none."""
    return {event: chance.choice((NOTE,) * 9 + ("",)) for event in EVENTS if chance.random() < 0.4}


def a_project(chance: random.Random, folder: Path) -> None:
    """Write a project: tarballs on disk at places in one another, linked directories and workspaces, and its lockfile."""
    wanted = {name: f"file:vendor/{name.replace('/', '-')}.tgz" for name in NAMES if chance.random() < 0.7}
    linked = [one for one in DIRECTORIES if chance.random() < 0.6]
    root: dict[str, Any] = {"name": "app", "version": "1.0.0", "dependencies": dict(wanted)}
    if any(one.startswith("packages/") for one in linked):
        root["workspaces"] = ["packages/*"]
    root["dependencies"] |= {one.removeprefix("libs/"): f"file:{one}" for one in linked if one.startswith("libs/")}
    packages = {"": root, **directories(chance, folder, linked), **archives(chance, folder, wanted)}
    nest(packages, [name for name in wanted if chance.random() < 0.3])
    lock = {"name": "app", "version": "1.0.0", "lockfileVersion": 3, "requires": True}
    locked = {**lock, "packages": dict(sorted(packages.items()))}
    write(folder / "package.json", json.dumps({**root, "scripts": some_scripts(chance)}).encode())
    write(folder / "package-lock.json", json.dumps(locked).encode())


def directories(chance: random.Random, folder: Path, linked: list[str]) -> dict[str, Any]:
    """Write linked directories, and give their entries and their links."""
    packages: dict[str, Any] = {}
    for directory in linked:
        name = directory.rpartition("/")[2]
        manifest = {"name": name, "version": "1.0.0", "scripts": some_scripts(chance)}
        write(folder / directory / "package.json", json.dumps(manifest).encode())
        packages[directory] = {"name": name, "version": "1.0.0"}
        packages[f"node_modules/{name}"] = {"resolved": directory, "link": True}
    return packages


def archives(chance: random.Random, folder: Path, wanted: dict[str, str]) -> dict[str, Any]:
    """Write tarballs, and give their entries."""
    packages: dict[str, Any] = {}
    for name, spec in wanted.items():
        data = a_tarball({"package.json": a_manifest(name, scripts=some_scripts(chance)), "index.js": ""})
        write(folder / spec.removeprefix("file:"), data)
        promised = {"version": "1.0.0", "resolved": spec, "integrity": integrity(data)}
        packages[f"node_modules/{name}"] = {**promised, "hasInstallScript": True}
    return packages


def nest(packages: dict[str, Any], names: list[str]) -> None:
    """Let packages depend on others of their own, which lie in them."""
    for name, inner in zip(names, reversed(names), strict=True):
        below = {key: value for key, value in packages[f"node_modules/{inner}"].items() if key != "dependencies"}
        packages[f"node_modules/{name}/node_modules/{inner}"] = below
    for name, inner in zip(names, reversed(names), strict=True):
        packages[f"node_modules/{name}"]["dependencies"] = {inner: "1.0.0"}


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def ran_by(npm: Path, folder: Path, *flags: str) -> list[str]:
    """Let an npm install with its scripts on, and give what was noted."""
    order = folder.parent / "order.txt"
    path = f"{npm}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(npm / "npm"), "ci", "--offline", "--no-audit", "--no-fund", f"--cache={folder.parent / 'cache'}", *flags],
        cwd=folder,
        env={**os.environ, "PATH": path, "ORDER": str(order), "HOME": str(folder.parent)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return order.read_text().splitlines() if order.exists() else []


def planned(folder: Path, major: int) -> list[str]:
    """List what we say that this npm runs, in its order."""
    lockfile = read_lockfile((folder / "package-lock.json").read_bytes())
    selected = select(lockfile.artifacts, Platform(os="linux", cpu="x64"), links=lockfile.links)
    scripts = [script for one in selected for script in lifecycle_scripts(delivered(one, folder), npm_major=major)]
    verdicts = [
        Verdict(inspection=Inspection(script=script), decision=Decision.ALLOW, reasons=()) for script in scripts
    ]
    plan = make_plan(verdicts, npm=("ci",), policy=Policy(), blocked=False, npm_major=major)
    steps = [step.verdict.inspection.script for step in plan.steps]
    return [f"{script.package.artifact.name} {script.event.value}" for script in steps]


def delivered(artifact: Artifact, folder: Path) -> Package:
    if artifact.source in OF_THE_PROJECT:
        return read_directory(artifact, folder / artifact.location)
    data = (folder / str(artifact.resolved).removeprefix("file:")).read_bytes()
    return unpack(artifact, data, lambda: data)


def version_of(npm: Path) -> int:
    path = f"{npm}{os.pathsep}{os.environ['PATH']}"
    told = subprocess.run(
        [str(npm / "npm"), "--version"], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=True
    )
    return int(told.stdout.partition(".")[0])


@pytest.mark.parametrize("npm", NPMS or [None], ids=str)
def test_what_npm_runs_is_what_we_list_in_its_order(tmp_path: Path, npm: Path | None) -> None:
    place = npm or Path(shutil.which("npm") or pytest.skip("npm is not installed")).parent
    major = version_of(place)
    flags = ["--dangerously-allow-all-scripts"] if major >= 12 else []
    for number, chance in enumerate(chances(6)):
        folder = tmp_path / str(number) / "app"
        a_project(chance, folder)
        expected = planned(folder, major)
        assert ran_by(place, folder, *flags) == expected, folder
        assert expected
