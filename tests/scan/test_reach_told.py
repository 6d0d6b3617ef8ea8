"""What a text is told, by npm and by its own name, is known only where no other text may tell it otherwise, before or after."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.scan.trees import inspect, kinds, reached

FILES: Files = {"ok.js": "", "evil.js": ""}
CONFIG = {"run": "node ok.js"}
RUNS = "$npm_package_config_run"
CHILD: Files = {"a.sh": ". ./b.sh\nsh c.sh", "c.sh": RUNS}
CALLS = "const { execSync } = require('child_process'); const go = () => execSync('$npm_package_config_run'); "


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("sh a.sh", {"a.sh": "export npm_package_config_run='node evil.js'\n. ./b.sh", "b.sh": RUNS}),
        ("export npm_package_config_run='node evil.js' && sh a.sh", {"a.sh": RUNS}),
        ("npm_package_config_run='node evil.js' sh a.sh", {"a.sh": RUNS}),
        ("sh a.sh", {**CHILD, "b.sh": "read npm_package_config_run < x.txt"}),
        ("sh a.sh", {**CHILD, "b.sh": ': "${npm_package_config_run:=node evil.js}"'}),
        ("sh a.sh", {**CHILD, "b.sh": 'n=npm_pack; export "${n}age_config_run=node evil.js"'}),
        ("sh a.sh", {**CHILD, "b.sh": 'n=npm_pack; printf -v "${n}age_config_run" "node evil.js"'}),
        (
            "node a.js",
            {"a.js": f"{CALLS} require('./b'); go()", "b.js": "process.env.npm_package_config_run = 'node evil.js'"},
        ),
        ("node a.js", {"a.js": f"{CALLS} require('./b'); go()", "b.js": "process.env[x] = 'node evil.js'"}),
        (
            "python a.py",
            {
                "a.py": "import os\nos.environ['npm_package_config_run'] = 'node evil.js'\nos.system('sh b.sh')",
                "b.sh": RUNS,
            },
        ),
    ],
)
def test_a_command_that_another_text_may_change_is_a_gap(command: str, files: Files) -> None:
    assert inspect(command, {**FILES, **files}, config=CONFIG).gaps


@pytest.mark.parametrize(
    ("command", "files"),
    [
        (RUNS, {}),
        (
            "sh a.sh",
            {
                "a.sh": f"echo $npm_package_name\nexport OTHER=$HOME\nsh b.sh\n{RUNS}",
                "b.sh": "echo ${npm_package_config_run}",
            },
        ),
        ("node a.js", {"a.js": f"{CALLS} require('./b'); go()", "b.js": "process.env.OTHER = 'node evil.js'"}),
    ],
)
def test_what_nobody_changes_is_known(command: str, files: Files) -> None:
    inspection = inspect(command, {**FILES, **files}, config=CONFIG)
    assert reached(inspection) == {"ok.js", *files}
    assert not inspection.gaps


HERE = 'node "$(dirname "$0")/x.js"'
PARTS: Files = {"a.sh": HERE, "x.js": "", "sub/x.js": "", "sub/b.sh": "echo"}


@pytest.mark.parametrize("sourcing", [". ./a.sh", "source ../A.sh", '. "$HOME/a.sh"', '. "$x"', ". -- ./a.sh"])
@pytest.mark.parametrize("command", ["sh a.sh; sh sub/c.sh", "sh sub/c.sh; sh a.sh"])
def test_a_text_that_another_one_reads_in_may_have_its_name(command: str, sourcing: str) -> None:
    assert inspect(command, {**PARTS, "sub/c.sh": sourcing}).gaps


def test_a_text_that_reads_in_another_one_keeps_its_own_name() -> None:
    inspection = inspect("sh a.sh", {**PARTS, "a.sh": f"{HERE}\n. ./sub/b.sh\n{HERE}"})
    assert reached(inspection) == {"a.sh", "x.js", "sub/b.sh"}
    assert not inspection.gaps


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (". ./b.sh", "cd sub"),
        (". ./b.sh", "c'd' sub"),
        (". ./b.sh\nmove_on", "move_on() { cd sub; }"),
        (". ./b.sh", ". ./sub/b.sh"),
        (". ./b.sh", "eval 'cd sub'"),
        ("eval 'cd sub'", ""),
        ("eval cd sub", ""),
    ],
)
def test_a_text_that_is_made_a_part_of_another_one_moves_what_comes_after_it(text: str, other: str) -> None:
    inspection = inspect("sh a.sh", {**PARTS, "a.sh": f"{text}\nnode x.js", "b.sh": other, "sub/b.sh": "cd sub"})
    assert "sub/x.js" in reached(inspection)


def test_a_text_that_runs_by_itself_moves_nothing() -> None:
    inspection = inspect("sh a.sh", {**PARTS, "a.sh": "sh b.sh\n(. ./b.sh)\nnode x.js", "b.sh": "cd sub"})
    assert reached(inspection) == {"a.sh", "b.sh", "x.js"}


def test_texts_that_read_one_another_in_without_end_are_a_gap() -> None:
    assert inspect("sh a.sh", {"a.sh": ". ./a.sh\n" * 40}).gaps


PICKING: Files = {"a.sh": ". ./lib.sh\nos=$(detect_os)\necho $os", "lib.sh": "detect_os() { uname -s; }"}


def test_what_a_text_that_is_read_in_defines_is_no_unknown_program() -> None:
    assert not inspect("sh a.sh", PICKING).gaps


@pytest.mark.parametrize(
    "files",
    [
        {"lib.sh": "detect_arch() { uname -m; }"},
        {"lib.sh": "detect_os() { own-tool; }"},
        {"a.sh": "(. ./lib.sh)\ndetect_os"},
        {"a.sh": "detect_os\n. ./lib.sh"},
        {"a.sh": "sh ./lib.sh\ndetect_os"},
    ],
)
def test_a_program_that_nothing_read_in_before_defines_is_unknown(files: Files) -> None:
    assert kinds(inspect("sh a.sh", {**PICKING, **files})) == {"unknown-program"}


def test_a_program_of_a_package_is_followed_though_a_text_that_is_read_in_defines_its_name() -> None:
    files: Files = {**PICKING, "a.sh": '[ -n "$X" ] && . ./lib.sh\ndetect_os', "evil.js": "#!/usr/bin/env node\n"}
    assert "evil.js" in reached(inspect("sh a.sh", files, bin={"detect_os": "evil.js"}))
