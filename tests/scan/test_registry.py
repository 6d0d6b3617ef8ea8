"""From promises to packages over real sockets."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from safe_install.errors import IntegrityError, TarballError
from safe_install.model import Artifact, Gap, GapKind, Package, Source
from safe_install.scan.fetch.cacache import content_path, read_content, write_content
from safe_install.scan.fetch.integrity import read_promise
from safe_install.scan.fetch.registry import Registry
from tests.builders import an_artifact, integrity
from tests.faults import Status, WrongBytes
from tests.loopback import LoopbackRegistry, Published
from tests.scan.deliveries import Counter, Result, bytes_of, files_in, promised, unpack


@pytest.fixture
def counter(registry: LoopbackRegistry, tmp_path: Path) -> Counter:
    return Counter(registry, tmp_path / "cache")


# ------------------------------------------------------------------ the plain way


def test_verified_bytes_arrive_and_stay_in_the_private_cache(registry: LoopbackRegistry, counter: Counter) -> None:
    left_pad = registry.publish("left-pad", "1.3.0", {"index.js": "x"})
    assert bytes_of(counter.one(promised(left_pad))) == left_pad.tarball
    assert read_content(counter.cache, left_pad.integrity) == left_pad.tarball


def test_many_arrive_each_as_itself(registry: LoopbackRegistry, counter: Counter) -> None:
    published = [registry.publish(f"@scope/p{number}", f"1.0.{number}", {"n": str(number)}) for number in range(60)]
    found = counter.deliver(*map(promised, published))
    assert {location: bytes_of(one) for location, one in found.items()} == {
        f"node_modules/{one.name}": one.tarball for one in published
    }


def test_a_second_run_asks_nobody(registry: LoopbackRegistry, counter: Counter) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    counter.one(promised(left_pad))
    registry.close()
    assert bytes_of(counter.one(promised(left_pad))) == left_pad.tarball


def test_the_users_npm_cache_is_read_before_the_network(
    registry: LoopbackRegistry, counter: Counter, tmp_path: Path
) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    counter.options["user_cache"] = tmp_path / "npm"
    write_content(tmp_path / "npm", left_pad.tarball, [left_pad.integrity])
    assert bytes_of(counter.one(promised(left_pad))) == left_pad.tarball
    assert registry.requests == []


@pytest.mark.parametrize("whose", ["private", "user"])
def test_a_spoilt_cache_is_passed_over_and_fetched_again(
    registry: LoopbackRegistry, counter: Counter, tmp_path: Path, whose: str
) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    counter.options["user_cache"] = tmp_path / "npm"
    cache = counter.cache if whose == "private" else tmp_path / "npm"
    write_content(cache, left_pad.tarball, [left_pad.integrity])
    spoil(cache, left_pad)
    assert bytes_of(counter.one(promised(left_pad))) == left_pad.tarball
    assert read_content(counter.cache, left_pad.integrity) == left_pad.tarball
    assert len(registry.requests) == 1


def spoil(cache: Path, published: Published) -> None:
    promise = read_promise(published.integrity)
    assert promise
    content_path(cache, promise.algorithm, promise.digests[0]).write_bytes(b"spoilt")


def test_the_same_tarball_at_several_places_is_fetched_and_unpacked_once(
    registry: LoopbackRegistry, counter: Counter
) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    places = [replace(promised(left_pad), location=f"node_modules/{letter}/node_modules/left-pad") for letter in "abc"]
    found = counter.deliver(*places)
    assert [one.artifact.location for one in found.values() if isinstance(one, Package)] == list(found)
    assert registry.seen() == ["GET /left-pad/-/left-pad-1.3.0.tgz"]


def test_the_third_argument_reads_again_and_verifies_again(registry: LoopbackRegistry, counter: Counter) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    again: list[Callable[[], bytes]] = []

    def keep(artifact: Artifact, data: bytes, read: Callable[[], bytes]) -> Package:
        again.append(read)
        return unpack(artifact, data, read)

    list(Registry(counter.registries, cache=counter.cache).deliver([promised(left_pad)], keep))
    assert again[0]() == left_pad.tarball
    spoil(counter.cache, left_pad)
    with pytest.raises(IntegrityError, match="changed in the cache"):
        again[0]()


def test_runs_at_the_same_time_share_a_cache(registry: LoopbackRegistry, counter: Counter) -> None:
    published = [registry.publish(f"p{number}", "1.0.0", {"n": str(number)}) for number in range(30)]
    wanted = [promised(one, resolved=None) for one in published]
    results: list[Result] = []
    runs = [threading.Thread(target=lambda: results.append(counter.deliver(*wanted))) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [sorted(map(bytes_of, result.values())) for result in results] == [
        sorted(one.tarball for one in published)
    ] * 4
    assert not list((counter.cache / "_cacache" / "tmp").iterdir())


@pytest.mark.npm
def test_npm_then_fetches_nothing_for_a_lockfile_without_addresses(
    registry: LoopbackRegistry, counter: Counter, tmp_path: Path
) -> None:
    from tests.scan.test_cacache import npm_ci

    one, two = registry.publish("a", "1.0.0"), registry.publish("a", "2.0.0")
    scoped = registry.publish("@scope/b", "3.0.0", dependencies={"a": "2"})
    entries = {
        "node_modules/a": registry.lock_entry(one, resolved=False),
        "node_modules/@scope/b": registry.lock_entry(scoped, resolved=False),
        "node_modules/@scope/b/node_modules/a": registry.lock_entry(two, resolved=False),
    }
    counter.deliver(
        *(
            promised(published, location=location, resolved=None)
            for location, published in zip(entries, (one, scoped, two), strict=True)
        )
    )
    registry.close()
    outcome = npm_ci(tmp_path / "project", counter.cache, registry.url, entries)
    assert outcome.returncode == 0, outcome.stderr
    assert (tmp_path / "project/node_modules/@scope/b/node_modules/a/package.json").exists()


# ------------------------------------------------------------------ what cannot be had is a gap


def test_wrong_bytes_are_a_gap_and_never_cached(registry: LoopbackRegistry, counter: Counter) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    registry.fault("left-pad-1.3.0", WrongBytes())
    gap = counter.gap(promised(left_pad))
    assert (gap.kind, gap.where) == (GapKind.NOT_FETCHED, "left-pad@1.3.0")
    assert "does not match its integrity" in gap.detail
    assert not any(path.read_bytes() == WrongBytes().body for path in files_in(counter.cache))


def test_bytes_promised_by_sha1_alone_are_verified_by_sha1(registry: LoopbackRegistry, counter: Counter) -> None:
    old = registry.publish("old", "0.1.0")
    assert bytes_of(counter.one(promised(old, integrity=integrity(old.tarball, "sha1")))) == old.tarball
    assert "does not match" in counter.gap(promised(old, integrity=integrity(b"other", "sha1"))).detail


@pytest.mark.parametrize("text", [None, "", "sha512-nonsense", "md5-1B2M2Y8AsgTpgAmY7PhCfg=="])
def test_without_integrity_nothing_is_fetched_and_nothing_is_clean(
    registry: LoopbackRegistry, counter: Counter, text: str | None
) -> None:
    bare = promised(registry.publish("bare", "1.0.0"), integrity=text)
    assert counter.gap(bare).kind is GapKind.NO_INTEGRITY
    assert registry.seen("bare") == []


def test_a_git_dependency_is_a_gap(counter: Counter) -> None:
    git = an_artifact("g", source=Source.GIT, resolved="git+ssh://git@host.test/g.git#0", integrity=integrity(b""))
    gap = counter.gap(git)
    assert gap.kind is GapKind.NOT_FETCHED
    assert "git" in gap.detail


def test_an_archive_that_is_refused_is_a_gap_with_its_reason(registry: LoopbackRegistry, counter: Counter) -> None:
    def refuse(*_: object) -> Package:
        raise TarballError("two top folders")

    left_pad = registry.publish("left-pad", "1.3.0")
    ((_, gap),) = Registry(counter.registries, cache=counter.cache).deliver([promised(left_pad)], refuse)
    assert gap == Gap(kind=GapKind.REFUSED, where="left-pad@1.3.0", detail="two top folders")


def test_a_fault_of_ours_is_not_taken_for_a_gap(registry: LoopbackRegistry, counter: Counter) -> None:
    def stumble(*_: object) -> Package:
        raise ZeroDivisionError

    left_pad = registry.publish("left-pad", "1.3.0")
    with pytest.raises(ZeroDivisionError):
        list(Registry(counter.registries, cache=counter.cache).deliver([promised(left_pad)], stumble))


def test_a_package_that_is_not_there_is_its_own_gap(registry: LoopbackRegistry, counter: Counter) -> None:
    gone = an_artifact("gone", resolved=f"{registry.url}gone/-/gone-1.0.0.tgz", integrity=integrity(b""))
    assert "404" in counter.gap(gone).detail
    assert registry.seen("gone") == ["GET /gone/-/gone-1.0.0.tgz"]


@pytest.mark.parametrize("code", [401, 403, 404, 410, 400])
def test_a_clear_no_is_not_asked_twice(registry: LoopbackRegistry, counter: Counter, code: int) -> None:
    private = registry.publish("private", "1.0.0")
    registry.fault("private", Status(code))
    assert str(code) in counter.gap(promised(private)).detail
    assert len(registry.seen("private")) == 1


def test_an_address_that_the_linter_refuses_is_never_asked(registry: LoopbackRegistry, counter: Counter) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    other = registry.publish("other", "1.3.0")
    posing = promised(left_pad, resolved=other.url, integrity=other.integrity)
    assert "another package's tarball" in counter.gap(posing).detail
    assert registry.seen("other") == []


def test_an_allowed_host_is_asked_for_a_remote_tarball(counter: Counter) -> None:
    with LoopbackRegistry() as elsewhere:
        remote = promised(elsewhere.publish("far", "1.0.0"), source=Source.REMOTE)
        assert "`allowed-hosts`" in counter.gap(remote).detail
        counter.options["allowed_hosts"] = (elsewhere.host,)
        assert isinstance(counter.one(remote), Package)


# ------------------------------------------------------------------ files


def test_a_file_tarball_is_read_from_the_project(counter: Counter, tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "a b.tgz").write_bytes(b"packed")
    counter.options["project"] = tmp_path
    packed = an_artifact("a", source=Source.FILE, resolved="file:vendor/a%20b.tgz", integrity=integrity(b"packed"))
    assert bytes_of(counter.one(packed)) == b"packed"


@pytest.mark.parametrize(
    ("resolved", "promise", "kind", "said"),
    [
        ("file:gone.tgz", integrity(b""), GapKind.NOT_FETCHED, "no file gone.tgz"),
        ("file:a.tgz", integrity(b"other"), GapKind.NOT_FETCHED, "does not match"),
        ("file:a.tgz", None, GapKind.NO_INTEGRITY, "nothing to verify"),
        ("file:.", integrity(b""), GapKind.NOT_FETCHED, "cannot be read"),
        ("file:/dev/zero", integrity(b""), GapKind.NOT_FETCHED, "cannot be read"),
        ("file:a\0b", integrity(b""), GapKind.NOT_FETCHED, "cannot be read"),
        (f"file:{'a' * 5000}", integrity(b""), GapKind.NOT_FETCHED, "cannot be read"),
    ],
)
def test_a_file_that_is_not_what_was_promised_is_a_gap(
    counter: Counter, tmp_path: Path, resolved: str, promise: str | None, kind: GapKind, said: str
) -> None:
    (tmp_path / "a.tgz").write_bytes(b"packed")
    counter.options["project"] = tmp_path
    gap = counter.gap(an_artifact("a", source=Source.FILE, resolved=resolved, integrity=promise))
    assert gap.kind is kind
    assert said in gap.detail
