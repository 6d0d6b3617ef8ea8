"""In CI the rules are those of the target branch; what a change does to them is told, and counts for nothing yet."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from safe_install.authority import authority
from safe_install.decide.approvals import Approvals, write_approvals
from safe_install.errors import SafeInstallError, UsageError
from safe_install.judgement import Approval, Denial, Grants, Policy
from safe_install.model import Digest, Event, Severity
from tests.world import World

POLICY, APPROVALS = "safe-install.toml", "safe-install.approvals.json"
YES = Approval(
    package="builds", event=Event.INSTALL, fingerprint=Digest("9e" * 32), seen_in="1.0.0", by="ana", on=date(2026, 1, 1)
)


def git(folder: Path, *words: str) -> str:
    """Call git as its author would."""
    identity = {
        f"GIT_{who}_{what}": f"{who.lower()}@example.test"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    called = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *words],  # noqa: S607 - the git of this machine
        cwd=folder,
        env={**os.environ, **identity},
        capture_output=True,
        text=True,
        check=True,
    )
    return called.stdout.strip()


def committed(folder: Path, files: dict[str, str]) -> str:
    """Write files, commit them, and name the commit."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "x")
    return git(folder, "rev-parse", "HEAD")


def records(*approvals: Approval, denials: tuple[Denial, ...] = ()) -> str:
    return write_approvals(Approvals(approvals=approvals, denials=denials))


def test_the_rules_are_read_from_the_base_whatever_stands_in_the_tree(tmp_path: Path) -> None:
    base = committed(tmp_path, {POLICY: 'block-at = "WARNING"\n', APPROVALS: records(YES)})
    (tmp_path / POLICY).write_text("auto-approve = true\n")
    (tmp_path / APPROVALS).unlink()
    found = authority(tmp_path, "HEAD", os.environ)
    assert found.commit == base
    assert found.policy == Policy(block_at=Severity.WARNING)
    assert found.approvals.approvals == (YES,)
    assert [(one.signature, one.severity, one.where) for one in found.findings] == [
        ("authority-changed", Severity.WARNING, POLICY),
        ("authority-changed", Severity.WARNING, APPROVALS),
    ]
    assert "block-at, auto-approve" in found.findings[0].message
    assert "no more yes to builds 1.0.0" in found.findings[1].message


def test_without_a_difference_there_is_nothing_to_tell(tmp_path: Path) -> None:
    committed(tmp_path, {POLICY: "time-limit = 5\n", APPROVALS: records(YES)})
    (tmp_path / POLICY).write_text("# only a word\ntime-limit = 5\n")
    assert authority(tmp_path, "main", os.environ).findings == ()


def test_other_terms_for_the_same_contents_and_every_no_are_told(tmp_path: Path) -> None:
    no = Denial(package="bad", by="ana", on=date(2026, 1, 1))
    committed(tmp_path, {APPROVALS: records(YES, denials=(no, replace(no, package="gone")))})
    granted = replace(YES, grants=Grants(hosts=("a.example.test",)))
    (tmp_path / APPROVALS).write_text(records(granted, denials=(replace(no, blocks=True), replace(no, package="new"))))
    (finding,) = authority(tmp_path, "main", os.environ).findings
    for told in ("other terms for builds 1.0.0", "a no to bad", "a no to new", "no more no to gone"):
        assert told in finding.message


def test_a_base_without_rules_has_the_strict_ones(tmp_path: Path) -> None:
    committed(tmp_path, {"package.json": "{}"})
    (tmp_path / POLICY).write_text("require-sandbox = false\n")
    (tmp_path / APPROVALS).write_text(records(YES))
    found = authority(tmp_path, "main", os.environ)
    assert (found.policy, found.approvals) == (Policy(), Approvals())
    assert "a yes to builds 1.0.0" in found.findings[1].message


def test_a_project_below_the_root_of_the_repository_has_its_own_rules(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    committed(tmp_path, {POLICY: "time-limit = 1\n", f"web/{POLICY}": "time-limit = 2\n"})
    assert authority(tmp_path / "web", "main", os.environ).policy.time_limit == 2


def test_rules_in_the_tree_that_cannot_be_read_are_told_and_stop_nothing(tmp_path: Path) -> None:
    committed(tmp_path, {POLICY: "time-limit = 5\n"})
    (tmp_path / POLICY).write_text("time-limit = yes")
    found = authority(tmp_path, "main", os.environ)
    assert found.policy.time_limit == 5
    assert "cannot be read" in found.findings[0].message


def test_rules_in_the_base_that_cannot_be_read_decide_nothing(tmp_path: Path) -> None:
    committed(tmp_path, {POLICY: "time-limit = yes"})
    with pytest.raises(UsageError, match=r"main:safe-install\.toml"):
        authority(tmp_path, "main", os.environ)


def test_a_link_in_the_base_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / POLICY).symlink_to("elsewhere.toml")
    committed(tmp_path, {"elsewhere.toml": "auto-approve = true\n"})
    with pytest.raises(UsageError, match="no plain file"):
        authority(tmp_path, "main", os.environ)


def test_an_object_that_stands_in_for_another_is_not_heeded(tmp_path: Path) -> None:
    base = committed(tmp_path, {POLICY: "time-limit = 5\n"})
    loose = committed(tmp_path, {POLICY: "time-limit = 86400\nauto-approve = true\n"})
    git(tmp_path, "replace", base, loose)
    assert authority(tmp_path, base, os.environ).policy == Policy(time_limit=5)


@pytest.mark.parametrize("ref", ["", "nowhere", "--help", "main:safe-install.toml", "a\nb", "-c core.pager=x"])
def test_what_is_no_commit_is_refused(tmp_path: Path, ref: str) -> None:
    committed(tmp_path, {POLICY: "time-limit = 5\n"})
    with pytest.raises(UsageError, match="is no commit"):
        authority(tmp_path, ref, os.environ)


def test_outside_of_a_repository_there_is_no_base(tmp_path: Path) -> None:
    with pytest.raises(SafeInstallError):
        authority(tmp_path, "main", os.environ)


def test_a_signature_of_the_project_that_is_changed_or_gone_is_told(tmp_path: Path) -> None:
    files = {POLICY: 'signatures = ["rules"]\n', "rules/a.yaml": "a", "rules/b.yaml": "b", "rules/same.yaml": "s"}
    committed(tmp_path, files)
    (tmp_path / "rules/a.yaml").write_text("other")
    (tmp_path / "rules/b.yaml").unlink()
    (tmp_path / "rules/c.yaml").write_text("c")
    found = authority(tmp_path, "main", os.environ).findings
    assert [(one.where, one.message.split(": ")[1].split(";")[0]) for one in found] == [
        ("rules/a.yaml", "a signature file is another"),
        ("rules/b.yaml", "a signature file is gone"),
        ("rules/c.yaml", "a new signature file"),
    ]


@pytest.mark.npm
@pytest.mark.semgrep
def test_an_approval_that_a_change_brings_along_does_not_count_in_it(world: World) -> None:
    script: dict[str, Any] = {"scripts": {"install": "node install.js"}}
    world.lock(world.registry.publish("builds", "1.0.0", {"install.js": "require('fs').mkdirSync('made')"}, **script))
    committed(world.folder, {})
    world.approve("builds")
    world.write(POLICY, "auto-approve = true\n")
    assert world.run("scan", "--json").code == 0
    said = world.run("scan", "--base", "main", "--json")
    assert said.code == 10
    assert said.verdicts == {"builds install": "review"}
    assert [finding["signature"] for finding in said.report["findings"]] == ["authority-changed"] * 2
    assert "a yes to builds 1.0.0" in " ".join(world.run("scan", "--base", "main").out.split())
    committed(world.folder, {})
    assert world.run("scan", "--base", "main", "--json").code == 0
    assert world.run("scan", "--base", "main", "package-lock.json").code == 2
