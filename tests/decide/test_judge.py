"""The table of judge.py, row by row, and what no row may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.decide.approvals import Approvals, key_of
from safe_install.decide.judge import blocks, judge, not_wanted, waits
from safe_install.judgement import Approval, Decision, Denial, Policy, PolicyException, Reason
from safe_install.model import (
    Artifact,
    Behaviours,
    Boundary,
    BoundaryKind,
    Digest,
    Event,
    Finding,
    Gap,
    GapKind,
    Inspection,
    LifecycleScript,
    Severity,
    Source,
)
from safe_install.story import Review
from tests.builders import a_manifest, a_package, an_artifact

TODAY = date(2026, 1, 14)
YESTERDAY = date(2026, 1, 13)
ALLOW, SKIP, REVIEW, BLOCK = Decision.ALLOW, Decision.SKIP, Decision.REVIEW, Decision.BLOCK
APPROVED, CARRIED, NEVER, CHANGED = Reason.APPROVED, Reason.CARRIED_FORWARD, Reason.NEVER_APPROVED, Reason.CHANGED
EXPIRED, FINDING, GAP, DENIED, SKIPPABLE = Reason.EXPIRED, Reason.FINDING, Reason.GAP, Reason.DENIED, Reason.SKIPPABLE
AHEAD, AUTO_APPROVED, EXCEPTION = Reason.DATED_AHEAD, Reason.AUTO_APPROVED, Reason.EXCEPTION
TOMORROW = date(2026, 1, 15)
NO = Denial(package="example", by="bob", on=YESTERDAY)


def evidence(
    *seen: Severity | GapKind,
    harmless: bool = False,
    files: dict[str, str] | None = None,
    artifact: Artifact | None = None,
) -> Inspection:
    """Inspect one script in which just these severities and gaps were seen."""
    package = a_package(files or {"install.js": "one"}, artifact or an_artifact("example", "1.2.0"))
    where = package.artifact.id
    return Inspection(
        script=LifecycleScript(package=package, event=Event.POSTINSTALL, command="node install.js"),
        findings=tuple(
            Finding(signature="s", severity=s, message="m", where=where) for s in seen if isinstance(s, Severity)
        ),
        gaps=tuple(Gap(kind=kind, where=where, detail="d") for kind in seen if isinstance(kind, GapKind)),
        harmless=harmless,
    )


def yes(inspection: Inspection, **more: Any) -> Approval:  # noqa: ANN401
    """Approve exactly this evidence, in the version that is there."""
    script = inspection.script
    told = {"package": "example", "event": script.event, "fingerprint": inspection.fingerprint, "seen_in": "1.2.0"}
    return Approval(**{**told, "by": "ana", "on": YESTERDAY, **more})


CLEAN, HARMLESS = evidence(), evidence(harmless=True)
INFO, WARNING, ERROR = evidence(Severity.INFO), evidence(Severity.WARNING), evidence(Severity.INFO, Severity.ERROR)
BLIND, BAD_AND_BLIND = evidence(GapKind.DYNAMIC), evidence(Severity.ERROR, GapKind.BINARY)
OTHER = Digest("0" * 64)
AUTO = Policy(auto_approve=True)
BUILDS = replace(CLEAN, boundaries=(Boundary(kind=BoundaryKind.COMPILES, where="example@1.2.0", detail="addon"),))


def excepting(inspection: Inspection, **more: Any) -> Policy:  # noqa: ANN401
    """Bear with what is found in exactly this."""
    told = {"signature": "s", "fingerprint": inspection.fingerprint, "reason": "known", "author": "ana", "until": TODAY}
    return Policy(exceptions=(PolicyException(**{**told, **more}),))


TABLE: dict[str, tuple[Inspection, Sequence[Approval | Denial], Policy, Decision, tuple[Reason, ...]]] = {
    "nobody has read it": (CLEAN, [], Policy(), REVIEW, (NEVER,)),
    "nobody, and something was seen": (WARNING, [], Policy(), REVIEW, (NEVER, FINDING)),
    "nobody, and only a note was seen": (INFO, [], Policy(), REVIEW, (NEVER,)),
    "nobody, and something was not seen": (BLIND, [], Policy(), REVIEW, (NEVER, GAP)),
    "approved": (CLEAN, [yes(CLEAN)], Policy(), ALLOW, (APPROVED,)),
    "approved with what was seen": (WARNING, [yes(WARNING)], Policy(), ALLOW, (APPROVED,)),
    "approved with what was not seen": (BLIND, [yes(BLIND)], Policy(), ALLOW, (APPROVED,)),
    "approved at another version": (CLEAN, [yes(CLEAN, seen_in="1.1.0")], Policy(), ALLOW, (CARRIED,)),
    "approved, last day": (CLEAN, [yes(CLEAN, until=TODAY)], Policy(), ALLOW, (APPROVED,)),
    "approved, out of time": (CLEAN, [yes(CLEAN, until=YESTERDAY)], Policy(), REVIEW, (EXPIRED,)),
    "out of time and harmless": (HARMLESS, [yes(HARMLESS, until=YESTERDAY)], Policy(), REVIEW, (EXPIRED,)),
    "out of time, and later contents": (
        CLEAN, [yes(CLEAN, until=YESTERDAY), yes(CLEAN, fingerprint=OTHER, on=TODAY)], Policy(), REVIEW, (EXPIRED,),
    ),
    "other contents": (CLEAN, [yes(CLEAN, fingerprint=OTHER)], Policy(), REVIEW, (CHANGED,)),
    "other contents, flagged": (
        evidence(Severity.WARNING, GapKind.NATIVE), [yes(CLEAN, fingerprint=OTHER)], Policy(), REVIEW, (CHANGED, FINDING, GAP),
    ),
    "other contents, now harmless": (HARMLESS, [yes(CLEAN, fingerprint=OTHER)], Policy(), REVIEW, (CHANGED,)),
    "these contents and others": (CLEAN, [yes(CLEAN, fingerprint=OTHER), yes(CLEAN)], Policy(), ALLOW, (APPROVED,)),
    "dated ahead": (CLEAN, [yes(CLEAN, on=TOMORROW)], Policy(), REVIEW, (AHEAD,)),
    "dated ahead, and out of time under the right clock": (
        CLEAN, [yes(CLEAN, on=TOMORROW, until=TOMORROW)], Policy(), REVIEW, (AHEAD,),
    ),
    "harmless, and nothing is skipped unasked": (HARMLESS, [], Policy(auto_skip=False), REVIEW, (NEVER,)),
    "read wholly, and the policy lets it run": (CLEAN, [], AUTO, ALLOW, (AUTO_APPROVED,)),
    "harmless, and the policy would let it run": (HARMLESS, [], AUTO, SKIP, (SKIPPABLE,)),
    "harmless, not skipped, and the policy lets it run": (
        HARMLESS, [], replace(AUTO, auto_skip=False), ALLOW, (AUTO_APPROVED,),
    ),
    "flagged, whatever the policy lets run": (WARNING, [], AUTO, REVIEW, (NEVER, FINDING)),
    "not seen, whatever the policy lets run": (BLIND, [], AUTO, REVIEW, (NEVER, GAP)),
    "changed, whatever the policy lets run": (CLEAN, [yes(CLEAN, fingerprint=OTHER)], AUTO, REVIEW, (CHANGED,)),
    "a known end, whatever the policy lets run": (BUILDS, [], AUTO, REVIEW, (NEVER,)),
    "a host, whatever the policy lets run": (replace(CLEAN, behaviours=Behaviours(hosts=("a.test",))), [], AUTO, REVIEW, (NEVER,)),
    "the whole environment, whatever the policy lets run": (
        replace(CLEAN, behaviours=Behaviours(env=("*",))), [], AUTO, REVIEW, (NEVER,),
    ),
    "a file elsewhere, whatever the policy lets run": (
        replace(CLEAN, behaviours=Behaviours(writes_outside=("../x",))), [], AUTO, REVIEW, (NEVER,),
    ),
    "denied, and not to be there": (CLEAN, [replace(NO, blocks=True)], Policy(), BLOCK, (DENIED,)),
    "bad, with an exception": (ERROR, [], excepting(ERROR), REVIEW, (NEVER, FINDING, EXCEPTION)),
    "bad, approved, with an exception": (ERROR, [yes(ERROR)], excepting(ERROR), ALLOW, (APPROVED, EXCEPTION)),
    "bad, with an exception that is over": (ERROR, [], excepting(ERROR, until=YESTERDAY), BLOCK, (FINDING, NEVER)),
    "bad, with an exception for another signature": (ERROR, [], excepting(ERROR, signature="t"), BLOCK, (FINDING, NEVER)),
    "bad, with an exception for other contents": (
        ERROR, [], excepting(ERROR, fingerprint=OTHER), BLOCK, (FINDING, NEVER),
    ),
    "another event": (CLEAN, [yes(CLEAN, event=Event.INSTALL)], Policy(), REVIEW, (NEVER,)),
    "another package": (CLEAN, [yes(CLEAN, package="example2")], Policy(), REVIEW, (NEVER,)),
    "harmless": (HARMLESS, [], Policy(), SKIP, (SKIPPABLE,)),
    "harmless with a note": (evidence(Severity.INFO, harmless=True), [], Policy(), SKIP, (SKIPPABLE,)),
    "called harmless, and yet flagged": (evidence(Severity.WARNING, harmless=True), [], Policy(), REVIEW, (NEVER, FINDING)),
    "called harmless, and yet not wholly seen": (evidence(GapKind.UNMATCHED, harmless=True), [], Policy(), REVIEW, (NEVER, GAP)),
    "harmless and approved": (HARMLESS, [yes(HARMLESS)], Policy(), ALLOW, (APPROVED,)),
    "blocked": (ERROR, [], Policy(), BLOCK, (FINDING, NEVER)),
    "blocked and blind": (BAD_AND_BLIND, [], Policy(), BLOCK, (FINDING, NEVER, GAP)),
    "blocked since it changed": (ERROR, [yes(CLEAN, fingerprint=OTHER)], Policy(), BLOCK, (FINDING, CHANGED)),
    "blocked, though approved before the signature": (ERROR, [yes(ERROR)], Policy(), BLOCK, (FINDING,)),
    "blocked and called harmless": (evidence(Severity.ERROR, harmless=True), [], Policy(), BLOCK, (FINDING, NEVER)),
    "blocked by a strict policy": (WARNING, [yes(WARNING)], Policy(block_at=Severity.WARNING), BLOCK, (FINDING,)),
    "blocked by the strictest policy": (INFO, [], Policy(block_at=Severity.INFO), BLOCK, (FINDING, NEVER)),
    "not reached by a strict policy": (INFO, [], Policy(block_at=Severity.WARNING), REVIEW, (NEVER,)),
    "denied": (CLEAN, [NO], Policy(), SKIP, (DENIED,)),
    "denied and approved": (CLEAN, [NO, yes(CLEAN)], Policy(), SKIP, (DENIED,)),
    "denied and bad": (BAD_AND_BLIND, [NO], Policy(), SKIP, (DENIED, FINDING, GAP)),
    "denied elsewhere": (CLEAN, [replace(NO, package="example2")], Policy(), REVIEW, (NEVER,)),
}  # fmt: skip


def records(of: Sequence[Approval | Denial]) -> Approvals:
    """Sort records by kind."""
    return Approvals(
        approvals=tuple(record for record in of if isinstance(record, Approval)),
        denials=tuple(record for record in of if isinstance(record, Denial)),
    )


@pytest.mark.parametrize(("inspection", "of", "policy", "decision", "reasons"), TABLE.values(), ids=TABLE)
def test_each_row_of_the_table(
    inspection: Inspection,
    of: Sequence[Approval | Denial],
    policy: Policy,
    decision: Decision,
    reasons: tuple[Reason, ...],
) -> None:
    verdict = judge(inspection, records(of), policy, TODAY)
    assert (verdict.decision, verdict.reasons) == (decision, reasons)
    assert verdict.inspection is inspection


@pytest.mark.parametrize(
    "changed",
    [
        evidence(files={"install.js": "two"}),
        replace(CLEAN, script=replace(CLEAN.script, command="node install.js --more")),
        replace(CLEAN, script=replace(CLEAN.script, event=Event.INSTALL)),
    ],
    ids=["a file behind a gap", "the command", "the event"],
)
def test_a_change_voids_the_approval(changed: Inspection) -> None:
    """Where there is a gap, every file that stands behind it counts."""
    before, now = (replace(one, gaps=BLIND.gaps, exposed=exposed(one)) for one in (CLEAN, changed))
    assert judge(before, records([yes(before)]), Policy(), TODAY).decision is ALLOW
    assert judge(now, records([yes(before)]), Policy(), TODAY).decision is REVIEW


def exposed(inspection: Inspection) -> tuple[tuple[str, str, Digest], ...]:
    """Expose every file of the script's package, as a gap in it does."""
    package = inspection.script.package
    return tuple((package.artifact.name, path, member.digest) for path, member in package.members.items())


def test_the_record_that_decides_is_told() -> None:
    allowed = judge(CLEAN, records([yes(CLEAN)]), Policy(), TODAY)
    assert (allowed.approval, allowed.previous, allowed.denial) == (yes(CLEAN), None, None)
    expired = judge(CLEAN, records([yes(CLEAN, until=YESTERDAY)]), Policy(), TODAY)
    assert (expired.approval, expired.previous) == (None, yes(CLEAN, until=YESTERDAY))
    blocked = judge(ERROR, records([yes(ERROR)]), Policy(), TODAY)
    assert (blocked.approval, blocked.previous) == (None, None)
    denied = judge(CLEAN, records([NO, yes(CLEAN)]), Policy(), TODAY)
    assert (denied.approval, denied.denial) == (None, NO)


def test_a_change_is_compared_with_the_latest_record() -> None:
    old, new = yes(CLEAN, fingerprint=OTHER), yes(CLEAN, fingerprint=Digest("1" * 64), on=TODAY)
    assert judge(CLEAN, records([new, old]), Policy(), TODAY).previous == new


def test_identity_is_the_lockfiles_and_never_what_a_package_says_of_itself() -> None:
    impostor = evidence(
        files={"package.json": a_manifest("example"), "install.js": "one"}, artifact=an_artifact("evil", "1.2.0")
    )
    assert judge(impostor, records([yes(impostor)]), Policy(), TODAY).decision is REVIEW
    assert judge(impostor, records([yes(impostor, package="evil")]), Policy(), TODAY).decision is ALLOW


def test_an_alias_is_judged_by_the_name_it_stands_for() -> None:
    alias = evidence(artifact=an_artifact("example", "1.2.0", location="node_modules/other-name"))
    assert judge(alias, records([yes(alias)]), Policy(), TODAY).decision is ALLOW
    assert judge(alias, records([replace(NO, package="other-name")]), Policy(), TODAY).decision is REVIEW


@pytest.mark.parametrize(
    ("artifact", "name"),
    [
        (Artifact(location="", name="", version="", source=Source.ROOT), "."),
        (Artifact(location="", name="my-app", version="", source=Source.ROOT), "my-app"),
        (Artifact(location="packages/a", name="a", version="", source=Source.WORKSPACE), "a"),
    ],
    ids=["nameless project", "project", "workspace"],
)
def test_the_projects_own_scripts_are_scripts_like_any_other(artifact: Artifact, name: str) -> None:
    own = evidence(artifact=artifact)
    assert judge(own, Approvals(), Policy(), TODAY).decision is REVIEW
    assert judge(own, records([yes(own, package=name, seen_in="")]), Policy(), TODAY).reasons == (APPROVED,)


SEEN = [Severity.INFO, Severity.WARNING, Severity.ERROR, GapKind.DYNAMIC, GapKind.UNMATCHED]
EVERYTHING = [*chain.from_iterable(combinations(SEEN, size) for size in range(len(SEEN) + 1))]
SOME_RECORDS = st.lists(
    st.sampled_from([yes(CLEAN), yes(BLIND), yes(CLEAN, until=YESTERDAY), yes(CLEAN, fingerprint=OTHER), NO]),
    unique=True,
)


@given(st.sampled_from(EVERYTHING), st.booleans(), SOME_RECORDS, st.sampled_from(Severity))
def test_nothing_runs_without_a_persons_yes_to_exactly_this(
    seen: tuple[Severity | GapKind, ...],
    harmless: bool,  # noqa: FBT001 - drawn
    of: list[Approval | Denial],
    block_at: Severity,
) -> None:
    inspection = evidence(*seen, harmless=harmless)
    verdict = judge(inspection, records(of), Policy(block_at=block_at), TODAY)
    if verdict.decision is ALLOW:
        assert verdict.approval is not None
        assert verdict.approval.fingerprint == inspection.fingerprint
        assert verdict.approval.until is None or verdict.approval.until >= TODAY
        assert NO not in of
        assert not any(severity >= block_at for severity in seen if isinstance(severity, Severity))
    if verdict.reasons == (SKIPPABLE,):
        assert harmless
        assert not inspection.gaps
    assert len(verdict.reasons) == len(set(verdict.reasons))


# ------------------------------------------------------------------ one target


def a_finding(severity: Severity) -> Finding:
    """Find something in the lockfile."""
    return Finding(signature="lockfile/x", severity=severity, message="m", where="package-lock.json", line=3)


def verdicts(*of: Inspection) -> tuple[Any, ...]:
    """Judge these without any record."""
    return tuple(judge(inspection, Approvals(), Policy(), TODAY) for inspection in of)


TARGETS: dict[str, tuple[Review, bool, bool]] = {
    "nothing": (Review(target="x"), False, False),
    "a harmless script": (Review(target="x", verdicts=verdicts(HARMLESS)), False, False),
    "a script that waits": (Review(target="x", verdicts=verdicts(HARMLESS, CLEAN)), False, True),
    "a blocked script": (Review(target="x", verdicts=verdicts(CLEAN, ERROR)), True, True),
    "a bad lockfile": (Review(target="x", findings=(a_finding(Severity.ERROR),)), True, True),
    "an odd lockfile": (Review(target="x", findings=(a_finding(Severity.WARNING),)), False, True),
    "a note on the lockfile": (Review(target="x", findings=(a_finding(Severity.INFO),)), False, False),
    "a package that could not be had": (
        Review(target="x", gaps=(Gap(kind=GapKind.NOT_FETCHED, where="a@1", detail="404"),)), True, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("review", "blocked", "waiting"), TARGETS.values(), ids=TARGETS)
def test_a_target_is_blocked_or_waits_by_the_worst_thing_in_it(review: Review, blocked: bool, waiting: bool) -> None:  # noqa: FBT001
    assert blocks(review, Policy()) is blocked
    assert waits(review) is waiting


def test_a_strict_policy_blocks_an_odd_lockfile() -> None:
    review = Review(target="x", findings=(a_finding(Severity.WARNING),))
    assert blocks(review, Policy(block_at=Severity.WARNING))


def test_a_record_that_must_be_signed_and_is_not_does_not_count() -> None:
    approval = yes(CLEAN)
    approvals = Approvals(approvals=(approval,), unproven=frozenset({key_of(approval)}))
    verdict = judge(CLEAN, approvals, Policy(), TODAY)
    assert (verdict.decision, verdict.reasons, verdict.previous) == (REVIEW, (Reason.UNSIGNED,), approval)


def test_what_is_blocked_is_compared_with_the_record_that_no_longer_covers_it() -> None:
    former, over = yes(CLEAN, fingerprint=OTHER), yes(ERROR, until=YESTERDAY)
    assert judge(ERROR, Approvals(approvals=(former,)), Policy(), TODAY).previous == former
    assert judge(ERROR, Approvals(approvals=(former, over)), Policy(), TODAY).previous == over
    assert judge(ERROR, Approvals(approvals=(yes(ERROR),)), Policy(), TODAY).previous is None


def test_a_package_that_is_not_wanted_blocks_also_without_scripts() -> None:
    approvals = Approvals(denials=(replace(NO, blocks=True, why="a typo of sample"),))
    (finding,) = not_wanted([an_artifact("example", line=7), an_artifact("sample")], approvals)
    assert (finding.severity, finding.where, finding.line) == (Severity.ERROR, "example@1.0.0", 7)
    assert finding.message.endswith("it must not be installed: a typo of sample")
    (unexplained,) = not_wanted([an_artifact("example")], Approvals(denials=(replace(NO, blocks=True, why=""),)))
    assert unexplained.message.endswith("it must not be installed")
    assert not_wanted([an_artifact("example")], Approvals(denials=(NO,))) == ()


def test_an_exception_that_is_over_is_told() -> None:
    policy = excepting(ERROR, until=YESTERDAY)
    verdict = judge(ERROR, Approvals(), policy, TODAY)
    assert (verdict.exceptions, verdict.lapsed) == ((), policy.exceptions)


def test_an_exception_that_holds_is_not_over() -> None:
    policy = excepting(ERROR, until=TODAY)
    verdict = judge(ERROR, Approvals(), policy, TODAY)
    assert (verdict.exceptions, verdict.lapsed) == (policy.exceptions, ())
