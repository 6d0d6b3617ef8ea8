"""What a script may use up, and what is left when it, or we, end: nothing runs on, nothing stays mounted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from safe_install.run import limits
from tests.processes import command_lines
from tests.run.conftest import AS_STARTED
from tests.run.runner import Runner, codes
from tests.run.site import a_step

pytestmark = [pytest.mark.npm, pytest.mark.sandbox]

A = "node_modules/a"
LONG = f"986.{os.getpid()}"  # seconds, as nobody else sleeps
FORK = "i=0; while [ $i -lt 60 ]; do sleep 30 & i=$((i+1)); done; echo all"


def test_a_fork_bomb_is_stopped_by_the_bound_that_is_told(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PROCESSES", 20)
    (outcome,) = runner.run(a_step(FORK, location=A, time_limit=15))
    assert "at most 20 processes" in " ".join(outcome.walls)
    assert "all" not in outcome.output
    assert "fork" in outcome.output.lower()


def test_a_fork_bomb_of_root_is_stopped_without_a_cgroup_too(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PROCESSES", 20)
    monkeypatch.setattr(limits, "_CGROUPS", ())
    (outcome,) = runner.run(a_step(f"{FORK}; sleep 30", location=A, time_limit=25))
    if os.geteuid() == 0:
        assert outcome.stopped == "it had more than 20 processes"
        assert "at most 20 processes (counted)" in outcome.walls
    else:
        assert "at most 20 processes (the user's own limit)" in outcome.walls
        assert "fork" in outcome.output.lower()


HOARD = (
    "const kept = []; for (let i = 0; i < 20; i++) kept.push(Buffer.alloc(2 ** 24, 1)); console.log('got everything')"
)


def test_one_process_cannot_have_more_memory_than_the_bound(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MEMORY", 2**28)
    (outcome,) = runner.run(a_step(f'node -e "{HOARD}"', location=A))
    assert outcome.failed
    assert "got everything" not in outcome.output
    assert "at most 0.2 GiB of memory" in outcome.walls


def test_many_processes_together_cannot_have_more_memory_than_the_bound(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MEMORY", 2**28)
    hoard = "b = bytearray(b'x') * (80 * 2 ** 20); import time; time.sleep(20); print('all')"
    (outcome,) = runner.run(a_step(f'for i in 1 2 3 4 5; do python3 -c "{hoard}" & done; wait', location=A))
    assert outcome.stopped == "it used more than 0.2 GiB of memory"
    assert "all" not in outcome.output


def test_what_processes_share_does_not_count_for_each(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MEMORY", 2**28)
    forks = "import os, time; b = bytearray(b'x') * (100 * 2 ** 20); [os.fork() for _ in range(3)]; time.sleep(2); print('all')"
    (outcome,) = runner.run(a_step(f'python3 -c "{forks}"', location=A))
    assert outcome.exit_code == 0
    assert "all" in outcome.output


def test_a_file_cannot_grow_beyond_the_bound(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILE", 2**20)
    (outcome,) = runner.run(a_step("head -c 3000000 /dev/zero > big", location=A))
    assert outcome.exit_code != 0
    assert not (runner.project / A / "big").exists()


def test_shared_memory_is_bounded(runner: Runner) -> None:
    (outcome,) = runner.run(
        a_step("echo x > /dev/shm/x && head -c 300000000 /dev/zero > /dev/shm/y && echo all", location=A)
    )
    assert outcome.exit_code != 0
    assert "No space left" in outcome.output


def test_one_line_of_ten_megabytes_is_cut(runner: Runner) -> None:
    (outcome,) = runner.run(a_step("head -c 10000000 /dev/zero | tr '\\0' x; echo end", location=A))
    assert len(outcome.output) < 2_200_000
    assert outcome.output.endswith("end\n")


@pytest.mark.parametrize(
    "command", ["setsid sleep 987 & echo started", "(sleep 987 &) ; nohup sleep 987 > /dev/null 2>&1 &"]
)
def test_a_daemon_does_not_outlive_its_script(runner: Runner, command: str) -> None:
    assert codes(runner.run(a_step(command, location=A))) == [0]
    assert not _running("987")


AT_A_TERMINAL = """
import fcntl, os, sys, termios
from pathlib import Path
from safe_install.run.npm import find_npm
from tests.run.conftest import walls_of
from tests.run.runner import Runner
from tests.run.site import a_step, write_files
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.close(os.open("/dev/tty", os.O_RDWR))
runner = Runner(Path(sys.argv[1]), find_npm(os.environ), walls_of(os.environ))
print(runner.run(a_step("python3 type.py", {"type.py": sys.argv[2]}, location="node_modules/a"))[0].output)
"""
TYPES = """
import fcntl, os
for name in ["/dev/tty", "/dev/console", "/dev/stdin", "/dev/stdout", "/dev/stderr", *(f"/dev/pts/{n}" for n in range(99))]:
    try: fcntl.ioctl(os.open(name, os.O_RDWR | os.O_NOCTTY), 0x5412, b"x")
    except OSError: continue
    print("typed into", name)
print("tried")
"""


def test_nothing_can_be_typed_into_our_terminal(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    master, terminal = os.openpty()
    ran = subprocess.run(
        [sys.executable, "-c", AT_A_TERMINAL, str(tmp_path / "project"), TYPES],
        env={**AS_STARTED, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=terminal,
        capture_output=True,
        start_new_session=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    os.close(terminal)
    os.close(master)
    assert ran.stdout.decode().strip() == "tried", ran.stderr


SUPERVISED = """
import sys
from pathlib import Path
from safe_install.run.npm import find_npm
from tests.run.runner import Runner
from tests.run.site import a_step
from tests.run.conftest import walls_of
import os
Runner(Path(sys.argv[1]), find_npm(os.environ), walls_of(os.environ)).run(a_step(f"echo x > file; sleep {sys.argv[2]} & sleep {sys.argv[2]}", location="node_modules/a"))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_when_we_end_no_process_and_no_mount_is_left(tmp_path: Path, number: signal.Signals) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "tmp").mkdir()
    env = {**AS_STARTED, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path / "tmp")}
    command = [sys.executable, "-c", SUPERVISED, str(project), LONG]
    with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[2]) as ours:
        _until(lambda: _running(LONG))
        ours.send_signal(number)
        ours.wait(30)
    _until(lambda: not _running(LONG))
    assert str(tmp_path) not in Path("/proc/self/mountinfo").read_text()
    assert not (project / "node_modules/a/file").exists()


def _running(argument: str) -> bool:
    return f"sleep\0{argument}\0".encode() in command_lines()


def _until(condition: object) -> None:
    """Wait until something is so; processes take a moment to come and to go."""
    assert callable(condition)
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    pytest.fail("it did not come to be")
