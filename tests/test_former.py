"""What was approved is fetched again, verified, and shown beside what a package would run today."""

from __future__ import annotations

import json
from typing import Any

import pexpect
import pytest

from safe_install.former import MOST
from tests.test_consent import at_a_terminal
from tests.world import World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]

BY_NODE: dict[str, Any] = {"scripts": {"postinstall": "node install.js"}}
BEFORE = "const fs = require('fs');\nfs.writeFileSync('made.txt', 'made');\nrequire('./lib');\n"
AFTER = "const fs = require('fs');\nfs.writeFileSync('made.txt', process.env.NPM_TOKEN);\nrequire('./lib');\n"
LIB = "require('fs').mkdirSync('dist');\n"


def approved_at_one(world: World, *, integrity: bool = True) -> None:
    """Approve version 1, then lock version 2 with another install.js."""
    first = world.registry.publish("builds", "1.0.0", {"install.js": BEFORE, "lib.js": LIB}, **BY_NODE)
    world.lock(first)
    world.approve("builds")
    if integrity:
        told = json.loads(world.read("safe-install.approvals.json"))
        told["approvals"][0]["integrity"] = world.locked["node_modules/builds"]["integrity"]
        world.write("safe-install.approvals.json", json.dumps(told))
    world.lock(world.registry.publish("builds", "2.0.0", {"install.js": AFTER, "lib.js": LIB}, **BY_NODE))


def test_a_changed_script_is_shown_by_exactly_what_changed(world: World) -> None:
    approved_at_one(world)
    said = world.run("scan", "--json")
    (verdict,) = said.report["verdicts"]
    assert verdict["reasons"][0] == "changed"
    change = verdict["change"]
    assert (change["before"], change["after"], change["exact"], change["unseen"]) == ("1.0.0", "2.0.0", True, "")
    assert [file["path"] for file in change["files"]] == ["install.js"]
    assert {(row["mark"], row["line"]) for row in change["files"][0]["rows"] if row["mark"] in "+-"} == {
        ("-", 2),
        ("+", 2),
    }
    assert change["behaviours"]["env"] == ["NPM_TOKEN"]


def test_the_report_for_people_shows_the_lines(world: World) -> None:
    approved_at_one(world)
    said = world.run("scan").out
    said = "\n".join([said, " ".join(said.split())])
    assert "changed since 1.0.0, approved by ana@example.test" in said
    assert "builds/install.js: +1 -1 lines" in said
    assert "+ fs.writeFileSync('made.txt', process.env.NPM_TOKEN);" in said
    assert "- fs.writeFileSync('made.txt', 'made');" in said
    assert "mkdirSync" not in said


def test_a_record_without_integrity_is_believed_by_its_fingerprint(world: World) -> None:
    approved_at_one(world, integrity=False)
    change = world.run("scan", "--json").report["verdicts"][0]["change"]
    assert (change["exact"], [file["path"] for file in change["files"]]) == (True, ["install.js"])


def test_what_the_registry_replaced_is_not_compared_with(world: World) -> None:
    approved_at_one(world, integrity=False)
    world.registry.publish("builds", "1.0.0", {"install.js": AFTER, "lib.js": "0"}, **BY_NODE)
    change = world.run("scan", "--json").report["verdicts"][0]["change"]
    assert "gives another fingerprint" in change["unseen"]
    assert change["files"] == []


def test_what_does_not_match_the_record_is_told_as_unseen(world: World) -> None:
    approved_at_one(world)
    told = json.loads(world.read("safe-install.approvals.json"))
    told["approvals"][0]["integrity"] = f"sha512-{'A' * 86}=="
    world.write("safe-install.approvals.json", json.dumps(told))
    said = world.run("scan")
    assert "what was approved cannot be shown: builds@1.0.0 cannot be had" in " ".join(said.out.split())
    assert said.code == 10


@pytest.mark.parametrize(
    "edit",
    [{"seen_in": "../../1.0.0"}, {"seen_in": ""}, {"beside": {"../x@1.0.0": f"sha512-{'A' * 86}=="}}],
    ids=["version", "none", "neighbour"],
)
def test_a_record_that_names_no_package_is_not_asked_for(world: World, edit: dict[str, Any]) -> None:
    approved_at_one(world)
    told = json.loads(world.read("safe-install.approvals.json"))
    told["approvals"][0] |= edit
    world.write("safe-install.approvals.json", json.dumps(told))
    change = world.run("scan", "--json").report["verdicts"][0]["change"]
    assert change["unseen"] == "the record does not say which versions were read"


def test_an_unchanged_script_at_a_new_version_is_carried_forward_in_one_line(world: World) -> None:
    world.lock(world.registry.publish("builds", "1.0.0", {"install.js": BEFORE, "lib.js": LIB}, **BY_NODE))
    world.approve("builds")
    world.lock(world.registry.publish("builds", "1.0.1", {"install.js": BEFORE, "lib.js": LIB}, **BY_NODE))
    said = world.run("scan")
    assert said.code == 0
    assert "builds 1.0.1 postinstall: unchanged since 1.0.0, approved by ana@example.test" in " ".join(said.out.split())


def test_what_other_packages_bring_is_compared_with_what_they_brought(world: World) -> None:
    uses = {"install.js": "require('beside');\nrequire('fs').mkdirSync('made');\n"}
    builds = world.registry.publish("builds", "1.0.0", uses, dependencies={"beside": "*"}, **BY_NODE)
    world.lock(builds, world.registry.publish("beside", "1.0.0", {"index.js": "exports.a = 1;\n"}))
    child = at_a_terminal(world, "approve", "builds")
    child.expect(r"Type ([0-9a-f]{6}) to approve")
    child.sendline(child.match[1])
    child.expect("Approved builds@1.0.0")
    child.expect(pexpect.EOF)
    (record,) = json.loads(world.read("safe-install.approvals.json"))["approvals"]
    assert record["beside"] == {"beside@1.0.0": world.locked["node_modules/beside"]["integrity"]}
    world.lock(builds, world.registry.publish("beside", "1.1.0", {"index.js": "exports.a = process.env.NPM_TOKEN;\n"}))
    change = world.run("scan", "--json").report["verdicts"][0]["change"]
    assert (change["before"], change["after"], change["exact"]) == ("1.0.0", "1.0.0", True)
    assert [(file["package"], file["path"]) for file in change["files"]] == [("beside", "index.js")]
    assert "NPM_TOKEN" in change["files"][0]["rows"][-1]["text"]


def test_fetching_what_was_approved_leaves_what_npm_installs_from_as_it_was(world: World) -> None:
    world.lock(world.registry.publish("builds", "1.0.0", {"install.js": BEFORE, "lib.js": LIB}, **BY_NODE))
    world.approve("builds")
    second = world.registry.publish("builds", "2.0.0", {"install.js": AFTER, "lib.js": LIB}, **BY_NODE)
    world.lock(second, resolved=False)
    said = world.run("ci")
    assert said.code == 10
    assert "builds/install.js: +1 -1 lines" in said.out
    assert json.loads(world.read("node_modules/builds/package.json"))["version"] == "2.0.0"
    assert not world.has("node_modules/builds/made.txt")


def test_of_many_changed_scripts_the_first_are_compared_and_the_rest_when_named(world: World) -> None:
    number = MOST + 2
    names = [f"builds-{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"[:number]]
    world.lock(
        *(world.registry.publish(name, "1.0.0", {"install.js": BEFORE, "lib.js": LIB}, **BY_NODE) for name in names)
    )
    world.approve(*names)
    world.lock(
        *(world.registry.publish(name, "2.0.0", {"install.js": AFTER, "lib.js": LIB}, **BY_NODE) for name in names)
    )
    verdicts = world.run("scan", "--json").report["verdicts"]
    unseen = {verdict["package"]: verdict["change"]["unseen"] for verdict in verdicts}
    assert sum(not why for why in unseen.values()) == MOST
    last = next(name for name, why in unseen.items() if why)
    assert "when you approve it by name" in unseen[last]
    child = at_a_terminal(world, "approve", last)
    child.expect("Type ")
    assert f"{last}/install.js: +1 -1 lines" in child.before
