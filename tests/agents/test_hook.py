"""The hook as the agents' programs start it: an event in, an answer or exit 2 out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from safe_install.agents.shims import MARK, folder, without_shims, write_shims


def _hook(words: list[str], event: object, **env: str) -> subprocess.CompletedProcess[str]:
    text = event if isinstance(event, str) else json.dumps(event)
    return subprocess.run(
        [sys.executable, "-m", "safe_install.hook", *words],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **env},
    )


def _bash(command: str, **more: object) -> dict[str, object]:
    given = {"command": command, "description": "d", "timeout": 1000, **more}
    return {"hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": given}


def test_claude_code_gets_the_whole_input_back_and_no_permission() -> None:
    ran = _hook(["pre-tool-use", "--host", "claude-code"], _bash("npm i x", run_in_background=True))
    answer = json.loads(ran.stdout)["hookSpecificOutput"]
    assert ran.returncode == 0
    assert answer["updatedInput"] == {
        "command": "safe-install install x",
        "description": "d",
        "timeout": 1000,
        "run_in_background": True,
    }
    assert "permissionDecision" not in answer


def test_claude_code_is_refused_with_the_reason() -> None:
    ran = _hook(["pre-tool-use", "--host", "claude-code"], _bash("yarn add x"))
    answer = json.loads(ran.stdout)["hookSpecificOutput"]
    assert answer["permissionDecision"] == "deny"
    assert "safe-install install" in answer["permissionDecisionReason"]


@pytest.mark.parametrize("event", [_bash("ls -la"), {"tool_name": "Read", "tool_input": {"file_path": "npm install"}}])
def test_what_installs_nothing_is_answered_with_nothing(event: object) -> None:
    ran = _hook(["pre-tool-use", "--host", "claude-code"], event)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "event", ["", "{not json", "[]", '"x"', "null", {"tool_name": "Bash", "tool_input": {}}, {"tool_name": "Bash"}]
)
def test_an_event_that_is_not_understood_blocks(event: object) -> None:
    ran = _hook(["pre-tool-use", "--host", "claude-code"], event)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "blocked" in ran.stderr


@pytest.mark.parametrize("words", [[], ["pre-tool-use"], ["pre-tool-use", "--host", "nobody"], ["x"]])
def test_words_that_are_not_understood_block(words: list[str]) -> None:
    ran = _hook(words, _bash("ls"))
    assert (ran.returncode, ran.stdout) == (2, "")


@pytest.mark.parametrize(
    ("host", "event", "refusal"),
    [
        ("codex", _bash("npm i x"), ("hookSpecificOutput", "permissionDecision")),
        ("gemini", {"tool_name": "run_shell_command", "tool_input": {"command": "yarn add x"}}, ("decision",)),
        ("cursor", {"command": "npm i x", "cwd": "."}, ("permission",)),
        ("copilot", {"toolName": "bash", "toolArgs": json.dumps({"command": "npm i x"})}, ("permissionDecision",)),
    ],
)
def test_every_other_agent_is_refused_in_its_own_words(host: str, event: object, refusal: tuple[str, ...]) -> None:
    answer = json.loads(_hook(["pre-tool-use", "--host", host], event).stdout)
    for key in refusal:
        answer = answer[key]
    assert answer == "deny"


def test_gemini_gets_the_rewritten_command() -> None:
    event = {"tool_name": "run_shell_command", "tool_input": {"command": "npm i x"}}
    answer = json.loads(_hook(["pre-tool-use", "--host", "gemini"], event).stdout)
    assert answer["hookSpecificOutput"]["tool_input"] == {"command": "safe-install install x"}


def test_a_session_starts_with_the_shims_first_and_a_word_for_the_agent(tmp_path: Path) -> None:
    write_shims(folder({"XDG_DATA_HOME": str(tmp_path)}), Path("/hook"))
    env_file = tmp_path / "env"
    ran = _hook(
        ["session-start", "--host", "claude-code"], {}, XDG_DATA_HOME=str(tmp_path), CLAUDE_ENV_FILE=str(env_file)
    )
    assert "safe-install install" in json.loads(ran.stdout)["hookSpecificOutput"]["additionalContext"]
    told = subprocess.run(
        ["/bin/sh", "-c", f'. {env_file}; printf %s "$PATH"'], capture_output=True, text=True, check=True
    )
    assert told.stdout.startswith(f"{tmp_path}/safe-install/shims:")


# ------------------------------------------------------------------ the shims


@pytest.fixture
def shimmed(tmp_path: Path) -> dict[str, str]:
    """Give an environment where a shim of npm stands before an npm that only says its words, and a safe-install likewise."""
    hook = tmp_path / "bin" / "safe-install-hook"
    hook.parent.mkdir()
    hook.write_text(f'#!/bin/sh\nexec {sys.executable} -m safe_install.hook "$@"\n')
    for name in ("npm", "npx", "safe-install"):
        (hook.parent / name).write_text(f'#!/bin/sh\necho "{name}: $*"\n')
    for program in hook.parent.iterdir():
        program.chmod(0o755)
    write_shims(tmp_path / "shims", hook)
    # a make inside `make test` would name the folders it enters
    inherited = {name: text for name, text in os.environ.items() if name not in {"MAKELEVEL", "MAKEFLAGS", "MFLAGS"}}
    return {**inherited, "PATH": f"{tmp_path}/shims:{hook.parent}:{os.environ['PATH']}"}


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("npm install x", "safe-install: install x"),
        ("make -f - <<'END'\nall:\n\t@npm ci\nEND", "safe-install: ci"),
        ("python3 -c \"import os; os.system('npm i x')\"", "safe-install: install x"),
        ("npm run build", "npm: run build"),
        ("npx tsc", "safe-install: exec tsc"),
    ],
)
def test_what_no_text_shows_meets_the_shim(shimmed: dict[str, str], command: str, said: str) -> None:
    ran = subprocess.run(["/bin/bash", "-c", command], env=shimmed, capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == said, ran.stderr


def test_a_shim_refuses_with_a_word_and_starts_nothing(shimmed: dict[str, str]) -> None:
    yarn = f"{shimmed['PATH'].partition(':')[0]}/yarn"
    ran = subprocess.run([yarn, "add", "x"], env=shimmed, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "safe-install install" in ran.stderr


def test_no_shim_stands_on_the_path_of_what_a_shim_starts(tmp_path: Path) -> None:
    (tmp_path / MARK).touch()
    assert without_shims({"PATH": f"/a:{tmp_path}:/b"}) == {"PATH": "/a:/b"}
    assert without_shims({}) == {}
