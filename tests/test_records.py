"""The records as files among other files: read-only, in conflict, changed by two at once, of packages that are gone."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pexpect
import pytest

from safe_install import consent
from safe_install.decide.approvals import Approvals, write_approvals
from safe_install.errors import ApprovalsError, UsageError
from safe_install.judgement import Approval, Denial
from safe_install.model import Digest, Event
from safe_install.project import change_approvals, read_own_approvals
from tests.test_consent import at_a_terminal
from tests.world import World

NAME = "safe-install.approvals.json"


def a_yes(package: str, **more: Any) -> Approval:  # noqa: ANN401
    told = {
        "event": Event.INSTALL,
        "fingerprint": Digest("0" * 64),
        "seen_in": "1.0.0",
        "by": "ana",
        "on": date(2026, 1, 1),
    }
    return Approval(package=package, **{**told, **more})


def write(folder: Path, *approvals: Approval, denials: tuple[Denial, ...] = ()) -> None:
    (folder / NAME).write_text(write_approvals(Approvals(approvals=approvals, denials=denials)))


def test_of_many_that_write_at_once_none_loses_a_record(tmp_path: Path) -> None:
    def add(number: int) -> None:
        change_approvals(tmp_path, lambda now: now.with_approval(a_yes(f"package-{number}")))

    threads = [threading.Thread(target=add, args=[number]) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_own_approvals(tmp_path).approvals) == 24
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_read_only_file_stays_as_it_is_with_a_word(tmp_path: Path) -> None:
    write(tmp_path, a_yes("a"))
    (tmp_path / NAME).chmod(0o444)
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(ApprovalsError, match="is read-only"):
        change_approvals(tmp_path, lambda now: now.with_approval(a_yes("b")))
    assert (tmp_path / NAME).read_bytes() == before


def test_records_in_a_merge_conflict_are_neither_read_nor_written(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n")
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(ApprovalsError, match=r":1: a merge conflict is not resolved"):
        change_approvals(tmp_path, lambda now: now.with_approval(a_yes("b")))
    assert (tmp_path / NAME).read_bytes() == before


def test_what_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path, a_yes("a"))
    before = (tmp_path / NAME).stat()
    change_approvals(tmp_path, lambda now: now)
    after = (tmp_path / NAME).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_yes_is_taken_back_by_name_or_by_version(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    write(tmp_path, a_yes("@s/a"), a_yes("@s/a", seen_in="2.0.0", fingerprint=Digest("1" * 64)), a_yes("b"))
    assert [one.package for one in consent.revoke(tmp_path, ["@s/a@2.0.0"])] == ["@s/a"]
    assert [(one.package, one.seen_in) for one in read_own_approvals(tmp_path).approvals] == [
        ("@s/a", "1.0.0"),
        ("b", "1.0.0"),
    ]
    consent.revoke(tmp_path, ["@s/a"])
    with pytest.raises(UsageError, match="no record of '@s/a'"):
        consent.revoke(tmp_path, ["@s/a"])


def test_the_yes_to_a_package_that_is_gone_is_pruned_and_a_no_is_kept(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    write(tmp_path, a_yes("here"), a_yes("gone"), denials=(Denial(package="bad", by="ana", on=date(2026, 1, 1)),))
    there = frozenset({"here"})
    assert [one.package for one in consent.prune(tmp_path, there, dry_run=True)] == ["gone"]
    assert len(read_own_approvals(tmp_path).approvals) == 2
    consent.prune(tmp_path, there)
    kept = read_own_approvals(tmp_path)
    assert ([one.package for one in kept.approvals], [one.package for one in kept.denials]) == (["here"], ["bad"])


@pytest.mark.parametrize("name", ["left-pad@1.0.0", "left pad", "a\x1b[2J"])
def test_a_no_is_to_a_name_and_to_nothing_else(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="is no package's name"):
        consent.deny(tmp_path, [name], "", {}, datetime.now(UTC))


@pytest.mark.npm
def test_the_list_says_which_records_count(world: World) -> None:
    world.lock()
    write(
        world.folder,
        a_yes("good", why="read it"),
        a_yes("over", until=date(2026, 1, 2)),
        a_yes("forged", on=date(2999, 1, 1)),
        denials=(Denial(package="bad", by="bob", on=date(2026, 1, 1), blocks=True),),
    )
    said = world.run("approvals", "list")
    assert said.code == 0
    page = " ".join(said.out.split())
    assert "good 1.0.0 install: in force" in page
    assert "over 1.0.0 install: out of time" in page
    assert "forged 1.0.0 install: of a day yet to come" in page
    assert "bad: must not be installed" in page
    told = world.run("approvals", "list", "--json").report
    assert {one["package"]: one["standing"] for one in told["approvals"]} == {
        "good": "in-force",
        "over": "expired",
        "forged": "dated-ahead",
    }
    assert told["denials"][0]["blocks"] is True
    assert "good" in world.run("approvals", "show", "good").out
    assert world.run("approvals", "show", "nobody").code == 2


def test_what_was_done_is_told_in_json(world: World) -> None:
    write(world.folder, a_yes("good"))
    world.write("package.json", "{}")

    def told(*words: str) -> dict[str, Any]:
        child = at_a_terminal(world, *words, "--json")
        child.expect(pexpect.EOF)
        answer: dict[str, Any] = json.loads(child.before or "")
        return answer

    denied = told("deny", "bad", "--block", "--why", "a typo")
    assert (denied["did"], denied["approvals"]) == ("denied", [])
    assert (denied["denials"][0]["package"], denied["denials"][0]["blocks"]) == ("bad", True)
    revoked = told("revoke", "good", "bad")
    assert (revoked["did"], revoked["approvals"][0]["package"]) == ("revoked", "good")
    assert revoked["denials"][0]["package"] == "bad"
    assert read_own_approvals(world.folder) == Approvals()


@pytest.mark.npm
def test_records_of_packages_that_are_gone_are_pruned_by_a_person(world: World) -> None:
    world.lock(world.registry.publish("here", "1.0.0"))
    write(world.folder, a_yes("here"), a_yes("gone"))
    told = world.run("approvals", "prune", "--dry-run", "--json").report
    assert [one["package"] for one in told["approvals"]] == ["gone"]
    assert world.run("approvals", "prune").code == 1
    child = at_a_terminal(world, "approvals", "prune")
    child.expect("Pruned gone@1.0.0")
    child.expect(pexpect.EOF)
    assert [one["package"] for one in json.loads(world.read(NAME))["approvals"]] == ["here"]


@pytest.mark.npm
@pytest.mark.semgrep
def test_a_record_that_somebody_edited_no_longer_covers_the_script(world: World) -> None:
    world.lock(world.registry.publish("builds", "1.0.0", {"install.js": "1"}, scripts={"install": "node install.js"}))
    world.approve("builds")
    told = json.loads(world.read(NAME))
    told["approvals"][0]["fingerprint"] = "0" * 64
    world.write(NAME, json.dumps(told))
    said = world.run("scan", "--json")
    assert (said.code, said.report["verdicts"][0]["reasons"][0]) == (10, "changed")
    told["approvals"][0]["fingerprint"] = "anything"
    world.write(NAME, json.dumps(told))
    said = world.run("ci")
    assert said.code == 1
    assert "approvals[0].fingerprint: expected 64" in said.err
    assert not world.has("node_modules")


@pytest.mark.npm
@pytest.mark.semgrep
def test_under_a_clock_that_was_set_back_a_record_does_not_count_and_that_is_told(world: World) -> None:
    world.lock(world.registry.publish("builds", "1.0.0", {"install.js": "1"}, scripts={"install": "node install.js"}))
    world.approve("builds")
    told = json.loads(world.read(NAME))
    told["approvals"][0] |= {"on": "2999-01-01", "until": "2999-01-02"}
    world.write(NAME, json.dumps(told))
    said = world.run("scan")
    assert said.code == 10
    assert "a day yet to come: a clock is wrong, or the record is forged" in " ".join(said.out.split())
