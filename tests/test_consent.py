"""Approve and deny as a person does it: at a real terminal, with a code that only the evidence gives."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import pexpect
import pytest

from tests.world import World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]

WRITES = {"install.js": "require('fs').writeFileSync(__dirname + '/made.txt', 'made\\n')\n"}
BY_NODE: dict[str, Any] = {"scripts": {"postinstall": "node install.js"}}


def at_a_terminal(world: World, *words: str) -> pexpect.spawn[str]:
    """Type a command at a terminal of 80 columns."""
    return pexpect.spawn(
        sys.executable,
        ["-m", "safe_install", *words],
        cwd=str(world.folder),
        encoding="utf-8",
        timeout=60,
        dimensions=(24, 80),
    )


def test_a_person_sees_the_evidence_types_the_code_and_the_script_may_run(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", WRITES, **BY_NODE))
    child = at_a_terminal(world, "approve", "builds", "--why", "read it")
    child.expect(r"Type ([0-9a-f]{6}) to approve")
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", child.before)
    assert "builds 2.0.0 postinstall" in shown
    assert "node install.js" in shown
    child.sendline(child.match[1])
    child.expect("Approved builds@2.0.0")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    (record,) = json.loads(world.read("safe-install.approvals.json"))["approvals"]
    assert (record["package"], record["event"], record["seen_in"], record["why"]) == (
        "builds",
        "postinstall",
        "2.0.0",
        "read it",
    )
    assert world.run("scan", "--json").verdicts == {"builds postinstall": "allow"}


def test_anything_but_the_code_approves_nothing(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", WRITES, **BY_NODE))
    child = at_a_terminal(world, "approve", "builds")
    child.expect("Type ")
    child.sendline("yes")
    child.expect("Nothing was approved")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1
    assert not world.has("safe-install.approvals.json")


def test_denying_needs_no_code_and_nobody_is_asked_again(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", WRITES, **BY_NODE))
    child = at_a_terminal(world, "deny", "builds", "--why", "not wanted")
    child.expect("Denied builds")
    child.expect(pexpect.EOF)
    said = world.run("ci", "--json")
    assert said.code == 0
    assert said.report["verdicts"][0]["reasons"] == ["denied"]
    assert not world.has("node_modules/builds/made.txt")


@pytest.mark.parametrize("command", ["approve", "deny"])
def test_without_a_person_nothing_is_recorded(world: World, command: str) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", WRITES, **BY_NODE))
    said = world.run(command, "builds")
    assert said.code == 1
    assert "is for a person" in said.err
    assert not world.has("safe-install.approvals.json")


def test_what_waits_for_nobody_cannot_be_approved(world: World) -> None:
    world.lock(world.registry.publish("plain", "1.0.0"))
    child = at_a_terminal(world, "approve", "plain")
    child.expect("plain has no lifecycle script here")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
