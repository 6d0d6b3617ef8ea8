"""Whatever Node resolves a specifier to is reached by the inspection, or the inspection says what it could not see."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from safe_install.model import Event, LifecycleScript, Package
from safe_install.scan.reach.reach import trace
from tests.builders import a_package, an_artifact
from tests.effort import chances
from tests.scan.npm_itself import answered

pytestmark = pytest.mark.npm

RESOLVE = Path(__file__).with_name("resolve.mjs")
LOCATIONS = ("a", "b", "@s/c", "a/node_modules/b", "b/node_modules/a", "@s/c/node_modules/a")
STEMS = ("index", "main", "lib", "x", "lib/index", "lib/x", "lib/deep/x", "x.y", "dist/index", "node_modules/d/index")
ENDS = ("", ".js", ".cjs", ".mjs", ".json", ".node", ".ts")
MAINS = ("main", "./main", "main.js", "lib", "./lib/", "lib/index", ".", "./", "../a/x.js", "gone", "x", "", "dist", 3)
CONDITIONS = ("require", "import", "node", "default", "browser", "types", "node-addons", "module-sync", "production")
KEYS = (".", "./x", "./lib", "./lib/*", "./*", "./lib/*.js", "./lib/", "./x.js", "./lib/deep/*", "./package.json")
TARGETS = (
    "./x.js",
    "./main.js",
    "./lib/index.js",
    "./lib/*",
    "./lib/*.js",
    "./*.js",
    "./*",
    "./dist/index.mjs",
    "./gone.js",
)
OUTWARD = ("b", "@s/c", "a/x", "d", "node:fs", "#in", "../b/x.js", "./node_modules/d/index.js")
WANTED = (
    *("./x", "./x.js", "./lib", "./lib/", ".", "..", "./", "../", "../x", "./main", "./lib/x", "./lib/deep/x", "./x.y"),
    *("./dist", "../lib", "./index", "./gone", "./x/../main", ".//x", "./lib/.", "./lib/..", "./x?y=1", "./x.js#z"),
    *("a", "b", "@s/c", "d", "a/x", "b/x.js", "@s/c/lib", "a/lib/x", "b/lib/deep/x", "@s/c/x.js", "a/package.json"),
    *(
        "a/",
        "b/lib/",
        "#in",
        "#in/x",
        "#gone",
        "../../b",
        "../../b/x",
        "../../@s/c/lib",
        "d/index",
        "a/main",
        "./lib/x.js",
    ),
    *("a/../b", "a//x", "./%78.js", "b/lib/x.js", "@s", "@s/c/lib/index.js", "./lib/index", "../node_modules/d"),
)


@dataclass(frozen=True)
class Asked:
    """One specifier in one file of one layout."""

    layout: Mapping[str, Package]
    location: str
    path: str
    specifier: str


def a_target(chance: random.Random, depth: int = 2) -> object:
    """Write what a key of ``exports`` leads to: a path, conditions in one another, a list, or nothing."""
    kind = chance.choice(("path", "path", "path", "conditions", "list", "null", "odd"))
    if kind == "path" or not depth:
        return chance.choice(TARGETS)
    if kind == "conditions":
        return {one: a_target(chance, depth - 1) for one in chance.sample(CONDITIONS, chance.randint(1, 4))}
    if kind == "list":
        return [a_target(chance, depth - 1) for _ in range(chance.randint(0, 3))]
    return (
        None
        if kind == "null"
        else chance.choice((*OUTWARD, "x.js", "/x.js", "./../x.js", "./node_modules/d/index.js", 1))
    )


def a_manifest(chance: random.Random, name: str) -> dict[str, Any]:
    """Write a package.json whose fields decide what Node finds."""
    manifest: dict[str, Any] = {"name": name, "version": "1.0.0"}
    if chance.random() < 0.5:
        manifest["main"] = chance.choice(MAINS)
    if chance.random() < 0.5:
        keys = chance.sample(KEYS, chance.randint(1, 4))
        named = {key: a_target(chance) for key in keys}
        manifest["exports"] = chance.choice((named, named, a_target(chance)))
    if chance.random() < 0.4:
        manifest["imports"] = {
            "#in": chance.choice((a_target(chance), chance.choice(OUTWARD))),
            "#in/*": a_target(chance),
        }
    if chance.random() < 0.3:
        manifest["type"] = chance.choice(("module", "commonjs"))
    return manifest


def a_delivery(chance: random.Random, location: str) -> Package:
    """Make one package with files where Node looks for them, and a few where it should not."""
    name = location.rpartition("node_modules/")[2]
    files = {"package.json": json.dumps(a_manifest(chance, name))}
    for stem in chance.sample(STEMS, chance.randint(2, len(STEMS))):
        files |= {stem + end: "" for end in chance.sample(ENDS, chance.choice((1, 1, 2, 3)))}
    if chance.random() < 0.4:
        files["lib/package.json"] = json.dumps({"main": chance.choice(MAINS), "type": "module"})
    if chance.random() < 0.3:
        files["node_modules/d/package.json"] = json.dumps(a_manifest(chance, "d"))
    files = {path: text for path, text in files.items() if not any(other.startswith(f"{path}/") for other in files)}
    return a_package(files, an_artifact(name, location=f"node_modules/{location}"))


def a_layout(chance: random.Random) -> dict[str, Package]:
    """Make a tree of packages, some in others' node_modules."""
    chosen = ["a", *(one for one in LOCATIONS[1:] if chance.random() < 0.6)]
    chosen = [one for one in chosen if "/node_modules/" not in one or one.partition("/node_modules/")[0] in chosen]
    packages = [a_delivery(chance, location) for location in chosen]
    return {package.artifact.location: package for package in packages}


def on_disk(place: Path, layout: Mapping[str, Package]) -> None:
    for location, package in layout.items():
        for path, content in package.files.items():
            file = place / location / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def asked_in(chance: random.Random, layout: Mapping[str, Package]) -> list[Asked]:
    found = []
    for _ in range(12):
        location = chance.choice(sorted(layout))
        directory = chance.choice(("", "", "lib/", "lib/deep/", "node_modules/d/"))
        parents = {path for path in layout[location].members if f"{path}/" in directory}
        path = f"{'' if parents else directory}start.{chance.choice(('js', 'cjs', 'mjs'))}"
        found.append(Asked(layout, location, path, chance.choice(WANTED)))
    return found


def told_by_node(questions: list[tuple[str, str]]) -> list[list[str | None]]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    command = [node, "--no-warnings", "--experimental-import-meta-resolve", str(RESOLVE)]
    told: list[list[str | None]] = answered(command, questions)
    return told


def started(asked: Asked, text: str) -> LifecycleScript:
    """Give the script that starts the file which asks."""
    package = asked.layout[asked.location]
    files = {**package.files, asked.path: text.encode()}
    return LifecycleScript(
        package=a_package(files, package.artifact), event=Event.POSTINSTALL, command=f"node {asked.path}"
    )


def is_silent_about(asked: Asked, found: str, text: str) -> bool:
    """Tell whether an inspection neither reaches the file nor says that it could not see something."""
    script = started(asked, text)
    inspection = trace(script, {**asked.layout, asked.location: script.package})
    seen = {f"{file.location}/{file.path}" for file in inspection.files}
    return found not in seen and not inspection.gaps and not inspection.boundaries


def silent_in(asked: list[Asked], place: Path) -> tuple[list[object], int]:
    """List what Node resolves and we are silent about; and count what it resolves."""
    questions = [(str(place / str(id(one.layout)) / one.location / one.path), one.specifier) for one in asked]
    silent: list[object] = []
    resolved = 0
    for one, answers in zip(asked, told_by_node(questions), strict=True):
        root = f"{(place / str(id(one.layout))).resolve()}/"
        for answer, text in zip(answers, (f"require({one.specifier!r})", f"import({one.specifier!r})"), strict=True):
            found = (answer or "").removeprefix(root)
            if found.startswith("node_modules/"):
                resolved += 1
                if is_silent_about(one, found, text):
                    silent.append((one.location, one.path, text, found, manifests(one.layout)))
    return silent, resolved


def test_what_node_resolves_is_reached_or_told(tmp_path: Path) -> None:
    asked = []
    for chance in chances(150):
        layout = a_layout(chance)
        on_disk(tmp_path / str(id(layout)), layout)
        asked += asked_in(chance, layout)
    silent, resolved = silent_in(asked, tmp_path)
    assert not silent, json.dumps(silent, indent=1)
    assert resolved > len(asked) / 5


def manifests(layout: Mapping[str, Package]) -> dict[str, Any]:
    """Show what decided, for a person who looks into a failure."""
    return {location: [package.manifest, sorted(package.members)] for location, package in layout.items()}
