"""Too few file handles, files that may not grow, no place for what is temporary: a sentence and a number, and the project as it was."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.faults.runs import ran, temporary
from tests.world import World

pytestmark = [
    pytest.mark.npm,
    pytest.mark.semgrep,
    pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits"),
]
LIMITED = (
    "import os, resource, sys\n"
    "which, most = getattr(resource, sys.argv[1]), int(sys.argv[2])\n"
    "resource.setrlimit(which, (most, most))\n"
    "os.execv(sys.executable, [sys.executable, '-m', 'safe_install', *sys.argv[3:]])"
)


@pytest.fixture
def world(world: World) -> World:
    """Give a project that has a large file to fetch, a script to match, and a tree of an earlier install."""
    large = world.registry.publish("large", "1.0.0", {"data.js": os.urandom(300_000).hex()})
    script = {"i.js": "fetch('x')\n" * 99}
    world.lock(large, world.registry.publish("asks", "1.0.0", script, scripts={"postinstall": "node i.js"}))
    world.write("node_modules/old/index.js", "old")
    return world


@pytest.mark.parametrize(
    ("limit", "most"), [("RLIMIT_NOFILE", 8), ("RLIMIT_NOFILE", 14), ("RLIMIT_FSIZE", 0), ("RLIMIT_FSIZE", 60_000)]
)
def test_starved_it_ends_in_a_sentence_and_the_next_run_works(world: World, limit: str, most: int) -> None:
    before = world.tree(".")
    code, said = ran(world, "ci", program=(sys.executable, "-c", LIMITED, limit, str(most)))
    assert code == 1, said
    assert "safe-install: " in said
    assert world.tree(".") == before
    assert list(temporary(world).iterdir()) == []
    assert ran(world, "ci")[0] in {0, 10}
    assert world.has("node_modules/large/data.js")


def test_with_no_place_for_what_is_temporary_it_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = [str(Path("/nowhere"))]
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("tempfile._candidate_tempdir_list", lambda: nowhere)
    said = world.run("ci")
    assert said.code == 1
    assert "No usable temporary directory" in said.err
