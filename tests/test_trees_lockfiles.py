"""Lockfiles as they are found: older, without addresses, weakly promised, or asking for what no registry serves."""

from __future__ import annotations

import json

import pytest

from tests.builders import a_manifest, a_tarball, integrity
from tests.loopback import LoopbackRegistry
from tests.trees_twin import as_npm, listed, lock_by_npm, read_lock, write_lock, write_manifest
from tests.world import Said, World, npm

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]

INDEX = {"index.js": "module.exports = 1\n"}


def two_packages(world: World) -> None:
    world.registry.publish("plain", "1.0.0", INDEX)
    world.registry.publish("@scope/upper", "1.0.0", {"cli.js": "1"}, bin="cli.js", dependencies={"plain": "1"})
    write_manifest(world, dependencies={"@scope/upper": "1", "again": "npm:plain@1"})


def signatures(said: Said) -> set[str]:
    return {finding["signature"] for finding in said.report["findings"]}


def blocked_and_untouched(world: World, *words: str) -> Said:
    """Run what must be blocked, and require that the project is as it was."""
    before = listed(world.folder.parent)
    said = world.run(*words, "--json")
    assert said.code == 11, said
    assert listed(world.folder.parent) == before
    return said


def test_version_2_with_its_second_table(world: World) -> None:
    two_packages(world)
    assert lock_by_npm(world, "--lockfile-version=2")["dependencies"]
    as_npm(world, "ci")
    as_npm(world, "install")


def test_npm_shrinkwrap_comes_before_package_lock(world: World) -> None:
    two_packages(world)
    lock = lock_by_npm(world)
    world.write("npm-shrinkwrap.json", json.dumps(lock, indent=2) + "\n")
    world.write("package-lock.json", '{"lockfileVersion": 3, "packages": {"": {}}}')
    as_npm(world, "ci")
    (world.folder / "package-lock.json").unlink()
    as_npm(world, "install")
    assert not world.has("package-lock.json")


def test_a_shrinkwrap_is_what_a_new_package_is_written_to(world: World) -> None:
    two_packages(world)
    world.write("npm-shrinkwrap.json", json.dumps(lock_by_npm(world), indent=2) + "\n")
    (world.folder / "package-lock.json").unlink()
    world.registry.publish("more", "1.0.0", INDEX)
    as_npm(world, "install", "more")
    assert "node_modules/more" in world.read("npm-shrinkwrap.json")


def test_entries_without_resolved(world: World) -> None:
    two_packages(world)
    lock_by_npm(world, "--omit-lockfile-registry-resolved")
    assert "resolved" not in world.read("package-lock.json")
    as_npm(world, "ci")
    as_npm(world, "install")


def test_a_promise_by_sha1_alone_is_told_and_installed(world: World) -> None:
    two_packages(world)
    lock = lock_by_npm(world)
    data = world.registry.packages["plain"]["1.0.0"].tarball
    lock["packages"]["node_modules/plain"]["integrity"] = integrity(data, "sha1")
    write_lock(world, lock)
    said = as_npm(world, "ci")
    assert signatures(said) == {"lockfile/weak-integrity"}
    assert said.code == 10


def test_a_false_promise_by_sha1_is_kept_out(world: World) -> None:
    two_packages(world)
    lock = lock_by_npm(world)
    lock["packages"]["node_modules/plain"]["integrity"] = integrity(b"another", "sha1")
    write_lock(world, lock)
    said = blocked_and_untouched(world, "ci")
    assert [gap["kind"] for gap in said.report["gaps"]] == ["not-fetched"]


def test_no_promise_at_all_is_a_gap_and_blocks(world: World) -> None:
    two_packages(world)
    lock = lock_by_npm(world)
    del lock["packages"]["node_modules/plain"]["integrity"]
    write_lock(world, lock)
    said = blocked_and_untouched(world, "ci")
    assert [gap["kind"] for gap in said.report["gaps"]] == ["no-integrity"]
    assert blocked_and_untouched(world, "install").report["gaps"] == said.report["gaps"]


@pytest.fixture
def elsewhere() -> object:
    with LoopbackRegistry() as other:
        yield other


def asks_elsewhere(world: World, elsewhere: LoopbackRegistry) -> None:
    world.registry.publish("plain", "1.0.0", INDEX)
    packed = a_tarball({"package.json": a_manifest("far", dependencies={"plain": "1"}), **INDEX})
    elsewhere.files["releases/far.tgz"] = packed
    write_manifest(world, dependencies={"far": f"{elsewhere.url}releases/far.tgz"})


def test_a_tarball_from_elsewhere_blocks(world: World, elsewhere: LoopbackRegistry) -> None:
    asks_elsewhere(world, elsewhere)
    assert signatures(blocked_and_untouched(world, "install")) == {"lockfile/foreign-host"}
    lock_by_npm(world)
    elsewhere.requests.clear()
    assert signatures(blocked_and_untouched(world, "ci")) == {"lockfile/foreign-host"}
    assert elsewhere.requests == []


def test_a_tarball_from_a_host_that_the_policy_names_is_installed(world: World, elsewhere: LoopbackRegistry) -> None:
    asks_elsewhere(world, elsewhere)
    world.write("safe-install.toml", f'allowed-hosts = ["{elsewhere.host}"]\n')
    as_npm(world, "install")
    as_npm(world, "ci")
    assert world.has("node_modules/far/index.js")


def test_a_package_that_asks_for_a_tarball_from_elsewhere_blocks(world: World, elsewhere: LoopbackRegistry) -> None:
    elsewhere.files["x.tgz"] = a_tarball({"package.json": a_manifest("far")})
    world.registry.publish("asks", "1.0.0", INDEX, dependencies={"far": f"{elsewhere.url}x.tgz"})
    write_manifest(world, dependencies={"asks": "1"})
    assert signatures(blocked_and_untouched(world, "install")) == {
        "lockfile/foreign-host",
        "package/depends-by-address",
    }


GIT = "git+https://code.example.invalid/team/tool.git"


def test_a_git_dependency_in_the_lockfile_blocks_with_its_line(world: World) -> None:
    world.lock()
    write_manifest(world, dependencies={"tool": GIT})
    world.locked[""]["dependencies"] = {"tool": GIT}
    world.locked["node_modules/tool"] = {"version": "1.0.0", "resolved": f"{GIT}#{'0' * 40}"}
    world.write_lock()
    for command in ("ci", "install"):
        (found,) = blocked_and_untouched(world, command).report["findings"]
        assert found["signature"] == "lockfile/git-dependency"
        assert "node_modules/tool" in found["message"]
        assert found["line"] > 1


def test_a_git_dependency_without_a_lockfile_is_npm_s_refusal(world: World) -> None:
    write_manifest(world, dependencies={"tool": GIT})
    before = listed(world.folder.parent)
    said = world.run("install")
    assert said.code == 12
    assert "git" in said.err
    assert listed(world.folder.parent) == before


def test_leaving_out_what_is_only_for_development(world: World) -> None:
    with_kinds(world)
    lock_by_npm(world)
    as_npm(world, "ci", "--omit=dev")
    assert not world.has("node_modules/for-dev")
    assert world.registry.seen("for-dev-") == []
    as_npm(world, "install")
    assert world.has("node_modules/for-dev")
    as_npm(world, "install", "--omit=dev", "--omit=optional")
    assert not world.has("node_modules/for-dev")


def test_production_leaves_out_what_is_only_for_development(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with_kinds(world)
    monkeypatch.setenv("NODE_ENV", "production")
    as_npm(world, "install")
    assert "for-dev" in world.read("package-lock.json")
    as_npm(world, "ci")
    assert not world.has("node_modules/for-dev")
    as_npm(world, "ci", "--include=dev")
    assert world.has("node_modules/for-dev")


@pytest.mark.parametrize("kind", ["dev", "optional", "peer"])
def test_what_the_project_s_own_settings_leave_out(world: World, kind: str) -> None:
    with_kinds(world)
    world.write(".npmrc", f"omit={kind}\n")
    as_npm(world, "install")
    as_npm(world, "ci")


def with_kinds(world: World) -> None:
    world.registry.publish("both", "1.0.0", INDEX)
    world.registry.publish("for-dev", "1.0.0", INDEX, dependencies={"both": "1"}, bin={"for-dev": "index.js"})
    world.registry.publish("for-all", "1.0.0", INDEX, dependencies={"both": "1"})
    world.registry.publish("maybe", "1.0.0", INDEX, dependencies={"both": "1"}, peerDependencies={"peer": "1"})
    world.registry.publish("peer", "1.0.0", INDEX)
    write_manifest(
        world,
        dependencies={"for-all": "1"},
        devDependencies={"for-dev": "1"},
        optionalDependencies={"maybe": "1"},
    )


def test_packages_for_other_platforms_are_not_even_fetched(world: World) -> None:
    world.registry.publish("there", "1.0.0", INDEX, os=["aix"], dependencies={"only-there": "1"})
    world.registry.publish("only-there", "1.0.0", INDEX)
    world.registry.publish("tool", "1.0.0", INDEX, optionalDependencies={"there": "1"})
    write_manifest(world, dependencies={"tool": "1"})
    lock_by_npm(world)
    assert world.run("ci").code == 0
    assert [path for path in world.registry.seen(".tgz") if "there" in path] == []


def test_a_lockfile_written_by_npm_is_left_as_it_is(world: World) -> None:
    two_packages(world)
    lock_by_npm(world)
    before = world.read("package-lock.json")
    assert world.run("install").code == 0
    assert world.read("package-lock.json") == before
    assert read_lock(world)["lockfileVersion"] == 3
    assert npm(world.folder, "ls", "--all").returncode == 0
