"""A program that only the environment names is a person's, where nobody here names another."""

from __future__ import annotations

import pytest

from safe_install.model import BoundaryKind
from tests.builders import Files
from tests.scan.trees import inspect, kinds

CALL = "require('child_process').spawnSync"


@pytest.mark.parametrize(
    "text",
    [
        f"{CALL}(require('path').join(process.env.JAVA_HOME, 'bin', 'java'), ['-version'])",
        f"{CALL}(process.env.CXX, ['--version'])",
        f"{CALL}(process.env.CXX || 'c++', ['--version'])",
    ],
)
def test_a_persons_program_that_is_asked_for_its_version_is_told(text: str) -> None:
    inspection = inspect("node a.js", {"a.js": text})
    assert not inspection.gaps
    assert BoundaryKind.RUNS_NATIVE in {end.kind for end in inspection.boundaries}


def test_java_that_is_asked_for_its_version_runs_nothing() -> None:
    assert not inspect("java -version").gaps
    assert inspect("java -version -jar x.jar").gaps
    assert inspect("ruby -version").gaps


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (f"{CALL}(process.env.CXX, ['x.c'])", {}),
        (f"{CALL}(process.env.CXX, [])", {}),
        (f"{CALL}(process.env.INIT_CWD + '/x', ['--version'])", {}),
        (f"{CALL}(process.env.npm_package_config_x, ['--version'])", {}),
        (f"process.env.CXX = './evil'; {CALL}(process.env.CXX, ['--version'])", {}),
        (f"process.env[k] = './evil'; {CALL}(process.env.CXX, ['--version'])", {}),
        (f"Object.assign(process.env, k); {CALL}(process.env.CXX, ['--version'])", {}),
        (f"{CALL}(process.env.CXX, ['--version'])", {".env": "CXX=./evil"}),
        (f"{CALL}(process.env.CXX, ['--version'], {{env: {{CXX: './evil'}}, shell: true}})", {}),
    ],
)
def test_what_somebody_here_may_name_is_a_gap(text: str, files: Files) -> None:
    assert kinds(inspect("node a.js", {"a.js": text, **files}))


DOWNLOAD = "require('https').get('https://forge.example/x', r => r.pipe(fs.createWriteStream(to)))"
WRITES = f"const fs = require('fs'); const to = process.env.X_BINARY_PATH || __dirname + '/x.bin'; {DOWNLOAD}; require('./b')"


def test_a_download_that_goes_where_a_person_says_replaces_nothing() -> None:
    assert not inspect("node a.js", {"a.js": WRITES, "b.js": ""}).gaps


@pytest.mark.parametrize(
    ("command", "text", "files"),
    [
        ("node a.js", WRITES.replace("X_BINARY_PATH", "npm_package_json"), {}),
        ("node a.js", WRITES.replace("X_BINARY_PATH", "INIT_CWD"), {}),
        ("node a.js", WRITES.replace("process.env.X_BINARY_PATH", "process.env.X_BINARY_PATH + '/b.js'"), {}),
        ("X_BINARY_PATH=b.js node a.js", WRITES, {}),
        ("node a.js", f"process.env.X_BINARY_PATH = './b.js'; {WRITES}", {}),
        ("node a.js", f"process.env[k] = './b.js'; {WRITES}", {}),
        ("node a.js", WRITES, {".env": "X_BINARY_PATH=b.js"}),
    ],
)
def test_a_download_that_goes_where_somebody_here_may_say_is_a_gap(command: str, text: str, files: Files) -> None:
    assert inspect(command, {"a.js": text, "b.js": "", **files}).gaps
