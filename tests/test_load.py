"""A small version of benchmarks/load.py: what is large goes through whole, and nothing is held from run to run."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.world import World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]


def test_a_lockfile_of_many_entries_is_installed_whole(world: World) -> None:
    one = world.registry.publish("one", "1.0.0", {"index.js": "1"})
    names = [f"p{number}" for number in range(1500)]
    world.lock(dependencies=dict.fromkeys(names, "npm:one@1.0.0"))
    for name in names:
        world.locked[f"node_modules/{name}"] = world.registry.lock_entry(one, name="one")
    world.write_lock()
    said = world.run("ci")
    assert said.code == 0, said
    assert all(world.has(f"node_modules/{name}/index.js") for name in names)
    assert len(world.registry.seen(".tgz")) == 1


def test_a_package_of_many_files_is_installed_and_compared_whole(world: World) -> None:
    files = {f"{number // 100}/{number}.js": str(number) for number in range(5000)}
    world.lock(world.registry.publish("files", "1.0.0", files))
    assert world.run("ci").code == 0
    assert world.read("node_modules/files/49/4999.js") == "4999"
    world.write("node_modules/files/20/2000.js", "changed")
    assert world.run("receipt", "--verify").code == 11


def test_every_one_of_many_scripts_is_judged(world: World) -> None:
    published = [
        world.registry.publish(f"s{n}", "1.0.0", {"i.js": f"run({n})"}, scripts={"postinstall": "node i.js"})
        for n in range(150)
    ]
    world.lock(*published)
    said = world.run("scan", "--json")
    assert said.code == 10
    assert set(said.verdicts.values()) == {"review"}
    assert len(said.verdicts) == 150


@pytest.mark.skipif(sys.platform != "linux", reason="handles are counted in /proc")
def test_one_gate_run_after_the_other_holds_no_handle_no_thread_and_no_file(world: World, tmp_path: Path) -> None:
    world.lock()
    git = ["git", "-c", "user.name=n", "-c", "user.email=n@example.test"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "before"]):
        subprocess.run([*git, *words], cwd=world.folder, check=True)
    world.lock(world.registry.publish("x", "1.0.0", {"i.js": "f()"}, scripts={"postinstall": "node i.js"}))

    def held() -> tuple[int, int, list[str]]:
        assert world.run("gate", "--base", "HEAD").code == 10
        gc.collect()
        files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count(), files

    held()
    time.sleep(2.5)  # what npm answers is kept once the files that it read have been as they are for two seconds
    first = held()
    assert [held() for _ in range(4)] == [first] * 4
