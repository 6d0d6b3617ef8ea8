"""The cache: npm itself finds there what we verified, and nothing that is not what was promised."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from safe_install.errors import IntegrityError, RegistryError
from safe_install.scan.fetch import cacache
from safe_install.scan.fetch.cacache import (
    CORGI,
    content_path,
    packument_url,
    read_content,
    receive_content,
    write_content,
    write_index,
    write_packument,
)
from safe_install.scan.fetch.integrity import Promise, read_promise
from tests.builders import integrity
from tests.loopback import LoopbackRegistry, Published

DATA = b"a tarball"
OTHER = b"something else"


def put(cache: Path, data: bytes, algorithm: str = "sha512") -> Path:
    """Write bytes under their own digest and say where they are."""
    write_content(cache, data, [integrity(data, algorithm)])
    promise = read_promise(integrity(data, algorithm))
    assert promise
    return content_path(cache, promise.algorithm, promise.digests[0])


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_bytes_come_back_under_every_algorithm_npm_accepts(tmp_path: Path, algorithm: str) -> None:
    put(tmp_path, DATA, algorithm)
    assert read_content(tmp_path, integrity(DATA, algorithm)) == DATA


@pytest.mark.parametrize(
    "text",
    [
        f"{integrity(OTHER, 'sha1')} {integrity(DATA)}",
        f"{integrity(OTHER)} {integrity(DATA)}",
        f"  {integrity(DATA)}?opt=1?other\t{integrity(OTHER, 'sha256')}\n",
        f"blake9-AAAA {integrity(DATA)} nonsense",
        f"sha512-@@@@ {integrity(DATA)}",
    ],
)
def test_any_hash_of_the_strongest_algorithm_may_match(tmp_path: Path, text: str) -> None:
    put(tmp_path, DATA)
    assert read_content(tmp_path, text) == DATA


def test_a_promise_may_be_given_read_already(tmp_path: Path) -> None:
    put(tmp_path, DATA)
    promise = read_promise(integrity(DATA))
    assert isinstance(promise, Promise)
    assert read_content(tmp_path, promise) == DATA


def test_content_that_was_changed_on_disk_is_not_content(tmp_path: Path) -> None:
    put(tmp_path, DATA).write_bytes(OTHER)
    assert read_content(tmp_path, integrity(DATA)) is None


def test_changed_content_is_replaced_by_writing_again(tmp_path: Path) -> None:
    put(tmp_path, DATA).write_bytes(OTHER)
    put(tmp_path, DATA)
    assert read_content(tmp_path, integrity(DATA)) == DATA


def test_the_second_of_two_allowed_hashes_is_found_when_the_first_is_spoilt(tmp_path: Path) -> None:
    put(tmp_path, OTHER).write_bytes(b"spoilt")
    put(tmp_path, DATA)
    assert read_content(tmp_path, f"{integrity(OTHER)} {integrity(DATA)}") == DATA


def test_a_pipe_in_place_of_content_does_not_make_us_wait(tmp_path: Path) -> None:
    path = put(tmp_path, DATA)
    path.unlink()
    os.mkfifo(path)
    assert read_content(tmp_path, integrity(DATA)) is None


def test_a_directory_in_place_of_content_is_not_content(tmp_path: Path) -> None:
    path = put(tmp_path, DATA)
    path.unlink()
    path.mkdir()
    assert read_content(tmp_path, integrity(DATA)) is None


def test_bytes_that_break_their_promise_are_never_written(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match=r"promised sha512-.{16}…, received sha512-.{16}…"):
        write_content(tmp_path, OTHER, [integrity(DATA)])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_stream_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def cut() -> Iterator[bytes]:
        yield DATA[:3]
        raise ConnectionResetError

    promise = read_promise(integrity(DATA))
    assert promise
    with pytest.raises(ConnectionResetError):
        receive_content(tmp_path, promise, cut())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_cache_is_for_this_user_alone(tmp_path: Path) -> None:
    put(tmp_path / "new" / "cache", DATA)
    write_index(tmp_path / "new" / "cache", "https://registry.example.test/a", integrity(DATA), 9)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_dir()}
    assert modes == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_file()} == {0o600}


@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "read-only")])
def test_a_disk_that_refuses_is_one_sentence_with_a_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def refuse(*_: Any) -> None:  # noqa: ANN401
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "replace", refuse)  # a full disk cannot be had without being root
    with pytest.raises(RegistryError, match=words) as caught:
        put(tmp_path, DATA)
    assert caught.value.hint
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_where_the_cache_should_be_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RegistryError, match="cannot write to the cache"):
        put(tmp_path / "file" / "cache", DATA)


# ------------------------------------------------------------------ the index


def versions_in(cache: Path, registry: str, name: str) -> dict[str, str]:
    return cacache._known_tarballs(cache, packument_url(registry, name))


def test_versions_that_another_run_wrote_are_kept(tmp_path: Path) -> None:
    registry = "https://registry.example.test/"
    write_packument(tmp_path, registry, "a", {"1.0.0": "https://registry.example.test/a/-/a-1.0.0.tgz"})
    write_packument(tmp_path, registry, "a", {"2.0.0": "https://registry.example.test/a/-/a-2.0.0.tgz"})
    assert set(versions_in(tmp_path, registry, "a")) == {"1.0.0", "2.0.0"}


def test_runs_at_the_same_time_do_not_lose_each_others_versions(tmp_path: Path) -> None:
    registry = "https://registry.example.test/"
    runs = [
        threading.Thread(
            target=write_packument, args=(tmp_path, registry, "a", {f"{number}.0.0": f"{registry}{number}"})
        )
        for number in range(20)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(versions_in(tmp_path, registry, "a")) == 20


def test_telling_the_same_twice_writes_once(tmp_path: Path) -> None:
    for _ in range(3):
        write_index(tmp_path, "https://registry.example.test/a", integrity(DATA), 9, accept=CORGI)
    (bucket,) = [path for path in (tmp_path / "_cacache" / "index-v5").rglob("*") if path.is_file()]
    assert bucket.read_text().count("\n") == 1


def test_a_spoilt_index_line_is_passed_over(tmp_path: Path) -> None:
    registry = "https://registry.example.test/"
    write_packument(tmp_path, registry, "a", {"1.0.0": "x"})
    for bucket in (tmp_path / "_cacache" / "index-v5").rglob("*"):
        if bucket.is_file():
            bucket.write_text(bucket.read_text() + '\n0000\t{"key": "half a li')
    assert versions_in(tmp_path, registry, "a") == {"1.0.0": "x"}


# ------------------------------------------------------------------ npm itself

Entries = dict[str, dict[str, Any]]


def npm_ci(project: Path, cache: Path, registry: str, packages: Entries) -> subprocess.CompletedProcess[str]:
    """Install a lockfile from the cache alone, as `run` does."""
    project.mkdir()
    wanted = {
        key.removeprefix("node_modules/"): _spec(key, entry) for key, entry in packages.items() if _is_direct(key)
    }
    root = {"name": "project", "version": "1.0.0", "dependencies": wanted}
    lock = {**root, "lockfileVersion": 3, "requires": True, "packages": {"": root, **packages}}
    (project / "package.json").write_text(json.dumps(root))
    (project / "package-lock.json").write_text(json.dumps(lock))
    flags = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    places = [f"--cache={cache}", f"--registry={registry}", f"--userconfig={project / 'none'}"]
    return subprocess.run(["npm", "ci", *flags, *places], cwd=project, capture_output=True, text=True, check=False)  # noqa: S607


def _is_direct(key: str) -> bool:
    return key.count("node_modules/") == 1


def _spec(key: str, entry: dict[str, Any]) -> str:
    folder = key.removeprefix("node_modules/")
    return entry["version"] if entry.get("name", folder) == folder else f"npm:{entry['name']}@{entry['version']}"


def prefill(cache: Path, published: Published, *, promise: str | None = None, indexed: bool = False) -> None:
    """Put one version into the cache as `registry.py` does."""
    promise = promise or published.integrity
    write_content(cache, published.tarball, [promise])
    if indexed:
        write_index(cache, published.url, promise, len(published.tarball))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def install(tmp_path: Path, cache: Path, registry: LoopbackRegistry) -> Callable[[Entries], dict[str, str]]:
    """Shut the registry down, let npm install, and say which version stands in which folder."""

    def run(packages: Entries) -> dict[str, str]:
        registry.close()
        project = tmp_path / "project"
        outcome = npm_ci(project, cache, registry.url, packages)
        assert outcome.returncode == 0, outcome.stderr
        manifests = project.glob("node_modules/**/package.json")
        return {str(path.parent.relative_to(project)): json.loads(path.read_text())["version"] for path in manifests}

    return run


@pytest.mark.npm
def test_npm_finds_entries_with_resolved_and_integrity_without_an_index(
    registry: LoopbackRegistry, cache: Path, install: Callable[[Entries], dict[str, str]]
) -> None:
    plain, scoped = registry.publish("plain", "1.0.0"), registry.publish("@scope/scoped", "2.0.0")
    for published in (plain, scoped):
        prefill(cache, published)
    entries = {
        "node_modules/plain": registry.lock_entry(plain),
        "node_modules/@scope/scoped": registry.lock_entry(scoped),
    }
    assert install(entries) == {"node_modules/plain": "1.0.0", "node_modules/@scope/scoped": "2.0.0"}
    assert registry.requests == []


@pytest.mark.npm
def test_npm_finds_entries_that_only_sha1_promises(
    registry: LoopbackRegistry, cache: Path, install: Callable[[Entries], dict[str, str]]
) -> None:
    old = registry.publish("old", "0.1.0")
    promise = integrity(old.tarball, "sha1")
    prefill(cache, old, promise=promise)
    assert install({"node_modules/old": registry.lock_entry(old, integrity=promise)}) == {"node_modules/old": "0.1.0"}


@pytest.mark.npm
def test_npm_finds_nested_versions_scopes_and_aliases_without_resolved(
    registry: LoopbackRegistry, cache: Path, install: Callable[[Entries], dict[str, str]]
) -> None:
    one, two = registry.publish("a", "1.0.0"), registry.publish("a", "2.0.0")
    scoped = registry.publish("@scope/b", "3.0.0", dependencies={"a": "2"})
    for published in (one, two, scoped):
        prefill(cache, published, indexed=True)
    write_packument(cache, registry.url, "a", {"1.0.0": one.url, "2.0.0": two.url})
    write_packument(cache, registry.url, "@scope/b", {"3.0.0": scoped.url})
    entries = {
        "node_modules/a": registry.lock_entry(one, resolved=False),
        "node_modules/@scope/b": registry.lock_entry(scoped, resolved=False),
        "node_modules/@scope/b/node_modules/a": registry.lock_entry(two, resolved=False),
        "node_modules/alias": registry.lock_entry(two, resolved=False, name="a"),
    }
    assert install(entries) == {
        "node_modules/a": "1.0.0",
        "node_modules/@scope/b": "3.0.0",
        "node_modules/@scope/b/node_modules/a": "2.0.0",
        "node_modules/alias": "2.0.0",
    }


@pytest.mark.npm
@pytest.mark.parametrize("resolved", [True, False])
def test_npm_finds_entries_without_integrity_by_their_address(
    registry: LoopbackRegistry, cache: Path, install: Callable[[Entries], dict[str, str]], *, resolved: bool
) -> None:
    bare = registry.publish("bare", "1.0.0")
    prefill(cache, bare, indexed=True)
    write_packument(cache, registry.url, "bare", {"1.0.0": bare.url})
    entry = registry.lock_entry(bare, resolved=resolved)
    del entry["integrity"]
    assert install({"node_modules/bare": entry}) == {"node_modules/bare": "1.0.0"}


@pytest.mark.npm
def test_npm_refuses_an_entry_whose_content_is_not_there(
    tmp_path: Path, registry: LoopbackRegistry, cache: Path
) -> None:
    lacking = registry.publish("lacking", "1.0.0")
    outcome = npm_ci(tmp_path / "project", cache, registry.url, {"node_modules/lacking": registry.lock_entry(lacking)})
    assert "ENOTCACHED" in outcome.stderr
    assert registry.requests == []
