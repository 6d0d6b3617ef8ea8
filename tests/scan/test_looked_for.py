"""What a text looks for on the PATH is started by its name, or is not there: then the next word is what is started."""

from __future__ import annotations

import pytest

from safe_install.model import Event, Inspection, LifecycleScript, Package
from safe_install.scan.reach.reach import trace
from tests.builders import Files, a_manifest, a_package, an_artifact
from tests.scan.trees import beside, inspect, kinds, reached

HIDDEN: Files = {"evil.sh": "node evil.js", "evil.js": ""}
SEARCHED = "which pg_config || find /usr/bin /usr/local/bin /usr/pg* -executable -name pg_config -print -quit"


def gyp(command: str, where: str) -> Files:
    """Write a gyp file that looks for a program first, and then runs a command of it."""
    values = f"'variables': {{'p': '<!({command})'}}"
    return {"binding.gyp": f"{{{values}, 'targets': [{{'target_name': 'a', {where}}}]}}", **HIDDEN}


BUILD = "node-gyp rebuild"
FLAGS = "'include_dirs': ['<!@(<(p) --includedir)'], 'libraries': ['-lpq -L<!(<(p) --libdir)']"


@pytest.mark.parametrize("command", [SEARCHED, "which pg_config", "command -v pg_config", "type -P pg_config"])
def test_a_program_that_gyp_has_looked_for_is_known(command: str) -> None:
    assert kinds(inspect("node-gyp rebuild", gyp(command, FLAGS))) == set()


@pytest.mark.parametrize(
    "command",
    [
        SEARCHED.replace("/usr/pg*", "."),
        SEARCHED.replace("/usr/pg*", "/usr/../tmp"),
        SEARCHED.replace("/usr/pg*", "/tmp"),
        SEARCHED.replace("/usr/pg*", "$PWD"),
        SEARCHED.replace("-name pg_config", "-name '*config'"),
        SEARCHED.replace("-name pg_config", "-name evil.sh"),
        SEARCHED.replace("-print", "-printf './evil.sh'"),
        SEARCHED.replace("-quit", "-o -fprint evil.sh"),
        f"{SEARCHED} || echo ./evil.sh",
        "which ./evil.sh",
        "which pg_config evil.sh",
    ],
)
def test_what_may_print_anything_else_is_a_gap(command: str) -> None:
    assert "dynamic" in kinds(inspect("node-gyp rebuild", gyp(command, FLAGS)))


def test_a_program_that_is_looked_for_and_not_known_is_a_gap() -> None:
    assert kinds(inspect("node-gyp rebuild", gyp("which frobnicate", FLAGS))) == {"unknown-program"}


@pytest.mark.parametrize(
    "where", ["'include_dirs': ['<!@(<(p) ./evil.sh)']", "'actions': [{'action': ['<@(p)', './evil.sh']}]"]
)
def test_where_gyp_finds_no_program_the_next_word_is_started(where: str) -> None:
    assert "evil.js" in reached(inspect("node-gyp rebuild", gyp("which pg_config", where)))


@pytest.mark.parametrize(
    "command",
    [
        "$(which pg_config) ./evil.sh",
        "`which pg_config` ./evil.sh",
        "X=$(which pg_config); $X ./evil.sh",
        'X="$(command -v pg_config)"; $X ./evil.sh',
        "X=`which pg_config 2>/dev/null` && $X sh evil.sh",
    ],
)
def test_where_a_shell_finds_no_program_the_next_word_is_started(command: str) -> None:
    assert "evil.js" in reached(inspect(command, HIDDEN))


def test_where_make_finds_no_program_the_next_word_is_started() -> None:
    files: Files = {"Makefile": "X = $(shell which pg_config)\nall:\n\t$(X) ./evil.sh\n", **HIDDEN}
    assert "evil.js" in reached(inspect("make", files))


@pytest.mark.parametrize(
    "command", ["$(which node) a.js", "X=$(which pg_config); $X --version", 'X=$(which ldconfig); "$X" -p | grep a']
)
def test_what_is_certainly_there_or_is_only_given_flags_is_no_gap(command: str) -> None:
    assert kinds(inspect(command, {"a.js": ""})) == set()


WIDE = [
    f"{SEARCHED} || find {place} -name pg_config -print -quit" for place in ("/opt", "/usr", "/usr/s*", "/usr/src/")
]


def built(files: Files, *packages: Package, command: str = BUILD) -> Inspection:
    """Trace the one script of a package that is built, among others."""
    package = a_package({"package.json": a_manifest(scripts={"install": command}), **files}, an_artifact())
    script = LifecycleScript(package=package, event=Event.INSTALL, command=command)
    return trace(script, {one.artifact.location: one for one in (package, *packages)})


@pytest.mark.parametrize("command", WIDE)
def test_what_find_comes_upon_where_projects_lie_is_the_system_s_where_no_package_has_one(command: str) -> None:
    done = built(gyp(command, FLAGS), beside("other", {"lib/pg_config.h": ""}))
    assert kinds(done) == set()


@pytest.mark.parametrize("command", WIDE)
@pytest.mark.parametrize(
    ("own", "other"),
    [
        ({"lib/pg_config": "node evil.js"}, {}),
        ({}, {"lib/pg_config": "node evil.js"}),
        ({}, {"Pg_Config.cmd": "node evil.js"}),
    ],
)
def test_what_find_may_come_upon_in_a_package_is_a_gap(command: str, own: Files, other: Files) -> None:
    files = {**gyp(command, FLAGS), **own}
    assert "dynamic" in kinds(built(files, beside("other", other)))


@pytest.mark.parametrize(
    "command",
    [
        "cp evil.sh pg_config; node-gyp rebuild",
        "cp evil.sh $X; node-gyp rebuild",
        "tar xf a.tgz; node-gyp rebuild",
        "curl -O https://a.test/pg_config; node-gyp rebuild",
        "find . -name evil.sh -exec cp {} pg_config ';'; node-gyp rebuild",
        "find . -name evil.sh -fprint pg_config; node-gyp rebuild",
    ],
)
def test_what_may_come_to_be_where_find_looks_is_a_gap(command: str) -> None:
    assert "dynamic" in kinds(built(gyp(WIDE[0], FLAGS), command=command))


def test_another_script_of_the_package_may_put_it_there() -> None:
    files = gyp(WIDE[0], FLAGS)
    assert "dynamic" in kinds(inspect("node-gyp rebuild", files, scripts={"preinstall": "node a.js"}))


def test_what_a_shell_finds_so_runs_as_that_program() -> None:
    files: Files = {"a.py": "import os\nos.system('node evil.js')", **HIDDEN}
    found = built(files, command="$(find /opt -name python3 -print -quit || which python3) a.py")
    named = built(files, command="X=$(which python3 || find /opt -name python3 -print -quit); $X a.py")
    assert "evil.js" in reached(named)
    assert kinds(found)
