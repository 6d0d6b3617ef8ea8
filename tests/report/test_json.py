"""Schema version 1: what programs rely on, key by key."""

from __future__ import annotations

import json
from typing import Any

import pytest

from safe_install.judgement import Decision, Reason
from safe_install.model import GapKind
from safe_install.report.json import render
from tests.report.stories import ESCAPES, STORIES, a_report, dry_run, failed, hostile, ordinary

TOP = [
    "schema",
    "tool",
    "project",
    "exit_code",
    "verdicts",
    "gaps",
    "findings",
    "comparisons",
    "plan",
    "execution",
    "notes",
]
SCRIPT = ["package", "version", "location", "event"]
VERDICT = ["target", *SCRIPT, "command", "implied", "decision", "reasons", "brought_by", "novelty", "fingerprint"]
VERDICT += ["findings", "gaps", "boundaries", "complete", "behaviours", "exceptions", "change", "files"]
BOUNDARY = ["where", "kind", "path", "line", "detail", "host", "verified"]
FINDING = ["signature", "severity", "confidence", "message", "where", "path", "line", "excerpt"]
GAP = ["where", "kind", "path", "line", "detail"]
STEP = [*SCRIPT, "command", "confinement"]


def told(report: Any) -> Any:  # noqa: ANN401 - JSON is what it is
    """Render and read back."""
    return json.loads(render(report))


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_every_report_has_the_same_keys_in_the_same_order(story: Any) -> None:  # noqa: ANN401 - a function
    report = told(story())
    assert list(report) == TOP
    assert report["schema"] == 1
    assert list(report["tool"]) == ["name", "version", "signatures"]
    for verdict in report["verdicts"]:
        assert list(verdict) == VERDICT
        assert all(list(finding) == FINDING for finding in verdict["findings"])
        assert all(list(gap) == GAP for gap in verdict["gaps"])
        assert all(list(boundary) == BOUNDARY for boundary in verdict["boundaries"])
        assert verdict["complete"] is not bool(verdict["gaps"] or verdict["boundaries"])
        assert list(verdict["behaviours"]) == ["env", "hosts", "programs", "writes", "writes_outside"]
        assert all(list(file) == ["package", "path", "digest"] for file in verdict["files"])
    assert all(list(gap) == ["target", *GAP] for gap in report["gaps"])
    assert all(list(finding) == ["target", *FINDING] for finding in report["findings"])


def test_a_verdict_is_told_in_the_words_of_the_contract() -> None:
    verdict = next(verdict for verdict in told(ordinary())["verdicts"] if verdict["package"] == "esbuild")
    assert verdict["target"] == "package-lock.json"
    assert (verdict["version"], verdict["location"], verdict["event"]) == (
        "0.25.1",
        "node_modules/esbuild",
        "postinstall",
    )
    assert (verdict["decision"], verdict["reasons"]) == ("review", ["never-approved", "finding", "gap"])
    assert len(verdict["fingerprint"]) == 64
    assert verdict["findings"][0]["severity"] == "WARNING"
    assert verdict["findings"][0]["confidence"] == "MEDIUM"
    assert [gap["kind"] for gap in verdict["gaps"]] == ["native-code", "dynamic", "dynamic"]
    assert verdict["behaviours"]["hosts"] == ["registry.example.test"]
    assert verdict["files"][1]["path"] == "lib/npm/node-platform.js"


def test_the_words_of_the_contract_do_not_change() -> None:
    assert [decision.value for decision in Decision] == ["allow", "skip", "review", "block"]
    expected = {"approved", "carried-forward", "never-approved", "changed", "finding", "gap", "denied", "skippable"}
    assert expected <= {reason.value for reason in Reason}
    assert all(kind.value == kind.value.lower() for kind in GapKind)


def test_the_plan_of_a_dry_run_has_each_steps_confinement() -> None:
    report = told(dry_run())
    assert list(report["plan"]) == ["blocked", "npm", "steps"]
    assert report["plan"]["npm"][0] == "ci"
    step = report["plan"]["steps"][0]
    assert list(step) == STEP
    assert step["confinement"] == {
        "writable": ["node_modules/sharp"],
        "outputs": [],
        "network": [],
        "env": [],
        "cache": False,
        "time_limit": 600,
    }
    assert report["execution"] is None


def test_what_was_run_is_told_with_its_exit_and_its_seconds() -> None:
    execution = told(failed())["execution"]
    slow, broken = execution["outcomes"]
    assert (slow["exit_code"], slow["tolerated"], slow["seconds"]) == (None, True, 600.02)
    assert (broken["package"], broken["exit_code"], broken["tolerated"]) == ("sharp", 1, False)
    assert broken["output"].endswith("make\x1b[0m\n")
    seen = ["stopped", "walls", "hosts", "written", "touched", "leaked"]
    assert list(broken) == [*STEP, "exit_code", "seconds", "tolerated", "output", *seen]
    assert [step["package"] for step in execution["already_run"]] == ["core-js"]
    assert execution["confined_by"] == "bubblewrap"
    assert execution["removed"] == ["node_modules/fsevents"]


def test_a_blocked_plan_is_empty() -> None:
    assert told(hostile())["plan"] == {"blocked": True, "npm": [], "steps": []}


def test_hostile_text_comes_back_as_it_was_and_acts_nowhere_on_the_way() -> None:
    text = render(hostile())
    assert set(text) <= {chr(number) for number in range(32, 127)} | {"\n"}
    assert "::" not in text
    assert "##" not in text
    assert json.loads(text)["project"] == f"my-app{ESCAPES}"


def test_delete_is_escaped_too() -> None:
    assert told(a_report(project="a\x7f::b###"))["project"] == "a\x7f::b###"
    assert "\x7f" not in render(a_report(project="a\x7f::b###"))


def test_the_same_report_gives_the_same_text() -> None:
    assert render(ordinary()) == render(ordinary())
