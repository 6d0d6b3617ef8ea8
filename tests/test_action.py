"""The action's script as a runner starts it, and the recipes as the people who publish their formats check them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.test_gate import BY_NODE, QUIET, STEALS, commit, git
from tests.world import World

ROOT = Path(__file__).parents[1]
pytestmark = [pytest.mark.npm, pytest.mark.semgrep]


def _run(world: World, tmp_path: Path, **env: str) -> tuple[int, str, dict[str, str]]:
    """Run the step; give its exit code, what it printed, and its outputs."""
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m safe_install "$@"\n')
    program.chmod(0o755)
    output, summary = tmp_path / "output", tmp_path / "summary"
    told = {"SI_PROGRAM": str(program), "SI_BASE": "main", "RUNNER_TEMP": str(tmp_path), **env}
    told |= {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
    ran = subprocess.run(
        [str(ROOT / "action" / "gate.sh")],
        cwd=world.folder,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = output.read_text().splitlines() if output.exists() else []
    return ran.returncode, ran.stdout, dict(line.split("=", 1) for line in lines)


@pytest.fixture
def project(world: World) -> World:
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    git(world, "init", "-q", "-b", "main")
    commit(world)
    return world


def test_a_clean_change_ends_well_and_says_so(project: World, tmp_path: Path) -> None:
    code, out, told = _run(project, tmp_path)
    assert (code, told["status"]) == (0, "clean"), out
    assert "::notice" in out


def test_a_script_to_review_fails_the_step_unless_only_blocked_ones_shall(project: World, tmp_path: Path) -> None:
    project.lock(project.registry.publish("builds", "1.0.0", QUIET, **BY_NODE))
    code, out, told = _run(project, tmp_path, SI_SARIF=str(tmp_path / "out.sarif"))
    assert (code, told["status"]) == (10, "review")
    assert "::warning file=package-lock.json" in out
    assert (tmp_path / "summary").read_text().startswith("<!-- safe-install-report -->")
    assert json.loads(Path(told["report"]).read_text())["exit_code"] == 10
    assert json.loads((tmp_path / "out.sarif").read_text())["version"] == "2.1.0"
    assert _run(project, tmp_path, SI_FAIL_ON="blocked")[0] == 0


def test_a_blocked_change_fails_the_step_always(project: World, tmp_path: Path) -> None:
    project.lock(project.registry.publish("steals", "1.0.0", STEALS, **BY_NODE))
    code, out, told = _run(project, tmp_path, SI_FAIL_ON="blocked")
    assert (code, told["status"]) == (11, "blocked")
    assert "::error file=package-lock.json" in out


@pytest.mark.parametrize("base", ["nowhere", "$(touch pwned)", '"; touch pwned; "'])
def test_a_base_that_is_none_is_an_error_and_never_clean(project: World, tmp_path: Path, base: str) -> None:
    code, out, told = _run(project, tmp_path, SI_BASE=base)
    assert (code, told["status"]) == (2, "error")
    assert "::error title=safe-install::It could not work" in out
    assert "nothing was judged" in Path(told["markdown"]).read_text()
    assert "nothing was judged" in (tmp_path / "summary").read_text()
    assert not project.has("pwned")


def test_the_action_gives_no_input_to_a_shell_as_text() -> None:
    action = YAML(typ="safe").load((ROOT / "action.yml").read_text())
    assert all("${{" not in step["run"] for step in action["runs"]["steps"])


def test_every_action_that_a_recipe_uses_is_pinned_by_commit() -> None:
    for path in (ROOT / "docs" / "recipes").glob("github-*.yml"):
        workflow = YAML(typ="safe").load(path.read_text())
        for job in workflow["jobs"].values():
            for step in job["steps"]:
                assert len(step.get("uses", "@" + 40 * "0").rpartition("@")[2]) == 40


def test_no_recipe_waits_for_certain_files_for_settings_are_judged_too() -> None:
    recipes = [ROOT / "docs" / "recipes" / name for name in ("github-gate.yml", "gitlab-ci.yml")]
    assert not any(re.search(r"^ *(paths|changes):", recipe.read_text(), re.MULTILINE) for recipe in recipes)


def test_the_commands_of_the_recipes_are_commands_of_ours(world: World) -> None:
    hook = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text())[0]["entry"]
    renovate = json.loads((ROOT / "docs/recipes/renovate.json").read_text())["postUpgradeTasks"]["commands"][0]
    gitlab = YAML(typ="safe").load((ROOT / "docs/recipes/gitlab-ci.yml").read_text())["safe-install"]["script"][-1]
    for command in (hook, renovate, gitlab):
        words = command.split()
        assert words[:2] == ["safe-install", "gate"]
        said = world.run("gate", "--help").out
        assert all(word in said for word in words if word.startswith("--"))
