"""The store of earlier results: right, private, bounded, and never in the way."""

from __future__ import annotations

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from safe_install.scan import remembered
from safe_install.scan.remembered import Key, Remembered


def a_key(content: str = "c1", **more: str) -> Key:
    return Key(**{"about": "js", "content": content, "version": "s1 1.182.0", **more})


def test_what_was_put_is_given_by_a_later_run(tmp_path: Path) -> None:
    Remembered(tmp_path / "deep" / "store.sqlite").put({a_key(): b"[1]"})
    later = Remembered(tmp_path / "deep" / "store.sqlite")
    assert later.get([a_key(), a_key("c2")]) == {a_key(): b"[1]"}
    assert later.notes == []


@pytest.mark.parametrize("other", [{"about": "txt"}, {"version": "s2 1.182.0"}, {"version": "s1 1.183.0"}])
def test_a_result_holds_for_exactly_what_it_depends_on(tmp_path: Path, other: dict[str, str]) -> None:
    store = Remembered(tmp_path / "store.sqlite")
    store.put({a_key(): b"[1]"})
    assert store.get([a_key(**other)]) == {}


def test_a_newer_result_replaces_the_older(tmp_path: Path) -> None:
    store = Remembered(tmp_path / "store.sqlite")
    store.put({a_key(): b"[1]"})
    store.put({a_key(): b"[2]"})
    assert store.get([a_key()]) == {a_key(): b"[2]"}


def test_only_the_owner_may_read_the_store(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.touch(mode=0o666)
    Remembered(path).put({a_key(): b"[1]"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_no_store_is_replaced_and_told(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"not a database, however long this text may be" * 100)
    store = Remembered(path)
    assert store.get([a_key()]) == {}
    assert "thrown away" in store.notes[0]
    store.put({a_key(): b"[1]"})
    assert store.get([a_key()]) == {a_key(): b"[1]"}


def test_a_damaged_store_gives_nothing_and_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    Remembered(path).put({a_key(str(n)): b"[1]" * 100 for n in range(500)})
    with sqlite3.connect(path) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    damaged = bytearray(path.read_bytes())
    damaged[4096:] = b"\xff" * (len(damaged) - 4096)
    path.write_bytes(damaged)
    again = Remembered(path)
    assert again.get([a_key("7")]) == {}
    assert "thrown away" in again.notes[0]
    assert Remembered(path).get([a_key("7")]) == {}


def test_a_store_of_another_schema_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE matched (something TEXT)")
        other.execute(f"PRAGMA user_version = {remembered.SCHEMA + 1}")
    other.close()
    store = Remembered(path)
    assert store.get([a_key()]) == {}
    store.put({a_key(): b"[1]"})
    assert store.get([a_key()]) == {a_key(): b"[1]"}
    assert store.notes == []


def test_a_store_that_cannot_be_made_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = Remembered(tmp_path / "file" / "store.sqlite")
    store.put({a_key(): b"[1]"})
    assert store.get([a_key()]) == {}
    assert "not used" in store.notes[0]


def test_a_store_that_another_run_keeps_locked_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_PATIENCE", 0.05)
    path = tmp_path / "store.sqlite"
    store = Remembered(path)
    store.put({a_key(): b"[1]"})
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    store.put({a_key("c2"): b"[2]"})
    other.rollback()
    other.close()
    assert "not used" in store.notes[0]
    assert store.get([a_key(), a_key("c2")]) == {a_key(): b"[1]"}


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST_ROWS", 3)
    store = Remembered(tmp_path / "store.sqlite")
    for n in range(5):
        store.put({a_key(str(n)): f"[{n}]".encode()})
    assert [key.content for key in store.get([a_key(str(n)) for n in range(5)])] == ["2", "3", "4"]


def test_a_huge_result_is_not_kept(tmp_path: Path) -> None:
    store = Remembered(tmp_path / "store.sqlite")
    store.put({a_key(): b"x" * (remembered.LONGEST_RESULT + 1)})
    assert store.get([a_key()]) == {}


def test_runs_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    keys = [a_key(str(n)) for n in range(40)]
    with ThreadPoolExecutor(8) as runs:
        list(runs.map(lambda key: Remembered(path).put({key: b"[]"}), keys))
    assert len(Remembered(path).get(keys)) == 40
