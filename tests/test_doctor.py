"""The doctor, on a real project in a real git repository with the real hook: each disease found, each cure tried."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from safe_install import diagnosis
from safe_install.agent_setup import Scope, carry_out, set_up, settings_file
from safe_install.scan.match import known
from safe_install.scan.match.matcher import Matcher
from safe_install.scan.match.semgrep import signatures_directory
from tests.world import World

KEY = "sk-ant-api03-" + "x" * 40


@pytest.fixture
def home(quiet_surroundings: Path) -> Path:
    return quiet_surroundings


@pytest.fixture
def project(world: World) -> World:
    """Give a healthy project in a git repository."""
    world.write("package.json", "{}")
    _git(world, "init", "-q")
    return world


def _git(world: World, *words: str) -> None:
    subprocess.run(["/usr/bin/env", "git", *words], cwd=world.folder, check=True, capture_output=True)


def _checks(world: World, *words: str) -> list[dict[str, Any]]:
    said = world.run("doctor", "--json", *words)
    read: list[dict[str, Any]] = json.loads(said.out)["checks"]
    assert said.code == (0 if all(check["state"] == "good" for check in read) else 10)
    return read


def _told(world: World, state: str, *words: str) -> str:
    return "\n".join(
        f"{c['subject']}: {c['told']} -> {c['fix']}" for c in _checks(world, *words) if c["state"] == state
    )


def _set_up(world: World, home: Path) -> Path:
    env = {"HOME": str(home), "XDG_DATA_HOME": str(home / ".local/share")}
    carry_out(set_up(Scope.LOCAL, world.folder, env, scrub=True), env, shimmed=True)
    return settings_file(Scope.LOCAL, world.folder, env)


def _change(path: Path, change: Any) -> None:  # noqa: ANN401 - a function on JSON
    settings = json.loads(path.read_text())
    change(settings)
    path.write_text(json.dumps(settings))


def test_a_gate_that_is_not_there_is_told_with_the_command_that_puts_it_there(project: World) -> None:
    assert "no hook is registered" in _told(project, "care")
    assert "safe-install init claude-code" in _told(project, "care")


@pytest.mark.semgrep
def test_the_signatures_are_read_and_what_comes_along_is_counted_if_it_holds(
    project: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = Matcher(signatures_directory(), None).version
    monkeypatch.setattr(known, "_shipped", lambda: (version, {("js", "0" * 32): ()}))
    assert re.search(r"signatures: \d+ and semgrep \S+; results for 1 files come along", _told(project, "good"))
    monkeypatch.setattr(known, "_shipped", lambda: (f"{version}.post1", {("js", "0" * 32): ()}))
    assert "made with another, so everything is matched here" in _told(project, "good")


def test_missing_signatures_are_broken(project: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(diagnosis, "signatures_directory", lambda: tmp_path)
    assert "signatures: there are no signatures" in _told(project, "bad")


def test_the_registered_hook_is_asked_and_answers(project: World, home: Path) -> None:
    _set_up(project, home)
    assert "it rerouted, passed and refused" in _told(project, "good")
    assert "deny rules hold" in _told(project, "good")
    assert _told(project, "bad") == ""


PLUGIN = Path(__file__).parent.parent / "plugins" / "safe-install"


def _plug_in(home: Path, folder: Path) -> None:
    """Write what Claude Code 2.1.330 writes when a person installs our plugin from a marketplace."""
    plugins = home / ".claude" / "plugins"
    plugins.mkdir(parents=True)
    name = "safe-install@safe-install"
    (home / ".claude" / "settings.json").write_text(json.dumps({"enabledPlugins": {name: True}}))
    kept = {"version": 2, "plugins": {name: [{"scope": "user", "installPath": str(folder), "version": "0.1.0"}]}}
    (plugins / "installed_plugins.json").write_text(json.dumps(kept))


def test_the_hook_of_the_plugin_is_asked_and_answers(
    project: World, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _plug_in(home, PLUGIN)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    good = _told(project, "good")
    assert "the plugin is enabled in the user settings" in good
    assert "it rerouted, passed and refused" in good
    assert "deny rules are missing" in _told(project, "bad")  # a plugin cannot bring them


def test_a_plugin_that_is_enabled_and_gone_is_broken(project: World, home: Path, tmp_path: Path) -> None:
    _plug_in(home, tmp_path / "nowhere")
    assert "its hook is not where Claude Code keeps plugins" in _told(project, "bad")


def test_a_hook_for_new_sessions_alone_protects_no_command(project: World, home: Path) -> None:
    def halved(settings: Any) -> None:  # noqa: ANN401 - JSON
        del settings["hooks"]["PreToolUse"]

    _change(_set_up(project, home), halved)
    assert "not for the commands in them" in _told(project, "bad")


@pytest.mark.parametrize(
    "program", ["/nowhere/safe-install-hook", "/bin/true safe-install-hook", "/bin/false safe-install-hook"]
)
def test_a_hook_that_does_not_protect_is_broken(project: World, home: Path, program: str) -> None:
    path = _set_up(project, home)
    command, *args = program.split()

    def broken(settings: Any) -> None:  # noqa: ANN401 - JSON
        settings["hooks"]["PreToolUse"][0]["hooks"][0].update(command=command, args=args)

    _change(path, broken)
    assert "no answer that protects" in _told(project, "bad")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda s: s["hooks"]["PreToolUse"][0]["hooks"][0].pop("onFailure"), "without onFailure"),
        (lambda s: s.update(disableAllHooks=True), "disableAllHooks"),
        (lambda s: s["permissions"]["deny"].pop(1), "1 of"),
    ],
)
def test_what_weakens_the_gate_is_broken(project: World, home: Path, change: Any, told: str) -> None:  # noqa: ANN401
    _change(_set_up(project, home), change)
    assert told in _told(project, "bad")


def test_another_rewriting_hook_is_told(project: World, home: Path) -> None:
    other = {"matcher": "Bash", "hooks": [{"type": "command", "command": "rtk"}]}
    _change(_set_up(project, home), lambda s: s["hooks"]["PreToolUse"].append(other))
    assert "another hook on shell commands" in _told(project, "care")


def test_a_key_in_a_profile_is_told_by_name_and_line_and_never_by_value(project: World, home: Path) -> None:
    (home / ".bashrc").write_text(f"alias l=ls\nexport ANTHROPIC_API_KEY={KEY}\n")
    said = project.run("doctor")
    assert "~/.bashrc:2 exports ANTHROPIC_API_KEY" in " ".join(said.out.split())
    assert KEY not in said.out + json.dumps(_checks(project))


def test_a_key_in_the_environment_is_told(project: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    assert "ANTHROPIC_API_KEY is in this shell" in _told(project, "care")


def test_files_that_git_takes_along_are_found_and_ignored_by_fix(project: World) -> None:
    for name in (".env", ".env.example", "deep/.env.local", "id_rsa"):
        project.write(name, "A=1\n")
    project.write(".npmrc", "registry=https://r.test\n")
    before = _told(project, "care")
    assert all(f"git: {name} is not ignored" in before for name in (".env", "deep/.env.local", "id_rsa"))
    assert ".env.example" not in before
    assert ".npmrc" not in before
    assert "is not ignored" not in _told(project, "care", "--fix")
    _git(project, "add", ".")
    assert "is committed" not in _told(project, "bad")


def test_a_committed_secret_is_broken_and_not_mended_by_us(project: World) -> None:
    project.write(".env", "A=1\n")
    _git(project, "add", "-f", ".env")
    assert ".env is committed" in _told(project, "bad", "--fix")


def test_a_credential_that_others_can_read_is_closed_by_fix(project: World, home: Path) -> None:
    path = home / ".npmrc"
    path.write_text(path.read_text() + "//r.test/:_authToken=abc\n")
    path.chmod(0o644)
    assert "can be read by others" in _told(project, "bad")
    assert "can be read by others" not in _told(project, "bad", "--fix")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_literal_secret_in_a_configuration_and_a_workflows_secret_are_broken(project: World) -> None:
    project.write(".mcp.json", json.dumps({"mcpServers": {"a": {"env": {"K": KEY}}}}, indent=1))
    project.write(
        ".github/workflows/a.yml", "env:\n  T: ${{ secrets.T }}\njobs:\n  a:\n    steps:\n      - run: npm ci\n"
    )
    told = _told(project, "bad")
    assert ".mcp.json" in told
    assert "gives T to a step of job a" in told
    assert KEY not in told


def test_outside_of_a_repository_nothing_breaks(world: World) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "safe_install", "doctor"], cwd=world.folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode in {0, 10}
    assert "Traceback" not in ran.stderr
