"""Several runs at once: on one project and one cache, on many projects and one cache."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from safe_install.run.built import own_key
from tests.faults.runs import beside, ended, ran, started, temporary
from tests.world import World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]


@pytest.fixture
def world(world: World) -> World:
    """Give a project of some packages, one of which has an approved script."""
    plain = [world.registry.publish(f"p{n}", "1.0.0", {f"{m}.js": str(m) for m in range(20)}) for n in range(10)]
    script = {"install.js": "require('fs').writeFileSync('built', '1')"}
    world.lock(*plain, world.registry.publish("builds", "1.0.0", script, scripts={"postinstall": "node install.js"}))
    world.approve("builds")
    return world


def test_many_runs_in_one_project_each_end_well_and_leave_the_right_tree(world: World) -> None:
    running = [started(world, command) for command in ("ci", "install", "ci", "install", "ci")]
    assert [ended(process)[0] for process in running] == [0, 0, 0, 0, 0]
    assert ran(world, "receipt", "--verify")[0] == 0
    assert world.has("node_modules/builds/built")
    assert beside(world) == ["node_modules", "package-lock.json", "package.json", "safe-install.approvals.json"]
    assert list(temporary(world).iterdir()) == []


def test_two_packages_added_at_once_are_both_added(world: World) -> None:
    for name in ("one", "two"):
        world.registry.publish(name, "1.0.0", {"index.js": name})
    running = [started(world, "install", name) for name in ("one", "two")]
    assert [ended(process)[0] for process in running] == [0, 0]
    assert {"one", "two"} <= json.loads(world.read("package.json"))["dependencies"].keys()
    assert world.read("node_modules/one/index.js") + world.read("node_modules/two/index.js") == "onetwo"


def test_a_person_may_approve_while_a_run_goes_on(world: World) -> None:
    process = started(world, "ci")
    assert ran(world, "approvals", "list")[0] == 0
    assert ended(process)[0] == 0


def test_many_projects_fill_one_cache_at_once(world: World) -> None:
    others = [World(world.folder.parent / f"other{n}", world.registry) for n in range(4)]
    for other in others:
        for name, content in world.tree(".").items():
            other.write(name, content.decode())
    running = [started(other, "ci") for other in others]
    assert [ended(process)[0] for process in running] == [0, 0, 0, 0]
    assert [ran(other, "receipt", "--verify")[0] for other in others] == [0, 0, 0, 0]


def test_runs_that_make_the_key_at_once_agree_on_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(own_key, [tmp_path / "cache"] * 8))) == 1
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["record.key"]
