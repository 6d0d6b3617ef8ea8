"""Codex CLI and Gemini CLI, by their documents: what is written into their settings, and what the hook written there answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from safe_install.agent_setup import Scope, carry_out, others_file, others_taken_away, set_up_other
from safe_install.agents.other_settings import CODEX, GEMINI, Other, has_hook, with_hooks, without_hooks
from safe_install.diagnosis import State, other_agents
from safe_install.errors import UsageError

BOTH = pytest.mark.parametrize("other", [CODEX, GEMINI], ids=lambda other: str(other.name))
LAUNCHER = "/opt/bin/safe-install-hook"
EVENTS: dict[str, dict[str, Any]] = {
    "codex": {"hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": ""}},
    "gemini": {"hook_event_name": "BeforeTool", "tool_name": "run_shell_command", "tool_input": {"command": ""}},
}


def _own(other: Other) -> dict[str, Any]:
    mine = {"matcher": "x", "hooks": [{"type": "command", "command": "mine.sh"}]}
    return {"theme": "dark", "hooks": {other.before: [mine], "Stop": [{"hooks": []}]}}


@BOTH
def test_what_a_user_wrote_stays_and_comes_back(other: Other) -> None:
    own = _own(other)
    new = with_hooks(own, other, LAUNCHER)
    assert new["theme"] == "dark"
    assert own["hooks"][other.before][0] in new["hooks"][other.before]
    assert with_hooks(new, other, LAUNCHER) == new
    assert without_hooks(new, other) == own
    assert has_hook(new, other)
    assert not has_hook(own, other)


def test_each_is_written_as_its_documents_say() -> None:
    (codex,) = with_hooks({}, CODEX, LAUNCHER)["hooks"]["PreToolUse"]
    (gemini,) = with_hooks({}, GEMINI, LAUNCHER)["hooks"]["BeforeTool"]
    command = f"{LAUNCHER} pre-tool-use --host"
    assert codex == {"matcher": "Bash", "hooks": [{"type": "command", "command": f"{command} codex", "timeout": 15}]}
    assert gemini["matcher"] == "run_shell_command"
    assert gemini["hooks"] == [
        {
            "name": "safe-install-hook-pre-tool-use",
            "type": "command",
            "command": f"{command} gemini",
            "timeout": 15_000,  # milliseconds
        }
    ]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path / "home"), "XDG_DATA_HOME": str(tmp_path / "data")}


@BOTH
@pytest.mark.parametrize("scope", [Scope.USER, Scope.PROJECT])
def test_both_scopes_are_set_up_and_taken_away(other: Other, scope: Scope, tmp_path: Path, env: dict[str, str]) -> None:
    path = others_file(other, scope, tmp_path, env)
    carry_out(set_up_other(other, scope, tmp_path, env), env, shimmed=False)
    assert has_hook(json.loads(path.read_text()), other)
    assert set_up_other(other, scope, tmp_path, env) == ()
    carry_out(others_taken_away(other, scope, tmp_path, env), env, shimmed=False)
    assert not path.exists()
    assert not (tmp_path / other.carried).exists()


@BOTH
def test_a_scope_that_it_does_not_have_is_refused(other: Other, tmp_path: Path, env: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="no settings of one's own"):
        set_up_other(other, Scope.LOCAL, tmp_path, env)


def _asked(other: Other, command: str, root: Path, *, path: str) -> subprocess.CompletedProcess[str]:
    """Start the command that is registered in the project, as the program would: by a shell, with an event."""
    settings = json.loads((root / other.file).read_text())
    event = {**EVENTS[other.name], "tool_input": {"command": command}}
    return subprocess.run(
        ["/bin/sh", "-c", settings["hooks"][other.before][0]["hooks"][0]["command"]],
        input=json.dumps(event),
        cwd=root,
        env={"PATH": path, "GEMINI_PROJECT_DIR": str(root), "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def root(tmp_path: Path, env: dict[str, str]) -> Path:
    """Give a project of git's in which both are set up."""
    root = tmp_path / "my app"
    root.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)  # noqa: S607 - the git of this machine
    for other in (CODEX, GEMINI):
        carry_out(set_up_other(other, Scope.PROJECT, root, env), env, shimmed=False)
        assert str(root) not in (root / other.file).read_text(), "what is committed names no place of this machine"
    return root


@BOTH
def test_the_registered_hook_stops_an_install_and_passes_the_rest(other: Other, root: Path) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    install = _asked(other, "npm install left-pad", root, path=path)
    assert install.returncode == 0, install.stderr
    if other is GEMINI:
        told = json.loads(install.stdout)["hookSpecificOutput"]["tool_input"]["command"]
        assert told == "safe-install install left-pad"
    else:
        said = json.loads(install.stdout)["hookSpecificOutput"]
        assert said["permissionDecision"] == "deny"
        assert "safe-install install left-pad" in said["permissionDecisionReason"]
    harmless = _asked(other, "ls -la", root, path=path)
    assert (harmless.returncode, harmless.stdout) == (0, "")


@BOTH
def test_without_the_program_only_installs_are_refused(other: Other, root: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    git = next(Path(one, "git") for one in os.environ["PATH"].split(":") if Path(one, "git").exists())
    for name, found in (("python3", Path(sys.executable)), ("git", git)):
        (bare / name).symlink_to(found.resolve())
    install = _asked(other, "npm install left-pad", root, path=str(bare))
    assert install.returncode == 2
    assert "not installed" in install.stderr
    assert _asked(other, "ls", root, path=str(bare)).returncode == 0


@BOTH
def test_the_doctor_tells_whether_the_hook_is_registered(other: Other, tmp_path: Path, env: dict[str, str]) -> None:
    assert list(other_agents(tmp_path, env)) == []
    others_file(other, Scope.USER, tmp_path, env).parent.mkdir(parents=True)
    (check,) = other_agents(tmp_path, env)
    assert (check.subject, check.state, check.fix) == (other.name, State.CARE, f"safe-install init {other.name}")
    carry_out(set_up_other(other, Scope.USER, tmp_path, env), env, shimmed=False)
    (check,) = other_agents(tmp_path, env)
    assert check.state is State.GOOD
    assert "not tried" in check.told
