"""A manifest becomes the same variables that npm makes of it, as far as a process can be given them."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from safe_install.run.npm import Npm
from safe_install.run.variables import package_variables

NPMS_OWN = """
const load = require("node:module").createRequire(process.argv[1])
const { dirname, join } = require("node:path")
const envs = load(join(dirname(load.resolve("@npmcli/run-script")), "package-envs.js"))
console.log(JSON.stringify(envs(JSON.parse(process.argv[2]))))
"""


def npms_own(npm: Npm, manifest: str) -> dict[str, str]:
    """Ask npm's own code."""
    told = subprocess.run([npm.node, "-e", NPMS_OWN, "--", npm.cli, manifest], capture_output=True, check=True)
    variables: dict[str, str] = json.loads(told.stdout)
    return variables


@pytest.mark.npm
@pytest.mark.parametrize(
    "manifest",
    [
        {"name": "a", "version": "1.0.0", "license": "MIT", "scripts": {"install": "x"}},
        {"name": "@s/a", "bin": {"a": "cli.js"}, "engines": {"node": ">=20"}},
        {"name": "a", "bin": "cli.js", "config": {"libvips": "8.1", "deep": {"er": [1, 2, {"x": None}]}}},
        {"config": {"yes": True, "no": False, "nothing": None, "one": 1.0, "half": 0.5, "many": 12345678901}},
        {"name": ["a", "b"], "version": 3, "engines": [">=1"], "config": {}},
        {"name": "ä ☃", "config": {"a b-c.d": "x\ny"}},
    ],
)
def test_it_says_what_npm_says(npm: Npm, manifest: dict[str, Any]) -> None:
    assert package_variables(manifest) == npms_own(npm, json.dumps(manifest))


@pytest.mark.parametrize(
    "config",
    [{"a=LD_PRELOAD": "x"}, {"a\0b": "x"}, {"a": "x\0LD_PRELOAD=y"}, {"a": "x" * 200_000}, {"a" * 200_000: "x"}],
)
def test_what_no_process_can_be_given_is_left_out(config: dict[str, str]) -> None:
    assert package_variables({"name": "a", "config": config}) == {"npm_package_name": "a"}


def test_half_a_surrogate_pair_can_be_written() -> None:
    assert package_variables({"name": "a\ud800"})["npm_package_name"].encode()


def test_a_million_entries_stay_a_thousand() -> None:
    assert len(package_variables({"config": {str(number): "x" for number in range(100_000)}})) == 1000


def test_no_depth_is_too_deep() -> None:
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"a": deep}
    assert package_variables({"name": "a", "config": deep}) == {"npm_package_name": "a"}
