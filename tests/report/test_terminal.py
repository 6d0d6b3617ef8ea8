"""What people read, word for word; ``UPDATE_SNAPSHOTS=1 pytest tests/report`` writes it anew, for a person to compare."""

from __future__ import annotations

import io
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from safe_install.judgement import Decision, Reason
from safe_install.model import Finding, Severity
from safe_install.report.terminal import render, render_evidence
from safe_install.story import Plan, Report, Review
from tests.report.stories import (
    STORIES,
    a_report,
    a_step,
    all_well,
    allowed,
    changed,
    esbuild,
    failed,
    hostile,
    many_alike,
    nothing,
    ordinary,
)

SNAPSHOTS = Path(__file__).parent / "snapshots"


def page(
    report: Report, width: int = 80, show: Callable[[Report, Console], None] = render, *, colour: bool = False
) -> str:
    """Print a report as a pipe or a terminal would get it."""
    out = io.StringIO()
    show(report, Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None))
    return out.getvalue()


@pytest.mark.parametrize("name", STORIES)
def test_the_page_reads_as_agreed(name: str) -> None:
    path = SNAPSHOTS / f"{name}.txt"
    told = page(STORIES[name]())
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(told, encoding="utf-8")
    assert told == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", STORIES)
def test_no_line_is_wider_than_the_terminal_or_ends_in_spaces_and_no_two_are_empty(name: str) -> None:
    assert "\n\n\n" not in page(STORIES[name]())
    for line in page(STORIES[name]()).splitlines():
        assert len(line) <= 80
        assert line == line.rstrip()


def test_when_all_is_well_a_few_lines_say_so() -> None:
    assert len(page(nothing()).splitlines()) == 2
    assert len(page(all_well()).splitlines()) <= 7


@pytest.mark.parametrize("colour", [False, True], ids=["pipe", "terminal"])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_nothing_that_a_package_wrote_is_obeyed(width: int, colour: bool) -> None:  # noqa: FBT001 - a parameter
    told = page(hostile(), width, colour=colour)
    ours = re.sub(r"\x1b\[[0-9;]*m", "", told) if colour else told
    assert {char for char in ours if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}} == {"\n"}
    assert not re.search(r"::[A-Za-z]|##[a-z]*\[", ours)
    assert "[red]markup[/red]" in " ".join(ours.split())
    assert "\N{SMILING FACE WITH OPEN MOUTH}" not in ours
    assert "\x1b[0m" in told or not colour


def test_the_page_of_a_hostile_package_is_bounded() -> None:
    assert len(page(hostile()).splitlines()) < 250


def test_a_name_that_a_shell_would_obey_is_never_part_of_a_command_to_copy() -> None:
    told = page(hostile())
    assert "safe-install deny left-pad" in told
    assert "approve x;" not in told
    assert "no name that a" in told


def test_a_blocked_script_is_never_offered_for_approval() -> None:
    blocked = replace(esbuild(), decision=Decision.BLOCK, reasons=(Reason.FINDING,))
    told = page(a_report(exit_code=11, reviews=(Review(target="x", artifacts=1, verdicts=(blocked,)),)))
    assert "BLOCK     esbuild" in told
    assert "safe-install approve" not in told


def test_blocked_comes_before_waiting_whatever_the_order_of_the_tree() -> None:
    blocked = replace(changed(), decision=Decision.BLOCK, reasons=(Reason.FINDING,))
    told = page(a_report(exit_code=11, reviews=(Review(target="x", verdicts=(allowed("a"), esbuild(), blocked)),)))
    assert told.index("BLOCK ") < told.index("REVIEW ") < told.index("allow ")


def test_the_same_script_in_two_places_is_shown_once() -> None:
    assert page(ordinary()).count("REVIEW    esbuild") == 1


def test_what_is_said_of_many_in_the_same_words_is_said_once() -> None:
    told = page(many_alike())
    assert len(told.splitlines()) < 20
    assert told.count("mirror.example.test") == 2  # in the sentence, and in the first one's address
    assert "and 87 more like this: package-02@1.0.0:11" in " ".join(told.split())
    assert "and 84 more: could not be fetched" in " ".join(told.split())


def test_many_scripts_that_need_nobody_are_only_counted() -> None:
    verdicts = (esbuild(), *(allowed(f"package-{number}") for number in range(9)))
    told = page(a_report(exit_code=10, reviews=(Review(target="x", artifacts=10, verdicts=verdicts),)))
    assert "9 allowed" in told
    assert "allow     " not in told


def test_an_allowed_script_with_a_finding_says_so_even_when_all_is_well() -> None:
    verdict = replace(
        esbuild(), decision=Decision.ALLOW, reasons=(Reason.APPROVED,), approval=allowed("esbuild").approval
    )
    told = page(a_report(reviews=(Review(target="x", artifacts=1, verdicts=(verdict,)),)))
    assert "found: fetches-an-executable" in " ".join(told.split())


def test_a_script_that_ran_without_walls_is_called_that() -> None:
    report = failed()
    assert report.execution is not None
    assert "NO WALLS" in page(replace(report, execution=replace(report.execution, confined_by="")))
    assert "NO WALLS" not in page(report)


def test_npms_failure_shows_its_last_words() -> None:
    report = failed()
    assert report.execution is not None
    told = page(
        replace(report, execution=replace(report.execution, npm_exit_code=1, npm_output="npm error code EACCES\n"))
    )
    assert "npm ended with exit 1" in told
    assert "│ npm error code EACCES" in told


def test_an_output_that_knows_only_ascii_gets_only_ascii() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    for story in STORIES.values():
        render(story(), Console(file=out, width=80))
    out.flush()
    assert b"..." in raw.getvalue()
    assert rb"\u{1b}" in raw.getvalue()


def test_what_a_person_reads_before_approving_is_the_evidence_alone() -> None:
    told = page(ordinary(), show=render_evidence)
    assert told.startswith("REVIEW    esbuild 0.25.1 postinstall")
    assert "next" not in told
    assert "exit" not in told


def test_a_plan_of_unlike_walls_tells_each() -> None:
    sharp, core = allowed("sharp"), allowed("core-js")
    plan = Plan(npm=("ci",), steps=(a_step(sharp, network=("h.test",)), a_step(core)))
    told = " ".join(page(a_report(plan=plan, reviews=(Review(target="x", verdicts=(sharp, core)),))).split())
    assert "1. sharp 1.0.0 postinstall: node install.js; may write its own directory, may reach h.test" in told
    assert "2. core-js 1.0.0 postinstall: node install.js; may write its own directory, no network" in told


def test_a_plan_without_steps_says_that_no_script_would_run() -> None:
    assert "then      no script" in page(a_report(plan=Plan(npm=("ci",))))


def test_a_flagged_lockfile_alone_asks_somebody_to_look() -> None:
    finding = replace(
        esbuild().inspection.findings[0], signature="lockfile/weak-integrity", where="package-lock.json", path=""
    )
    told = page(a_report(exit_code=10, reviews=(Review(target="x", findings=(finding,)),)))
    assert "WARNING   lockfile/weak-integrity (medium confidence) in package-lock.json:112" in told
    assert "Somebody must look at what was found. (exit 10)" in told


def test_a_note_on_what_honest_packages_do_is_left_to_json() -> None:
    note = Finding(signature="opens-network", severity=Severity.INFO, message="Opens network connections.", where="x")
    waiting = esbuild()
    noted = replace(waiting, inspection=replace(waiting.inspection, findings=(note,)))
    shown = page(a_report(reviews=(Review(target="app", verdicts=(noted,), findings=(note,)),)))
    assert "opens-network" not in shown
