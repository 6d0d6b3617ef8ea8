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
from tests.builders import a_manifest, a_package, an_artifact, integrity
from tests.faults import Status
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


# ------------------------------------------------------------------ what is remembered, and what is not believed


def test_the_same_change_is_judged_again_with_nothing_done_again(
    world: World, uses: Published, looked_at: list[str]
) -> None:
    base(world, uses, world.registry.publish("other", "1.0.0", ONE))
    world.lock(uses, world.registry.publish("other", "1.0.1", TWO))
    first = gate(world)
    assert set(looked_at) == {"traced", "unpacked", "matched"}
    looked_at.clear()
    assert gate(world).out == first.out
    assert looked_at == []


def test_what_a_scan_of_the_base_saw_is_not_traced_again(world: World, uses: Published, looked_at: list[str]) -> None:
    still = world.registry.publish("still", "1.0.0", {"index.js": "1"})
    base(world, uses, still)
    world.run("scan", "--json")
    looked_at.clear()
    world.lock(uses, still, world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    assert gate(world).report["comparisons"][0]["unchanged"] == 1
    assert looked_at == ["unpacked"]


def test_a_module_of_a_half_known_name_is_looked_for_among_those_that_are_called_so(
    world: World, looked_at: list[str]
) -> None:
    code = "try { require('@kin/of-' + process.platform) } catch {}\nrequire('fs').writeFileSync(__dirname + '/made', 'x')\n"
    guesses = world.registry.publish("guesses", "1.0.0", {"install.js": code}, **BY_NODE)
    base(world, guesses)
    world.lock(guesses, world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    assert gate(world).code == 0
    looked_at.clear()
    world.lock(guesses, world.registry.publish("plain", "1.0.1", {"index.js": "1"}))
    assert gate(world).report["comparisons"][0]["unchanged"] == 1
    assert "traced" not in looked_at
    world.lock(guesses, world.registry.publish("@kin/of-linux", "1.0.0", ONE))
    assert novelties(gate(world)) == [("guesses", "changed")]


def test_what_was_traced_while_a_module_could_not_be_had_is_not_believed(world: World) -> None:
    deeper = world.registry.publish("deeper", "1.0.0", ONE)
    other = world.registry.publish("other", "1.0.0", {"index.js": "require('deeper')\n"})
    uses = world.registry.publish("uses", "1.0.0", USES, **BY_NODE)
    base(world, uses, other, deeper)
    world.registry.fault("/other/-/", Status(404))
    world.lock(uses, other, deeper, world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    assert gate(world).code == 11
    world.registry.mend()
    world.lock(uses, other, world.registry.publish("deeper", "1.0.1", TWO))
    assert novelties(gate(world)) == [("uses", "changed")]


def test_the_script_of_a_package_that_another_one_carries_sees_what_changes(world: World) -> None:
    inner = a_manifest("inner", **BY_NODE, dependencies={"other": "*"})
    files = {
        f"node_modules/inner/{name}": text
        for name, text in {"package.json": inner, "install.js": "require('other')\n"}.items()
    }
    carries = world.registry.publish("carries", "1.0.0", files, bundleDependencies=["inner"])
    place = "node_modules/carries/node_modules/inner"

    def locked(other: Published) -> None:
        world.lock(carries, other)
        world.locked["node_modules/carries"] |= {"bundleDependencies": ["inner"], "dependencies": {"inner": "*"}}
        world.locked[place] = {"version": "1.0.0", "inBundle": True, "hasInstallScript": True}
        world.write_lock()

    locked(world.registry.publish("other", "1.0.0", ONE))
    git(world, "init", "-q", "-b", "main")
    commit(world)
    locked(world.registry.publish("other", "1.0.1", TWO))
    for _ in range(2):
        assert novelties(gate(world)) == [("inner", "changed")]


def test_a_memory_inside_of_the_project_is_not_believed(
    world: World, uses: Published, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAFE_INSTALL_CACHE", str(world.folder / ".cache"))
    still = world.registry.publish("still", "1.0.0", {"index.js": "1"})
    base(world, uses, still)
    for version in ("1.0.0", "1.0.1"):
        looked_at.clear()
        world.lock(uses, still, world.registry.publish("plain", version, {"index.js": "1"}))
        assert gate(world).report["comparisons"][0]["unchanged"] == 1
        assert "traced" in looked_at
