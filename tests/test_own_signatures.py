"""A project brings signatures of its own; they count like ours, and are tried on the tests beside them."""

from __future__ import annotations

import json

import pytest

from tests.world import Said, World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]

RULE = """\
rules:
  - id: says-banana
    languages: [js]
    severity: ERROR
    message: Says a word that this project does not want to hear.
    metadata: {why: We do not., innocent-when: [never], look-at: the word, since: "1.0.0", confidence: HIGH}
    pattern: console.log("banana")
"""
TEST = """\
// ruleid: says-banana
console.log("banana")
// ok: says-banana
console.log("apple")
"""


def with_rule(world: World, rule: str = RULE, test: str = TEST) -> None:
    world.write("safe-install.toml", 'signatures = ["rules"]\n')
    world.write("rules/says-banana.yaml", rule)
    world.write("rules/says-banana.js", test)


def scanned(world: World, text: str) -> Said:
    manifest = {"name": "fruit", "version": "1.0.0", "scripts": {"install": "node a.js"}}
    world.write("fruit/package.json", json.dumps(manifest))
    world.write("fruit/a.js", text)
    return world.run("scan", "--json", "fruit")


def test_a_projects_own_signature_blocks_like_ours(world: World) -> None:
    assert scanned(world, "console.log('banana')\n").verdicts == {"fruit install": "skip"}
    with_rule(world)
    said = scanned(world, "console.log('banana')\n")
    assert said.verdicts == {"fruit install": "block"}
    assert [finding["signature"] for finding in said.report["verdicts"][0]["findings"]] == ["says-banana"]


def test_what_is_installed_is_judged_by_them_too(world: World) -> None:
    published = world.registry.publish(
        "fruit", "1.0.0", {"a.js": "console.log('banana')\n"}, scripts={"install": "node a.js"}
    )
    world.lock(published)
    with_rule(world)
    assert world.run("ci", "--json").code == 11
    assert not world.has("node_modules")


def test_they_are_listed_and_explained_as_the_projects_own(world: World) -> None:
    with_rule(world)
    assert "says-banana (this project's own)" in world.run("rules").out
    assert "We do not." in world.run("explain", "says-banana").out
    told = json.loads(world.run("rules", "--json").out)
    assert [one["id"] for one in told if one["own"]] == ["says-banana"]


def test_their_tests_hold(world: World) -> None:
    with_rule(world)
    said = world.run("rules", "--test")
    assert (said.code, said.out) == (0, "1 of this project's own signatures, and all their tests hold.\n")


@pytest.mark.parametrize(
    ("test", "told"),
    [
        (TEST.replace('"banana"', '"cherry"'), "says-banana.js:2 is not found"),
        (TEST.replace('"apple"', '"banana"'), "says-banana.js:4 is found"),
        ("console.log('banana')\n", "has no line that must be found"),
    ],
    ids=["missed", "too eager", "nothing due"],
)
def test_a_test_that_fails_is_told_with_its_line(world: World, test: str, told: str) -> None:
    with_rule(world, test=test)
    said = world.run("rules", "--test")
    assert said.code == 2
    assert told in said.err


def test_a_signature_without_a_test_is_told(world: World) -> None:
    with_rule(world)
    (world.folder / "rules" / "says-banana.js").unlink()
    assert "says-banana has no test beside it" in world.run("rules", "--test").err


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("rules: [", "it is no YAML"),
        ("nothing: 1\n", "it has neither rules: nor chain:"),
        (RULE.replace("severity: ERROR", "severity: BAD"), "its severity 'BAD' is none of"),
        (RULE.replace("says-banana", "sends-environment"), "sends-environment is the name of"),
    ],
    ids=["no YAML", "no rules", "a severity", "a name of ours"],
)
def test_a_broken_one_stops_everything_and_names_its_file(world: World, rule: str, told: str) -> None:
    with_rule(world, rule=rule)
    said = scanned(world, "1\n")
    assert said.code == 1
    assert told in said.err
    assert "says-banana.yaml" in said.err
    assert said.out == ""


def test_a_pattern_that_semgrep_does_not_understand_stops_everything(world: World) -> None:
    with_rule(world, rule=RULE.replace('console.log("banana")', "console.log((("))
    said = scanned(world, "1\n")
    assert said.code == 1
    assert "says-banana" in said.err


def test_a_folder_that_leads_out_of_the_project_is_refused(world: World) -> None:
    (world.folder.parent / "elsewhere").mkdir()
    (world.folder / "rules").symlink_to(world.folder.parent / "elsewhere")
    world.write("safe-install.toml", 'signatures = ["rules"]\n')
    said = scanned(world, "1\n")
    assert said.code == 2
    assert "which is no folder of this project" in said.err


def test_an_id_that_does_not_exist_gets_the_nearest(world: World) -> None:
    said = world.run("explain", "sends-enviroment")
    assert said.code == 2
    assert "Did you mean sends-environment?" in said.err
