"""Only what lies in a project's own node_modules can be removed, and nothing is reached through a link."""

from __future__ import annotations

from pathlib import Path

import pytest

from safe_install.errors import SafeInstallError
from safe_install.run.remove import HIDDEN_LOCKFILE, remove
from tests.run.site import write_files


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project with two packages and a program of each."""
    project = tmp_path / "project"
    for name in ("a", "@s/b"):
        write_files(project / "node_modules" / name, {"cli.js": "1"})
    (project / "node_modules/.bin").mkdir()
    (project / "node_modules/.bin/a").symlink_to("../a/cli.js")
    (project / "node_modules/.bin/b").symlink_to("../@s/b/cli.js")
    write_files(project, {HIDDEN_LOCKFILE: "{}", "src/index.js": "1"})
    return project


def left(project: Path) -> set[str]:
    """List what is still there."""
    return {path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_symlink() or path.is_file()}


def test_a_package_goes_with_its_programs_and_npms_record(project: Path) -> None:
    assert remove(project, ["node_modules/@s/b"]) == ("node_modules/@s/b",)
    assert left(project) == {"src/index.js", "node_modules/a/cli.js", "node_modules/.bin/a"}


def test_a_single_link_or_file_goes_alone(project: Path) -> None:
    write_files(project, {"node_modules/evil.js": ""})
    remove(project, ["node_modules/.bin/a", "node_modules/evil.js"])
    assert left(project) == {"src/index.js", "node_modules/a/cli.js", "node_modules/@s/b/cli.js", "node_modules/.bin/b"}


def test_what_is_not_there_is_no_removal_and_changes_nothing(project: Path) -> None:
    before = left(project)
    assert remove(project, ["node_modules/c"]) == ()
    assert left(project) == before


@pytest.mark.parametrize(
    "location",
    [
        *("", ".", "src", "src/index.js", "/etc", "..", "../other", "node_modules/", "node_modules/../src"),
        *("node_modules/a/../../src", "./node_modules/a", "node_modules/./a", "x/node_modules_not/a"),
    ],
)
def test_any_other_place_is_left_alone(project: Path, location: str) -> None:
    before = left(project)
    with pytest.raises(SafeInstallError, match="no place in this project's node_modules"):
        remove(project, ["node_modules/a", location])
    assert left(project) == before


@pytest.mark.parametrize("linked", ["node_modules", "node_modules/@s"])
def test_nothing_is_reached_through_a_link(project: Path, linked: str, tmp_path: Path) -> None:
    (project / linked).rename(tmp_path / "elsewhere")
    (project / linked).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SafeInstallError, match="reached through a link"):
        remove(project, ["node_modules/@s/b"])
    assert (tmp_path / "elsewhere").is_dir()
    assert list((tmp_path / "elsewhere").rglob("cli.js"))


def test_of_a_link_the_target_stays(project: Path, tmp_path: Path) -> None:
    write_files(tmp_path, {"elsewhere/index.js": ""})
    (project / "node_modules/c").symlink_to(tmp_path / "elsewhere")
    assert remove(project, ["node_modules/c"]) == ("node_modules/c",)
    assert (tmp_path / "elsewhere/index.js").is_file()
