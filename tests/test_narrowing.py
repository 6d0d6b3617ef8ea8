"""Only what differs is read, and what is not read may not hide anything: the gate on trees that mostly stay as they are."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from typing import Any

import pytest

from safe_install.model import Artifact
from safe_install.remembering import agrees, noting
from safe_install.scan.reach.on_demand import OnDemand
from safe_install.scan.reach.tree import Tree
from tests.builders import a_package, an_artifact, integrity
from tests.loopback import Published
from tests.test_gate import BY_NODE, QUIET, commit, gate, git
from tests.world import Said, World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]

USES = {"install.js": "try { require('other') } catch {}\nrequire('fs').writeFileSync(__dirname + '/made', 'x')\n"}
ONE, TWO = ({"index.js": f"module.exports = process.env.{name}\n"} for name in ("HOME", "PATH"))
STARTS: dict[str, Any] = {"scripts": {"postinstall": "other-tool"}}


def base(world: World, *published: Published) -> None:
    """Commit a tree, and let the gate learn what its scripts look up."""
    world.lock(*published)
    git(world, "init", "-q", "-b", "main")
    commit(world)


def novelties(said: Said) -> list[tuple[str, str]]:
    return [(one["package"], one["novelty"]) for one in said.report["verdicts"]]


@pytest.fixture
def uses(world: World) -> Published:
    """Publish a package whose script tries to load another one that it does not declare."""
    return world.registry.publish("uses", "1.0.0", USES, **BY_NODE)


def test_what_did_not_change_is_fetched_by_nobody(world: World, uses: Published) -> None:
    still = world.registry.publish("still", "1.0.0", {"index.js": "1"})
    base(world, uses, still)
    world.lock(uses, still, world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    assert gate(world).code == 0
    fetched = [path for _, path, _ in world.registry.requests if path.endswith(".tgz")]
    assert sorted(path.rpartition("/")[2] for path in fetched) == ["plain-1.0.0.tgz", "uses-1.0.0.tgz"]
    world.registry.requests.clear()
    world.lock(uses, still, world.registry.publish("more", "1.0.0", {"index.js": "1"}))
    assert gate(world).code == 0
    assert [path for _, path, _ in world.registry.requests if path.endswith(".tgz")] == ["/more/-/more-1.0.0.tgz"]


@pytest.mark.parametrize("learned", [True, False])
def test_a_module_that_appears_is_seen_by_an_unchanged_script(world: World, uses: Published, *, learned: bool) -> None:
    base(world, uses)
    if learned:
        world.lock(uses, world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
        assert gate(world).report["comparisons"][0]["unchanged"] == 1
    world.lock(uses, world.registry.publish("other", "1.0.0", ONE))
    said = gate(world)
    assert said.code == 10
    assert novelties(said) == [("uses", "changed")]


def test_a_module_that_changes_is_seen_by_an_unchanged_script(world: World, uses: Published) -> None:
    base(world, uses, world.registry.publish("other", "1.0.0", ONE))
    world.lock(uses, world.registry.publish("other", "1.0.1", TWO))
    said = gate(world)
    assert novelties(said) == [("uses", "changed")]
    (file,) = said.report["verdicts"][0]["change"]["files"]
    assert (file["package"], file["path"]) == ("other", "index.js")
    world.lock(uses, world.registry.publish("other", "1.0.1", TWO))
    assert gate(world).report["verdicts"] == said.report["verdicts"]  # what was looked up is remembered now


def test_a_program_that_appears_is_seen_by_an_unchanged_script(world: World) -> None:
    starts = world.registry.publish("starts", "1.0.0", {"index.js": "1"}, **STARTS)
    base(world, starts)
    tool = world.registry.publish(
        "tool", "1.0.0", {"cli.js": "fetch('https://a.test')\n"}, bin={"other-tool": "cli.js"}
    )
    world.lock(starts, tool)
    assert novelties(gate(world)) == [("starts", "changed")]


def test_what_is_not_fetched_at_first_is_reached_as_in_a_whole_scan(world: World, uses: Published) -> None:
    other = world.registry.publish("other", "1.0.0", ONE)
    base(world, other)
    world.lock(other, uses)
    (here,) = gate(world).report["verdicts"]
    (there,) = world.run("scan", "--json").report["verdicts"]
    assert here["fingerprint"] == there["fingerprint"]
    assert here["files"] == there["files"]


def test_a_package_without_a_strong_integrity_is_always_read(world: World) -> None:
    published = world.registry.publish("builds", "1.0.0", QUIET, **BY_NODE)
    base(world, published)
    world.locked["node_modules/builds"].pop("integrity")
    world.write_lock()
    commit(world)
    world.write("package.json", world.read("package.json") + "\n")
    assert gate(world).code == 11


@pytest.mark.parametrize(
    "answered", [b"", b"{", b"[]", b'[[["at", "node_modules/other"]]]', b'[[["x", "y", "z", "w"]]]']
)
def test_a_broken_memory_costs_time_and_nothing_else(world: World, uses: Published, answered: bytes) -> None:
    base(world, uses)
    world.lock(uses, world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    assert gate(world).code == 0
    with closing(sqlite3.connect(world.folder.parent / "cache" / "remembered.sqlite")) as store:
        written = zlib.compress(answered)
        assert store.execute("UPDATE remembered SET result = ? WHERE about = 'asked'", (written,)).rowcount
        store.commit()
    world.lock(uses, world.registry.publish("other", "1.0.0", ONE))
    assert novelties(gate(world)) == [("uses", "changed")]


def test_whether_there_is_more_than_one_package_is_a_question_of_its_own() -> None:
    own, *others = (an_artifact(name, integrity=integrity(name.encode())) for name in ("a", "b", "c"))

    def tree(*promised: Artifact) -> Tree:
        return noting(OnDemand({own.location: a_package({}, own)}, promised, lambda _: {}))

    asked = tree(*others)
    assert asked.has_others(own.location)
    assert len(asked.asked) == 1
    assert agrees(asked.asked, tree(others[0]))
    assert agrees(asked.asked, tree(others[1]))
    assert not agrees(asked.asked, tree())
