"""What was approved is fetched again, verified, and shown beside what a package would run today."""

from __future__ import annotations

import json
from typing import Any

import pytest

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


def test_an_unchanged_script_at_a_new_version_is_carried_forward_in_one_line(world: World) -> None:
    world.lock(world.registry.publish("builds", "1.0.0", {"install.js": BEFORE, "lib.js": LIB}, **BY_NODE))
    world.approve("builds")
    world.lock(world.registry.publish("builds", "1.0.1", {"install.js": BEFORE, "lib.js": LIB}, **BY_NODE))
    said = world.run("scan")
    assert said.code == 0
    assert "builds 1.0.1 postinstall: unchanged since 1.0.0, approved by ana@example.test" in " ".join(said.out.split())
