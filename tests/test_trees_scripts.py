"""Approved scripts run where, when and as often as npm would run them; the real npm, with its scripts on, is asked."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_manifest
from tests.trees_twin import as_npm, differences, listed, lock_by_npm, twin_of, write_manifest
from tests.world import Said, World, npm

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]

INDEX = {"index.js": "module.exports = 1\n"}
NOTES = 'echo "$npm_package_name $npm_lifecycle_event" >> "${ORDER:-ran.txt}"'
"""Writes into the package's own folder; the real npm is given one file for all, which shows its order."""
ALL = {"preinstall": NOTES, "install": NOTES, "postinstall": NOTES}
OF_A_DIRECTORY = {**ALL, "prepublish": NOTES, "preprepare": NOTES, "prepare": NOTES, "postprepare": NOTES}


def npm_with_scripts(folder: Path, *words: str) -> list[str]:
    """Let the real npm install and run our own scripts; give them in its order."""
    order = folder.parent / "order.txt"
    done = subprocess.run(
        ["npm", *words, "--no-audit", "--no-fund"],  # noqa: S607 - the npm of this machine
        cwd=folder,
        env={**os.environ, "ORDER": str(order)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return order.read_text().splitlines() if order.exists() else []


def ran(said: Said) -> list[str]:
    """List the scripts that ran, as ``package event``, in the order of the report."""
    return [f"{one['package']} {one['event']}" for one in outcomes(said)]


def outcomes(said: Said) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = said.report["execution"]["outcomes"]
    return found


def everybody(world: World) -> list[str]:
    return sorted({verdict["package"] for verdict in world.run("scan", "--json").report["verdicts"]})


def in_npm_s_order(world: World, *words: str) -> Said:
    """Run all scripts by both, and require the same ones in the same order."""
    world.approve(*everybody(world))
    twin = twin_of(world)
    said = world.run(*words, "--json")
    assert said.code == 0, said
    expected = npm_with_scripts(twin, *words)
    assert expected
    assert ran(said) == expected
    return said


@pytest.mark.sandbox
@pytest.mark.parametrize("command", ["ci", "install"])
def test_scripts_run_by_event_then_depth_then_path(world: World, command: str) -> None:
    for name in ("zebra", "@scope/b", "Alpha", "a-b", "a.b", "a_b", "ab"):
        world.registry.publish(name.lower(), "1.0.0", INDEX, scripts=ALL)
    for version in ("1.0.0", "2.0.0"):
        world.registry.publish("deep", version, INDEX, scripts=ALL, dependencies={"zebra": "1"})
    world.registry.publish("brings", "1.0.0", INDEX, dependencies={"deep": "1"}, scripts={"postinstall": NOTES})
    wanted = dict.fromkeys(("@scope/b", "alpha", "a-b", "a.b", "a_b", "ab", "brings"), "1")
    write_manifest(world, dependencies={**wanted, "deep": "2"}, scripts=OF_A_DIRECTORY)
    lock_by_npm(world)
    said = in_npm_s_order(world, command)
    assert ran(said)[-1].startswith("app ")
    assert world.read("node_modules/brings/node_modules/deep/ran.txt").splitlines() == [
        "deep preinstall",
        "deep install",
        "deep postinstall",
    ]
    assert world.read("node_modules/deep/ran.txt") == world.read("node_modules/brings/node_modules/deep/ran.txt")


@pytest.mark.sandbox
@pytest.mark.parametrize("command", ["ci", "install"])
def test_workspaces_and_linked_directories_after_the_packages(world: World, command: str) -> None:
    world.registry.publish("plain", "1.0.0", INDEX, scripts=ALL)
    write_manifest(
        world,
        workspaces=["packages/*"],
        dependencies={"local": "file:libs/local", "plain": "1"},
        scripts=OF_A_DIRECTORY,
    )
    write_manifest(world, "packages/one", scripts=OF_A_DIRECTORY)
    write_manifest(world, "packages/two", name="@app/two", scripts={"prepare": NOTES}, dependencies={"one": "1"})
    write_manifest(world, "libs/local", scripts=OF_A_DIRECTORY)
    lock_by_npm(world)
    in_npm_s_order(world, command)
    assert "prepare" in world.read("packages/one/ran.txt")


@pytest.mark.sandbox
def test_a_directory_beside_the_project_runs_its_scripts_there(world: World) -> None:
    write_manifest(world, dependencies={"beside": "file:../beside"})
    write_manifest(world, "../beside", scripts=OF_A_DIRECTORY)
    lock_by_npm(world)
    in_npm_s_order(world, "ci")
    assert world.read("../beside/ran.txt")


@pytest.mark.sandbox
def test_adding_a_package_does_not_run_the_project_s_own_scripts(world: World) -> None:
    world.registry.publish("plain", "1.0.0", INDEX)
    world.registry.publish("more", "1.0.0", INDEX, scripts=ALL)
    write_manifest(world, dependencies={"plain": "1"}, scripts=OF_A_DIRECTORY)
    lock_by_npm(world)
    world.approve("app")
    assert "app postinstall" in ran(world.run("install", "--json"))
    twin = twin_of(world)
    said = world.run("install", "more", "--json")
    assert said.code == 10
    assert ran(said) == []
    assert {name.split()[0] for name in said.verdicts} == {"more"}
    assert not any(line.startswith("app ") for line in npm_with_scripts(twin, "install", "more"))


@pytest.mark.sandbox
def test_a_required_package_whose_approved_script_fails_is_told_with_its_output(world: World) -> None:
    fails = {"postinstall": "echo the compiler is missing; exit 3"}
    world.registry.publish("builds", "1.0.0", INDEX, scripts=fails)
    world.registry.publish("later", "1.0.0", INDEX, scripts={"postinstall": NOTES})
    write_manifest(world, dependencies={"builds": "1", "later": "1"})
    lock_by_npm(world)
    world.approve("builds", "later")
    said = world.run("ci", "--json")
    assert said.code == 12
    assert [(one["package"], one["exit_code"]) for one in outcomes(said)] == [("builds", 3)]
    assert "the compiler is missing" in outcomes(said)[0]["output"]
    assert "the compiler is missing" in world.run("ci").out


@pytest.mark.sandbox
@pytest.mark.parametrize("command", ["ci", "install"])
def test_an_optional_package_whose_approved_script_fails_is_removed_with_its_set(world: World, command: str) -> None:
    fails = {"postinstall": "exit 3"}
    world.registry.publish("native", "1.0.0", INDEX, scripts=fails, dependencies={"only-native": "1", "shared": "1"})
    world.registry.publish("only-native", "1.0.0", INDEX, bin={"only-native": "index.js"})
    world.registry.publish("shared", "1.0.0", INDEX)
    world.registry.publish("tool", "1.0.0", INDEX, optionalDependencies={"native": "1"}, dependencies={"shared": "1"})
    write_manifest(world, dependencies={"tool": "1"})
    lock_by_npm(world)
    world.approve("native")
    twin = twin_of(world)
    said = world.run(command, "--json")
    assert said.code == 0, said
    assert said.report["execution"]["removed"] == ["node_modules/native", "node_modules/only-native"]
    npm_with_scripts(twin, command)
    ours, npms = (files_of(folder) for folder in (world.folder, twin))
    assert not differences(ours, npms)
    assert "node_modules/only-native" not in ours


def files_of(folder: Path) -> Mapping[str, object]:
    """List node_modules, without npm's hidden lockfile: npm run with scripts writes other things into it."""
    found = listed(folder / "node_modules")
    return {path: told for path, told in found.items() if path != ".package-lock.json"}


BUNDLED = {
    "package.json": a_manifest("carrier", dependencies={"inside": "1"}, bundleDependencies=["inside"]),
    "node_modules/inside/package.json": a_manifest("inside", "1.0.0", scripts=ALL),
}


@pytest.mark.sandbox
def test_scripts_of_bundled_packages_are_reported_and_run_as_npm_does(world: World) -> None:
    wanted: dict[str, Any] = {"dependencies": {"inside": "1"}, "bundleDependencies": ["inside"]}
    world.registry.publish("carrier", "1.0.0", BUNDLED, **wanted)
    write_manifest(world, dependencies={"carrier": "1"})
    lock_by_npm(world)
    said = as_npm(world, "ci")
    assert set(said.verdicts.values()) == {"review"}
    assert {name.split()[0] for name in said.verdicts} == {"inside"}
    in_npm_s_order(world, "ci")


def test_an_implied_node_gyp_rebuild_is_reported_and_not_run(world: World) -> None:
    world.registry.publish("addon", "1.0.0", {"binding.gyp": "{'targets': [{'target_name': 'a', 'sources': ['a.c']}]}"})
    write_manifest(world, dependencies={"addon": "1"})
    lock_by_npm(world)
    said = as_npm(world, "ci")
    (verdict,) = said.report["verdicts"]
    assert (verdict["event"], verdict["command"], verdict["implied"]) == ("install", "node-gyp rebuild", True)
    assert verdict["decision"] == "review"
    assert outcomes(said) == []


@pytest.mark.sandbox
def test_one_package_at_two_places_runs_at_both(world: World) -> None:
    for version in ("1.0.0", "2.0.0"):
        world.registry.publish("shared", version, INDEX, scripts=ALL)
    for name in ("a", "b"):
        world.registry.publish(name, "1.0.0", INDEX, dependencies={"shared": "1"})
    write_manifest(world, dependencies={"shared": "2", "a": "1", "b": "1"})
    lock_by_npm(world)
    said = in_npm_s_order(world, "ci")
    assert {one["location"] for one in outcomes(said) if one["version"] == "1.0.0"} == {
        "node_modules/a/node_modules/shared",
        "node_modules/b/node_modules/shared",
    }


@pytest.mark.sandbox
def test_what_an_approved_script_made_stays_as_packages_come_and_go(world: World) -> None:
    world.registry.publish("builds", "1.0.0", INDEX, scripts={"postinstall": NOTES})
    world.registry.publish("more", "1.0.0", INDEX)
    write_manifest(world, dependencies={"builds": "1"})
    lock_by_npm(world)
    world.approve("builds")
    assert ran(world.run("install", "--json")) == ["builds postinstall"]
    for words in (("install", "more"), ("uninstall", "more"), ("install",)):
        said = world.run(*words, "--json")
        assert said.code == 0
        assert ran(said) == []
        assert world.read("node_modules/builds/ran.txt") == "builds postinstall\n"
    assert ran(world.run("ci", "--json")) == ["builds postinstall"]
    assert npm(world.folder, "ls").returncode == 0
