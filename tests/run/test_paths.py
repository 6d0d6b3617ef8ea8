"""Which directories of a PATH may name a program."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from safe_install.run.paths import SYSTEM_PATH, find_program, system_path, system_program, trusted_path


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    """Make one directory of each kind."""
    made = {name: tmp_path / name for name in ("good", "open", "home", "project/node_modules/.bin", "home/.local/bin")}
    for folder in made.values():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "node").write_text("#!/bin/sh\n")
        (folder / "node").chmod(0o755)
    made["open"].chmod(0o777)
    return made


def path_of(*folders: object) -> dict[str, str]:
    """Make an environment with this PATH."""
    return {"PATH": os.pathsep.join(map(str, folders))}


def test_what_a_package_or_anybody_may_write_to_is_left_out(folders: dict[str, Path]) -> None:
    env = path_of("", ".", "bin", folders["project/node_modules/.bin"], folders["open"], folders["good"], "/no/such")
    assert trusted_path(env) == (str(folders["good"]),)


def test_a_script_gets_nothing_from_below_home(folders: dict[str, Path]) -> None:
    env = {**path_of(folders["home/.local/bin"], folders["good"]), "HOME": str(folders["home"])}
    assert system_path(env)[0] == str(folders["good"])
    assert str(folders["home/.local/bin"]) not in system_path(env)


def test_a_home_behind_a_link_is_still_home(folders: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folders["home"])
    assert str(folders["home/.local/bin"]) not in system_path(
        {**path_of(folders["home/.local/bin"]), "HOME": str(tmp_path / "link")}
    )


def test_a_home_that_is_the_root_leaves_the_system_in_place() -> None:
    assert set(system_path({"PATH": "/usr/bin", "HOME": "/"})) >= {"/usr/bin"}


def test_without_a_path_the_system_has_one() -> None:
    assert set(system_path({})) == {folder for folder in SYSTEM_PATH if Path(folder).is_dir()}


def test_a_package_cannot_be_found_in_place_of_a_program(folders: dict[str, Path]) -> None:
    env = path_of(folders["project/node_modules/.bin"], folders["open"], folders["good"])
    assert find_program("node", env) == folders["good"] / "node"


def test_every_system_has_a_shell() -> None:
    assert system_program("sh").is_absolute()
