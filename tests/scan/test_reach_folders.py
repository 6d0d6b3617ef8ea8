"""A folder of the package that npm installs has scripts of its own, which npm runs."""

from __future__ import annotations

import json

import pytest

from tests.builders import Files
from tests.scan.trees import inspect, kinds, reached

INNER: Files = {
    "inner/package.json": json.dumps({"scripts": {"preinstall": "node ../lib/a.js", "test": "node ../lib/b.js"}}),
    "lib/a.js": "require(x)",
    "lib/b.js": "require(x)",
}


@pytest.mark.parametrize(
    "command",
    [
        "npm --prefix ./inner install --silent",
        "npm install --prefix=inner",
        "npm -C inner ci",
        "cd inner && npm i",
        "cd inner && yarn",
        "yarn --cwd inner",
        "pnpm --dir inner install",
    ],
)
def test_the_scripts_of_a_folder_that_is_installed_are_read(command: str) -> None:
    inspection = inspect(command, INNER)
    assert reached(inspection) == {"inner/package.json", "lib/a.js"}
    assert {"dynamic", "downloaded"} <= kinds(inspection)


@pytest.mark.parametrize(
    "command",
    ["npm install --prefix inner --ignore-scripts", "npm install", "npm view inner", "npm i --prefix ../inner"],
)
def test_a_folder_that_is_not_installed_has_nothing_that_runs(command: str) -> None:
    assert "lib/a.js" not in reached(inspect(command, INNER))


def test_a_manifest_that_is_none_has_no_scripts() -> None:
    assert reached(inspect("cd inner && npm i", {"inner/package.json": "[1"})) == {"inner/package.json"}
