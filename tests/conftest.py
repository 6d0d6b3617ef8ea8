"""What every test may rely on: a home of its own, an environment that says nothing, a registry on loopback."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from safe_install.person import AGENT_NAMES, CI_NAMES
from tests.loopback import LoopbackRegistry
from tests.world import World

LOUD = {"NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM", "COLUMNS", "LINES", "CI", "NODE_ENV"}
LOUD |= {"NODE_OPTIONS", "NPM_TOKEN", "CLAUDECODE", "CURSOR_AGENT", "CODEX_SANDBOX", "GEMINI_CLI", "AI_AGENT"}
LOUD |= {*AGENT_NAMES, *CI_NAMES}
LOUD_PREFIXES = ("npm_", "github_", "gitlab_", "safe_install_", "xdg_", "claude_code_", "semgrep_")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "proxy")
HOMES = {"XDG_CACHE_HOME": ".cache", "XDG_CONFIG_HOME": ".config", "XDG_STATE_HOME": ".local/state"}


@pytest.fixture(autouse=True)
def quiet_surroundings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Give the test its own home, and take away every variable that could change what we print or do.

    A test marked ``registry`` keeps the proxies and the npm configuration of this machine: it is what it asks for.
    """
    real_registry = request.node.get_closest_marker("registry") is not None
    real_npmrc = Path.home() / ".npmrc"
    for name in os.environ:
        lower = name.lower()
        if real_registry and lower.startswith(("npm_config_", *PROXIES)):
            continue
        if name in LOUD or lower in PROXIES or lower.startswith(LOUD_PREFIXES):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name, place in HOMES.items():
        monkeypatch.setenv(name, str(home / place))
    if real_registry and real_npmrc.is_file():
        monkeypatch.setenv("npm_config_userconfig", str(real_npmrc))
    return home


@pytest.fixture
def registry() -> Iterator[LoopbackRegistry]:
    """Serve an npm registry on loopback for one test."""
    with LoopbackRegistry() as registry:
        yield registry


@pytest.fixture
def world(registry: LoopbackRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a project folder, and a user whose npm is configured for the loopback registry."""
    folder = tmp_path / "app"
    folder.mkdir()
    Path(os.environ["HOME"], ".npmrc").write_text(f"registry={registry.url}\nfetch-retries=0\n")
    monkeypatch.setenv("SAFE_INSTALL_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(folder)
    return World(folder, registry)


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect what is traced, unpacked and matched."""
    from safe_install import gathering
    from safe_install.scan.match import matching
    from safe_install.scan.reach import reach

    seen: list[str] = []

    def noting(what: str, module: object, name: str) -> None:
        done = getattr(module, name)

        def noted(*given: Any, **named: Any) -> Any:  # noqa: ANN401
            seen.append(what)
            return done(*given, **named)

        monkeypatch.setattr(module, name, noted)

    noting("traced", reach, "trace")
    noting("unpacked", gathering, "unpack")
    noting("matched", matching, "run")
    return seen
