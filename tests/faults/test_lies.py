"""A registry that lies, from the command line: our own words and number, nothing installed, and the next run succeeds."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import Cut, Fault, Redirect, Reset, Status, WrongBytes
from tests.loopback import LoopbackRegistry
from tests.world import World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]


@pytest.fixture
def world(world: World) -> World:
    """Give a project that locks three packages, and a tree of an earlier install."""
    world.lock(*(world.registry.publish(f"p{n}", "1.0.0", {"index.js": str(n)}) for n in range(3)))
    world.write("node_modules/old/index.js", "old")
    return world


@pytest.fixture
def elsewhere() -> Iterator[LoopbackRegistry]:
    """Serve another package under the same name on another host."""
    with LoopbackRegistry() as registry:
        registry.publish("p1", "1.0.0", {"index.js": "of somebody else"})
        yield registry


def is_refused_and_then_works(world: World, *words: str, codes: frozenset[int]) -> str:
    """See that a run ends well-behaved under a fault, and right without it."""
    before = world.tree(".")
    said = world.run(*words)
    assert said.code in codes, said
    assert "Traceback" not in said.err
    assert world.tree(".") == before
    world.registry.mend()
    assert world.run(*words).code == 0
    assert world.read("node_modules/p1/index.js") == "1"
    return said.out + said.err


@pytest.mark.parametrize(
    "fault", [WrongBytes(), WrongBytes(gzip.compress(bytes(1 << 24))), Cut(), Status(429, retry_after="0"), Reset()]
)
def test_a_tarball_that_is_not_what_was_promised_installs_nothing(world: World, fault: Fault) -> None:
    world.registry.fault("p1-1.0.0.tgz", fault)
    assert "p1@1.0.0" in is_refused_and_then_works(world, "ci", codes=frozenset({11}))


def test_a_redirect_to_somebody_elses_package_installs_nothing(world: World, elsewhere: LoopbackRegistry) -> None:
    world.registry.fault("p1-1.0.0.tgz", Redirect(f"{elsewhere.url}p1/-/p1-1.0.0.tgz"))
    is_refused_and_then_works(world, "ci", codes=frozenset({11}))
    assert len(elsewhere.requests) == 1
    assert "authorization" not in elsewhere.requests[0][2]


def test_a_registry_that_lies_the_second_time_only_is_not_asked_a_second_time(world: World) -> None:
    assert world.run("ci").code == 0
    world.registry.fault("", WrongBytes())
    assert world.run("ci").code == 0
    shutil.rmtree(world.folder.parent / "cache" / "npm")
    shutil.rmtree(Path.home() / ".npm", ignore_errors=True)
    assert world.run("ci").code == 11


def test_a_registry_that_fails_for_all_is_an_error_and_not_a_judgement(world: World) -> None:
    world.registry.fault("", Status(503))
    assert "503" in is_refused_and_then_works(world, "ci", codes=frozenset({1}))


@pytest.mark.parametrize("fault", [WrongBytes(b"<html>"), WrongBytes(b'{"x":' * 100_000), Cut(), Status(429), Reset()])
def test_an_answer_that_npm_cannot_resolve_by_changes_nothing(world: World, fault: Fault) -> None:
    world.registry.publish("later", "1.0.0", {"index.js": "1"})
    world.registry.fault("/later", fault)
    is_refused_and_then_works(world, "install", "later", codes=frozenset({12}))


def test_an_archive_made_to_fill_the_memory_is_refused(world: World) -> None:
    world.lock(world.registry.publish("bomb", "1.0.0", tarball=gzip.compress(bytes(300 << 20), compresslevel=9)))
    before = world.tree(".")
    said = world.run("ci")
    assert said.code == 11
    assert "an archive that breaks the rules" in " ".join(said.out.split())
    assert world.tree(".") == before
