"""What a script wrote is kept where it may write, and told and dropped everywhere else; nothing is ever written in place."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from safe_install.errors import SandboxError
from safe_install.run import landlock, layers
from safe_install.run.changes import MOST
from safe_install.run.landlock import Landlock
from safe_install.story import Outcome
from tests.builders import a_manifest
from tests.run.runner import Runner, codes
from tests.run.site import a_step, write_files

pytestmark = [pytest.mark.npm, pytest.mark.sandbox]

A, B = "node_modules/a", "node_modules/b"


@pytest.fixture(params=["overlay", "copy", "staged copy"])
def either(request: pytest.FixtureRequest, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> str:
    """Go every way: with the kernel's overlay, with a copy in the folder's place, and with one in a staged project."""
    if request.param == "copy":
        monkeypatch.setattr("safe_install.run.confined.can_overlay", lambda *_: False)
    if request.param == "staged copy":
        if landlock.version() < 3:
            pytest.skip("this kernel has no Landlock, or one that is too old")
        runner.project = request.getfixturevalue("open_project")
        runner.sandbox = Landlock()
    return "copy" if "copy" in request.param else "overlay"


def told(outcome: Outcome) -> dict[str, str]:
    """Give the paths that were written, each with how, and why it was dropped."""
    return {one.path: f"{one.how}: {one.dropped}".rstrip(": ") for one in outcome.written}


def test_the_kernel_here_has_overlays(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert layers.can_overlay(tmp_path / "folder", tmp_path / "private")


def test_what_is_added_changed_and_removed_in_the_package_is_kept_and_told(runner: Runner, either: str) -> None:
    files = {"changed.txt": "old", "gone.txt": "old", "folder/gone": "old", "same.txt": "old", "was/folder": "old"}
    command = "mkdir -p build/deep && echo new > build/deep/file && echo new > changed.txt && rm -r gone.txt folder was"
    command += " && echo x > was && ln -s deep/file build/link && touch same.txt && chmod 755 build/deep/file"
    (outcome,) = runner.run(a_step(command, files, location=A))
    place = runner.project / A
    assert told(outcome) == {
        f"{A}/build/deep/file": "added",
        f"{A}/build/link": "added",
        f"{A}/changed.txt": "changed",
        f"{A}/folder": "removed",
        f"{A}/gone.txt": "removed",
        f"{A}/was": "changed",
    }
    found = {path.relative_to(place).as_posix() for path in place.rglob("*") if not path.is_dir()}
    assert found == {"build/deep/file", "build/link", "changed.txt", "same.txt", "was", "package.json"}
    assert (place / "build/link").read_text() == "new\n"
    assert (place / "changed.txt").read_text() == "new\n"
    assert (place / "build/deep/file").stat().st_mode & 0o777 == 0o755
    assert either in " ".join(outcome.walls)


def test_a_folder_made_anew_holds_nothing_of_the_former_one(runner: Runner, either: str) -> None:
    assert either
    step = a_step("rm -r lib && mkdir lib && echo new > lib/new", {"lib/old": "old", "lib/more/old": "old"}, location=A)
    (outcome,) = runner.run(step)
    assert [path.name for path in (runner.project / A / "lib").iterdir()] == ["new"]
    assert told(outcome)[f"{A}/lib/new"] == "added"


def test_what_is_written_beside_the_package_is_told_and_dropped(runner: Runner) -> None:
    write_files(runner.project, {f"{B}/index.js": "kept", f"{A}/node_modules/nested/index.js": "kept"})
    command = "echo evil > ../b/index.js; mkdir ../.made; echo evil > ../.made/x; echo evil > node_modules/nested/index.js; rm -r ../b"
    (outcome,) = runner.run(a_step(command, location=A))
    assert (runner.project / B / "index.js").read_text() == "kept"
    assert (runner.project / A / "node_modules/nested/index.js").read_text() == "kept"
    assert not (runner.project / "node_modules/.made").exists()
    assert told(outcome) == {
        "node_modules/.made/x": "added: it is not in the package's folder",
        B: "removed: it is not in the package's folder",
        f"{A}/node_modules/nested/index.js": "changed: it is not in the package's folder",
    }
    assert outcome.denied


def test_what_lies_nested_in_the_package_is_seen_and_stays_as_it_is(runner: Runner, either: str) -> None:
    assert either
    write_files(runner.project, {f"{A}/node_modules/nested/index.js": "kept"})
    (outcome,) = runner.run(a_step("cat node_modules/nested/index.js; echo made > x", location=A))
    assert outcome.output == "kept"
    assert told(outcome) == {f"{A}/x": "added"}
    (outcome,) = runner.run(a_step("echo evil > node_modules/nested/index.js; rm -rf node_modules", location=A))
    assert (runner.project / A / "node_modules/nested/index.js").read_text() == "kept"
    assert all(why.endswith("not in the package's folder") for why in told(outcome).values())
    assert outcome.denied


def test_an_output_that_was_granted_is_kept(runner: Runner, either: str) -> None:
    assert either
    grants = ("node_modules/.made", "generated/deep")
    command = "mkdir -p ../.made/client && echo 1 > ../.made/client/index.js && echo 2 > ../../generated/deep/file"
    (outcome,) = runner.run(a_step(command, location=A, outputs=grants))
    assert codes((outcome,)) == [0], outcome.output
    assert (runner.project / "node_modules/.made/client/index.js").read_text() == "1\n"
    assert (runner.project / "generated/deep/file").read_text() == "2\n"
    assert set(told(outcome)) == {"node_modules/.made/client/index.js", "generated/deep/file"}
    assert not outcome.denied


@pytest.mark.parametrize(
    "output", ["..", "/etc", ".", "", "a/../..", "node_modules", ".git/hooks", "x/.ssh", "package.json", "link"]
)
def test_an_output_that_nobody_should_grant_is_refused(runner: Runner, output: str) -> None:
    (runner.project / "link").symlink_to("/tmp")
    with pytest.raises(SandboxError, match="output"):
        runner.run(a_step("true", location=A, outputs=(output,)))


def test_a_hard_linked_store_stays_whole(runner: Runner, tmp_path: Path, either: str) -> None:
    assert either
    write_files(tmp_path, {"store/index.js": "kept"})
    (runner.project / A).mkdir(parents=True)
    os.link(tmp_path / "store/index.js", runner.project / A / "index.js")
    write_files(runner.project, {f"{A}/package.json": a_manifest("a")})
    (outcome,) = runner.run(a_step("echo evil > index.js; echo evil >> index.js", location=A))
    assert (tmp_path / "store/index.js").read_text() == "kept"
    assert (runner.project / A / "index.js").read_text() == "evil\nevil\n"
    assert told(outcome) == {f"{A}/index.js": "changed"}


LINKS = {
    "absolute": "/etc/passwd",
    "up": "../b/index.js",
    "far": "../../../../../../../../etc/passwd",
    "through": "here/../b",
    "inside": "./sub/file",
    "to-itself": ".",
}


def test_a_link_that_leads_out_is_dropped_and_one_that_stays_is_kept(runner: Runner, either: str) -> None:
    assert either
    made = "; ".join(f"ln -s '{target}' {name}" for name, target in LINKS.items())
    (outcome,) = runner.run(a_step(f"mkdir sub; echo x > sub/file; ln -s . here; {made}", location=A))
    kept = {path.name for path in (runner.project / A).iterdir() if path.is_symlink()}
    assert kept == {"here", "inside", "to-itself"}
    dropped = {one.path.rpartition("/")[2] for one in outcome.written if one.dropped == "it is a link that leads out"}
    assert dropped == set(LINKS) - kept


def test_nothing_is_written_through_a_link(runner: Runner, tmp_path: Path, either: str) -> None:
    assert either
    write_files(tmp_path, {"target/file": "kept"})
    write_files(runner.project, {f"{A}/package.json": a_manifest("a")})
    (runner.project / A / "out").symlink_to(tmp_path / "target")
    runner.run(a_step("rm out; mkdir out; echo evil > out/file", location=A))
    assert (tmp_path / "target/file").read_text() == "kept"
    assert (runner.project / A / "out/file").read_text() == "evil\n"
    assert not (runner.project / A / "out").is_symlink()


def test_pipes_and_odd_names_are_dropped(runner: Runner, either: str) -> None:
    assert either
    command = "mkfifo pipe; printf x > \"$(printf 'esc\\033[2J')\"; printf x > \"$(printf 'turn\\342\\200\\256')\"; printf x > 'fine name'"
    (outcome,) = runner.run(a_step(command, location=A))
    assert {path.name for path in (runner.project / A).iterdir()} == {"package.json", "fine name"}
    whys = {one.dropped for one in outcome.written}
    assert whys == {"", "it is neither a file nor a link", "its name has characters that are not for names"}


def test_a_set_id_file_is_kept_without_its_bits(runner: Runner, either: str) -> None:
    assert either
    (outcome,) = runner.run(a_step("cp /bin/sh shell && chmod 6755 shell", location=A))
    assert stat.S_IMODE((runner.project / A / "shell").stat().st_mode) == 0o755
    assert f"{A}/shell" in outcome.output


def test_the_packages_own_code_that_changed_is_flagged(runner: Runner) -> None:
    files = {"index.js": "1", "lib/data.json": "{}", "readme.md": "", "gone.mjs": ""}
    command = "echo 2 > index.js; echo 2 > lib/data.json; echo 2 > readme.md; rm gone.mjs; mkdir build; echo 2 > build/new.js; echo '{}' > package.json"
    (outcome,) = runner.run(a_step(command, files, location=A))
    flagged = {one.path.removeprefix(f"{A}/") for one in outcome.written if one.code}
    assert flagged == {"index.js", "lib/data.json", "gone.mjs", "package.json"}


@pytest.mark.parametrize("command", ["echo new > file; exit 3", "echo new > file; sleep 60"])
def test_a_script_that_did_not_end_well_leaves_nothing(runner: Runner, command: str, either: str) -> None:
    assert either
    (outcome,) = runner.run(a_step(command, {"file": "old"}, location=A, time_limit=2))
    assert (runner.project / A / "file").read_text() == "old"
    assert told(outcome) == {f"{A}/file": "changed: it did not end well"}
    assert "Nothing that it wrote was kept" in outcome.output


def test_our_own_records_cannot_be_written_and_npms_neither(runner: Runner) -> None:
    names = [".safe-install.json", ".safe-install.receipt.json", ".package-lock.json"]
    command = "; ".join(f"echo evil > ../{name}" for name in names)
    (outcome,) = runner.run(a_step(command, location=A))
    assert len(outcome.written) == len(names)
    assert not any((runner.project / "node_modules" / name).exists() for name in names)
    own = "; ".join(f"echo evil > node_modules/{name}" for name in names)
    runner.run(a_step(own, location=""))
    assert not any((runner.project / "node_modules" / name).exists() for name in names)


def test_more_files_than_anybody_can_account_for_are_a_failure(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safe_install.run.changes.MOST", 10)
    assert MOST > 10
    (outcome,) = runner.run(a_step("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo > file$i; done", location=A))
    assert outcome.failed
    assert outcome.stopped == "it wrote too many files"
    assert [path.name for path in (runner.project / A).iterdir()] == ["package.json"]


def test_a_package_cannot_remove_itself_or_become_a_link(runner: Runner) -> None:
    (outcome,) = runner.run(a_step("cd ..; rm -r a; ln -s b a", location=A))
    assert (runner.project / A / "package.json").exists()
    assert not (runner.project / A).is_symlink()
    assert outcome.written[0].dropped == "it is the folder itself"


def test_closed_and_deep_folders_are_accounted_for_and_gone_afterwards(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    command = "mkdir closed; echo x > closed/file; chmod 0 closed/file closed; i=0; while [ $i -lt 1200 ]; do mkdir d && cd d || exit 1; i=$((i+1)); done; exit 1"
    (outcome,) = runner.run(a_step(command, location=A))
    assert f"{A}/closed/file" in told(outcome)
    assert list(temporary.iterdir()) == []


def test_a_cache_that_was_granted_is_there_the_next_time_and_nobody_elses(runner: Runner, either: str) -> None:
    assert either
    write = a_step(
        "mkdir -p ~/.cache/tool && echo one >> ~/.cache/tool/file && cat ~/.cache/tool/file", location=A, cache=True
    )
    assert [runner.run(write)[0].output for _ in range(2)] == ["one\n", "one\none\n"]
    other = a_step("cat ~/.cache/tool/file", location=B, cache=True)
    assert codes(runner.run(other)) == [1]
    assert told(runner.run(write)[0]) == {"~/.cache/tool/file": "changed"}


def test_a_hard_link_to_a_neighbours_program_works(runner: Runner) -> None:
    write_files(runner.project, {f"{B}/program": "content"})
    (outcome,) = runner.run(a_step("ln ../b/program mine", location=A))
    assert codes((outcome,)) == [0]
    assert (runner.project / A / "mine").read_text() == "content"
    assert (runner.project / A / "mine").stat().st_ino != (runner.project / B / "program").stat().st_ino
    assert told(outcome) == {f"{A}/mine": "added"}


def test_a_workspaces_script_writes_to_its_folder(runner: Runner) -> None:
    write_files(runner.project, {"packages/ws/package.json": a_manifest("ws"), "src/app.js": "kept"})
    (outcome,) = runner.run(a_step("echo built > out.js; echo evil > ../../src/app.js; true", location="packages/ws"))
    assert (runner.project / "packages/ws/out.js").read_text() == "built\n"
    assert (runner.project / "src/app.js").read_text() == "kept"
    assert told(outcome) == {"packages/ws/out.js": "added"}


def test_the_projects_own_script_is_not_run_where_there_are_no_overlays(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safe_install.run.confined.can_overlay", lambda *_: False)
    with pytest.raises(SandboxError, match="overlays"):
        runner.run(a_step("echo x > file", location=""))
    assert not (runner.project / "file").exists()


def test_a_disk_that_fills_up_ends_the_script(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safe_install.run.limits.DISK", 30 * 2**20)
    (outcome,) = runner.run(a_step("head -c 500000000 /dev/zero > big; sleep 30", location=A))
    assert "the disk filled up" in outcome.stopped
    assert not (runner.project / A / "big").exists()
