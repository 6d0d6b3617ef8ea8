"""Setting a coding agent up: what is there stays, writing twice changes nothing, and it can be taken away."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.agent_setup import Change, Scope, carry_out, set_up, settings_file, taken_away
from safe_install.agents.claude_settings import (
    FLOOR,
    has_sandbox,
    is_registered,
    with_safe_install,
    without_safe_install,
)
from safe_install.doors.agents import _agreed
from safe_install.errors import UsageError

OWN: dict[str, Any] = {
    "model": "opus",
    "permissions": {"allow": ["Bash(ls *)"], "deny": ["Bash(rm *)"], "defaultMode": "plan"},
    "hooks": {
        "PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "mine.sh"}]}],
        "Stop": [{"hooks": [{"type": "command", "command": "bell"}]}],
    },
    "env": {"A": "1"},
}
LAUNCHER = ["/opt/bin/safe-install-hook"]


def test_what_a_user_wrote_stays() -> None:
    new = with_safe_install(OWN, LAUNCHER, scrub=True)
    assert new["model"] == "opus"
    assert new["permissions"]["allow"] == ["Bash(ls *)"]
    assert "Bash(rm *)" in new["permissions"]["deny"]
    assert OWN["hooks"]["PreToolUse"][0] in new["hooks"]["PreToolUse"]
    assert new["hooks"]["Stop"] == OWN["hooks"]["Stop"]
    assert set(FLOOR) <= set(new["permissions"]["deny"])


def test_what_a_project_s_settings_hold_is_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    there = '{"model": "\u202eo\x9b2J"}'
    assert _agreed((Change(path=Path("settings.json"), before=there, after="{}"),), yes=True)
    shown = capsys.readouterr().out
    assert r"\u{202e}o\u{9b}2J" in shown
    assert "\x9b" not in shown


def test_the_hook_blocks_when_it_fails_and_has_no_filter_of_its_own() -> None:
    entry = with_safe_install({}, LAUNCHER, scrub=False)["hooks"]["PreToolUse"][0]
    (handler,) = entry["hooks"]
    assert handler["onFailure"] == "block"
    assert "if" not in handler
    assert handler["args"] == ["pre-tool-use", "--host", "claude-code"]
    assert set(entry["matcher"].split("|")) == {"Bash", "PowerShell", "Monitor"}


def test_writing_twice_changes_nothing() -> None:
    once = with_safe_install(OWN, LAUNCHER, scrub=True)
    assert with_safe_install(once, LAUNCHER, scrub=True) == once


def test_a_rule_that_a_user_had_before_is_still_there_afterwards() -> None:
    own = {"permissions": {"deny": ["Read(./.env)", FLOOR[3], "Bash(rm *)"]}}
    new = with_safe_install(own, LAUNCHER, scrub=False)
    assert new["permissions"]["deny"].count(FLOOR[3]) == 1
    new["permissions"]["deny"].append("Bash(mine *)")
    assert without_safe_install(new) == {"permissions": {"deny": [*own["permissions"]["deny"], "Bash(mine *)"]}}


def test_a_moved_program_takes_the_place_of_the_old_one() -> None:
    moved = with_safe_install(with_safe_install(OWN, LAUNCHER, scrub=True), ["/new/safe-install-hook"], scrub=True)
    assert moved == with_safe_install(OWN, ["/new/safe-install-hook"], scrub=True)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
)
_RULES = st.lists(st.text(), min_size=1)
_SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "permissions": st.fixed_dictionaries({"allow": _RULES}, optional={"deny": _RULES}),
        "hooks": st.dictionaries(
            st.sampled_from(["PreToolUse", "SessionStart", "Stop"]),
            st.lists(
                st.fixed_dictionaries({"hooks": st.lists(st.fixed_dictionaries({"command": st.text()}), min_size=1)}),
                min_size=1,
            ),
            min_size=1,
        ),
        "other": _JSON,
        "env": st.dictionaries(st.text(), st.text(), min_size=1),
    },
)


@given(_SETTINGS)
def test_taking_it_away_gives_back_what_was_there(settings: dict[str, Any]) -> None:
    assert without_safe_install(with_safe_install(settings, LAUNCHER, scrub=False)) == settings


@pytest.mark.parametrize(
    "wrong", [{"hooks": []}, {"permissions": "x"}, {"hooks": {"PreToolUse": {}}}, {"permissions": {"deny": {}}}]
)
def test_settings_of_another_shape_are_left_alone(wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        with_safe_install(wrong, LAUNCHER, scrub=False)


def test_it_is_known_whether_the_hook_is_registered() -> None:
    assert is_registered(with_safe_install(OWN, LAUNCHER, scrub=False))
    assert not is_registered(OWN)
    assert not is_registered({})


def test_the_sandbox_is_off_unless_it_is_asked_for() -> None:
    assert "sandbox" not in with_safe_install(OWN, LAUNCHER, scrub=True)


def test_the_sandbox_keeps_keys_from_commands_and_what_a_user_wrote_stays() -> None:
    own = {"sandbox": {"filesystem": {"denyRead": ["~/secret"], "allowWrite": ["/tmp"]}, "credentials": {"files": []}}}
    new = with_safe_install(own, LAUNCHER, scrub=False, sandbox=True)
    sandbox = new["sandbox"]
    assert sandbox["enabled"] is True
    assert sandbox["filesystem"] == {"denyRead": ["~/secret", "~/.ssh", "~/.aws"], "allowWrite": ["/tmp"]}
    assert {"name": "NPM_TOKEN", "mode": "deny"} in sandbox["credentials"]["envVars"]
    assert with_safe_install(new, LAUNCHER, scrub=False, sandbox=True) == new
    assert with_safe_install(new, LAUNCHER, scrub=False) == new, "writing the rest again does not take it away"
    freed = without_safe_install(new)
    assert not has_sandbox(freed)
    assert freed == {"sandbox": {**own["sandbox"], "enabled": True}}, "who turned it on is not known any more"


@pytest.mark.parametrize("sandbox", [[], {"filesystem": []}, {"credentials": {"envVars": {}}}])
def test_a_sandbox_of_another_shape_is_left_alone(sandbox: object) -> None:
    with pytest.raises(TypeError):
        with_safe_install({"sandbox": sandbox}, LAUNCHER, scrub=False, sandbox=True)
    assert without_safe_install({"sandbox": sandbox}) == {"sandbox": sandbox}


# ------------------------------------------------------------------ the files


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path / "home"), "XDG_DATA_HOME": str(tmp_path / "data")}


@pytest.mark.parametrize("scope", Scope)
def test_every_scope_is_set_up_and_taken_away_without_a_trace_in_the_settings(
    scope: Scope, tmp_path: Path, env: dict[str, str]
) -> None:
    path = settings_file(scope, tmp_path, env)
    path.parent.mkdir(parents=True)
    before = json.dumps(OWN, indent=2) + "\n"
    path.write_text(before)
    carry_out(set_up(scope, tmp_path, env, scrub=False), env, shimmed=True)
    assert is_registered(json.loads(path.read_text()))
    assert set_up(scope, tmp_path, env, scrub=False) == ()
    carry_out(taken_away(scope, tmp_path, env), env, shimmed=False)
    assert path.read_text() == before
    assert (tmp_path / "data/safe-install/shims/npm").exists()


def test_a_project_carries_its_own_launcher_and_a_persons_policy_is_not_touched(
    tmp_path: Path, env: dict[str, str]
) -> None:
    (tmp_path / "safe-install.toml").write_text('block-at = "WARNING"\n')
    carry_out(set_up(Scope.PROJECT, tmp_path, env, scrub=True), env, shimmed=False)
    assert (tmp_path / "safe-install.toml").read_text() == 'block-at = "WARNING"\n'
    assert (tmp_path / ".claude/hooks/safe-install-hook.py").exists()
    text = (tmp_path / ".claude/settings.json").read_text()
    assert str(tmp_path) not in text, "what is committed names no place of this machine"


@pytest.mark.parametrize("text", ["{", "[]", '"x"', '{"hooks": []}'])
def test_settings_that_cannot_be_read_are_never_written_over(tmp_path: Path, env: dict[str, str], text: str) -> None:
    path = settings_file(Scope.LOCAL, tmp_path, env)
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(UsageError, match="settings"):
        set_up(Scope.LOCAL, tmp_path, env, scrub=True)
    assert path.read_text() == text


def _launch(event: object, *words: str) -> subprocess.CompletedProcess[str]:
    from safe_install.agents import launch

    return subprocess.run(
        [sys.executable, launch.__file__, *words],
        input=json.dumps(event),
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/nowhere"},
    )


def test_without_the_program_the_launcher_refuses_installs_and_passes_the_rest() -> None:
    words = ("pre-tool-use", "--host", "claude-code")
    refused = _launch({"tool_input": {"command": "npm ci"}}, *words)
    assert json.loads(refused.stdout)["hookSpecificOutput"]["permissionDecision"] == "deny"
    passed = _launch({"tool_input": {"command": "ls"}}, *words)
    assert (passed.returncode, passed.stdout) == (0, "")
    broken = _launch([], *words)
    assert (broken.returncode, broken.stdout) == (2, "")


# ------------------------------------------------------------------ the doors


def _said(words: list[str], folder: Path, answer: bytes | None = None) -> tuple[int, str]:
    """Run a command line, with a terminal that answers where one is given."""
    argv = [sys.executable, "-m", "safe_install", *words]
    if answer is None:
        ran = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        return ran.returncode, ran.stdout + ran.stderr
    ours, theirs = pty.openpty()
    with subprocess.Popen(argv, cwd=folder, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        os.write(ours, answer)
        out = process.communicate()[0].decode()
    os.close(ours)
    os.close(theirs)
    return process.returncode, out


def test_init_shows_the_change_and_writes_it_when_told_so(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    code, out = _said(["init", "claude-code"], tmp_path, b"n\n")
    assert "Nothing was written" in out
    assert not (tmp_path / ".claude").exists()
    code, out = _said(["init", "claude-code", "--yes"], tmp_path)
    assert code == 0, out
    assert "+" in out
    assert (tmp_path / ".claude/settings.local.json").exists()
    code, out = _said(["init", "claude-code", "--yes"], tmp_path)
    assert "Nothing to change" in out


def test_an_agent_cannot_take_it_away(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    code, out = _said(["uninit", "claude-code"], tmp_path)
    assert code != 0
    assert "for a person" in out


def test_init_sets_other_agents_up_and_says_that_they_were_not_tried(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    for agent, file in (("codex", ".codex/hooks.json"), ("gemini", ".gemini/settings.json")):
        code, out = _said(["init", agent, "--project", "--yes"], tmp_path)
        assert code == 0, out
        assert "not tried" in out
        assert (tmp_path / file).exists()
    assert _said(["init", "codex", "--local", "--yes"], tmp_path)[0] == 2
    assert _said(["init", "codex", "--sandbox", "--yes"], tmp_path)[0] == 2


def test_scopes_exclude_one_another(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    assert _said(["init", "claude-code", "--user", "--local"], tmp_path)[0] == 2


def test_exec_starts_what_is_installed_and_downloads_nothing(tmp_path: Path) -> None:
    tool = tmp_path / "node_modules/.bin/tool"
    tool.parent.mkdir(parents=True)
    tool.write_text('#!/bin/sh\necho "tool: $*"\nexit 7\n')
    tool.chmod(0o755)
    assert _said(["exec", "tool", "--help", "-x", "a b"], tmp_path) == (7, "tool: --help -x a b\n")
    code, out = _said(["exec", "absent"], tmp_path)
    assert code == 2
    assert "downloads nothing" in out
