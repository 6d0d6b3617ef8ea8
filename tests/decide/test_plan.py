"""What would happen, in npm's order."""

from __future__ import annotations

import json
import random
import subprocess
from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from safe_install.decide.plan import collation, make_plan
from safe_install.judgement import Approval, Decision, Grants, Policy, Reason, Verdict
from safe_install.model import Artifact, Digest, Event, Inspection, LifecycleScript, Source
from safe_install.story import Plan
from tests.builders import a_package

NPM = ("ci", "--ignore-scripts")
PRE, INSTALL, POST, PREPARE = Event.PREINSTALL, Event.INSTALL, Event.POSTINSTALL, Event.PREPARE

# by npm 11.19.1's rebuild.js: event, location, source, and the name where it is not the folder's
NPMS_ORDER = (
    (Event.PREPREPARE, "node_modules/from-git", Source.GIT),
    (PREPARE, "node_modules/from-git", Source.GIT),
    (PRE, "node_modules/from-git", Source.GIT),
    (PRE, "node_modules/z/node_modules/a", Source.REGISTRY),
    (INSTALL, "node_modules/@scope/b", Source.REGISTRY),
    (INSTALL, "node_modules/a", Source.REGISTRY),
    (INSTALL, "node_modules/A", Source.REGISTRY),
    (INSTALL, "node_modules/a_b", Source.REGISTRY),
    (INSTALL, "node_modules/a-b", Source.REMOTE),
    (INSTALL, "node_modules/a.b", Source.FILE),
    (INSTALL, "node_modules/a10", Source.REGISTRY),
    (INSTALL, "node_modules/a9", Source.REGISTRY),
    (INSTALL, "packages/app/node_modules/aa", Source.REGISTRY),
    (INSTALL, "node_modules/a/node_modules/a", Source.BUNDLED),
    (POST, "node_modules/a", Source.REGISTRY),
    (PREPARE, "node_modules/packed", Source.FILE),
    (PRE, "packages/last", Source.LINK, "aaa"),
    (PRE, "packages/first", Source.WORKSPACE, "zzz"),
    (PREPARE, "packages/first", Source.WORKSPACE, "zzz"),
    (INSTALL, "packages/first", Source.WORKSPACE, "zzz"),
    (POST, "packages/last", Source.LINK, "aaa"),
    (POST, "packages/first", Source.WORKSPACE, "zzz"),
    (PRE, "", Source.ROOT),
    (INSTALL, "", Source.ROOT),
    (POST, "", Source.ROOT),
    (Event.PREPUBLISH, "", Source.ROOT),
    (Event.PREPREPARE, "", Source.ROOT),
    (PREPARE, "", Source.ROOT),
    (Event.POSTPREPARE, "", Source.ROOT),
)


def a_verdict(
    event: Event, location: str, source: Source, name: str = "", decision: Decision = Decision.ALLOW
) -> Verdict:
    """Judge one script of one place of the tree."""
    artifact = Artifact(
        location=location, name=name or location.rpartition("node_modules/")[2], version="1.0.0", source=source
    )
    script = LifecycleScript(package=a_package({}, artifact), event=event, command="x")
    return Verdict(inspection=Inspection(script=script), decision=decision, reasons=(Reason.APPROVED,))


VERDICTS = [a_verdict(*row) for row in NPMS_ORDER]


@pytest.mark.parametrize("seed", range(5))
def test_steps_stand_in_npms_order_however_the_verdicts_come(seed: int) -> None:
    shuffled = random.Random(seed).sample(VERDICTS, len(VERDICTS))
    plan = make_plan(shuffled, npm=NPM, policy=Policy(), blocked=False)
    assert [(step.verdict.inspection.script.event, step.location) for step in plan.steps] == [
        row[:2] for row in NPMS_ORDER
    ]


def test_npm_12_runs_the_project_s_preinstall_first() -> None:
    of_root = a_verdict(Event.PREINSTALL, "", Source.ROOT, name="app")
    others = [one for one in VERDICTS if one.inspection.script.package.artifact.source is not Source.ROOT]
    plan = make_plan([*others, of_root], npm=NPM, policy=Policy(), blocked=False, npm_major=12)
    assert [step.verdict for step in plan.steps] == [of_root, *others]


def test_only_what_is_allowed_is_planned() -> None:
    verdicts = [
        a_verdict(POST, f"node_modules/{decision}", Source.REGISTRY, decision=decision) for decision in Decision
    ]
    plan = make_plan(verdicts, npm=NPM, policy=Policy(), blocked=False)
    assert [step.location for step in plan.steps] == ["node_modules/allow"]
    assert plan.npm == NPM


def test_a_blocked_plan_is_empty() -> None:
    assert make_plan(VERDICTS, npm=NPM, policy=Policy(), blocked=True) == Plan(blocked=True)


def test_a_step_may_write_its_own_directory_and_reach_nothing() -> None:
    plan = make_plan(VERDICTS, npm=NPM, policy=Policy(time_limit=7), blocked=False)
    for step in plan.steps:
        assert step.confinement.writable == (step.location or ".",)
        assert (step.confinement.network, step.confinement.env, step.confinement.time_limit) == ((), (), 7)


def test_a_step_gets_what_its_approval_grants() -> None:
    grants = Grants(hosts=("a.test",), outputs=("dist/native",), env=("MIRROR",), cache=True)
    approval = Approval(
        package="a",
        event=POST,
        fingerprint=Digest("0" * 64),
        seen_in="1.0.0",
        by="ana",
        on=date(2026, 1, 2),
        grants=grants,
    )
    verdict = replace(a_verdict(POST, "node_modules/a", Source.REGISTRY), approval=approval)
    (step,) = make_plan([verdict], npm=NPM, policy=Policy(), blocked=False).steps
    walls = step.confinement
    assert (walls.network, walls.outputs, walls.env, walls.cache) == (("a.test",), ("dist/native",), ("MIRROR",), True)
    assert walls.writable == ("node_modules/a",)


def test_the_same_script_in_two_places_is_two_steps() -> None:
    twice = [a_verdict(POST, location, Source.REGISTRY, "esbuild") for location in ("node_modules/b", "node_modules/a")]
    for verdicts in permutations(twice):
        plan = make_plan(verdicts, npm=NPM, policy=Policy(), blocked=False)
        assert [step.location for step in plan.steps] == ["node_modules/a", "node_modules/b"]


@pytest.mark.npm
def test_paths_are_sorted_by_the_collation_that_npm_itself_uses() -> None:
    printable = "".join(map(chr, range(32, 127)))
    chance = random.Random(4)
    names = sorted({"".join(chance.choices(printable, k=chance.randint(1, 6))) for _ in range(2000)})
    program = (
        "const c = new Intl.Collator('en'); console.log(JSON.stringify(JSON.parse(process.argv[1]).sort(c.compare)))"
    )
    told = subprocess.run(["node", "-e", program, json.dumps(names)], capture_output=True, check=True, text=True)  # noqa: S607
    assert sorted(names, key=collation) == json.loads(told.stdout)
