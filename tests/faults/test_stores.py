"""Every store damaged in every way: the run goes on, or ends in one sentence; it believes nothing of it and waits for nothing."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from safe_install.run.built import own_key
from safe_install.scan.fetch.cacache import write_packument
from safe_install.scan.remembered import Key, Remembered
from tests.faults.runs import ran
from tests.world import World

KEY_BYTES = 32


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def halved(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garbled(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 20)


def nested(path: Path) -> None:
    path.write_bytes(b"[" * 200_000)


def a_link(path: Path) -> None:
    """Let it lead to something that is not ours."""
    other = path.with_name("other")
    other.write_bytes(bytes(1_000_000))
    other.chmod(0o644)
    path.unlink()
    path.symlink_to(other)


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_circle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = [emptied, halved, garbled, nested, a_link, a_pipe, a_circle, a_folder]
Damage = Callable[[Path], None]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_key_that_is_not_whole_seals_nothing_and_is_made_anew(tmp_path: Path, damage: Damage) -> None:
    before = own_key(tmp_path)
    damage(tmp_path / "record.key")
    if damage is a_folder:
        with pytest.raises(Exception, match="cannot be read or written"):
            own_key(tmp_path)
        return
    after = own_key(tmp_path)
    assert len(after) == KEY_BYTES
    assert after != before
    assert own_key(tmp_path) == after


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_store_of_results_that_is_damaged_remembers_nothing_and_says_so(tmp_path: Path, damage: Damage) -> None:
    key = Key("javascript", "digest", "signatures engine")
    store = Remembered(tmp_path / "remembered.sqlite")
    store.put({key: b"result"})
    assert store.get([key]) == {key: b"result"}
    damage(store.path)
    again = Remembered(store.path)
    assert again.get([key]) == {} or damage is nested
    again.put({key: b"result"})
    if damage is a_link:
        assert stat.S_IMODE((tmp_path / "other").stat().st_mode) == 0o644
        assert (tmp_path / "other").read_bytes() == bytes(1_000_000)
    if damage not in {a_link, a_pipe, a_circle, a_folder}:
        assert Remembered(store.path).get([key]) == {key: b"result"}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("which", ["index-v5", "content-v2", "safe-install.lock"])
def test_a_damaged_cache_is_mended_or_told_and_nobody_waits_for_it(tmp_path: Path, which: str, damage: Damage) -> None:
    tell = "http://registry.test/", "x", {"1.0.0": "http://registry.test/x/-/x-1.0.0.tgz"}
    write_packument(tmp_path, *tell)
    below = tmp_path / "_cacache" / which
    path = below if below.is_file() else next(path for path in below.rglob("*") if path.is_file())
    if path.stat().st_size == 0:
        path.write_bytes(b"xx")
    damage(path)
    try:
        write_packument(tmp_path, *tell)
    except Exception as error:  # noqa: BLE001 - it must be ours
        assert "cannot write to the cache" in str(error)  # noqa: PT017 - or no error at all


@pytest.mark.npm
@pytest.mark.semgrep
@pytest.mark.parametrize("damage", [halved, garbled, a_folder])
def test_a_run_with_every_store_damaged_installs_what_is_right_or_nothing(world: World, damage: Damage) -> None:
    script = {"install.js": "require('fs').writeFileSync('built', '1')"}
    world.lock(world.registry.publish("x", "1.0.0", script, scripts={"postinstall": "node install.js"}))
    world.approve("x")
    assert ran(world, "ci")[0] == 0
    stores = [path for path in (world.folder.parent / "cache").rglob("*") if path.is_file()]
    assert {"record.key", "remembered.sqlite"} < {path.name for path in stores}
    for path in [*stores, world.folder / "node_modules/.safe-install.json"]:
        damage(path)
    code, said = ran(world, "install")
    if damage is a_folder:
        assert code == 1, said
        shutil.rmtree(world.folder.parent / "cache")
        code, said = ran(world, "ci")
    assert code == 0, said
    assert ran(world, "receipt", "--verify")[0] == 0
    assert world.read("node_modules/x/built") == "1"


@pytest.mark.npm
@pytest.mark.parametrize("whose", ["everybody may write", "another user"])
def test_a_cache_that_somebody_else_can_write_to_is_not_believed(world: World, whose: str) -> None:
    cache = world.folder.parent / "cache"
    cache.mkdir()
    world.lock()
    if whose == "another user":
        if os.geteuid() != 0:
            pytest.skip("only root can give a folder away")
        os.chown(cache, 12345, 12345)
    else:
        cache.chmod(stat.S_IMODE(cache.stat().st_mode) | stat.S_IWOTH)
    said = world.run("scan")
    assert said.code == 2
    assert "what it says would be believed" in said.err
    assert list(cache.iterdir()) == []
