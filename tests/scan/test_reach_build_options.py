"""A command in which a person may say how something is built hides nothing, as long as nobody else says it."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.scan.trees import inspect, kinds

CP = "const cp = require('child_process');\n"
BUILDS = CP + "cp.exec('node-gyp rebuild --jobs ' + process.env.BUILD_JOBS);\n"
GYP: Files = {"binding.gyp": "{'targets': []}"}


@pytest.mark.parametrize(
    "text",
    [
        BUILDS,
        CP + "cp.execSync(`make -j${process.env.JOBS || 2}`);\n",
        CP + "const f = []; if (process.env.X_JOBS) f.push('-j ' + process.env.X_JOBS); else f.push('-j max');\n"
        "console.log('a process: it starts'); cp.exec('node-gyp rebuild ' + f.join(' '));\n",
    ],
)
def test_an_option_that_a_person_sets_is_no_edge(text: str) -> None:
    inspection = inspect("node a.js", {"a.js": text, "Makefile": "all:\n\tgcc a.c\n", **GYP})
    assert kinds(inspection) == set()
    assert any("known only while running" in one.detail for one in inspection.boundaries)


@pytest.mark.parametrize(
    "text",
    [
        "process.env.BUILD_JOBS = '1; node payload.js';\n" + BUILDS,
        "process.env[f()] = '1; node payload.js';\n" + BUILDS,
        "Object.assign(process.env, f());\n" + BUILDS,
        CP + "cp.exec(process.env.BUILD_ARGS + ' rebuild');\n",
        CP + "cp.exec('node-gyp rebuild; ' + process.env.BUILD_ARGS);\n",
        CP + "cp.exec('node -e ' + process.env.BUILD_ARGS);\n",
        CP + "cp.exec('node-gyp rebuild ' + process.env.npm_package_config_args);\n",
        CP + "cp.exec('cp a.js ' + process.env.INIT_CWD);\n",
        CP + "cp.exec('node-gyp rebuild ' + process.env.BUILD_JOBS + f());\n",
        CP + "const process = f();\ncp.exec('node-gyp rebuild ' + process.env.BUILD_JOBS);\n",
    ],
)
def test_one_that_a_package_may_set_or_that_may_be_a_command_is_a_gap(text: str) -> None:
    assert "dynamic" in kinds(inspect("node a.js", {"a.js": text, "payload.js": "", **GYP}))


def test_one_that_a_file_of_settings_may_set_is_a_gap() -> None:
    assert "dynamic" in kinds(inspect("node a.js", {"a.js": BUILDS, ".env": "BUILD_JOBS=1; node payload.js", **GYP}))


NPMS = (
    CP
    + "const arch = process.env.npm_config_arch || process.arch; const windows = process.platform === 'win32';\n"
    + ("cp.spawn(windows ? 'node-gyp.cmd' : 'node-gyp', ['rebuild', '--arch=' + arch], {shell: windows});\n")
)


def test_an_option_that_a_person_gives_npm_is_no_edge_and_a_condition_is_no_shell() -> None:
    assert not inspect("node a.js", {"a.js": NPMS, **GYP}).gaps
    chosen = NPMS.replace("{shell: windows}", "{shell: windows ? true : undefined}")
    assert not inspect("node a.js", {"a.js": chosen, **GYP}).gaps


@pytest.mark.parametrize(
    ("command", "text", "files"),
    [
        ("node a.js", NPMS, {".npmrc": "arch=1; node payload.js"}),
        ("npm_config_arch='1; node payload.js' node a.js", NPMS, {}),
        ("node a.js", "process.env.npm_config_arch = '1; node payload.js';\n" + NPMS, {}),
        ("node a.js", NPMS.replace("{shell: windows}", "{shell: './payload.sh'}"), {}),
        ("node a.js", NPMS.replace("=== 'win32'", "&& './payload.sh'"), {}),
        ("node a.js", NPMS.replace("{shell: windows}", "{shell: windows || f()}"), {}),
        ("node a.js", NPMS.replace("{shell: windows}", "{shell: windows ? './payload.sh' : true}"), {}),
        ("node a.js", NPMS.replace("{shell: windows}", "{shell: windows && f()}"), {}),
        ("node a.js", NPMS.replace("npm_config_arch", "npm_package_config_arch"), {}),
        ("npm run x --arch='1; node payload.js'", NPMS, {}),
        ("npm run x --arch '1; node payload.js'", NPMS, {}),
        ("npm run x --arch=$SOME", NPMS, {}),
        ("npm run x --arch $SOME", NPMS, {}),
        ("npm start --arch='1; node payload.js'", NPMS, {}),
    ],
)
def test_what_a_package_may_have_npm_say_is_a_gap(command: str, text: str, files: Files) -> None:
    scripts = {"postinstall": command, "x": "node a.js", "start": "node a.js"}
    assert inspect(command, {"a.js": text, "payload.js": "", **GYP, **files}, scripts=scripts).gaps


def test_plain_settings_of_npms_are_no_edge() -> None:
    scripts = {"x": "node a.js"}
    text = CP + "cp.spawn('node-gyp', ['rebuild']);"
    assert not inspect("npm run x --arch=x64 --jobs 4 -- 'a b'", {"a.js": text, **GYP}, scripts=scripts).gaps
