"""Results that a team shares, in a real folder, a real Redis and an S3 on loopback: believed only where the user says so."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from safe_install import pipeline, signing
from safe_install.doors.doorway import make_tools_here
from safe_install.errors import UsageError
from safe_install.model import Digest
from safe_install.scan.remembered import Key, Remembered
from safe_install.sharing import Sharing, _name, _sealed
from safe_install.signing import create_key_file
from safe_install.tools import Tools
from safe_install.user_configuration import UserConfiguration, place, read_user_configuration
from tests.test_gate import BY_NODE, STEALS
from tests.world import World

ONE = Key("js", "1e" * 32, "signatures engine")
OTHER = Key("js", "2f" * 32, "signatures engine")
FOUND = b'{"sightings": [], "layers": []}'


def a_key(folder: Path, name: str = "key") -> tuple[str, str]:
    """Make a private key in a file, and give its path and the public half."""
    path = folder / name
    return str(path), create_key_file(path)


def sharing(tmp_path: Path, who: str, address: str, *, believes: tuple[str, ...] = (), signs: str = "") -> Sharing:
    """Give what a machine has that shares results at an address, with everything allowed that these tests speak of."""
    configuration = UserConfiguration(results=address, results_keys=believes, results_signing_key=signs)
    cache = tmp_path / who
    made = Sharing(Remembered(cache / "own.sqlite"), configuration, cache=cache, address=address, seconds=30)
    made.allow([Digest(ONE.content), Digest(OTHER.content)])
    return made


@pytest.fixture
def shared(tmp_path: Path) -> str:
    """Give a folder that several machines have."""
    return str(tmp_path / "shared")


def entries(shared: str) -> list[Path]:
    return [path for path in Path(shared).rglob("*") if path.is_file()]


def test_what_one_machine_found_another_needs_not_find_again(tmp_path: Path, shared: str) -> None:
    path, public = a_key(tmp_path)
    sharing(tmp_path, "ci", shared, signs=path).put({ONE: FOUND})
    mine = sharing(tmp_path, "mine", shared, believes=(public,))
    assert mine.get([ONE, OTHER]) == {ONE: FOUND}
    assert mine.notes == []
    shutil.rmtree(shared)
    assert mine.get([ONE]) == {ONE: FOUND}  # it is kept here


def test_nobody_is_believed_whom_the_user_does_not_name(tmp_path: Path, shared: str) -> None:
    path, _ = a_key(tmp_path, "strangers")
    _, public = a_key(tmp_path, "friends")
    sharing(tmp_path, "stranger", shared, signs=path).put({ONE: FOUND})
    mine = sharing(tmp_path, "mine", shared, believes=(public,))
    assert mine.get([ONE]) == {}
    (note,) = mine.notes
    assert note.startswith("1 shared result not signed")
    assert sharing(tmp_path, "nobody", shared).get([ONE]) == {}


def test_who_is_no_longer_believed_is_forgotten(tmp_path: Path, shared: str) -> None:
    path, public = a_key(tmp_path)
    _, another = a_key(tmp_path, "another")
    sharing(tmp_path, "ci", shared, signs=path).put({ONE: FOUND})
    mine = sharing(tmp_path, "mine", shared, believes=(public, another))
    assert mine.get([ONE]) == {ONE: FOUND}
    after = sharing(tmp_path, "mine", shared, believes=(another,))
    assert after.get([ONE]) == {}
    assert after.trust != mine.trust


@pytest.mark.parametrize("damage", ["result", "by", "signature", "cut", "empty", "unsigned", "deep"])
def test_an_entry_that_was_touched_is_none(tmp_path: Path, shared: str, damage: str) -> None:
    path, public = a_key(tmp_path)
    sharing(tmp_path, "ci", shared, signs=path).put({ONE: FOUND})
    (entry,) = entries(shared)
    told = json.loads(entry.read_bytes())
    poisoned = {
        "result": json.dumps({**told, "result": '{"sightings": [], "layers": [[1, "x"]]}'}),
        "by": json.dumps({**told, "by": base64.b64encode(bytes(32)).decode()}),
        "signature": json.dumps({**told, "signature": base64.b64encode(bytes(64)).decode()}),
        "cut": entry.read_text()[:-20],
        "empty": "",
        "unsigned": json.dumps({"result": told["result"]}),
        "deep": "[" * 100_000,
    }
    entry.write_text(poisoned[damage])
    mine = sharing(tmp_path, "mine", shared, believes=(public,))
    assert mine.get([ONE]) == {}
    assert any("ignored" in note for note in mine.notes)


def test_an_entry_in_anothers_place_is_none(tmp_path: Path, shared: str) -> None:
    path, public = a_key(tmp_path)
    writer = sharing(tmp_path, "ci", shared, signs=path)
    writer.put({ONE: FOUND})
    (first,) = entries(shared)
    signed = first.read_bytes()
    writer.put({OTHER: b'{"sightings": [], "layers": [[1, "x"]]}'})
    (second,) = set(entries(shared)) - {first}
    second.write_bytes(signed)  # what is clean is told of what is not
    mine = sharing(tmp_path, "mine", shared, believes=(public,))
    assert mine.get([ONE, OTHER]) == {ONE: FOUND}
    assert any("ignored" in note for note in mine.notes)


def test_nothing_is_written_without_a_key_or_with_one_that_others_may_read(tmp_path: Path, shared: str) -> None:
    sharing(tmp_path, "none", shared).put({ONE: FOUND})
    path, _ = a_key(tmp_path)
    Path(path).chmod(0o640)
    careless = sharing(tmp_path, "careless", shared, signs=path)
    careless.put({ONE: FOUND})
    assert entries(shared) == []
    assert "may be read by others" in careless.notes[0]
    assert careless.get([ONE]) == {ONE: FOUND}  # what this machine found itself it has


def test_nothing_is_asked_for_or_written_that_was_not_said_to_be_public(tmp_path: Path, shared: str) -> None:
    path, public = a_key(tmp_path)
    private = Key("js", "3a" * 32, "signatures engine")
    writer = sharing(tmp_path, "ci", shared, signs=path)
    writer.put({ONE: FOUND, private: FOUND})
    assert len(entries(shared)) == 1
    writer.allow([Digest(private.content)])
    writer.put({private: FOUND})
    assert sharing(tmp_path, "mine", shared, believes=(public,)).get([ONE, private]) == {ONE: FOUND}


def test_a_store_that_is_not_there_costs_a_note_and_no_answer(tmp_path: Path) -> None:
    _, public = a_key(tmp_path)
    (tmp_path / "file").write_text("no folder")
    mine = sharing(tmp_path, "mine", str(tmp_path / "file"), believes=(public,))
    mine.local.put({OTHER: FOUND})
    assert mine.get([ONE, OTHER]) == {OTHER: FOUND}
    (note,) = mine.notes
    assert "were not used: NotADirectoryError" in note


def test_a_store_that_never_answers_is_not_waited_for(tmp_path: Path) -> None:
    pytest.importorskip("redis")
    _, public = a_key(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"redis://:secret@127.0.0.1:{silent.getsockname()[1]}/0"
        configuration = UserConfiguration(results=address, results_keys=(public,))
        mine = Sharing(Remembered(tmp_path / "own.sqlite"), configuration, cache=tmp_path, address=address, seconds=0.3)
        mine.allow([Digest(ONE.content)])
        assert mine.get([ONE]) == {}
        assert mine.notes == ["shared results at redis://127.0.0.1 were not used: it took too long"]


# ------------------------------------------------------------------ storage that people have


@pytest.fixture
def redis_address(tmp_path: Path) -> Iterator[str]:
    """Start a real Redis for one test."""
    redis = pytest.importorskip("redis")
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("no redis-server here")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen([server, *words], stdout=subprocess.DEVNULL)
    try:
        with redis.Redis(port=port) as client:
            for _ in range(200):
                try:
                    client.ping()
                    break
                except redis.ConnectionError:
                    time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def s3_address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve a bucket on loopback."""
    server_module = pytest.importorskip("moto.server")
    pytest.importorskip("s3fs")
    boto3 = pytest.importorskip("boto3")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        endpoint = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
        for name, value in {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "DEFAULT_REGION": "us-east-1"}.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        boto3.client("s3").create_bucket(Bucket="team")
        yield "s3://team/results"
    finally:
        server.stop()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("storage", ["redis_address", "s3_address", "file"])
def test_any_storage_gives_back_what_was_written_and_nothing_else(
    tmp_path: Path, storage: str, request: pytest.FixtureRequest
) -> None:
    pytest.importorskip("fsspec")
    address = f"file://{tmp_path}/by-fsspec" if storage == "file" else request.getfixturevalue(storage)
    path, public = a_key(tmp_path)
    mine = sharing(tmp_path, "before", address, believes=(public,))
    assert mine.get([ONE, OTHER]) == {}
    writer = sharing(tmp_path, "ci", address, signs=path)
    writer.put({ONE: FOUND})
    mine = sharing(tmp_path, "mine", address, believes=(public,))
    assert mine.get([ONE, OTHER]) == {ONE: FOUND}
    assert (mine.notes, writer.notes) == ([], [])


# ------------------------------------------------------------------ in a whole run


def configured(*lines: str) -> None:
    path = place(os.environ)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines))


def tools_of(world: World, *, public: bool = True) -> Tools:
    """Give the tools of a user whose public registry is the one on loopback, or is not."""
    tools = make_tools_here(quiet=True)
    return replace(tools, public_registry=world.registry.url) if public else tools


def forget() -> None:
    for path in Path(os.environ["SAFE_INSTALL_CACHE"]).glob("*.sqlite"):
        path.unlink()


@pytest.mark.npm
@pytest.mark.semgrep
def test_only_what_is_on_public_packages_leaves_this_machine(world: World, tmp_path: Path, shared: str) -> None:
    path, _ = a_key(tmp_path)
    configured(f'results = "{shared}"', f'results-signing-key = "{path}"')
    world.lock(world.registry.publish("thief", "1.0.0", STEALS, **BY_NODE), scripts={"postinstall": "node own.js"})
    world.write("own.js", "console.log(process.env.OWN)\n")
    pipeline.scan(world.folder, (), tools_of(world, public=False))
    assert entries(shared) == []
    forget()
    pipeline.scan(world.folder, (), tools_of(world))
    written = b"".join(one.read_bytes() for one in entries(shared))
    assert b"collect.example.invalid" in written
    assert b"OWN" not in written


@pytest.mark.npm
@pytest.mark.semgrep
def test_a_folder_that_is_scanned_by_its_path_is_private(world: World, tmp_path: Path, shared: str) -> None:
    path, _ = a_key(tmp_path)
    configured(f'results = "{shared}"', f'results-signing-key = "{path}"')
    world.write("pkg/package.json", json.dumps({"name": "pkg", "version": "1.0.0", **BY_NODE}))
    world.write("pkg/install.js", STEALS["install.js"])
    pipeline.scan(world.folder, ("pkg",), tools_of(world))
    assert entries(shared) == []


@pytest.mark.npm
@pytest.mark.semgrep
def test_a_projects_own_signatures_are_shared_with_nobody(world: World, tmp_path: Path, shared: str) -> None:
    path, _ = a_key(tmp_path)
    configured(f'results = "{shared}"', f'results-signing-key = "{path}"')
    world.lock(world.registry.publish("thief", "1.0.0", STEALS, **BY_NODE))
    tools = tools_of(world).with_signatures([])
    assert tools.sharing is None
    pipeline.scan(world.folder, (), tools)
    assert entries(shared) == []


@pytest.mark.npm
@pytest.mark.semgrep
def test_a_clean_result_of_a_stranger_hides_nothing_and_one_of_a_friend_is_taken(
    world: World, tmp_path: Path, shared: str
) -> None:
    path, public = a_key(tmp_path)
    configured(f'results = "{shared}"', f'results-signing-key = "{path}"')
    world.lock(world.registry.publish("thief", "1.0.0", STEALS, **BY_NODE))
    before = pipeline.scan(world.folder, (), tools_of(world))
    assert any(one.inspection.findings for one in before.reviews[0].verdicts)
    _lie(shared, path)  # the key's owner says of everything that it is clean
    forget()
    configured(f'results = "{shared}"', f'results-keys = ["{a_key(tmp_path, "else")[1]}"]')
    told = pipeline.scan(world.folder, (), tools_of(world))
    assert [one.inspection.findings for one in told.reviews[0].verdicts] == [
        one.inspection.findings for one in before.reviews[0].verdicts
    ]
    assert any("ignored" in note for note in told.notes)
    forget()
    configured(f'results = "{shared}"', f'results-keys = ["{public}"]')
    believed = pipeline.scan(world.folder, (), tools_of(world))
    assert not any(one.inspection.findings for one in believed.reviews[0].verdicts)
    configured("")  # and what was believed is not remembered once nobody is
    assert any(one.inspection.findings for one in pipeline.scan(world.folder, (), tools_of(world)).reviews[0].verdicts)


def _lie(shared: str, path: str) -> None:
    """Sign every entry again, with a clean result, as its owner can who knows what each is about."""
    by, sign = signing.signer(path)
    with closing(sqlite3.connect(Path(os.environ["SAFE_INSTALL_CACHE"], "remembered.sqlite"))) as store:
        keys = [Key(*row) for row in store.execute("SELECT about, content, version FROM remembered")]
    there = {entry.name: entry for entry in entries(shared)}
    named = {_name(key): key for key in keys if _name(key) in there}
    assert len(named) == len(there) > 0
    for name, key in named.items():
        there[name].write_bytes(_sealed(key, FOUND, by, sign))


@pytest.mark.npm
@pytest.mark.semgrep
def test_a_policy_names_a_place_to_read_and_never_whom_to_believe_or_where_to_write(
    world: World, tmp_path: Path, shared: str
) -> None:
    path, public = a_key(tmp_path)
    world.write("safe-install.toml", 'results = "s3://team/results"\n')
    tools = make_tools_here(quiet=True)
    assert tools.sharing_at("s3://team/results").sharing is None  # nobody is believed
    configured(f'results-keys = ["{public}"]', f'results-signing-key = "{path}"')
    read = make_tools_here(quiet=True).sharing_at("s3://team/results").sharing
    assert read is not None
    assert read._signs_with == ""
    configured(f'results = "{shared}"', f'results-keys = ["{public}"]')
    tools = make_tools_here(quiet=True)
    assert tools.sharing_at("s3://team/results").sharing is tools.sharing


@pytest.mark.parametrize(
    "address", ["/home/somebody/.ssh", "file:///etc", "http://127.0.0.1/", "s3://a/../b", "s3://a::file:///b"]
)
def test_a_policy_may_not_send_anybody_to_a_folder_or_a_server_of_another_kind(address: str) -> None:
    from safe_install.decide.policy import read_policy

    with pytest.raises(UsageError, match=r"safe-install\.toml:1: results"):
        read_policy(f"results = {json.dumps(address)}\n")


# ------------------------------------------------------------------ what a user says


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("resutls = 1", r":1: unknown key 'resutls'"),
        ('\nresults = "shared"', r":2: results"),
        ('results-keys = ["abc"]', r":1: results-keys"),
        ('results-signing-key = "key"', r":1: results-signing-key"),
        ("results = ", "is not TOML"),
    ],
)
def test_a_configuration_that_is_half_understood_is_refused(tmp_path: Path, text: str, told: str) -> None:
    env = {"XDG_CONFIG_HOME": str(tmp_path)}
    place(env).parent.mkdir()
    place(env).write_text(text)
    with pytest.raises(UsageError, match=told):
        read_user_configuration(env)


@pytest.mark.npm
def test_a_configuration_in_a_project_is_that_projects_and_not_read(
    world: World, shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.lock()
    configured(f'results = "{shared}"')
    assert make_tools_here(quiet=True).sharing is not None
    monkeypatch.setenv("XDG_CONFIG_HOME", str(world.folder / "config"))
    configured(f'results = "{shared}"')
    assert make_tools_here(quiet=True).sharing is None


def test_a_configuration_that_others_may_write_is_refused(tmp_path: Path) -> None:
    env = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert read_user_configuration(env) == UserConfiguration()
    place(env).parent.mkdir()
    place(env).write_text("")
    place(env).chmod(0o666)
    with pytest.raises(UsageError, match="may be written by others"):
        read_user_configuration(env)


def test_a_key_in_a_file_is_for_its_owner_alone_and_never_written_over(tmp_path: Path) -> None:
    path, public = a_key(tmp_path)
    assert Path(path).stat().st_mode & 0o777 == 0o600
    told, sign = signing.signer(path)
    assert told == public
    assert signing.is_by(public, sign(b"x"), b"x")
    assert not signing.is_by(public, sign(b"x"), b"y")
    with pytest.raises(UsageError):
        create_key_file(Path(path))
