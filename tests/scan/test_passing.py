"""A small tarball that was just verified on its way to the disk is unpacked from memory: whole and as it was, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from safe_install.scan.fetch import delivery
from safe_install.scan.fetch.cacache import read_content
from safe_install.scan.fetch.delivery import SMALL, Passing
from safe_install.scan.fetch.integrity import Promise
from tests.loopback import LoopbackRegistry
from tests.scan.deliveries import Counter, bytes_of, promised


def passed(come: Passing, *blocks: bytes, verified: bool = True) -> Passing:
    for _ in come.seen(iter(blocks)):
        pass
    come.verified = verified
    return come


@pytest.mark.parametrize(("size", "kept"), [(SMALL, SMALL), (SMALL + 1, 0)])
def test_what_is_small_is_kept_and_the_start_of_what_is_not_is_none(size: int, kept: int) -> None:
    assert len(passed(Passing(), bytes(SMALL - 1), bytes(size - SMALL + 1)).whole()) == kept


def test_the_end_of_what_is_not_small_is_none() -> None:
    assert passed(Passing(), bytes(SMALL), bytes(1), bytes(1)).whole() == b""


def test_what_was_not_verified_is_none() -> None:
    assert passed(Passing(), b"1", verified=False).whole() == b""


def test_what_a_former_attempt_brought_is_forgotten() -> None:
    come = passed(Passing(), b"former")
    assert passed(come, b"now").whole() == b"now"
    next(come.seen(iter((b"cut", b"off"))))
    assert come.whole() == b""


def test_a_reader_that_fills_one_room_again_changes_nothing() -> None:
    def stream() -> Iterator[bytes]:
        room = bytearray(b"first")
        for text in (b"first", b"later"):
            room[:] = text
            yield cast("bytes", memoryview(room))

    come = Passing()
    for _ in come.seen(stream()):
        pass
    come.verified = True
    assert come.whole() == b"firstlater"


@pytest.mark.parametrize("small", [0, SMALL])
def test_a_tarball_is_the_same_from_memory_and_from_the_disk(
    registry: LoopbackRegistry, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(delivery, "SMALL", small)
    reads: list[Path] = []

    def reading(cache: Path, promise: Promise) -> bytes | None:
        reads.append(cache)
        return read_content(cache, promise)

    monkeypatch.setattr(delivery, "read_content", reading)
    left_pad = registry.publish("left-pad", "1.3.0", {"index.js": "x"})
    counter = Counter(registry, tmp_path_factory.mktemp("cache"))
    assert bytes_of(counter.one(promised(left_pad))) == left_pad.tarball
    assert bool(reads) == (small == 0)
