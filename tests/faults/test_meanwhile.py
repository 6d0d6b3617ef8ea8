"""What changes between the look and the deed: the project's files, its rules, the cache, what is unpacked, npm itself."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from safe_install.unpacking import AHEAD
from tests.faults import Drip
from tests.faults.runs import at, ended, ran, started, still_running
from tests.world import World

pytestmark = [
    pytest.mark.npm,
    pytest.mark.semgrep,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc"),
]
WAITS = "for (let i = 0; i < 1e9; i++); require('fs').writeFileSync('built', '1')"


@pytest.fixture
def world(world: World) -> World:
    """Give a project with two approved scripts, the first of which takes a while, and a tree of an earlier install."""
    first = world.registry.publish("first", "1.0.0", {"i.js": WAITS}, scripts={"postinstall": "node i.js"})
    then = world.registry.publish(
        "then", "1.0.0", {"i.js": "require('fs').writeFileSync('built', '2')"}, scripts={"postinstall": "node i.js"}
    )
    large = world.registry.publish("large", "1.0.0", {f"{n}.js": str(n) for n in range(1500)})
    world.lock(first, then, large)
    world.approve("first", "then")
    world.write("node_modules/old/index.js", "old")
    return world


def revoke(world: World) -> None:
    world.write("safe-install.approvals.json", json.dumps({"schema": 1, "approvals": [], "denials": []}))


def stricter(world: World) -> None:
    world.write("safe-install.toml", 'block-at = "INFO"\n')


def another_lockfile(world: World) -> None:
    world.locked.pop("node_modules/then")
    world.write_lock()


def another_manifest(world: World) -> None:
    world.write("package.json", world.read("package.json").replace('"app"', '"edited"'))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (revoke, "the approvals"),
        (stricter, "the policy"),
        (another_lockfile, "package-lock.json"),
        (another_manifest, "package.json"),
    ],
)
def test_what_somebody_changes_while_it_is_inspected_ends_the_run_and_is_kept(
    world: World, change: Callable[[World], None], named: str
) -> None:
    (world.folder.parent / "cache" / "remembered.sqlite").unlink()
    process = started(world, "ci")
    at(process, "matching signatures")
    change(world)
    before = {path: content for path, content in world.tree(".").items() if not path.startswith(AHEAD)}
    code, said = ended(process)
    assert code == 1
    assert f"Somebody else changed {named} while this was looked at. Nothing was changed." in said
    assert world.tree(".") == before
    assert ran(world, "install")[0] in {0, 10, 11}


@pytest.mark.parametrize(
    ("words", "is_now"),
    [("ci", "Nothing was changed"), ("install", "The packages are installed, and no script ran")],
    ids=["beside the project", "in the project"],
)
def test_an_approval_that_is_taken_back_while_npm_unpacks_runs_nothing(world: World, words: str, is_now: str) -> None:
    process = started(world, words)
    at(process, "npm unpacks")
    revoke(world)
    code, said = ended(process)
    assert code == 1
    assert "Somebody else changed the approvals" in said
    assert is_now in said
    assert world.has("node_modules/first") == (words == "install")
    assert not world.has("node_modules/first/built")
    assert ran(world, "install")[0] == 10


def test_a_script_that_is_rewritten_while_another_runs_is_not_run(world: World) -> None:
    process = started(world, "ci")
    at(process, "running approved scripts")
    world.write("node_modules/then/i.js", "require('fs').writeFileSync('stolen', '1')")
    code, said = ended(process)
    assert code == 12
    assert "notthefilethatwasinspected" in re.sub(r"[\s│]", "", said)
    assert not world.has("node_modules/then/stolen")
    assert ran(world, "install")[0] == 0
    assert world.read("node_modules/then/built") == "2"


def test_a_cache_that_is_changed_after_it_was_verified_installs_what_was_verified_or_nothing(world: World) -> None:
    (world.folder.parent / "cache" / "remembered.sqlite").unlink()
    before = world.tree(".")
    process = started(world, "ci")
    at(process, "matching signatures")
    for path in (world.folder.parent / "cache" / "npm" / "_cacache" / "content-v2").rglob("*"):
        if path.is_file():
            path.write_bytes(b"something else")
    code, said = ended(process)
    assert code in {0, 1, 12}, said
    assert code == 0 or world.tree(".") == before
    assert code != 0 or ran(world, "receipt", "--verify")[0] == 0
    assert ran(world, "ci")[0] == 0


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
def test_an_npm_that_dies_while_it_unpacks_leaves_the_project_as_it_was(world: World, by: signal.Signals) -> None:
    before = world.tree(".")
    process = started(world, "ci")
    at(process, "npm unpacks")
    while process.poll() is None and not (npms := working_in(world.folder, process.pid)):
        pass
    for npm in npms:
        os.kill(npm, by)
    code, said = ended(process)
    assert code == 12, said
    assert world.tree(".") == before
    assert still_running(world) == []
    assert ran(world, "ci")[0] == 0


def test_an_engine_that_is_killed_again_and_again_is_never_a_clean_report(world: World) -> None:
    (world.folder.parent / "cache" / "remembered.sqlite").unlink()
    process = started(world, "ci")
    at(process, "matching signatures")
    while process.poll() is None:
        for engine in working_in(world.folder.parent / "tmp", process.pid):
            os.kill(engine, signal.SIGKILL)
    code, said = ended(process)
    assert code in {1, 10, 11}, said
    assert not world.has("node_modules/first/built")
    assert still_running(world) == []
    assert ran(world, "ci")[0] == 0


def test_a_slow_registry_does_not_hide_who_changes_the_lockfile(world: World) -> None:
    world.registry.fault(".tgz", Drip(size=512))
    process = started(world, "ci")
    at(process, "fetching and verifying")
    another_lockfile(world)
    assert ended(process)[0] == 1


def working_in(folder: Path, but: int) -> list[int]:
    """Find the processes that work below a folder, once they are what they will be."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            place, program = (process / "cwd").readlink(), (process / "exe").readlink().name
        except OSError:
            continue
        if (
            place.is_relative_to(folder)
            and int(process.name) != but
            and program in {"node", "semgrep-core", "osemgrep"}
        ):
            found.append(int(process.name))
    return found
