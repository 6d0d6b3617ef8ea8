"""What each kind of step gets to see, and where it may write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from safe_install.errors import SandboxError
from safe_install.run.npm import Npm
from safe_install.run.walls import Access, Walls, walls_around
from safe_install.story import Step
from tests.run.site import a_step, write_files

pytestmark = pytest.mark.npm


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project with a workspace, secrets here and there, and packages."""
    project = tmp_path / "project"
    files = ["package.json", ".npmrc", ".git/config", ".env", ".env.local", "src/index.js", "src/.ENV.production"]
    files += ["packages/ws/package.json", "packages/ws/.env", "packages/ws/node_modules/x/package.json"]
    files += ["node_modules/a/.env", "node_modules/a/package.json", "node_modules/a/node_modules/b/package.json"]
    write_files(project, {**dict.fromkeys(files, ""), "safe-install.toml": "", "safe-install.approvals.json": "{}"})
    return project.resolve()


def walls(step: Step, project: Path, npm: Npm) -> Walls:
    """Put up the walls around a step."""
    return walls_around(step, project=project, npm=npm, shims=project.parent, scratch=project.parent / "scratch")


def seen(step: Step, project: Path, npm: Npm) -> list[tuple[str, Access]]:
    """List what of the project is seen, in order."""
    views = walls(step, project, npm).views
    return [(os.path.relpath(view.path, project), view.access) for view in views if view.path.is_relative_to(project)]


def test_a_package_sees_node_modules_and_writes_to_itself_alone(project: Path, npm: Npm) -> None:
    assert seen(a_step("x", location="node_modules/a"), project, npm) == [
        ("node_modules", Access.READ),
        ("package.json", Access.READ),
        ("node_modules/a", Access.WRITE),
        ("node_modules/a/node_modules", Access.READ),
    ]


def test_a_package_of_a_workspace_sees_what_it_is_resolved_in(project: Path, npm: Npm) -> None:
    assert seen(a_step("x", location="packages/ws/node_modules/x"), project, npm) == [
        ("node_modules", Access.READ),
        ("package.json", Access.READ),
        ("packages/ws/node_modules", Access.READ),
        ("packages/ws/package.json", Access.READ),
        ("packages/ws/node_modules/x", Access.WRITE),
    ]


def test_the_project_itself_is_seen_without_its_secrets_and_cannot_write_our_records(project: Path, npm: Npm) -> None:
    views = seen(a_step("x", location=""), project, npm)
    assert views[:2] == [(".", Access.READ), (".", Access.WRITE)]
    assert {path for path, access in views if access is Access.HIDE} == {
        *(".npmrc", ".git", ".env", ".env.local", "src/.ENV.production", "packages/ws/.env"),
    }
    assert {path for path, access in views[2:] if access is Access.READ} == {
        "safe-install.toml",
        "safe-install.approvals.json",
    }


def test_a_workspace_writes_to_its_own_folder_alone(project: Path, npm: Npm) -> None:
    views = seen(a_step("x", location="packages/ws"), project, npm)
    assert [path for path, access in views if access is Access.WRITE] == ["packages/ws"]
    assert ("packages/ws/.env", Access.HIDE) in views
    assert (".npmrc", Access.HIDE) in views


def test_a_secret_behind_a_link_is_hidden_where_it_really_is(project: Path, npm: Npm) -> None:
    write_files(project, {"config/secrets": "canary"})
    (project / "src/.env").symlink_to("../config/secrets")
    (project / "src/.npmrc").symlink_to("/no/such/file")
    views = seen(a_step("x", location=""), project, npm)
    assert ("config/secrets", Access.HIDE) in views
    assert ("src/.npmrc", Access.HIDE) not in views


def test_more_files_than_can_be_searched_for_secrets_are_refused(
    project: Path, npm: Npm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safe_install.run.walls._MOST_ENTRIES", 3)
    with pytest.raises(SandboxError, match="too many files"):
        seen(a_step("x", location=""), project, npm)


@pytest.mark.parametrize("home", [".", "me"])
def test_a_project_that_holds_a_home_directory_shows_it_to_nobody(
    project: Path, npm: Npm, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(project / home))
    with pytest.raises(SandboxError, match="holds a home directory"):
        seen(a_step("x", location=""), project, npm)
    assert seen(a_step("x", location="node_modules/a"), project, npm)


def test_an_output_that_was_granted_can_be_written(project: Path, npm: Npm) -> None:
    (project / "node_modules/.prisma").mkdir()
    step = a_step("x", location="node_modules/a", writable=("node_modules/a", "node_modules/.prisma", "no/such"))
    written = [path for path, access in seen(step, project, npm) if access is Access.WRITE]
    assert written == ["node_modules/a", "node_modules/.prisma"]


def test_the_steps_time_limit_is_the_walls(project: Path, npm: Npm) -> None:
    assert walls(a_step("x", location="node_modules/a", time_limit=7), project, npm).time_limit == 7
