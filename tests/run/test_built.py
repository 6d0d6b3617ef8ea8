"""The record of what scripts left behind: it explains their output, once, here, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from safe_install.errors import SafeInstallError
from safe_install.model import Package
from safe_install.run.built import RECORD, has_run, own_key, recall, remember, restore, unexplained
from safe_install.run.compare import Difference, compare
from safe_install.story import Outcome, Step
from tests.run.site import Place, a_step, unpacked, write_files

KEY = b"k" * 32
AT = "node_modules/a"


@pytest.fixture
def step() -> Step:
    """Approve one script."""
    return a_step("node build.js", {"build.js": "1"}, location=AT)


@pytest.fixture
def packages(tmp_path: Path, step: Step) -> dict[str, Package]:
    """Unpack its package, and one beside it."""
    promised = {AT: step.verdict.inspection.script.package, "node_modules/b": a_package_of("b")}
    unpacked(tmp_path, promised)
    return promised


def a_package_of(name: str) -> Package:
    """Promise a package without scripts."""
    return a_step("true", location=f"node_modules/{name}").verdict.inspection.script.package


def ran(step: Step, exit_code: int | None = 0) -> Outcome:
    """Say that a step ran."""
    return Outcome(step=step, exit_code=exit_code, seconds=0.1)


def strange(project: Path, packages: dict[str, Package], key: bytes = KEY) -> tuple[Difference, ...]:
    """Compare, and keep what no record explains."""
    return unexplained(project, packages, compare(project, packages), recall(project, key))


def build(project: Path) -> None:
    """Do what the script does."""
    write_files(project / AT, {"build/out.node": "ELF", "build.js": "patched"})
    (project / AT / "build" / "link").symlink_to("out.node")


def test_a_scripts_output_is_explained_and_the_script_does_not_run_again(
    tmp_path: Path, step: Step, packages: dict[str, Package]
) -> None:
    build(tmp_path)
    assert strange(tmp_path, packages)
    remember(tmp_path, packages, outcomes=[ran(step)], key=KEY)
    assert strange(tmp_path, packages) == ()
    assert has_run(tmp_path, packages, step, recall(tmp_path, KEY))


def test_a_script_without_output_does_not_run_again_either(
    tmp_path: Path, step: Step, packages: dict[str, Package]
) -> None:
    assert not has_run(tmp_path, packages, step, recall(tmp_path, KEY))
    remember(tmp_path, packages, outcomes=[ran(step)], key=KEY)
    assert has_run(tmp_path, packages, step, recall(tmp_path, KEY))


@pytest.mark.parametrize("path", ["build/out.node", "build/more.node", "package.json", "node_modules/.bin/node"])
def test_what_changed_since_is_not_explained(
    tmp_path: Path, step: Step, packages: dict[str, Package], path: str
) -> None:
    build(tmp_path)
    remember(tmp_path, packages, outcomes=[ran(step)], key=KEY)
    write_files(tmp_path / AT, {path: "evil"})
    assert {difference.location for difference in strange(tmp_path, packages)} == {AT}
    assert not has_run(tmp_path, packages, step, recall(tmp_path, KEY))


def test_a_link_that_leads_elsewhere_since_is_not_explained(
    tmp_path: Path, step: Step, packages: dict[str, Package]
) -> None:
    build(tmp_path)
    remember(tmp_path, packages, outcomes=[ran(step)], key=KEY)
    (tmp_path / AT / "build/link").unlink()
    (tmp_path / AT / "build/link").symlink_to("/etc/passwd")
    assert strange(tmp_path, packages)


def test_another_script_of_the_same_package_still_runs(
    tmp_path: Path, step: Step, packages: dict[str, Package]
) -> None:
    remember(tmp_path, packages, outcomes=[ran(step)], key=KEY)
    other = a_step("node other.js", {"build.js": "1"}, location=AT)
    assert not has_run(tmp_path, packages, other, recall(tmp_path, KEY))


def test_scripts_of_one_package_are_remembered_together(
    tmp_path: Path, step: Step, packages: dict[str, Package]
) -> None:
    other = a_step("node other.js", {"build.js": "1"}, location=AT)
    remember(tmp_path, packages, outcomes=[ran(step)], key=KEY)
    build(tmp_path)
    remember(tmp_path, packages, outcomes=[ran(other)], already_run=[step], key=KEY)
    builts = recall(tmp_path, KEY)
    assert has_run(tmp_path, packages, step, builts)
    assert has_run(tmp_path, packages, other, builts)


def test_another_version_in_the_same_place_is_not_explained(
    tmp_path: Path, step: Step, packages: dict[str, Package]
) -> None:
    build(tmp_path)
    remember(tmp_path, packages, outcomes=[ran(step)], key=KEY)
    newer = {**packages, AT: a_package_of("a")}
    assert strange(tmp_path, newer)
    assert not has_run(tmp_path, newer, step, recall(tmp_path, KEY))


@pytest.mark.parametrize("exit_code", [1, None])
def test_what_a_failed_script_left_is_not_explained(
    tmp_path: Path, step: Step, packages: dict[str, Package], exit_code: int | None
) -> None:
    build(tmp_path)
    earlier = a_step("true", location=AT)
    remember(tmp_path, packages, outcomes=[ran(earlier), ran(step, exit_code)], key=KEY)
    assert strange(tmp_path, packages)


def test_a_package_that_differs_without_a_script_is_not_explained(
    tmp_path: Path, step: Step, packages: dict[str, Package]
) -> None:
    write_files(tmp_path, {"node_modules/b/evil.js": "1"})
    remember(tmp_path, packages, outcomes=[ran(step)], key=KEY)
    assert {difference.location for difference in strange(tmp_path, packages)} == {"node_modules/b"}


def test_what_the_projects_own_script_changed_anywhere_is_its_work(
    tmp_path: Path, packages: dict[str, Package]
) -> None:
    write_files(tmp_path, {"node_modules/b/package.json": "{}", "node_modules/generated/index.js": "1"})
    own = a_step("patch-package", location="")
    remember(tmp_path, packages, outcomes=[ran(own)], key=KEY)
    assert strange(tmp_path, packages) == ()
    assert not has_run(tmp_path, packages, own, recall(tmp_path, KEY))


@pytest.mark.parametrize("output", ["node_modules/b", "node_modules/b/generated"])
def test_what_a_script_was_granted_to_write_in_another_package_is_its_work(
    tmp_path: Path, packages: dict[str, Package], output: str
) -> None:
    granted = a_step("node build.js", {"build.js": "1"}, location=AT, outputs=(output,))
    write_files(tmp_path, {"node_modules/b/generated/index.js": "made"})
    remember(tmp_path, packages, outcomes=[ran(granted, exit_code=1)], key=KEY)
    assert strange(tmp_path, packages)
    remember(tmp_path, packages, outcomes=[ran(granted)], key=KEY)
    assert strange(tmp_path, packages) == ()


def test_what_is_recorded_elsewhere_stays_recorded(tmp_path: Path, step: Step, packages: dict[str, Package]) -> None:
    build(tmp_path)
    remember(tmp_path, packages, outcomes=[ran(step)], key=KEY)
    remember(tmp_path, packages, outcomes=[ran(a_step("true", location="node_modules/b"))], key=KEY)
    assert strange(tmp_path, packages) == ()
    assert has_run(tmp_path, packages, step, recall(tmp_path, KEY))


def test_a_record_that_was_not_sealed_here_explains_nothing(
    tmp_path: Path, step: Step, packages: dict[str, Package]
) -> None:
    build(tmp_path)
    remember(tmp_path, packages, outcomes=[ran(step)], key=KEY)
    assert strange(tmp_path, packages, b"x" * 32)


def test_a_record_of_another_project_explains_nothing(tmp_path: Path, step: Step, packages: dict[str, Package]) -> None:
    build(tmp_path)
    remember(tmp_path, packages, outcomes=[ran(step)], key=KEY)
    (tmp_path / "node_modules").rename(tmp_path / "moved")
    (tmp_path / "project").mkdir()
    (tmp_path / "moved").rename(tmp_path / "project" / "node_modules")
    assert strange(tmp_path / "project", packages)


@pytest.mark.parametrize("key", ["tree", "promised", "ran"])
def test_an_edited_record_explains_nothing(tmp_path: Path, step: Step, packages: dict[str, Package], key: str) -> None:
    build(tmp_path)
    remember(tmp_path, packages, outcomes=[ran(step)], key=KEY)
    told = json.loads((tmp_path / RECORD).read_text())
    told["built"][AT][key] = ["0" * 64] if key == "ran" else "0" * 64
    (tmp_path / RECORD).write_text(json.dumps(told))
    assert recall(tmp_path, KEY) == {}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"schema": 1}', '{"schema": 1, "seal": 3, "built": {}}', "[" * 9999]
)
def test_a_record_that_is_none_is_none(tmp_path: Path, text: str) -> None:
    write_files(tmp_path, {RECORD: text})
    assert recall(tmp_path, KEY) == {}


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = own_key(tmp_path / "state")
    assert len(key) == 32
    assert own_key(tmp_path / "state") == key
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "state").iterdir()] == [0o600]
    assert own_key(tmp_path / "other") != key


def test_a_key_that_cannot_be_had_is_told(tmp_path: Path) -> None:
    write_files(tmp_path, {"state": "a file"})
    with pytest.raises(SafeInstallError, match="cannot be read or written"):
        own_key(tmp_path / "state")


@pytest.mark.npm
def test_npm_unpacks_again_what_was_removed_for_differing(place: Place) -> None:
    place.registry.publish("b", "1.0.0", {"index.js": "b"}, bin={"b": "index.js"})
    place.registry.publish(
        "a", "1.0.0", {"index.js": "a", "cli.js": "#!/usr/bin/env node\r\n"}, dependencies={"b": "1.0.0"}, bin="cli.js"
    )
    place.lock(dependencies={"a": "1.0.0"})
    place.install()
    whole = place.tree()
    evil = {"node_modules/a/index.js": "evil", "node_modules/a/more.js": "evil", "node_modules/.bin/node": "#!/bin/sh"}
    write_files(place.project, {**evil, "node_modules/evil/index.js": "evil"})
    (place.project / "node_modules/b/index.js").unlink()
    assert place.install("install").exit_code == 0
    differences = compare(place.project, place.packages())
    assert {"node_modules/a", "node_modules/.bin/node"} <= {difference.location for difference in differences}
    restore(place.project, differences)
    assert place.install("install").exit_code == 0
    assert compare(place.project, place.packages()) == ()
    assert place.tree().keys() == whole.keys()
