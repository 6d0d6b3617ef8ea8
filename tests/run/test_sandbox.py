"""Who puts up the walls, who is tried in which order, and what is told when nobody can."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from safe_install.diagnosis import State, the_program
from safe_install.errors import SandboxError
from safe_install.run import landlock
from safe_install.run.bubblewrap import Bubblewrap
from safe_install.run.namespaces import Namespaces
from safe_install.run.npm import Npm
from safe_install.run.probe import probe
from safe_install.run.process import Ran
from safe_install.run.sandbox import Unconfined, choose_sandbox
from tests.run.site import write_files

pytestmark = [pytest.mark.sandbox, pytest.mark.npm]


def test_a_sandbox_is_tried_before_it_is_trusted(npm: Npm) -> None:
    assert choose_sandbox(npm, os.environ).name == "bubblewrap"


def test_the_second_choice_holds_as_well(npm: Npm) -> None:
    probe(Namespaces(), npm)


def test_a_sandbox_that_holds_nothing_is_found_out(npm: Npm) -> None:
    with pytest.raises(
        SandboxError, match=r"hidden files can be read.*the network is open, files outside can be written"
    ):
        probe(Unconfined(), npm)


def test_without_bubblewrap_nothing_runs_and_the_fix_is_told(
    npm: Npm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safe_install.run.paths.SYSTEM_PATH", ())
    monkeypatch.setattr("safe_install.run.namespaces.SYSTEM_PATH", ())
    monkeypatch.setattr("safe_install.run.landlock.version", lambda: 0)
    with pytest.raises(SandboxError, match="not found") as told:
        choose_sandbox(npm, {"PATH": str(tmp_path)})
    assert "apt-get install bubblewrap" in (told.value.hint or "")


def test_where_there_is_no_bubblewrap_the_second_choice_is_tried_and_named(
    npm: Npm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safe_install.run.sandbox.find_program", lambda *_: None)
    assert choose_sandbox(npm, {"PATH": str(tmp_path)}).name == "unshare and setpriv"


def test_what_held_since_the_machine_was_started_is_not_tried_again(
    npm: Npm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered = tmp_path / "cache" / "walls.json"
    choose_sandbox(npm, os.environ, remembered=remembered)
    tried: list[str] = []
    monkeypatch.setattr("safe_install.run.sandbox.probe", lambda *_: tried.append("again"))
    choose_sandbox(npm, os.environ, remembered=remembered)
    assert tried == []
    remembered.write_text(remembered.read_text().replace('"', "'"))
    choose_sandbox(npm, os.environ, remembered=remembered)
    assert tried == ["again"]


def test_what_did_not_hold_is_not_remembered(npm: Npm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise SandboxError("it does not hold")

    monkeypatch.setattr("safe_install.run.sandbox.probe", fails)
    with pytest.raises(SandboxError):
        choose_sandbox(npm, os.environ, remembered=tmp_path / "walls.json")
    assert list(tmp_path.iterdir()) == []


def test_only_who_types_it_goes_without(npm: Npm) -> None:
    assert choose_sandbox(npm, {"PATH": ""}, unconfined=True).name == "nothing (--unconfined)"


@pytest.mark.parametrize(
    ("complaint", "fix"),
    [
        ("bwrap: Unknown option --disable-userns", "0.8 or newer"),
        ("bwrap: setting up uid map: Permission denied", "apparmor"),
        ("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", "apparmor"),
        ("bwrap: No permissions to create new namespace", "seccomp=unconfined"),
        ("bwrap: something else", "its own message"),
    ],
)
def test_each_of_bubblewraps_complaints_comes_with_its_fix(
    npm: Npm, tmp_path: Path, complaint: str, fix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safe_install.run.namespaces.SYSTEM_PATH", ())
    monkeypatch.setattr("safe_install.run.landlock.version", lambda: 0)
    write_files(tmp_path, {"bwrap": f"#!/bin/sh\necho '{complaint}' >&2\nexit 1\n"})
    (tmp_path / "bwrap").chmod(0o755)
    with pytest.raises(SandboxError, match=complaint.removeprefix("bwrap: ")) as told:
        choose_sandbox(npm, {"PATH": str(tmp_path)})
    assert fix in (told.value.hint or "")


@pytest.mark.skipif(landlock.version() < 3, reason="this kernel has no Landlock, or one that is too old")
def test_reduced_walls_are_chosen_only_where_whole_walls_cannot_be_had(
    npm: Npm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safe_install.run.sandbox.find_program", lambda *_: None)
    assert choose_sandbox(npm, os.environ).lacks == ()
    _without_namespaces(monkeypatch)
    assert choose_sandbox(npm, os.environ).name == "Landlock and seccomp (reduced)"


@pytest.mark.skipif(landlock.version() < 3, reason="this kernel has no Landlock, or one that is too old")
def test_the_doctor_says_that_they_are_reduced_and_what_would_be_better(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_namespaces(monkeypatch)
    (check,) = [one for one in the_program(os.environ) if one.subject == "sandbox"]
    assert check.state is State.CARE
    assert "(reduced)" in check.told
    assert "bubblewrap" in check.fix


def _without_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what makes whole walls, as a container does."""

    def forbidden(*_: object, **__: object) -> Ran:
        raise SandboxError("unshare: Operation not permitted")

    monkeypatch.setattr(Namespaces, "run", forbidden)
    monkeypatch.setattr(Bubblewrap, "run", forbidden)
