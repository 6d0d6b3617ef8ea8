"""Ctrl-C, SIGTERM and failures at any stage: the project is as it was, and no half of a tree is left."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from safe_install.installation import _set_aside
from tests.faults import Drip
from tests.world import World


def started(world: World, *words: str) -> subprocess.Popen[str]:
    """Start the program in a process of its own, so that it can be interrupted."""
    return subprocess.Popen(
        [sys.executable, "-m", "safe_install", *words],
        cwd=world.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )


def interrupted(process: subprocess.Popen[str], stage: str, by: signal.Signals) -> tuple[int, str]:
    """Wait for a stage to begin, interrupt, and give the exit code and what was said after that."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(stage):
            break
    process.send_signal(by)
    _, said = process.communicate(timeout=60)
    return process.returncode, said


@pytest.mark.npm
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_while_it_fetches_nothing_has_changed(world: World, by: signal.Signals) -> None:
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    world.write("node_modules/old/index.js", "old")
    world.registry.fault(".tgz", Drip())
    before = world.tree(".")
    code, said = interrupted(started(world, "ci"), "fetching and verifying", by)
    assert code == 130
    assert "Interrupted" in said
    assert "Traceback" not in said
    assert world.tree(".") == before


@pytest.mark.npm
@pytest.mark.semgrep
@pytest.mark.parametrize("words", [("ci",), ("install", "plain"), ("uninstall", "old")])
def test_interrupted_while_npm_unpacks_everything_is_put_back(world: World, words: tuple[str, ...]) -> None:
    big = {f"lib/{number}.js": random.Random(number).randbytes(1000).hex() for number in range(3000)}
    old, plain = (
        world.registry.publish("old", "1.0.0", {"index.js": "old"}),
        world.registry.publish("plain", "1.0.0", big),
    )
    world.lock(old)
    assert world.run("ci").code == 0
    if words == ("ci",):
        world.lock(old, plain)
    before = world.tree("package.json", "package-lock.json", "node_modules/old", "node_modules/plain")
    code, said = interrupted(started(world, *words), "npm unpacks", signal.SIGINT)
    assert (code, "Traceback" in said) == (130, False), said
    assert world.tree("package.json", "package-lock.json", "node_modules/old", "node_modules/plain") == before
    assert sorted(path.name for path in world.folder.iterdir()) == ["node_modules", "package-lock.json", "package.json"]


def test_an_interrupt_while_a_text_is_executed_ends_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "interrupted.py").write_text(
        "from safe_install import cli\n"
        "def run(words):\n"
        "    try:\n"
        "        exec('raise KeyboardInterrupt')\n"
        "    except KeyboardInterrupt:\n"
        "        return 130\n"
        "cli.run = run\n"
        "cli.main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-m", "interrupted"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 130, ended


def test_a_folder_is_put_back_when_the_work_fails_and_replaced_when_it_does_not(tmp_path: Path) -> None:
    folder = tmp_path / "node_modules"
    folder.mkdir()
    (folder / "old").write_text("old")
    with pytest.raises(ValueError, match="no"), _set_aside([folder]):
        folder.mkdir()
        (folder / "half").write_text("half")
        raise ValueError("no")
    assert [path.name for path in folder.iterdir()] == ["old"]
    with _set_aside([folder]):
        folder.mkdir()
        (folder / "new").write_text("new")
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == [
        "node_modules",
        "node_modules/new",
    ]


def test_where_nothing_was_before_nothing_is_left_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no"), _set_aside([tmp_path / "node_modules"]):
        (tmp_path / "node_modules").mkdir()
        raise ValueError("no")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_set_aside_is_put_back_by_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "node_modules"
    folder.mkdir()
    (folder / "old").write_text("old")
    killed = _set_aside([folder])
    killed.__enter__()
    folder.mkdir()
    (folder / "half").write_text("half")
    with pytest.raises(ValueError, match="no"), _set_aside([folder]):
        raise ValueError("no")
    assert [path.name for path in folder.iterdir()] == ["old"]
