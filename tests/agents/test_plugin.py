"""The plugin for Claude Code: whole, of the package's version, and accepted by the program's own validator."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from safe_install import __version__
from safe_install.agents import launch
from safe_install.agents.claude_settings import with_safe_install
from tests.agents.test_claude_code import PLUGIN, PROGRAM

ROOT = Path(__file__).parents[2]
SKILL = PLUGIN / "skills" / "review-scripts" / "SKILL.md"


def _read(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text())
    return read


def test_the_plugin_is_of_the_packages_version() -> None:
    assert _read(PLUGIN / ".claude-plugin" / "plugin.json")["version"] == __version__


def test_the_marketplace_leads_to_the_plugin() -> None:
    (entry,) = _read(ROOT / ".claude-plugin" / "marketplace.json")["plugins"]
    assert (ROOT / entry["source"]).resolve() == PLUGIN.resolve()
    assert entry["name"] == _read(PLUGIN / ".claude-plugin" / "plugin.json")["name"]


def test_its_launcher_is_the_packages_own() -> None:
    assert (PLUGIN / "hooks" / "safe-install-hook.py").read_text() == Path(launch.__file__).read_text()


def test_its_hooks_are_those_that_init_writes() -> None:
    launcher = ["python3", "${CLAUDE_PLUGIN_ROOT}/hooks/safe-install-hook.py"]
    hooks = _read(PLUGIN / "hooks" / "hooks.json")["hooks"]
    named = with_safe_install({}, [*launcher, "safe-install-hook"], scrub=False)["hooks"]
    assert hooks == json.loads(json.dumps(named).replace('"safe-install-hook", ', ""))


def test_its_skill_allows_the_agent_nothing_that_writes() -> None:
    allowed = re.search(r"^allowed-tools: (.*)$", SKILL.read_text(), re.MULTILINE)
    assert allowed
    assert set(re.findall(r"Bash\(([^)]*)\)", allowed[1])) == {"safe-install scan", "safe-install explain *"}


def test_its_readme_says_what_it_is() -> None:
    assert len((PLUGIN / "README.md").read_text().split()) >= 40


@pytest.mark.skipif(PROGRAM is None, reason="Claude Code is not here: `make claude-code` fetches it")
@pytest.mark.parametrize("folder", [ROOT, PLUGIN], ids=["marketplace", "plugin"])
def test_claude_codes_own_validator_takes_it(folder: Path) -> None:
    ran = subprocess.run(
        [str(PROGRAM), "plugin", "validate", str(folder), "--strict"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
