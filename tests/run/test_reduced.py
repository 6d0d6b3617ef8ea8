"""A whole script behind reduced walls: it works in a staged copy, and everywhere it is named it is called reduced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from safe_install.errors import SandboxError
from safe_install.run import landlock
from safe_install.run.landlock import Landlock
from safe_install.run.npm import Npm
from tests.builders import a_manifest
from tests.processes import command_lines
from tests.run.runner import Runner, codes
from tests.run.site import a_step, write_files

pytestmark = [
    pytest.mark.npm,
    pytest.mark.skipif(landlock.version() < 3, reason="this kernel has no Landlock, or one that is too old"),
]

A, B = "node_modules/a", "node_modules/b"


@pytest.fixture
def reduced(npm: Npm, open_project: Path) -> Runner:
    """Give a runner behind reduced walls, in a project that another user may enter."""
    return Runner(open_project, npm, Landlock())


def test_a_script_works_in_a_staged_copy_where_its_neighbours_are_found(reduced: Runner) -> None:
    write_files(reduced.project, {f"{B}/index.js": "module.exports = 42", f"{A}/node_modules/c/index.js": "c"})
    write_files(reduced.project, {".env": "canary", "src/app.js": "canary"})
    look = "cat ../../.env ../../src/app.js $INIT_CWD/.env; node -p 'require(\"b\")' && cat node_modules/c/index.js"
    (outcome,) = reduced.run(a_step(f"{look}; echo new > made; echo evil > ../b/index.js; true", location=A))
    assert outcome.exit_code == 0
    assert "42\nc" in outcome.output
    assert "canary" not in outcome.output
    assert (reduced.project / B / "index.js").read_text() == "module.exports = 42"
    assert [(one.path, one.dropped) for one in outcome.written] == [(f"{A}/made", "")]
    assert (reduced.project / A / "made").stat().st_uid == os.geteuid()


def test_what_it_depends_on_is_a_copy_beside_it_and_no_odd_name_leads_anywhere(reduced: Runner) -> None:
    write_files(reduced.project, {f"{B}/x.gyp": "gyp", "node_modules/@s/c/x": "c", "secret/x": "canary"})
    needs = {"b": "1", "@s/c": "1", "../secret": "1", "..": "1", ".": "1", "no-such": "1"}
    manifest = a_manifest("a", scripts={"postinstall": "x"}, dependencies=needs)
    look = "realpath ../b ../@s/c; cat ../../secret/x; echo evil > ../b/x.gyp; pwd"
    (outcome,) = reduced.run(a_step(look, {"package.json": manifest}, location=A))
    staged = outcome.output.splitlines()[-1].removesuffix(f"/{A}")
    assert outcome.output.splitlines()[:2] == [f"{staged}/{B}", f"{staged}/node_modules/@s/c"]
    assert "canary" not in outcome.output
    assert outcome.output.count("ermission denied") == 1
    assert (reduced.project / B / "x.gyp").read_text() == "gyp"


def test_everywhere_it_is_named_it_is_called_reduced_with_what_it_lacks(reduced: Runner) -> None:
    (outcome,) = reduced.run(a_step("true", location=A))
    assert outcome.walls[0] == "Landlock and seccomp (reduced)"
    assert [text for text in outcome.walls if text.startswith("reduced: ")] == list(Landlock().lacks)
    assert any("sizes" in text for text in Landlock().lacks)
    assert any("modes" in text for text in Landlock().lacks) == (os.geteuid() != 0)


def test_a_script_that_was_granted_a_host_is_not_run(reduced: Runner) -> None:
    (outcome,) = reduced.run(a_step("echo ran", location=A, network=("files.example.test",)))
    assert outcome.exit_code == 126
    assert "can open no host alone, and it was granted files.example.test" in outcome.output
    assert reduced.begun == []


def test_a_script_of_the_projects_own_is_not_run(reduced: Runner) -> None:
    with pytest.raises(SandboxError, match="overlays"):
        reduced.run(a_step("echo x > file", location=""))


def test_a_decoy_that_is_read_is_seen_and_one_given_away_fails_it(reduced: Runner) -> None:
    (outcome,) = reduced.run(a_step("cat ~/.aws/credentials > copy", location=A))
    assert outcome.touched == ("~/.aws/credentials",)
    assert outcome.leaked
    assert not (reduced.project / A / "copy").exists()


def test_a_package_of_a_workspace_is_staged_as_well(reduced: Runner) -> None:
    write_files(reduced.project, {"packages/ws/package.json": "{}", "packages/ws/src.js": "canary"})
    step = a_step("ls ../.. && echo x > out", location="packages/ws/node_modules/@s/x")
    (outcome,) = reduced.run(step)
    assert codes((outcome,)) == [0], outcome.output
    assert outcome.output.split() == ["@s"]
    assert (reduced.project / "packages/ws/node_modules/@s/x/out").exists()


def test_a_folder_that_nobody_else_may_enter_is_told_with_its_fix(reduced: Runner) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root becomes somebody else")
    reduced.project.chmod(0o700)
    with pytest.raises(SandboxError, match="Permission denied") as told:
        reduced.run(a_step("true", location=A))
    assert "chmod go+rX" in (told.value.hint or "")


SUPERVISED = """
import os, sys
from pathlib import Path
from safe_install.run.landlock import Landlock
from safe_install.run.npm import find_npm
from tests.builders import a_manifest
from tests.run.runner import Runner
from tests.run.site import a_step
Runner(Path(sys.argv[1]), find_npm(os.environ), Landlock()).run(a_step(f"sleep {sys.argv[2]} & sleep {sys.argv[2]}", location="node_modules/a"))
"""


def test_when_we_are_killed_no_process_is_left(reduced: Runner) -> None:
    long = f"985.{os.getpid()}"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", SUPERVISED, str(reduced.project), long]
    with subprocess.Popen(command, env=env, cwd=Path(__file__).parents[2]) as ours:
        _until(lambda: len(_running(long)) == 2)
        ours.send_signal(signal.SIGKILL)
        ours.wait(30)
    _until(lambda: not _running(long))


def _running(argument: str) -> list[bytes]:
    return [line for line in command_lines() if line == f"sleep\0{argument}\0".encode()]


def _until(condition: Callable[[], bool]) -> None:
    """Wait until something is so; processes take a moment to come and to go."""
    for _ in range(300):
        if condition():
            return
        time.sleep(0.1)
    pytest.fail("it did not come to be")
