"""Whatever the project looks like, the tree is the one that npm alone would leave, file by file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.builders import a_manifest, a_tarball
from tests.trees_twin import as_npm, lock_by_npm, write_manifest
from tests.world import World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]

INDEX = {"index.js": "module.exports = 1\n"}


def with_an_alias(world: World) -> None:
    world.registry.publish("plain", "1.0.0", INDEX)
    world.registry.publish("plain", "2.0.0", INDEX)
    write_manifest(world, dependencies={"lv": "npm:plain@1", "plain": "2.0.0", "@a/lias": "npm:plain@^1"})


def with_nested_duplicates(world: World) -> None:
    for version in ("1.0.0", "2.0.0", "3.0.0"):
        world.registry.publish("shared", version, {"index.js": version}, bin={"shared": "index.js"})
    world.registry.publish("two", "1.0.0", INDEX, dependencies={"shared": "2"})
    world.registry.publish("three", "1.0.0", INDEX, dependencies={"shared": "3", "two": "1"})
    write_manifest(world, dependencies={"shared": "1", "two": "1", "three": "1"})


def with_scoped_names(world: World) -> None:
    world.registry.publish("@scope/tool", "1.0.0", {"cli.js": "#!/usr/bin/env node\n"}, bin="cli.js")
    world.registry.publish("@scope/lib", "1.0.0", INDEX, dependencies={"@scope/tool": "1"})
    world.registry.publish("@other/lib", "1.0.0", INDEX, dependencies={"@scope/lib": "1"})
    write_manifest(world, dependencies={"@other/lib": "1"})


def with_workspaces(world: World) -> None:
    for version in ("1.0.0", "2.0.0"):
        world.registry.publish("shared", version, {"index.js": version, "cli.js": "1"}, bin={"shared": "cli.js"})
    world.registry.publish("needs", "1.0.0", INDEX, dependencies={"shared": "2"})
    write_manifest(world, dependencies={"shared": "1"}, workspaces=["packages/*"])
    write_manifest(world, "packages/one", dependencies={"needs": "1", "shared": "2"}, bin={"one": "one.js"})
    world.write("packages/one/one.js", "1")
    write_manifest(world, "packages/two", name="@app/two", dependencies={"one": "1.0.0"})


def with_a_directory_inside(world: World) -> None:
    world.registry.publish("shared", "1.0.0", INDEX)
    world.registry.publish("shared", "2.0.0", INDEX)
    write_manifest(world, dependencies={"local": "file:libs/local", "shared": "1"})
    write_manifest(world, "libs/local", dependencies={"shared": "2"}, devDependencies={"shared": "2"})


def with_a_directory_beside(world: World) -> None:
    world.registry.publish("shared", "1.0.0", INDEX)
    world.registry.publish("shared", "2.0.0", {**INDEX, "lib/deep.js": "1"}, bin={"shared": "index.js"})
    write_manifest(world, dependencies={"beside": "file:../beside", "shared": "1"})
    write_manifest(world, "../beside", dependencies={"shared": "2"}, bin={"beside": "beside.js"})
    world.write("../beside/beside.js", "1")


def with_a_tarball_on_disk(world: World) -> None:
    world.registry.publish("shared", "1.0.0", INDEX)
    tarball = a_tarball({"package.json": a_manifest("packed", dependencies={"shared": "1"}), **INDEX})
    world.write("vendor/README", "here")
    (world.folder / "vendor/packed.tgz").write_bytes(tarball)
    (world.folder.parent / "beside").mkdir()
    (world.folder.parent / "beside/outside-1.0.0.tgz").write_bytes(a_tarball({"package.json": a_manifest("outside")}))
    write_manifest(
        world, dependencies={"packed": "file:vendor/packed.tgz", "outside": "file:../beside/outside-1.0.0.tgz"}
    )


def with_bundled_dependencies(world: World) -> None:
    files = {
        "node_modules/inside/package.json": a_manifest("inside", "1.5.0", dependencies={"deeper": "1"}),
        "node_modules/inside/index.js": "1",
        "node_modules/deeper/package.json": a_manifest("deeper", "1.0.0"),
        "node_modules/@s/inside/package.json": a_manifest("@s/inside", "1.0.0"),
    }
    wanted: dict[str, Any] = {
        "dependencies": {"inside": "1", "@s/inside": "1", "shared": "1"},
        "bundleDependencies": ["inside", "@s/inside"],
    }
    world.registry.publish("shared", "1.0.0", INDEX)
    world.registry.publish("carrier", "1.0.0", {**files, "package.json": a_manifest("carrier", **wanted)}, **wanted)
    write_manifest(world, dependencies={"carrier": "1"})


def with_packages_for_other_platforms(world: World) -> None:
    world.registry.publish("@b/here", "1.0.0", INDEX, os=["linux", "darwin"])
    world.registry.publish("@b/there", "1.0.0", INDEX, os=["aix"], dependencies={"only-there": "1"})
    world.registry.publish("only-there", "1.0.0", INDEX)
    world.registry.publish("@b/cpu", "1.0.0", INDEX, cpu=["s390x"])
    world.registry.publish("@b/node", "1.0.0", INDEX, engines={"node": "<1"})
    world.registry.publish(
        "tool",
        "1.0.0",
        INDEX,
        optionalDependencies=dict.fromkeys(("@b/here", "@b/there", "@b/cpu", "@b/node"), "1.0.0"),
    )
    write_manifest(world, dependencies={"tool": "1"})


def with_overrides(world: World) -> None:
    for version in ("1.0.0", "1.1.0", "2.0.0"):
        world.registry.publish("shared", version, {"index.js": version})
    world.registry.publish("a", "1.0.0", INDEX, dependencies={"shared": "^1"})
    world.registry.publish("b", "1.0.0", INDEX, dependencies={"shared": "^1"})
    write_manifest(world, dependencies={"a": "1", "b": "1"}, overrides={"shared": "1.0.0", "b": {"shared": "2.0.0"}})


def with_peers(world: World) -> None:
    for version in ("1.0.0", "2.0.0"):
        world.registry.publish("host", version, {"index.js": version})
    world.registry.publish("plugin", "1.0.0", INDEX, peerDependencies={"host": "1 || 2"})
    world.registry.publish(
        "picky", "1.0.0", INDEX, peerDependencies={"maybe": "1"}, peerDependenciesMeta={"maybe": {"optional": True}}
    )
    world.registry.publish("maybe", "1.0.0", INDEX)
    write_manifest(world, dependencies={"plugin": "1", "picky": "1"})


def with_legacy_peers(world: World) -> None:
    with_peers(world)
    world.registry.publish("old-plugin", "1.0.0", INDEX, peerDependencies={"host": "1"})
    write_manifest(world, dependencies={"plugin": "1", "old-plugin": "1"}, devDependencies={"host": "2"})
    world.write(".npmrc", "legacy-peer-deps=true\n")


def with_programs(world: World) -> None:
    files = {"crlf.js": "#!/usr/bin/env node\r\nconsole.log(1)\r\n", "lf.js": "#!/usr/bin/env node\n", "dir/x": "x"}
    world.registry.publish("programs", "1.0.0", files, bin={"crlf": "./crlf.js", "lf": "lf.js", "no": "no.js"})
    world.registry.publish("same", "1.0.0", files, bin={"crlf": "crlf.js"})
    world.registry.publish("by-directories", "1.0.0", {"tools/made.js": "#!/bin/sh\n"}, directories={"bin": "tools"})
    write_manifest(world, dependencies={"programs": "1", "same": "1", "by-directories": "1"})


SHAPES: Mapping[str, Callable[[World], None]] = {
    name.removeprefix("with_").replace("_", " "): shape
    for name, shape in list(globals().items())
    if name.startswith("with_")
}


@pytest.mark.parametrize("shape", SHAPES)
def test_install_without_a_lockfile_leaves_what_npm_leaves(world: World, shape: str) -> None:
    SHAPES[shape](world)
    as_npm(world, "install")
    as_npm(world, "install")


@pytest.mark.parametrize("shape", SHAPES)
def test_ci_leaves_what_npm_leaves(world: World, shape: str) -> None:
    SHAPES[shape](world)
    lock_by_npm(world)
    as_npm(world, "ci")


def test_a_bundled_package_is_not_asked_for_at_the_registry(world: World) -> None:
    with_bundled_dependencies(world)
    as_npm(world, "install")
    assert not any("inside" in path for path in world.registry.seen(".tgz"))


@pytest.mark.parametrize("scripts", [{"postinstall": "node index.js"}, {}])
def test_a_package_brings_a_shrinkwrap_of_its_own(world: World, scripts: Mapping[str, str]) -> None:
    world.registry.publish("plain", "1.0.0", INDEX)
    world.registry.publish("plain", "1.1.0", INDEX)
    lock = {"name": "wrapped", "version": "1.0.0", "lockfileVersion": 3, "requires": True}
    old = world.registry.lock_entry(world.registry.packages["plain"]["1.0.0"])
    packages = {"": {"name": "wrapped", "version": "1.0.0", "dependencies": {"plain": "1"}}, "node_modules/plain": old}
    world.registry.publish(
        "wrapped",
        "1.0.0",
        {"npm-shrinkwrap.json": json.dumps({**lock, "packages": packages}), **INDEX},
        dependencies={"plain": "1"},
        scripts=scripts,
        _hasShrinkwrap=True,
    )
    write_manifest(world, dependencies={"wrapped": "1", "plain": "1"})
    lock_by_npm(world)
    as_npm(world, "ci")
    as_npm(world, "install")
    assert world.has("node_modules/wrapped/node_modules/plain/index.js")
