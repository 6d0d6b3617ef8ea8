"""A directory is read where somebody looks, and nowhere else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from safe_install.errors import TarballError
from safe_install.model import Member, Package, Source, sha256
from safe_install.scan.unpack import directory as module
from safe_install.scan.unpack.directory import read_directory
from tests.builders import a_manifest, an_artifact


def delivered(place: Path, files: Mapping[str, str | bytes]) -> Package:
    for path, content in files.items():
        file = place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_directory(an_artifact(location="", source=Source.ROOT), place)


def test_a_directory_is_a_package(tmp_path: Path) -> None:
    package = delivered(tmp_path, {"package.json": a_manifest("app"), "scripts/build.js": "1"})
    assert package.manifest["name"] == "app"
    assert package.members["scripts/build.js"] == Member(digest=sha256(b"1"), size=1)
    assert package.files["scripts/build.js"] == b"1"
    assert list(package.members) == list(package.files) == ["package.json", "scripts/build.js"]
    assert len(package.members) == len(package.files) == 2


def test_a_directory_without_a_manifest_has_an_empty_one(tmp_path: Path) -> None:
    assert delivered(tmp_path, {"a.js": "1"}).manifest == {}


@pytest.mark.parametrize("manifest", ["{", "[]", "{}" + " " * (5 << 20)], ids=["broken", "a list", "huge"])
def test_a_manifest_npm_could_not_read_is_refused(tmp_path: Path, manifest: str) -> None:
    with pytest.raises(TarballError):
        delivered(tmp_path, {"package.json": manifest})


def test_an_executable_file_is_told(tmp_path: Path) -> None:
    package = delivered(tmp_path, {"run.sh": "", "a.js": ""})
    (tmp_path / "run.sh").chmod(0o755)
    assert [path for path in package.members if package.members[path].executable] == ["run.sh"]


def test_only_node_modules_and_git_are_left_out(tmp_path: Path) -> None:
    seen = {
        "dist/a.js",
        "build/a.js",
        "test/a.js",
        ".semgrepignore",
        ".gitignore",
        ".npmignore",
        ".hidden/a.js",
        "git/a",
    }
    unseen = {"node_modules/a/index.js", "lib/node_modules/b.js", ".git/config", "lib/.git", "Node_Modules/c.js"}
    package = delivered(tmp_path, dict.fromkeys(seen | unseen, "1") | {".gitignore": "*", ".npmignore": "*"})
    assert set(package.members) == seen
    for path in unseen:
        assert path not in package.members
        with pytest.raises(KeyError):
            package.files[path]


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").write_text("k")
    package = delivered(tmp_path / "app", {"package.json": a_manifest(), "lib/a.js": "1"})
    (tmp_path / "app" / "key").symlink_to(tmp_path / "secret" / "key")
    (tmp_path / "app" / "out").symlink_to(tmp_path / "secret")
    (tmp_path / "app" / "in").symlink_to("lib")
    assert set(package.members) == {"package.json", "lib/a.js"}
    for path in ("key", "out/key", "in/a.js", "out", "in"):
        assert path not in package.files
        with pytest.raises(KeyError):
            package.members[path]


def test_the_directory_itself_may_be_reached_by_a_link(tmp_path: Path) -> None:
    delivered(tmp_path / "app", {"package.json": a_manifest("app")})
    (tmp_path / "link").symlink_to("app")
    assert delivered(tmp_path / "link", {}).manifest["name"] == "app"


@pytest.mark.parametrize(
    "path", ["../secret", "lib/../a.js", "./a.js", "/etc/passwd", "lib//a.js", "lib/", "lib", "", "a\0", ".."]
)
def test_only_plain_relative_paths_are_members(tmp_path: Path, path: str) -> None:
    package = delivered(tmp_path / "app", {"a.js": "1", "lib/a.js": "2", "../secret": "s"})
    assert path not in package.members
    with pytest.raises(KeyError):
        package.members[path]
    with pytest.raises(KeyError):
        package.files[path]


def test_what_is_no_regular_file_is_no_member(tmp_path: Path) -> None:
    package = delivered(tmp_path, {"a.js": "1"})
    os.mkfifo(tmp_path / "pipe")
    assert set(package.members) == {"a.js"}
    with pytest.raises(KeyError):
        package.files["pipe"]


def test_a_lookup_reads_one_file_and_walks_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: object) -> None:
        raise AssertionError

    package = delivered(tmp_path, {"package.json": a_manifest(), "a.js": "1", "data/b.bin": "2"})
    monkeypatch.setattr(os, "scandir", never)
    assert package.members["a.js"].size == 1
    assert "data/b.bin" in package.members


def test_a_file_is_hashed_again_only_when_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = delivered(tmp_path, {"a.js": "1"})
    before = package.members["a.js"]
    monkeypatch.setattr(module, "MAX_HASHED", 1)
    assert package.members["a.js"] == before
    (tmp_path / "a.js").write_text("2")
    with pytest.raises(TarballError, match="too much to hash"):
        package.members["a.js"]
    monkeypatch.undo()
    assert package.members["a.js"].digest == sha256(b"2")


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = delivered(tmp_path, {"a.bin": "12", "b.bin": "1"})
    monkeypatch.setattr(module, "MAX_FILE", 1)
    assert package.members["b.bin"].size == 1
    with pytest.raises(TarballError, match="too much to hash"):
        package.members["a.bin"]


def test_more_files_than_the_limit_are_refused_when_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = delivered(tmp_path, {"a.js": "1", "b.js": "2"})
    monkeypatch.setattr(module, "MAX_FILES", 1)
    with pytest.raises(TarballError, match="more than 1 files"):
        list(package.members)
    assert package.files["b.js"] == b"2"


def test_a_folder_that_cannot_be_listed_is_told_and_not_skipped(tmp_path: Path) -> None:
    package = delivered(tmp_path, {"a.js": "1", "lib/b.js": "2"})
    listed = iter(package.members)
    assert next(listed) == "a.js"
    shutil.rmtree(tmp_path / "lib")
    with pytest.raises(TarballError, match="cannot be listed"):
        next(listed)


@pytest.mark.parametrize(("kind", "error"), [("pipe", KeyError), ("link", TarballError)])
def test_a_file_that_is_replaced_while_it_is_opened_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, error: type[Exception]
) -> None:
    package = delivered(tmp_path, {"a.js": "1"})
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("a.js")
    monkeypatch.setattr(module._Members, "_located", lambda _, __: tmp_path / kind)
    with pytest.raises(error):
        package.files["a.js"]
