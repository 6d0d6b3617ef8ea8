"""Where something runs decides what a relative path is: a text that moves, and a child that is started elsewhere."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.scan.trees import beside, inspect, kinds, reached

CP = "const cp = require('child_process');"
TWO: Files = {"run.js": "", "sub/run.js": "require(x)"}


def test_a_text_that_goes_to_a_known_directory_is_read_as_running_in_both() -> None:
    files: Files = {**TWO, "a.js": f"{CP} process.chdir('sub'); cp.execSync('node run.js')"}
    inspection = inspect("node a", files)
    assert reached(inspection) == {"a.js", "run.js", "sub/run.js"}
    assert [gap.path for gap in inspection.gaps] == ["sub/run.js"]


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("process.chdir(f()); cp.execSync('node run.js')", {}),
        ("process.chdir('..'); cp.execSync('node run.js')", {}),
        ("process.chdir('/tmp'); cp.execSync('node run.js')", {}),
        ("process.chdir('sub'); process.chdir('deeper'); cp.execSync('node run.js')", {"sub/deeper/run.js": ""}),
        ("for (const x of [1, 2]) process.chdir('sub'); cp.execSync('node run.js')", {"sub/sub/run.js": ""}),
        ("process.chdir(g() ? 'sub' : 'other'); cp.execSync('node run.js')", {"other/run.js": ""}),
        ("eval(\"process.chdir('sub')\"); cp.execSync('node run.js')", {}),
    ],
)
def test_one_that_may_go_anywhere_hides_what_it_starts(text: str, files: Files) -> None:
    inspection = inspect("node a", {"run.js": "", "sub/run.js": "", "a.js": CP + text, **files})
    assert "a.js" in {gap.path for gap in inspection.gaps} or kinds(inspection) == {"dynamic"}


@pytest.mark.parametrize("command", ["node b", "node -r ./a.js c.js", "node a && node b"])
def test_so_does_one_that_another_text_loads(command: str) -> None:
    files: Files = {"a.js": "process.chdir('sub')", "run.js": "", "sub/run.js": ""}
    files = {
        **files,
        "b.js": f"require('./a'); {CP} cp.execSync('node run.js')",
        "c.js": f"{CP} cp.execSync('node run')",
    }
    assert kinds(inspect(command, files)) == {"dynamic"}


def test_so_does_one_that_a_library_is_handed() -> None:
    jiti = beside("jiti", {"index.js": "module.exports = () => id => require(id)"})
    files: Files = {"a.js": "process.chdir('sub')", "run.js": "", "sub/run.js": ""}
    text = f"require('jiti')(__filename)('./a.js'); {CP} cp.execSync('node run.js')"
    gaps = inspect("node a && node b", {**files, "b.js": text}, jiti).gaps
    assert "a.js" in {gap.path for gap in gaps}


def test_so_does_one_that_a_program_reads() -> None:
    gulp = beside("gulp", {"x.js": "#!/usr/bin/env node\n"}, bin={"gulp": "x.js"})
    files: Files = {"gulpfile.js": "process.chdir('sub')", "run.js": "", "sub/run.js": ""}
    assert kinds(inspect("gulp build", files, gulp)) == {"dynamic"}


def test_a_file_that_is_started_elsewhere_starts_what_is_relative_there() -> None:
    files: Files = {**TWO, "b.js": f"{CP} cp.execSync('node run.js')"}
    text = f"{CP} cp.spawn('node', [require('path').join(__dirname, 'b.js')], {{cwd: 'sub'}})"
    assert reached(inspect("node a", {**files, "a.js": text})) == {"a.js", "b.js", "sub/run.js"}


def test_so_it_does_where_only_running_tells_where_that_is() -> None:
    files: Files = {**TWO, "b.js": f"{CP} cp.execSync('node run.js')"}
    text = f"{CP} cp.spawn('node', [require('path').join(__dirname, 'b.js')], {{cwd: process.env.INIT_CWD}})"
    assert kinds(inspect("node a", {**files, "a.js": text})) == {"dynamic"}


@pytest.mark.parametrize("directory", ["'sub'", "process.env.INIT_CWD"])
def test_the_working_directory_of_a_text_is_not_that_of_its_child(directory: str) -> None:
    text = f"{CP} cp.spawn('node', [require('path').resolve(process.cwd(), 'run.js')], {{cwd: {directory}}})"
    inspection = inspect("node a", {"run.js": "require(x)", "sub/run.js": "", "a.js": text})
    assert reached(inspection) == {"a.js", "run.js"}
    assert [gap.path for gap in inspection.gaps] == ["run.js"]


def test_nor_is_it_in_a_command_line() -> None:
    text = f"{CP} cp.execSync(`node ${{process.cwd()}}/run.js`, {{cwd: 'sub'}})"
    inspection = inspect("node a", {"run.js": "require(x)", "sub/run.js": "", "a.js": text})
    assert reached(inspection) == {"a.js", "run.js"}
