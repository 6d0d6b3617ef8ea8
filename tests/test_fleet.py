"""Many projects in one run: real processes, the real npm, git and semgrep, and a registry on loopback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from safe_install.errors import UsageError
from safe_install.fleet_crew import ENDED, Crew
from safe_install.fleet_entries import read_list
from tests.loopback import Published
from tests.test_gate import BY_NODE, QUIET, STEALS, git
from tests.world import Said, World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]


@pytest.fixture
def shared(world: World) -> Published:
    """Give a package whose script is in every project."""
    return world.registry.publish("shared", "1.0.0", QUIET, **BY_NODE)


def projects(world: World, *each: tuple[Published, ...]) -> list[str]:
    """Make a project folder of each set of packages, and name them in a list."""
    names = []
    for number, published in enumerate(each):
        names.append(f"p{number}")
        here = World(world.folder / names[-1], world.registry)
        here.folder.mkdir()
        here.lock(*published)
    world.write("list", "\n".join(names))
    return names


def fleet(world: World, *words: str) -> Said:
    return world.run("fleet", "list", "--jobs", "2", "--json", *words)


def scripts(said: Said) -> dict[str, Any]:
    return {one["package"]: one for one in said.report["scripts"]}


def asked_for(world: World, published: Published) -> int:
    return sum(path.endswith(f"{published.name}-{published.version}.tgz") for _, path, _ in world.registry.requests)


def test_a_script_of_many_projects_is_told_once_and_its_tarball_fetched_once(world: World, shared: Published) -> None:
    names = projects(world, (shared,), (shared,), (shared,))
    said = fleet(world)
    assert said.code == 10, said
    (script,) = said.report["scripts"]
    assert (script["decision"], script["number"], script["projects"]) == ("review", 3, names)
    assert asked_for(world, shared) == 1


def test_the_worst_comes_first_and_then_what_most_projects_have(world: World, shared: Published) -> None:
    rare = world.registry.publish(
        "rare", "1.0.0", {**QUIET, "more.js": ""}, scripts={"postinstall": "node install.js x"}
    )
    steals = world.registry.publish("steals", "1.0.0", STEALS, **BY_NODE)
    projects(world, (shared,), (shared, rare), (steals,))
    said = fleet(world)
    assert said.code == 11
    assert [(one["package"], one["number"]) for one in said.report["scripts"]] == [
        ("steals", 1),
        ("shared", 2),
        ("rare", 1),
    ]
    assert [one["exit_code"] for one in said.report["projects"]] == [10, 10, 11]


def test_a_project_that_cannot_be_read_is_told_and_hides_nothing_of_the_others(world: World, shared: Published) -> None:
    projects(world, (shared,), (), ())
    world.write("p1/package-lock.json", "{")
    world.write("list", "p0\np1\np2\nnowhere\n")
    said = fleet(world)
    assert said.code == 10
    errors = {one["project"]: one["error"] for one in said.report["projects"]}
    assert errors["p0"] is None
    assert errors["p2"] is None
    assert errors["p1"]
    assert errors["nowhere"]
    assert {one["project"]: one["exit_code"] for one in said.report["projects"]} == {
        "p0": 10,
        "p1": 10,
        "p2": 0,
        "nowhere": 10,
    }
    assert "could not be read" in world.run("fleet", "list", "--jobs", "1").out


def test_what_is_done_is_not_done_again_and_what_changed_is(world: World, shared: Published) -> None:
    projects(world, (shared,), ())
    before = fleet(world)
    world.registry.close()  # whoever asks for anything now fails
    shutil.rmtree(Path(os.environ["SAFE_INSTALL_CACHE"], "npm"))
    (Path(os.environ["SAFE_INSTALL_CACHE"]) / "remembered.sqlite").unlink()
    assert fleet(world).report == before.report
    here = World(world.folder / "p0", world.registry)
    here.write("package-lock.json", f"{here.read('package-lock.json')}\n")
    assert scripts(fleet(world)) == {}


def test_a_summary_does_not_outlive_the_rules_it_was_judged_by(world: World, shared: Published) -> None:
    projects(world, (shared,))
    assert fleet(world).code == 10
    here = World(world.folder / "p0", world.registry)
    here.write(
        "safe-install.approvals.json",
        json.dumps(
            {
                "schema": 1,
                "approvals": [],
                "denials": [{"package": "shared", "by": "a", "on": "2026-01-14", "why": "no"}],
            }
        ),
    )
    said = fleet(world)
    assert said.code == 0
    assert scripts(said)["shared"]["decision"] == "skip"


def test_a_changed_file_of_the_projects_own_is_seen_again(world: World) -> None:
    projects(world, ())
    here = World(world.folder / "p0", world.registry)
    here.lock(scripts={"postinstall": "node own.js"})
    here.write("own.js", "require('fs').writeFileSync(__dirname + '/made', String(process.env.HOME))\n")
    assert fleet(world).code == 10
    here.write("own.js", STEALS["install.js"])
    assert fleet(world).code == 11


def test_nothing_is_kept_in_a_cache_that_lies_in_a_project(
    world: World, shared: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    projects(world, (shared,))
    monkeypatch.setenv("SAFE_INSTALL_CACHE", str(world.folder / "p0" / ".cache"))
    assert fleet(world).code == 10
    assert not (world.folder / "p0" / ".cache" / "fleet").exists()


def test_a_commit_is_judged_as_it_is_and_not_the_files_that_lie_there(world: World, shared: Published) -> None:
    projects(world, (shared,))
    here = World(world.folder / "p0", world.registry)
    git(here, "init", "-q", "-b", "main")
    git(here, "add", "-A")
    git(here, "commit", "-qm", "state")
    here.lock()
    world.write("list", "p0\np0#main\np0#nothing\n")
    said = fleet(world)
    assert [(one["project"], one["scripts"]) for one in said.report["projects"]] == [
        ("p0", 0),
        ("p0#main", 1),
        ("p0#nothing", 0),
    ]
    assert "no commit" in said.report["projects"][2]["error"]


def test_an_own_script_of_a_commit_whose_files_are_not_read_is_unseen(world: World) -> None:
    projects(world, ())
    here = World(world.folder / "p0", world.registry)
    here.lock(scripts={"postinstall": "node own.js"})
    here.write("own.js", "console.log(1)\n")
    git(here, "init", "-q", "-b", "main")
    git(here, "add", "-A")
    git(here, "commit", "-qm", "state")
    world.write("list", "p0#main\n")
    (script,) = fleet(world).report["scripts"]
    assert script["decision"] == "review"
    assert any("own.js" in one for one in script["unseen"])


def test_what_is_said_of_many_packages_in_the_same_words_is_said_once(world: World) -> None:
    published = [world.registry.publish(f"plain-{number}", "1.0.0", {"index.js": "1"}) for number in range(9)]
    projects(world, tuple(published))
    here = World(world.folder / "p0", world.registry)
    here.write("package-lock.json", here.read("package-lock.json").replace(world.registry.host, "mirror.example.test"))
    said = world.run("fleet", "list", "--jobs", "1")
    assert said.code == 11
    assert "and 8 more like this" in said.out
    assert said.out.count("mirror.example.test") == 1
    page = world.run("fleet", "list", "--jobs", "1", "--format", "html").out
    assert page.count("mirror.example.test") == 1
    assert all(f"plain-{number}@1.0.0" in page for number in range(9))
    assert len(fleet(world).report["concerns"]) == 9


def test_the_page_keeps_what_a_package_wrote_from_being_markup(world: World) -> None:
    named = world.registry.publish(
        "named", "1.0.0", QUIET, scripts={"postinstall": "node install.js '<script>x</script>'"}
    )
    projects(world, (named,))
    said = world.run("fleet", "list", "--jobs", "1", "--format", "html")
    assert said.code == 10
    assert "&lt;script&gt;" in said.out
    assert "<script>x" not in said.out


def test_the_list_comes_from_standard_input_too(world: World, shared: Published) -> None:
    projects(world, (shared,))
    ran = subprocess.run(
        [sys.executable, "-m", "safe_install", "fleet", "-", "--jobs", "1", "--json"],
        input=b"# a comment\np0/package-lock.json\n",
        cwd=world.folder,
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 10, ran
    assert [one["project"] for one in json.loads(ran.stdout)["projects"]] == ["p0/package-lock.json"]


def test_a_list_that_names_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("\n# only words\n")
    with pytest.raises(UsageError):
        read_list("list", tmp_path)


def test_a_path_with_a_number_sign_in_it_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "a#b").mkdir()
    (tmp_path / "list").write_text("a#b\na#c\na#b\n")
    assert [(one.path, one.ref) for one in read_list("list", tmp_path)] == [
        (str(tmp_path / "a#b"), ""),
        (str(tmp_path / "a"), "c"),
    ]


# ------------------------------------------------------------------ an engine


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_the_workers_of_a_cluster_tell_what_processes_here_tell(world: World, shared: Published) -> None:
    distributed = pytest.importorskip("distributed")
    projects(world, (shared,), (shared,), ())
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        there = fleet(world, "--on", cluster.scheduler_address)
    assert there.code == 10, there
    kept = Path(os.environ["SAFE_INSTALL_CACHE"], "fleet")
    assert len(list(kept.iterdir())) == 3
    shutil.rmtree(kept)
    assert fleet(world).report == there.report


def test_an_engine_that_is_not_there_is_told(world: World) -> None:
    pytest.importorskip("distributed")
    projects(world, ())
    said = fleet(world, "--on", "tcp://127.0.0.1:1")
    assert said.code == 2
    assert "no Dask scheduler" in said.err


# ------------------------------------------------------------------ a worker that dies


def _double(number: int) -> int:
    if number == 3:
        os._exit(9)
    return 2 * number


def test_who_kills_a_worker_is_told_and_the_others_are_done() -> None:
    crew = Crew(lambda number: ProcessPoolExecutor(number or 2, mp_context=get_context("spawn")))
    with crew:
        done = dict(crew.work([(_double, (number,)) for number in range(6)]))
    assert done == {0: 0, 1: 2, 2: 4, 3: ENDED, 4: 8, 5: 10}
