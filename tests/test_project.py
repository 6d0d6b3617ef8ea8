"""A project's own files: found, read, replaced at once, and put back when something goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from safe_install.errors import SafeInstallError, UsageError
from safe_install.project import find_root, open_project, replaced, workspaces, write_atomically
from safe_install.staging import changed_files, staged
from tests.builders import a_manifest


def test_the_root_is_the_nearest_folder_with_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(a_manifest())
    (tmp_path / "src" / "deep").mkdir(parents=True)
    assert find_root(tmp_path / "src" / "deep") == tmp_path


def test_inside_a_workspace_the_root_is_the_one_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(a_manifest(workspaces=["packages/*", "!packages/left-out"]))
    for name in ("a", "left-out"):
        (tmp_path / "packages" / name).mkdir(parents=True)
        (tmp_path / "packages" / name / "package.json").write_text(a_manifest(name))
    assert find_root(tmp_path / "packages" / "a") == tmp_path
    assert find_root(tmp_path / "packages" / "left-out") == tmp_path / "packages" / "left-out"


@pytest.mark.parametrize("pattern", ["../outside", "/", "", "../*"])
def test_a_workspace_pattern_never_leaves_the_project(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "package.json").write_text(a_manifest())
    (tmp_path / "root").mkdir()
    assert workspaces(tmp_path / "root", {"workspaces": [pattern]}) == []


def test_a_project_without_a_manifest_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no package\.json"):
        _ = open_project(tmp_path, 11).manifest


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000])
def test_a_manifest_that_cannot_be_read_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "package.json").write_text(text)
    with pytest.raises(UsageError, match=r"package\.json"):
        _ = open_project(tmp_path, 11).manifest


def test_files_are_replaced_whole_and_keep_their_mode(tmp_path: Path) -> None:
    path = tmp_path / "package.json"
    path.write_text("old")
    path.chmod(0o600)
    write_atomically(path, b"new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_files_are_as_they_were_when_the_work_does_not_end_well(tmp_path: Path, error: type[BaseException]) -> None:
    (tmp_path / "package.json").write_text("old")
    with pytest.raises(error), replaced(tmp_path, {"package.json": b"new", "package-lock.json": b"new"}):
        assert (tmp_path / "package.json").read_text() == "new"
        raise error
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"package.json": "old"}


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SafeInstallError, match="could not be written"):
        write_atomically(tmp_path / "missing" / "file", b"")


def test_a_staging_copy_has_what_npm_reads_and_no_settings(tmp_path: Path) -> None:
    root = tmp_path / "near" / "root"
    (root / "packages" / "a").mkdir(parents=True)
    (tmp_path / "near" / "beside").mkdir()
    (tmp_path / "near" / "beside" / "package.json").write_text(a_manifest("beside"))
    (tmp_path / "near" / "beside" / "secret.txt").write_text("secret")
    (root / "package.json").write_text(a_manifest(workspaces=["packages/*"], dependencies={"beside": "file:../beside"}))
    (root / "packages" / "a" / "package.json").write_text(a_manifest("a", dependencies={"b": "file:../../../beside"}))
    (root / ".npmrc").write_text("//registry.example.test/:_authToken=secret\n")
    project = open_project(root, 11)
    with staged(project) as copy:
        assert (copy / "packages" / "a" / "package.json").is_file()
        assert (copy.parent / "beside" / "package.json").is_file()
        assert not [path for path in copy.parent.rglob("*") if path.name in {".npmrc", "secret.txt"}]
        assert changed_files(project, copy) == {}
        (copy / "package-lock.json").write_text("{}")
        (copy / "packages" / "a" / "package.json").write_text("{}")
        assert changed_files(project, copy) == {"package-lock.json": b"{}", "packages/a/package.json": b"{}"}
    assert not copy.exists()
