"""The matcher with an engine that fails, and with what it remembers."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from safe_install.errors import SemgrepError
from safe_install.model import Language
from safe_install.scan.match import semgrep
from safe_install.scan.match.matcher import Matcher
from safe_install.scan.match.matching import busyness, patience_for
from safe_install.scan.match.semgrep import find_engine
from safe_install.scan.remembered import Remembered
from tests.builders import an_inspection
from tests.scan.matching import COLLECTOR, RULES, THEFT, a_file, match, signatures, write_rule

pytestmark = pytest.mark.semgrep


# ------------------------------------------------------------------ what is remembered


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """List every start of the real engine."""
    seen: list[list[str]] = []
    real = subprocess.Popen

    def started(command: list[str], **more: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401
        seen.append(command)
        return real(command, **more)

    monkeypatch.setattr(subprocess, "Popen", started)
    return seen


def test_everything_new_is_matched_in_one_start(starts: list[list[str]]) -> None:
    inspections = [an_inspection(files=(a_file(f"{THEFT}\n// {number}"), a_file("f()"))) for number in range(30)]
    matched = Matcher(RULES, None).match(inspections)
    assert all(("sends-environment", 1) in signatures(inspection) for inspection in matched)
    assert len(starts) == 1


def test_nothing_is_started_for_what_is_remembered(tmp_path: Path, starts: list[list[str]]) -> None:
    files = (a_file(THEFT), a_file(COLLECTOR, "b.js"), a_file("f();\n" * 250_000 + COLLECTOR, "huge.js"))
    first = match(*files, remembered=Remembered(tmp_path / "store"))
    again = match(*files, remembered=Remembered(tmp_path / "store"))
    assert again == first
    assert len(starts) == 1


def test_only_the_changed_file_is_matched_again(tmp_path: Path, starts: list[list[str]]) -> None:
    match(a_file("f()"), a_file("g()", "b.js"), remembered=Remembered(tmp_path / "store"))
    inspection = match(a_file("f()"), a_file(THEFT, "b.js"), remembered=Remembered(tmp_path / "store"))
    assert {finding.path for finding in inspection.findings} == {"b.js"}
    assert len(starts) == 2


def test_what_is_not_complete_is_not_remembered(tmp_path: Path, starts: list[list[str]]) -> None:
    for _ in range(2):
        assert match(a_file("f(; {"), remembered=Remembered(tmp_path / "store")).gaps
    assert len(starts) == 2


def test_other_signatures_make_everything_new(tmp_path: Path, starts: list[list[str]]) -> None:
    rules = tmp_path / "rules"
    (rules / "effect").mkdir(parents=True)
    write_rule(rules / "effect" / "calls-f.yaml", "f(...)")
    store = Remembered(tmp_path / "store")
    before = Matcher(rules, store)
    before.match([an_inspection(files=(a_file("f()"),))])
    write_rule(rules / "effect" / "calls-f.yaml", "g(...)")
    after = Matcher(rules, store)
    (inspection,) = after.match([an_inspection(files=(a_file("f()"),))])
    assert inspection.findings == ()
    assert before.digest != after.digest
    assert len(starts) == 2


def test_a_remembered_row_that_makes_no_sense_is_matched_again(tmp_path: Path, starts: list[list[str]]) -> None:
    class Forgetful(Remembered):
        def get(self, keys: Any) -> dict[Any, bytes]:  # noqa: ANN401
            return dict.fromkeys(keys, b'[{"signature": 1}]')

    inspection = match(a_file(THEFT), remembered=Forgetful(tmp_path / "store"))
    assert ("sends-environment", 1) in signatures(inspection)
    assert len(starts) == 1


# ------------------------------------------------------------------ an engine that fails


@pytest.fixture
def wrapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a shell script in the engine's place; the test writes it, ``$REAL`` is the engine."""
    real = find_engine().executable
    wrapper = tmp_path / "bin" / "semgrep"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nexec {real} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
    return wrapper


def before(wrapper: Path, words: str) -> None:
    """Let the wrapper do something before it becomes the engine."""
    hashbang, last = wrapper.read_text().splitlines()
    wrapper.write_text(f"{hashbang}\n{words}\n{last}\n")


@pytest.mark.parametrize("broken", ["f(...", "$X = ="])
def test_a_broken_signature_stops_the_run_and_is_named(tmp_path: Path, broken: str) -> None:
    write_rule(tmp_path / "good-one.yaml", "f(...)")
    write_rule(tmp_path / "bad-one.yaml", broken)
    with pytest.raises(SemgrepError, match="bad-one") as raised:
        Matcher(tmp_path, None).match([an_inspection(files=(a_file("f()"),))])
    assert "bad-one.yaml" in (raised.value.hint or "")


def test_a_signature_that_is_no_yaml_stops_the_run_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad-one.yaml").write_text("rules:\n  - id: x\n   languages: [js\n")
    with pytest.raises(SemgrepError, match="bad-one"):
        Matcher(tmp_path, None).match([an_inspection(files=(a_file("f()"),))])


def test_no_signatures_at_all_stop_the_run(tmp_path: Path) -> None:
    with pytest.raises(SemgrepError, match="no signatures"):
        Matcher(tmp_path, None)


def test_without_an_engine_the_fix_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SemgrepError, match="not installed") as raised:
        find_engine()
    assert "pip install 'semgrep" in (raised.value.hint or "")


def test_an_engine_that_is_too_old_is_refused(wrapped: Path) -> None:
    wrapped.write_text("#!/bin/sh\necho 1.20.0\n")
    with pytest.raises(SemgrepError, match=r"1\.20\.0 is not supported"):
        find_engine()


def test_an_engine_from_a_package_is_never_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = tmp_path / "node_modules" / ".bin" / "semgrep"
    planted.parent.mkdir(parents=True)
    planted.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    planted.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.chdir(planted.parent)
    monkeypatch.setenv("PATH", f"{planted.parent}::.")
    with pytest.raises(SemgrepError, match="not installed"):
        find_engine()
    assert not (tmp_path / "started").exists()


def test_an_engine_that_refuses_the_quick_flags_gives_the_same_answer(wrapped: Path) -> None:
    files = (a_file(THEFT), a_file("f(; {", "b.js"), a_file(COLLECTOR, "c.ts", language=Language.TYPESCRIPT))
    quick = match(*files)
    before(wrapped, 'case "$*" in *--x-*) echo "semgrep scan: unknown option \'--x-parmap\'" >&2; exit 2;; esac')
    assert match(*files) == quick


def test_the_engine_gets_neutral_names_and_nothing_of_the_users(
    wrapped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    monkeypatch.setenv("NPM_TOKEN", "canary-token")
    before(wrapped, f'(env; echo "$PWD"; ls -ld "$PWD/.." "$HOME"; ls) >> {told}')
    match(a_file("f()", "evil name.min.js"), a_file("x['y']", "b"))
    words = told.read_text()
    assert "canary-token" not in words
    assert str(Path.home()) not in words.replace(os.path.dirname(words.split("PATH=")[1].split(":")[0]), "")  # noqa: PTH120
    assert words.split()[-3:] == ["0001.js", "0002.txt", "0003.js"]
    assert "drwx------" in words
    (stage,) = {line for line in words.splitlines() if line.startswith(tempfile.gettempdir())}
    assert not Path(stage).parent.exists()
    assert str(Path.cwd()) not in words.splitlines()


def test_a_busy_machine_gets_longer_and_an_end_all_the_same() -> None:
    assert patience_for(100, 60, 1.0) == 85.0
    assert patience_for(100, 60, 4.0) == 340.0
    assert patience_for(100_000, 60, 4.0) == 600.0


@pytest.mark.parametrize(("wanted", "busy"), [(0.0, 1.0), (4.0, 2.0), (80.0, 4.0)])
def test_how_busy_a_machine_is_has_bounds(wanted: float, busy: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (wanted, 0.0, 0.0), raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert busyness() == busy


def test_a_file_that_hangs_the_engine_costs_the_others_nothing(wrapped: Path, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    before(wrapped, f"if grep -q HANG ./*.js 2>/dev/null; then sleep 600 & echo $! >> {pids}; sleep 600; fi")
    inspection = match(a_file("f('HANG')"), a_file(THEFT, "b.js"), a_file(COLLECTOR, "c.js"), time_limit=8)
    assert {finding.path for finding in inspection.findings} == {"b.js", "c.js"}
    assert [(gap.path, gap.detail) for gap in inspection.gaps] == [("install.js", "semgrep did not finish in time")]
    assert not any(runs(int(pid)) for pid in pids.read_text().split())


def runs(pid: int) -> bool:
    """Tell whether a process runs; one that ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_file_that_kills_the_engine_costs_the_others_nothing(wrapped: Path) -> None:
    before(wrapped, "if grep -q CRASH ./*.js 2>/dev/null; then echo 'Fatal error' >&2; kill -SEGV $$; fi")
    inspection = match(a_file(THEFT, "b.js"), a_file("f('CRASH')"))
    assert {finding.path for finding in inspection.findings} == {"b.js"}
    assert [gap.path for gap in inspection.gaps] == ["install.js"]


def test_an_answer_without_end_is_not_read(wrapped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semgrep, "_LARGEST_ANSWER", 1 << 20)
    before(wrapped, "case $1 in scan) exec yes;; esac")
    inspection = match(a_file(THEFT))
    assert [gap.detail for gap in inspection.gaps] == ["semgrep said more about it than we read"]


def test_an_engine_that_never_works_stops_the_run(wrapped: Path) -> None:
    before(wrapped, "case $1 in scan) echo 'libfoo.so is missing' >&2; exit 127;; esac")
    with pytest.raises(SemgrepError, match=r"does not work \(exit 127\): libfoo\.so is missing"):
        match(a_file(THEFT))


def test_an_engine_that_is_another_than_it_says_is_refused(wrapped: Path) -> None:
    before(wrapped, "case $1 in --version) echo 1.199.0; exit;; esac")
    with pytest.raises(SemgrepError, match=r"not 1\.199\.0"):
        match(a_file(THEFT))


def test_a_file_that_the_engine_says_nothing_about_is_a_gap(wrapped: Path) -> None:
    before(wrapped, "if [ $1 = scan ]; then rm -f 0002.js; fi")
    inspection = match(a_file("f()"), a_file(THEFT, "b.js"))
    assert [(gap.path, gap.detail) for gap in inspection.gaps] == [("b.js", "semgrep did not read it")]


def test_stopping_leaves_no_copies_and_no_engine(
    wrapped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"
    before(wrapped, f'if [ $1 = scan ]; then echo "$$ $PWD" > {pid}; sleep 600; fi')

    def stop(*_: object) -> str:
        while not pid.exists() or not pid.read_text().endswith("\n"):
            time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr(semgrep, "_wait", stop)
    with pytest.raises(KeyboardInterrupt):
        match(a_file(THEFT))
    number, stage = pid.read_text().split()
    assert not Path(stage).parent.exists()
    assert not runs(int(number))
