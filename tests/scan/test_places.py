"""What kind of place a script writes to."""

from __future__ import annotations

import pytest

from safe_install.scan.match.places import kinds_of


@pytest.mark.parametrize(
    ("place", "kinds"),
    [
        ("~/.claude/settings.json", {"agent-settings"}),
        ("{process.env.INIT_CWD}/CLAUDE.md", {"agent-settings"}),
        ("~/.bashrc", {"shell-profile"}),
        ("~/Library/LaunchAgents/a.plist", {"autostart"}),
        ("~/.ssh/authorized_keys", {"keys"}),
        ("$INIT_CWD/.git/hooks/pre-commit", {"git-hooks"}),
        ("../../.github/workflows/a.yml", {"pipeline"}),
        ("{root}/.vscode/tasks.json", {"editor"}),
        ("{process.env.INIT_CWD}/package-lock.json", {"lockfile"}),
        ("{process.env.INIT_CWD}/package.json", {"project-manifest"}),
        ("~/.npmrc", {"manager-settings"}),
        ("{a directory}/npm-cli.js", {"manager"}),
        ("~", {"home-itself"}),
        ("$INIT_CWD/index.js", {"project-code"}),
        ("../other/index.js", {"neighbour"}),
        ("./../{entry}/package.json", {"neighbour"}),
        ("$INIT_CWD/node_modules/other/index.js", {"neighbour"}),
        ("../.bin/tsc", {"other-command"}),
        ("~/work", {"home-folder"}),
        ("{process.env.HOME}/work/notes.txt", {"home-folder"}),
        ("$HOME/.*", {"home-folder"}),
        ("{process.env.INIT_CWD}/src", {"project-folder"}),
    ],
)
def test_a_place_is_of_the_kind_that_it_is(place: str, kinds: set[str]) -> None:
    assert set(kinds_of(place, "tool", {"tool"})) == kinds


@pytest.mark.parametrize(
    "place",
    [
        "../tool/index.js",
        "../tool-linux-x64/bin/tool",
        "../@tool/linux-x64/bin/tool",
        "../.bin/tool",
        "../.cache/tool.json",
        "../../public/worker.js",
        "../gen/version.h",
        "~/.cache/tool/a.zip",
        "~/.tool",
        "~/Library/Caches/tool",
        "{process.env.INIT_CWD}/public",
        "/tmp/tool.zip",
    ],
)
def test_what_is_one_s_own_or_nobody_s_is_of_no_kind(place: str) -> None:
    assert not set(kinds_of(place, "tool", {"tool"}))


def test_a_scope_s_other_packages_are_one_s_own() -> None:
    assert not set(kinds_of("../linux-x64/bin/a.js", "@tool/core", ()))
    assert set(kinds_of("../../other/index.js", "@tool/core", ())) == {"neighbour"}


@pytest.mark.parametrize("place", ["{makeTempDirectory()}/.npmrc", "{(0, made.createTempFolder)()}/.yarnrc.yml"])
def test_settings_in_a_directory_for_the_time_being_are_nobodys(place: str) -> None:
    assert "manager-settings" not in kinds_of(place, "example", ())


@pytest.mark.parametrize(
    "place", ["{os.homedir()}/.npmrc", "{temp}/.npmrc", "~/.npmrc", "{os.tmpdir()}/../home/.npmrc"]
)
def test_settings_anywhere_else_are_somebodys(place: str) -> None:
    assert "manager-settings" in kinds_of(place, "example", ())
