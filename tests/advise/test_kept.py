"""What was answered is kept, for as long as it holds, and nothing about the store can make a run fail."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from safe_install.advise.kept import Kept

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def kept(folder: Path, now: datetime = NOW, valid: timedelta | None = DAY) -> Kept:
    return Kept(path=folder / "advice" / "store.json", now=now, valid=valid)


def test_an_answer_holds_for_its_time_and_no_longer(tmp_path: Path) -> None:
    kept(tmp_path).put({"q": []})
    assert kept(tmp_path, NOW + DAY - timedelta(seconds=1)).get("q") == []
    assert kept(tmp_path, NOW + DAY).get("q") is None
    assert kept(tmp_path, NOW - timedelta(seconds=1)).get("q") is None


def test_what_never_changes_is_kept_for_ever(tmp_path: Path) -> None:
    kept(tmp_path, valid=None).put({"q": "a"})
    assert kept(tmp_path, NOW + 1000 * DAY, valid=None).get("q") == "a"


def test_a_second_answer_leaves_the_first(tmp_path: Path) -> None:
    kept(tmp_path).put({"a": 1})
    kept(tmp_path).put({"b": 2})
    assert (kept(tmp_path).get("a"), kept(tmp_path).get("b")) == (1, 2)


def test_the_store_is_for_its_owner_alone(tmp_path: Path) -> None:
    kept(tmp_path).put({"a": 1})
    path = tmp_path / "advice" / "store.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("content", ["", "{", "[]", '{"q": 1}', '{"q": ["never", 1]}', '{"q": [1, 2]}', "[" * 100_000])
def test_a_broken_store_is_an_empty_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "advice").mkdir()
    (tmp_path / "advice" / "store.json").write_text(content)
    assert kept(tmp_path).get("q") is None
    kept(tmp_path).put({"q": 1})
    assert kept(tmp_path).get("q") == 1


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "advice").write_text("a file")
    kept(tmp_path).put({"q": 1})
    assert kept(tmp_path).get("q") is None
