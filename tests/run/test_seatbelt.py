"""The profile for macOS, as text: it was never run, and says so. It denies what no line allows."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from safe_install.errors import SandboxError
from safe_install.run.npm import Npm
from safe_install.run.sandbox import choose_sandbox
from safe_install.run.seatbelt import SANDBOX_EXEC, Seatbelt, profile
from safe_install.run.walls import Access, View, Walls

SCRATCH = Path("/private/var/folders/x/scratch")
LINE = re.compile(r"\((?:version 1|deny default|import \"system\.sb\"|(?:allow|deny) [a-z* -]+(?: \(.*\))*)\)")


def walls(*views: View, at_home: tuple[View, ...] = ()) -> Walls:
    """Give walls around nothing but these views."""
    return Walls(views=views, scratch=SCRATCH, time_limit=1, at_home=at_home)


def allowed(text: str, what: str) -> set[str]:
    """List the paths that a profile allows something for, each with how."""
    lines = [line for line in text.splitlines() if line.startswith(f"(allow {what} (")]
    return {path for line in lines for path in re.findall(r'\((?:subpath|literal) ("(?:[^"\\\\]|\\\\.)*")\)', line)}


def test_everything_is_denied_before_anything_is_allowed_and_the_network_never_is() -> None:
    lines = profile(walls()).splitlines()
    assert lines[:2] == ["(version 1)", "(deny default)"]
    assert [line for line in lines if "network" in line] == ["(deny network*)"]
    assert "mach" not in profile(walls())
    assert all(LINE.fullmatch(line) for line in lines)


def test_what_is_shown_is_read_and_what_is_the_scripts_is_written() -> None:
    text = profile(walls(View(Path("/p/node_modules"), Access.READ), View(Path("/p/a"), Access.WRITE, Path("/copy/a"))))
    assert '"/p/node_modules"' in allowed(text, r"file-read*")
    written = allowed(text, r"file-read* file-write*")
    assert {path for path in written if not path.startswith('"/dev/')} == {
        '"/copy/a"',
        f'"{SCRATCH}/home"',
        f'"{SCRATCH}/tmp"',
    }
    assert '"/p/a"' not in text


def test_no_home_and_no_temporary_folder_of_the_systems_is_allowed() -> None:
    text = profile(walls())
    assert not re.search(r'"/(Users|tmp|private/tmp|private/var|Volumes|Applications|etc|private/etc)"', text)
    assert '"/Library"' not in text


def test_what_is_shown_at_home_is_allowed_where_it_really_lies() -> None:
    text = profile(walls(at_home=(View(SCRATCH / "home/.ssh", Access.READ, Path("/decoys/.ssh")),)))
    assert '"/decoys/.ssh"' in allowed(text, r"file-read*")


def test_a_path_cannot_end_its_string() -> None:
    text = profile(walls(View(Path('/a") (allow default) ("\\'), Access.READ)))
    assert r'(subpath "/a\") (allow default) (\"\\")' in text
    with pytest.raises(SandboxError, match="profile"):
        profile(walls(View(Path("/a\n(allow default)"), Access.READ)))


def test_what_should_be_hidden_is_refused_and_not_shown() -> None:
    with pytest.raises(SandboxError, match="not hidden"):
        profile(walls(View(Path("/p/.env"), Access.HIDE)))


def test_it_says_that_it_is_reduced_and_was_never_run() -> None:
    assert "reduced, never run" in Seatbelt().name
    assert "nobody who wrote this profile has run it" in Seatbelt().lacks[0]


@pytest.mark.skipif(SANDBOX_EXEC.exists(), reason="this is macOS")
def test_elsewhere_than_on_macos_it_runs_nothing() -> None:
    with pytest.raises(SandboxError, match="macOS"):
        Seatbelt().run(("/bin/true",), cwd=Path("/"), env={}, walls=walls())


@pytest.mark.npm
@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_without_any_sandbox_another_system_runs_nothing(
    npm: Npm, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr("safe_install.run.sandbox.sys.platform", system)
    monkeypatch.setattr("safe_install.run.sandbox.SANDBOX_EXEC", Path("/nowhere/sandbox-exec"))
    with pytest.raises(SandboxError, match=f"cannot be confined on {system}"):
        choose_sandbox(npm, os.environ)


@pytest.mark.npm
@pytest.mark.skipif(SANDBOX_EXEC.exists(), reason="this is macOS")
def test_on_macos_it_is_tried_before_it_is_trusted(npm: Npm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sandbox-exec").write_text('#!/bin/sh\nshift 2; exec "$@"\n')
    (tmp_path / "sandbox-exec").chmod(0o755)
    for module in ("sandbox", "seatbelt"):
        monkeypatch.setattr(f"safe_install.run.{module}.SANDBOX_EXEC", tmp_path / "sandbox-exec")
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(SandboxError, match="does not hold"):
        choose_sandbox(npm, os.environ)
