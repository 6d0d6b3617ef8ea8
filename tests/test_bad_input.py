"""Bad input, end to end: one clear sentence with the fix, the right exit code, and a project that is as it was."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import a_manifest, a_tarball
from tests.faults import Cut, Drip, Fault, Redirect, Status, WrongBytes
from tests.world import Said, World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]

SECRET = "npm_thisIsTheSecretToken0123456789"


@pytest.fixture
def world(world: World) -> World:
    """Add to the project a package, and to the user's configuration a token that no output may show."""
    with Path.home().joinpath(".npmrc").open("a") as npmrc:
        npmrc.write(f"//{world.registry.host}/:_authToken={SECRET}\n")
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    return world


def refused(world: World, *words: str) -> Said:
    """Run what must not work: nothing changes, no secret and no traceback is shown, stdout stays empty."""
    before = world.tree(".")
    said = world.run(*words)
    assert world.tree(".") == before
    assert SECRET not in said.out + said.err
    assert "Traceback" not in said.err
    assert said.out == ""
    return said


def a_sentence(said: Said) -> tuple[str, str]:
    """Give the error and its fix, the two lines that follow what was said of the progress."""
    lines = said.err.strip().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("safe-install: "))
    assert lines[-1].startswith("  "), said.err
    assert not lines[-1].startswith("  |"), said.err
    return lines[start].removeprefix("safe-install: "), lines[-1].strip()


# ------------------------------------------------------------------ the lockfile


@pytest.mark.parametrize("command", ["ci", "install", "scan"])
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "package-lock.json is empty"),
        (b'{"lockfileVersion": 3, "packages": {', "cut off: it ends in line 1"),
        (b'{"name": "\xff"}', "not UTF-8 text (byte 10)"),
        (b'{"packages": ' + b"[" * 200_000, "nested too deeply"),
        (b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> theirs\n", "marks of a merge conflict"),
        (b'{"lockfileVersion": 1, "dependencies": {}}', "lockfileVersion 1"),
        (b'{"lockfileVersion": 5, "packages": {}}', "lockfileVersion 5"),
        (b"[]", "expected an object"),
        (None, "cannot be read: Is a directory"),
    ],
)
def test_a_lockfile_that_nobody_can_read(world: World, command: str, content: bytes | None, sentence: str) -> None:
    lockfile = world.folder / "package-lock.json"
    lockfile.unlink()
    if content is None:
        lockfile.mkdir()
    else:
        lockfile.write_bytes(content)
    said = refused(world, command)
    assert said.code == 1
    assert sentence in a_sentence(said)[0]


@pytest.mark.parametrize("command", ["ci", "scan"])
def test_no_lockfile_names_the_command_that_makes_one(world: World, command: str) -> None:
    (world.folder / "package-lock.json").unlink()
    said = refused(world, command)
    assert said.code == 1
    assert "safe-install install" in a_sentence(said)[1]


def test_fifty_megabytes_of_lockfile_take_bounded_memory(world: World) -> None:
    world.write("package-lock.json", '{"lockfileVersion": 3, "packages": {"": {"name": "' + "x" * (50 << 20))
    most = 2 << 30
    program = [sys.executable, "-m", "safe_install", "scan"]
    limited = f"import os, resource; resource.setrlimit(resource.RLIMIT_DATA, ({most}, {most})); os.execv({program[0]!r}, {program!r})"
    ran = subprocess.run(
        [sys.executable, "-c", limited], cwd=world.folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "cut off" in ran.stderr
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < most >> 10


# ------------------------------------------------------------------ package.json


@pytest.mark.parametrize("words", [("ci",), ("install",), ("plain",), ("uninstall", "plain")])
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "package.json is not JSON"),
        (b"", "package.json is not JSON"),
        (b"[]", "package.json holds no object"),
        (b'{"name": "\xff"}', "package.json is not UTF-8 text (byte 10)"),
        (b"[" * 200_000, "package.json is not JSON: it is nested too deeply"),
        (None, "There is no package.json"),
    ],
)
def test_a_package_json_that_nobody_can_read(
    world: World, words: tuple[str, ...], content: bytes | None, sentence: str
) -> None:
    manifest = world.folder / "package.json"
    manifest.unlink()
    if content is not None:
        manifest.write_bytes(content)
    said = refused(world, *words)
    assert said.code == 2
    assert sentence in a_sentence(said)[0]


def test_a_byte_order_mark_is_none_of_our_business(world: World) -> None:
    (world.folder / "package.json").write_bytes(b"\xef\xbb\xbf" + world.read("package.json").encode())
    assert world.run("ci").code == 0
    assert world.has("node_modules/plain/index.js")


@pytest.mark.parametrize("pattern", ["**x", ".", "[", "\0"])
def test_workspaces_by_a_glob_that_python_does_not_know(world: World, pattern: str) -> None:
    world.registry.publish("two", "1.0.0")
    world.write("package.json", json.dumps({**json.loads(world.read("package.json")), "workspaces": [pattern]}))
    said = world.run("two", "--dry-run")
    assert said.code in {0, 12}, said
    assert "Traceback" not in said.err


def test_what_npm_unpacks_otherwise_than_inspected_is_not_left_behind(world: World) -> None:
    world.write("package.json", json.dumps({**json.loads(world.read("package.json")), "workspaces": ["."]}))
    said = refused(world, "install")  # npm links the project into its own node_modules, which no lockfile entry says
    assert said.code == 1
    assert "npm unpacked something else than what was inspected: node_modules/app" in said.err


@pytest.mark.parametrize("words", [("ci",), ("install",), ("scan",), ("plain",)])
def test_an_empty_directory_is_no_project(
    world: World, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    said = World(empty, world.registry).run(*words)
    assert said.code == 2
    assert a_sentence(said) == (
        f"There is no package.json in {empty}.",
        "Run this in a project, or `npm init` first.",
    )
    assert list(empty.iterdir()) == []


# ------------------------------------------------------------------ our own files


@pytest.mark.parametrize(
    ("name", "content", "code", "sentence"),
    [
        ("safe-install.toml", b"\nfrobnicate = 1\n", 2, "safe-install.toml:2: unknown key 'frobnicate'"),
        ("safe-install.toml", b"= =", 2, "safe-install.toml is not TOML"),
        ("safe-install.toml", b"\xff", 2, "safe-install.toml is not UTF-8 text"),
        ("safe-install.approvals.json", b"{", 1, "not JSON"),
        ("safe-install.approvals.json", b"[]", 1, "expected an object"),
        ("safe-install.approvals.json", b"\xff", 1, "not UTF-8 text"),
        ("safe-install.approvals.json", b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> x\n", 1, "a merge conflict"),
    ],
)
def test_a_file_of_ours_that_is_broken(world: World, name: str, content: bytes, code: int, sentence: str) -> None:
    (world.folder / name).write_bytes(content)
    said = refused(world, "ci")
    assert said.code == code
    assert sentence in said.err
    assert len(said.err.splitlines()) <= 2


def test_remembered_results_that_are_garbage_are_not_missed(world: World, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "remembered.sqlite").write_bytes(b"garbage" * 1000)
    assert world.run("ci").code == 0


# ------------------------------------------------------------------ words


@pytest.mark.parametrize(
    ("words", "code", "sentence", "fix"),
    [
        (("plain@9.9.9",), 12, "npm could not resolve this; nothing was changed.", "npm view <package> versions"),
        (("frobnicate",), 12, "npm could not resolve this; nothing was changed.", "`safe-install --help` lists the"),
        (("scan", "plain@9.9.9"), 2, "the registry has no version 9.9.9 of plain", "try plain@1.0.0"),
        (("scan", "plain@^9"), 2, "the registry has no version ^9 of plain", "try plain@1.0.0"),
        (("scan", "./nowhere"), 2, "'./nowhere' is no file, no directory and no package.", "Name a package-lock.json"),
        (("scan", "nowhere.tgz"), 2, "'nowhere.tgz' is no file, no directory and no package.", "Name a"),
        (("scan", ""), 2, "'' is no file, no directory and no package.", "Name a"),
        (("scan", "x" * 300 + "/y"), 2, "is no file, no directory and no package.", "Name a"),
        (("scan", "empty"), 2, "empty holds no package.json that npm could read.", "Name a directory"),
        (("scan", "--frobnicate"), 2, "No such option: --frobnicate", "safe-install --help"),
        (("ci", "--frobnicate"), 2, "--frobnicate is not passed on to npm", "Passed on: "),
        (("ci", "plain"), 2, "ci takes no packages", "safe-install plain"),
    ],
)
def test_words_that_lead_nowhere(world: World, words: tuple[str, ...], code: int, sentence: str, fix: str) -> None:
    (world.folder / "empty").mkdir()
    said = refused(world, *words)
    assert said.code == code
    told, hint = a_sentence(said)
    assert sentence in told
    assert fix in hint


def test_a_package_that_nobody_published_is_no_target(world: World) -> None:
    said = refused(world, "scan", "frobnicate@1.0.0", "--json")
    assert said.code == 2
    assert "no package frobnicate" in said.err


@pytest.mark.parametrize("content", [b"", b"this is no archive", a_tarball({"index.js": "1"})[:40]])
def test_an_archive_that_is_none_is_a_gap_that_blocks(world: World, content: bytes) -> None:
    (world.folder / "bad.tgz").write_bytes(content)
    said = world.run("scan", "bad.tgz", "--json")
    assert said.code == 11
    assert [gap["kind"] for gap in said.report["gaps"]] == ["refused"]


def test_npm_s_words_speak_of_the_project_and_not_of_our_copy_of_it(world: World) -> None:
    said = refused(world, "./nowhere.tgz")
    assert said.code == 12
    assert f"{world.folder}/nowhere.tgz" in said.err
    assert "safe-install-" not in said.err


def test_an_out_of_sync_lockfile_is_told_without_npm_s_help_text(world: World) -> None:
    world.write("package.json", a_manifest("app", dependencies={"plain": "^1.0.0", "two": "1"}))
    world.registry.publish("two", "1.0.0")
    said = refused(world, "ci")
    assert said.code == 12
    assert "Missing: two@1.0.0 from lock file" in said.err
    assert "safe-install install" in a_sentence(said)[1]
    assert "Options:" not in said.err


# ------------------------------------------------------------------ the registry


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Status(403), "forbids it (403)"),
        (Status(404), "does not have it (404)"),
        (Status(429, retry_after="0"), "answered 429"),
        (Status(500), "answered 500"),
        (WrongBytes(), "does not match its integrity"),
        (Cut(), "broke the connection off"),
        (Redirect("/plain/-/plain-1.0.0.tgz"), "redirects more than 5 times"),
    ],
)
def test_a_tarball_that_cannot_be_had_blocks(world: World, fault: Fault, sentence: str) -> None:
    world.registry.fault(".tgz", fault)
    before = world.tree(".")
    said = world.run("ci", "--json")
    assert said.code == 11
    assert [gap["where"] for gap in said.report["gaps"]] == ["plain@1.0.0"]
    assert sentence in said.report["gaps"][0]["detail"]
    assert world.tree(".") == before
    assert SECRET not in said.out + said.err


@pytest.mark.parametrize("fault", [Status(500), Status(429, retry_after="0"), Cut()])
def test_a_registry_that_fails_once_is_asked_again(world: World, fault: Fault) -> None:
    with Path.home().joinpath(".npmrc").open("a") as npmrc:
        npmrc.write("fetch-retries=2\nfetch-retry-mintimeout=10\nfetch-retry-maxtimeout=20\n")
    world.registry.fault(".tgz", fault, times=1)
    assert world.run("ci").code == 0


def test_a_slow_drip_ends(world: World) -> None:
    with Path.home().joinpath(".npmrc").open("a") as npmrc:
        npmrc.write("fetch-timeout=300\n")
    world.registry.fault(".tgz", Drip(pause=1))
    said = world.run("ci", "--json")
    assert said.code == 11
    assert "too slow" in said.report["gaps"][0]["detail"]
    assert not world.has("node_modules")


@pytest.mark.parametrize("words", [("ci",), ("scan", "plain@1.0.0")])
@pytest.mark.parametrize(
    ("code", "sentence", "fix"), [(0, "connection refused", "is the registry reachable?"), (401, "(401)", "npm login")]
)
def test_a_registry_that_lets_nobody_in(
    world: World, words: tuple[str, ...], code: int, sentence: str, fix: str
) -> None:
    if code:
        world.registry.fault("plain", Status(code))
    else:
        world.registry.close()
    said = refused(world, *words)
    assert said.code == 1
    assert sentence in a_sentence(said)[0]
    assert fix in a_sentence(said)[1]


@pytest.mark.parametrize(
    ("fault", "fix"),
    [
        (Status(401), "npm login"),
        (Status(403), "token in .npmrc"),
        (Status(429), "try again later"),
        (Status(500), "try again later"),
        (Cut(), "Is the registry reachable?"),
    ],
)
def test_a_registry_that_fails_while_npm_resolves(world: World, fault: Fault, fix: str) -> None:
    world.registry.publish("two", "1.0.0")
    world.registry.fault("two", fault)
    said = refused(world, "two")
    assert said.code == 12
    assert fix in a_sentence(said)[1]
