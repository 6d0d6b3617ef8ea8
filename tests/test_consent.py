"""Approve and deny as a person does it: at a real terminal, with a code that only the evidence gives."""

from __future__ import annotations

import json
import re
import signal
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


def test_what_is_granted_is_shown_recorded_and_part_of_the_code(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", WRITES, **BY_NODE))
    codes = set()
    for host in ("a.example.test", "b.example.test"):
        child = at_a_terminal(
            world, "approve", "builds", "--grant-host", host, "--until", "2030-01-01", "--grant-cache"
        )
        child.expect(r"Type ([0-9a-f]{6}) to approve")
        assert f"may speak to {host}, keeps a cache" in child.before
        codes.add(child.match[1])
        child.sendline(child.match[1] if host.startswith("b") else "no")
        child.expect(pexpect.EOF)
    assert len(codes) == 2
    (record,) = json.loads(world.read("safe-install.approvals.json"))["approvals"]
    assert record["grants"] == {"hosts": ["b.example.test"], "cache": True}
    assert record["until"] == "2030-01-01"
    assert record["integrity"] == world.locked["node_modules/builds"]["integrity"]
    (step,) = world.run("ci", "--dry-run", "--json").report["plan"]["steps"]
    assert step["confinement"]["network"] == ["b.example.test"]


def test_an_approval_in_force_is_asked_again_to_change_what_it_grants(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", WRITES, **BY_NODE))
    world.approve("builds")
    child = at_a_terminal(world, "approve", "builds", "--grant-output", "dist/native", "--json")
    child.expect(r"Type ([0-9a-f]{6}) to approve")
    child.sendline(child.match[1])
    child.expect(pexpect.EOF)
    (record,) = json.loads(world.read("safe-install.approvals.json"))["approvals"]
    assert record["grants"] == {"outputs": ["dist/native"]}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--grant-host", "127.0.0.1"], "is no host name"),
        (["--grant-output", ".git/hooks"], "started later"),
        (["--grant-env", "NODE_OPTIONS"], "chooses which code runs"),
        (["--grant-env", "NPM_TOKEN"], "looks like the name of a credential"),
        (["--until", "tomorrow"], "is no day"),
    ],
)
def test_what_cannot_be_granted_is_refused_before_anything_is_asked(world: World, words: list[str], told: str) -> None:
    said = world.run("approve", "builds", *words)
    assert said.code == 2
    assert told in said.err


def test_what_another_run_recorded_meanwhile_is_kept(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", WRITES, **BY_NODE))
    child = at_a_terminal(world, "approve", "builds")
    child.expect(r"Type ([0-9a-f]{6}) to approve")
    code = child.match[1]
    at_a_terminal(world, "deny", "funding").expect("Denied funding")
    child.sendline(code)
    child.expect("Approved builds@2.0.0")
    told = json.loads(world.read("safe-install.approvals.json"))
    assert [one["package"] for one in (*told["approvals"], *told["denials"])] == ["builds", "funding"]


def test_a_no_that_came_while_a_person_read_is_not_lifted(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", WRITES, **BY_NODE))
    child = at_a_terminal(world, "approve", "builds")
    child.expect(r"Type ([0-9a-f]{6}) to approve")
    code = child.match[1]
    at_a_terminal(world, "deny", "builds").expect("Denied builds")
    child.sendline(code)
    child.expect("denied builds meanwhile; nothing was approved")
    assert json.loads(world.read("safe-install.approvals.json"))["approvals"] == []


def test_a_run_that_is_killed_at_the_question_leaves_everything_as_it_was(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", WRITES, **BY_NODE))
    before = world.tree(".")
    child = at_a_terminal(world, "approve", "builds")
    child.expect("Type ")
    child.kill(signal.SIGKILL)
    child.expect(pexpect.EOF)
    assert world.tree(".") == before


def test_a_package_that_is_denied_with_block_is_not_installed(world: World) -> None:
    world.lock(world.registry.publish("plain", "1.0.0"))
    at_a_terminal(world, "deny", "plain", "--block", "--why", "a typo").expect("Denied plain")
    said = world.run("ci", "--json")
    assert said.code == 11
    assert [finding["signature"] for finding in said.report["findings"]] == ["approvals/denied"]
    assert not world.has("node_modules")


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


@pytest.mark.parametrize("command", ["approve", "deny", "revoke"])
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
