"""npm has no network while it installs, where the system can take it away."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from safe_install.run import calls
from safe_install.run.network import without_network
from safe_install.run.npm import Npm
from safe_install.run.process import run_to_end


@pytest.fixture
def words() -> tuple[str, ...]:
    """Give the words that take the network away, where there are any."""
    words = without_network(os.environ)
    if not words:
        pytest.skip("this system gives no network namespace")
    return words


def interfaces(output: str) -> list[str]:
    """List the network interfaces of /proc/net/dev."""
    return [line.partition(":")[0].strip() for line in output.splitlines() if ":" in line]


def test_only_the_loopback_of_nobody_else_is_left(words: tuple[str, ...]) -> None:
    ran = run_to_end((*words, "/bin/cat", "/proc/net/dev"), cwd=Path("/"), env={}, time_limit=10)
    assert interfaces(ran.output) == ["lo"]


def test_files_still_belong_to_who_wrote_them(words: tuple[str, ...], tmp_path: Path) -> None:
    run_to_end((*words, "/bin/sh", "-c", "echo x > file"), cwd=tmp_path, env={}, time_limit=10)
    assert (tmp_path / "file").stat().st_uid == os.geteuid()


@pytest.mark.npm
@pytest.mark.usefixtures("words")
def test_npm_installs_without_one(npm: Npm, tmp_path: Path) -> None:
    look = tmp_path / "npm-cli.js"
    look.write_text("process.stdout.write(require('fs').readFileSync('/proc/net/dev'))")
    looking = replace(npm, cli=look)
    stock = calls.Stock(cache=tmp_path, registry="https://registry.example.test/")
    told = calls.install(looking, tmp_path, ("ci",), env=os.environ, stock=stock)
    assert interfaces(told.output) == ["lo"]


def test_without_the_program_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safe_install.run.paths.SYSTEM_PATH", ())
    assert without_network({}) == ()
