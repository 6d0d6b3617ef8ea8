"""A foreign process is bounded in time and words, and nothing of it stays behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from safe_install.run.process import HALF, Ran, run_to_end


def run(program: str, *, time_limit: float = 20, complaints: bool = True, **env: str) -> Ran:
    """Run a line of shell."""
    return run_to_end(("/bin/sh", "-c", program), cwd=Path("/"), env=env, time_limit=time_limit, complaints=complaints)


def is_running(pid: int) -> bool:
    """Tell whether a process goes on living; a killed orphan takes a moment, and is a zombie until init reaps it."""
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}:
                return False
        except OSError:
            return False
        time.sleep(0.05)
    return True


def test_both_streams_come_in_the_order_they_were_written() -> None:
    assert run("echo one; echo two >&2; echo three; exit 3").output == "one\ntwo\nthree\n"


def test_complaints_are_dropped_when_nobody_wants_them() -> None:
    assert run("echo answer; echo complaint >&2", complaints=False).output == "answer\n"


def test_the_exit_code_is_the_programs_own() -> None:
    assert run("exit 3").exit_code == 3


def test_a_signal_is_told_apart_from_an_exit() -> None:
    assert run("kill -KILL $$").exit_code == -signal.SIGKILL


def test_the_environment_is_exactly_what_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPM_TOKEN", "canary")
    assert run("/usr/bin/env | sort", A="1").output.split() == ["A=1", *run("/usr/bin/env | sort").output.split()]


def test_there_is_no_input_to_wait_for() -> None:
    assert run("cat; echo done").output == "done\n"


def test_too_long_a_run_is_ended_with_everything_it_started() -> None:
    ran = run("sleep 300 & echo $!; sleep 300", time_limit=0.3)
    assert ran.exit_code is None
    assert not is_running(int(ran.output))


def test_who_ignores_the_polite_signal_is_killed() -> None:
    ran = run("trap '' TERM; echo $$; while true; do sleep 0.1; done", time_limit=0.3)
    assert ran.exit_code is None
    assert not is_running(int(ran.output))


def test_a_child_left_behind_neither_holds_us_up_nor_survives() -> None:
    ran = run("sleep 300 & echo $!", time_limit=60)
    assert ran.exit_code == 0
    assert not is_running(int(ran.output))


def test_a_child_that_keeps_writing_cannot_keep_us_reading() -> None:
    assert run("(while true; do echo noise; done) & exit 5", time_limit=60).exit_code == 5


def test_a_closed_output_does_not_end_the_wait() -> None:
    assert run("exec >&- 2>&-; sleep 0.2; exit 4").exit_code == 4


def test_of_ten_megabytes_the_beginning_and_the_end_are_kept() -> None:
    program = "import sys; sys.stdout.write('a' * 5_000_000 + 'b' * 5_000_000)"
    ran = run_to_end((sys.executable, "-c", program), cwd=Path("/"), env={}, time_limit=60)
    left_out = 10_000_000 - 2 * HALF
    assert ran.output == "a" * HALF + f"\n[{left_out} bytes left out]\n" + "b" * HALF


def test_output_that_is_no_text_is_still_told() -> None:
    assert run(r"printf 'a\377b'").output == "a\ufffdb"


def test_an_interrupt_ends_the_program_first(tmp_path: Path) -> None:
    def interrupt() -> None:
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        run_to_end(("/bin/sh", "-c", "echo $$ > pid; sleep 300"), cwd=tmp_path, env={}, time_limit=60)
    assert not is_running(int((tmp_path / "pid").read_text()))
