"""`kill -9` at every stage: nothing goes on behind our back, and the next run ends in the right tree."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import pytest

from safe_install.temporary import own_temporary_folder
from tests.faults import Drip
from tests.faults.runs import beside, killed_at, many_files, ran, started, still_running, temporary, tree
from tests.world import World

pytestmark = [
    pytest.mark.npm,
    pytest.mark.semgrep,
    pytest.mark.skipif(sys.platform != "linux", reason="what ends with us, ends by Linux' own means"),
]

BUILDS = "const fs = require('fs'); fs.writeFileSync('half', '1'); for (let i = 0; i < 3e8; i++); fs.writeFileSync('built', '1')"
OURS = ["node_modules", "package-lock.json", "package.json", "safe-install.approvals.json"]
STAGES = ("fetching and verifying", "matching signatures", "npm unpacks", "running approved scripts")


@pytest.fixture
def world(world: World) -> World:
    """Give a project with a large package, an approved script, others to match, and a tree of an earlier install."""
    published = [
        world.registry.publish(f"s{n}", "1.0.0", {"i.js": f"console.log({n})\n" * 99}, scripts={"install": "node i.js"})
        for n in range(3)
    ]
    script = {"install.js": BUILDS}
    published.append(world.registry.publish("builds", "1.0.0", script, scripts={"postinstall": "node install.js"}))
    published.append(world.registry.publish("large", "1.0.0", many_files(1500)))
    world.lock(*published)
    world.approve("builds")
    world.write("node_modules/old/index.js", "old")
    shutil.rmtree(world.folder.parent / "cache" / "npm")
    return world


def is_whole(world: World, *more: str) -> None:
    """See that everything is installed, that the approved script ran, and that nothing else lies about."""
    assert ran(world, "receipt", "--verify")[0] == 0
    found = tree(world)
    assert {"node_modules/large/lib/1499.js", "node_modules/builds/built", *more} <= found.keys()
    assert "node_modules/old/index.js" not in found
    assert beside(world) == OURS
    assert list(temporary(world).iterdir()) == []


@pytest.mark.parametrize(
    ("words", "stage"), [*((("ci",), stage) for stage in STAGES), (("install", "later"), STAGES[2])]
)
def test_killed_at_any_stage_nothing_goes_on_and_the_next_run_ends_in_the_right_tree(
    world: World, stage: str, words: tuple[str, ...]
) -> None:
    if stage == "matching signatures":
        (world.folder.parent / "cache" / "remembered.sqlite").unlink()
    world.registry.publish("later", "1.0.0", {"index.js": "1"})
    world.registry.fault("later", Drip(size=64))
    killed_at(started(world, *words), stage)
    assert still_running(world) == []
    code, said = ran(world, *words)
    assert code == 0, said
    is_whole(world, *(["node_modules/later/index.js"] if "later" in words else []))


def test_killed_at_any_moment_the_next_run_ends_in_the_right_tree(world: World) -> None:
    began = time.monotonic()
    code, said = ran(world, "ci")
    took = time.monotonic() - began
    assert code == 0, said
    for part in range(1, 6):
        shutil.rmtree(world.folder.parent / "cache" / "npm", ignore_errors=True)
        process = started(world, "ci")
        time.sleep(took * part / 6)
        process.kill()
        process.communicate()
        assert still_running(world) == []
    assert ran(world, "install")[0] == 0
    is_whole(world)


def test_a_script_that_was_killed_half_way_left_nothing_and_runs_again(world: World) -> None:
    process = started(world, "ci")
    killed_at(process, "running approved scripts")
    assert "node_modules/builds/half" not in tree(world)
    assert ran(world, "receipt")[0] == 1
    assert ran(world, "install")[0] == 0
    assert "node_modules/builds/built" in tree(world)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("stage", STAGES[2:])
def test_told_twice_to_end_it_ends_and_the_next_run_works(world: World, stage: str, by: signal.Signals) -> None:
    process = started(world, "ci")
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(stage):
            break
    process.send_signal(by)
    time.sleep(0.1)
    if process.poll() is None:
        process.send_signal(by)
    process.communicate(timeout=60)
    assert still_running(world) == []
    assert ran(world, "ci")[0] == 0
    is_whole(world)


def test_what_killed_runs_left_goes_and_what_lives_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / "safe-install-run-killed" / "closed" / "deep"
    left.mkdir(parents=True)
    (left / "npmrc").write_text("token")
    left.parent.chmod(0)
    other = tmp_path / "safe-install-other"
    other.mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "safe-install-run-link").symlink_to(elsewhere)
    with own_temporary_folder():
        living = Path(tempfile.gettempdir())
        Path(living, "mine").touch()
        with own_temporary_folder():
            assert Path(tempfile.gettempdir()).parent == living
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        with own_temporary_folder():
            assert (living / "mine").exists()
        names = {path.name for path in tmp_path.iterdir()}
        assert names == {living.name, "safe-install-other", "elsewhere", "safe-install-run-link"}
    assert not living.exists()
