"""What is read while npm still writes is what stands there at the end, or it is read again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from safe_install.model import sha256
from safe_install.run import reading_ahead
from safe_install.run.compare import Kind, compare
from safe_install.run.files import digest_file
from safe_install.run.promises import Promises
from safe_install.run.reading_ahead import SETTLED, ReadAhead
from tests.builders import a_manifest, a_package, an_artifact
from tests.run.site import unpacked

FILE = "node_modules/a/lib/index.js"


@pytest.fixture
def promises(tmp_path: Path) -> Promises:
    """Unpack a package as npm would, long enough ago."""
    package = a_package({"package.json": a_manifest("a"), "lib/index.js": "1"}, an_artifact("a"))
    unpacked(tmp_path, {"node_modules/a": package})
    time.sleep(2 * SETTLED / 1e9)
    return Promises({"node_modules/a": package}, {})


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what is read only when it is asked for."""
    late: list[str] = []
    real = digest_file

    def noting(path: str, size: int) -> object:
        late.append(path)
        return real(path, size)

    monkeypatch.setattr(reading_ahead, "digest_file", noting)
    return late


def ahead(root: Path, promises: Promises) -> ReadAhead:
    """Read what stands there, for as long as it takes to look three times."""

    class ThirdTime(Event):
        looks = 0

        def wait(self, timeout: float | None = None) -> bool:
            self.looks += 1
            return super().wait(timeout) or self.looks > 3

    reading = ReadAhead(root, promises)
    reading.read_until(ThirdTime())
    return reading


def test_what_was_read_early_is_not_read_again(tmp_path: Path, promises: Promises, read: list[str]) -> None:
    digest = ahead(tmp_path, promises).digest
    assert digest(f"{tmp_path}/{FILE}", 1)[1] == sha256(b"1")
    assert compare(tmp_path, promises.packages, {}, promises, digest) == ()
    assert read == []


def again(file: Path) -> None:
    file.write_text("2")


def with_its_old_times(file: Path) -> None:
    before = file.stat()
    file.write_text("2")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def by_another(file: Path) -> None:
    other = file.with_name("other")
    other.write_text("2")
    other.replace(file)


@pytest.mark.parametrize("change", [again, with_its_old_times, by_another])
def test_a_file_that_is_changed_after_it_was_read_is_read_again(
    tmp_path: Path, promises: Promises, change: Callable[[Path], None]
) -> None:
    reading = ahead(tmp_path, promises)
    change(tmp_path / FILE)
    assert reading.digest(f"{tmp_path}/{FILE}", 1)[1] == sha256(b"2")
    (different,) = compare(tmp_path, promises.packages, {}, promises, reading.digest)
    assert (different.path, different.kind) == ("lib/index.js", Kind.CHANGED)


def test_a_file_that_becomes_a_link_is_not_followed(tmp_path: Path, promises: Promises) -> None:
    reading = ahead(tmp_path, promises)
    (tmp_path / FILE).rename(tmp_path / "moved")
    (tmp_path / FILE).symlink_to(tmp_path / "moved")
    with pytest.raises(OSError, match="symbolic"):
        reading.digest(f"{tmp_path}/{FILE}", 1)


def test_what_changed_a_moment_ago_is_left_for_later(
    tmp_path: Path, promises: Promises, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / FILE).write_text("1")
    monkeypatch.setattr(
        reading_ahead, "_is_settled", lambda _: True
    )  # as when a package's last file is older than another
    monkeypatch.setattr(reading_ahead, "SETTLED", 10**12)
    assert ahead(tmp_path, promises).digest(f"{tmp_path}/{FILE}", 1)[1] == sha256(b"1")
    assert read == [f"{tmp_path}/{FILE}"]


def test_what_is_not_there_is_not_waited_for(tmp_path: Path) -> None:
    package = a_package({"package.json": a_manifest("a")}, an_artifact("a"))
    over = Event()
    over.set()
    reading = ReadAhead(tmp_path, Promises({"node_modules/a": package}, {}))
    reading.read_until(over)
    with pytest.raises(FileNotFoundError):
        reading.digest(f"{tmp_path}/node_modules/a/package.json", 1)
