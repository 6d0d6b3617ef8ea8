"""Files that many write at once, or that somebody is killed over."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from safe_install.whole_files import read_file, replace_file


def test_many_writers_leave_one_of_their_texts_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    texts = [bytes([65 + n]) * 100_000 for n in range(8)]
    with ThreadPoolExecutor(8) as threads:
        for text in texts * 10:
            threads.submit(replace_file, path, text, durable=False).add_done_callback(lambda done: done.result())
    assert path.read_bytes() in texts
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("durable", [True, False])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, durable: bool
) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync" if durable else "os.chmod", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"new", durable=durable)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("file", "old")]


def test_it_is_for_its_owner_alone_unless_said_otherwise(tmp_path: Path) -> None:
    replace_file(tmp_path / "own", b"")
    replace_file(tmp_path / "any", b"", 0o644)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("own", "any")] == [0o600, 0o644]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("target")
    (tmp_path / "file").symlink_to("target")
    replace_file(tmp_path / "file", b"new")
    assert not (tmp_path / "file").is_symlink()
    assert (tmp_path / "target").read_text() == "target"


@pytest.mark.parametrize("what", ["/dev/zero", "pipe", "folder", "long"])
def test_what_would_not_end_is_not_read(tmp_path: Path, what: str) -> None:
    (tmp_path / "long").write_bytes(b"x" * 11)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match=r"large|directory"):
        read_file(tmp_path / what, 10)


def test_a_file_within_its_bounds_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 10)
    assert read_file(tmp_path / "file", 10) == b"x" * 10
