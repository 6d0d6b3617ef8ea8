"""The judgement on one script: evidence, records and policy in, one Verdict out. The first row that holds decides.

| the evidence and the records                           | decision | reasons                                     |
|--------------------------------------------------------|----------|---------------------------------------------|
| a person denied the package, and to be there at all    | block    | denied, + finding, gap                      |
| a person denied the package                            | skip     | denied, + finding, gap                      |
| a finding reaches the policy's block-at                | block    | finding, + its standing, gap                |
| an approval of exactly this is in force, same version  | allow    | approved                                    |
| an approval of exactly this is in force, other version | allow    | carried-forward                             |
| an approval of exactly this is not signed as it must   | review   | unsigned, + finding, gap                    |
| an approval of exactly this is of a day to come        | review   | dated-ahead, + finding, gap                 |
| an approval of exactly this is out of time             | review   | expired, + finding, gap                     |
| an approval of the same event, but of other contents   | review   | changed, + finding, gap                     |
| complete, only prints or exits, nothing flagged        | skip     | skippable (policy: auto-skip)               |
| complete, nothing flagged, nothing reached outside     | allow    | auto-approved (policy: auto-approve)        |
| anything else                                          | review   | never-approved, + finding, gap              |

An approval answers the question "has somebody read this?", so it overrides a review and nothing else: it was
given before a signature that finds something today existed, and so it does not override a block. Only an exception of
the policy does, for one signature in one fingerprint until one day; the script then still needs its approval. A denied
script runs never, so what is found in it stops nothing; it is still told. A finding counts as a reason from WARNING on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from safe_install.decide.approvals import Approvals, in_force, is_ahead, key_of
from safe_install.errors import ExitCode
from safe_install.judgement import Approval, Decision, Policy, PolicyException, Reason, Verdict
from safe_install.model import Artifact, Finding, Inspection, Severity
from safe_install.story import Review


def judge(inspection: Inspection, approvals: Approvals, policy: Policy, today: date) -> Verdict:
    """Judge one script by the table above."""
    flags = _flags(inspection)
    if denial := approvals.denial(inspection):
        decision = Decision.BLOCK if denial.blocks else Decision.SKIP
        return Verdict(inspection=inspection, decision=decision, reasons=(Reason.DENIED, *flags), denial=denial)
    exceptions = tuple(one for one in policy.exceptions if _concerns(one, inspection))
    holding = tuple(one for one in exceptions if today <= one.until)
    lapsed = tuple(one for one in exceptions if today > one.until)
    decision, reasons, record = _decided(inspection, approvals, policy, today, holding)
    allows = decision is Decision.ALLOW
    return Verdict(
        inspection=inspection,
        decision=decision,
        reasons=(*reasons, Reason.EXCEPTION) if holding else reasons,
        approval=record if allows else None,
        previous=None if allows else record,
        exceptions=holding,
        lapsed=lapsed,
    )


_Decided = tuple[Decision, tuple[Reason, ...], Approval | None]


def _decided(
    inspection: Inspection, approvals: Approvals, policy: Policy, today: date, holding: tuple[PolicyException, ...]
) -> _Decided:
    """Go through the rows below the denials; the record is the one that allows it, or that a person compares with."""
    flags = _flags(inspection)
    exact, latest = approvals.exact(inspection), approvals.latest(inspection)
    standing = _standing(exact, latest, approvals, today)
    covered = exact if standing is None else None
    told = standing or Reason.APPROVED
    excepted = {one.signature for one in holding}
    counting = tuple(finding for finding in inspection.findings if finding.signature not in excepted)
    if _reaches(counting, policy.block_at):
        gaps = tuple(flag for flag in flags if flag is Reason.GAP)
        return (
            Decision.BLOCK,
            (Reason.FINDING, *(() if covered else (told,)), *gaps),
            None if covered else exact or latest,
        )
    if covered:
        same = covered.seen_in == inspection.script.package.artifact.version
        return Decision.ALLOW, (Reason.APPROVED if same else Reason.CARRIED_FORWARD,), covered
    if standing is Reason.NEVER_APPROVED and not flags:
        if inspection.harmless and policy.auto_skip:
            return Decision.SKIP, (Reason.SKIPPABLE,), None
        if policy.auto_approve and _is_contained(inspection):
            return Decision.ALLOW, (Reason.AUTO_APPROVED,), None
    return Decision.REVIEW, (told, *flags), exact or latest


def _standing(exact: Approval | None, latest: Approval | None, approvals: Approvals, today: date) -> Reason | None:
    """Say why no record covers a script; None when one does."""
    if exact is None:
        return Reason.CHANGED if latest else Reason.NEVER_APPROVED
    if key_of(exact) in approvals.unproven:
        return Reason.UNSIGNED
    if in_force(exact, today):
        return None
    return Reason.DATED_AHEAD if is_ahead(exact, today) else Reason.EXPIRED


def _concerns(exception: PolicyException, inspection: Inspection) -> bool:
    found = {finding.signature for finding in inspection.findings}
    return exception.signature in found and exception.fingerprint == inspection.fingerprint


def _is_contained(inspection: Inspection) -> bool:
    """Tell whether a script was read to its end, and its text reaches for nothing outside its package."""
    told = inspection.behaviours
    return not (inspection.gaps or inspection.boundaries or told.hosts or told.writes_outside or "*" in told.env)


def not_wanted(promised: Iterable[Artifact], approvals: Approvals) -> tuple[Finding, ...]:
    """Find the packages that a person does not want to be installed at all, with scripts or without."""
    blocking = {denial.package: denial for denial in approvals.denials if denial.blocks}
    return tuple(
        Finding(
            signature="approvals/denied",
            severity=Severity.ERROR,
            message=f"{denial.by} said on {denial.on} that it must not be installed"
            + (f": {denial.why}" if denial.why else ""),
            where=artifact.id,
            line=artifact.line,
        )
        for artifact in promised
        if (denial := blocking.get(artifact.name))
    )


def blocks(review: Review, policy: Policy) -> bool:
    """Tell whether nothing of a target may be installed.

    One blocked script is enough; so is a finding on the lockfile or a setting at block-at; and so is a gap that
    concerns no script: what could not be fetched, verified or opened cannot be installed as verified.
    """
    return (
        any(verdict.decision is Decision.BLOCK for verdict in review.verdicts)
        or _reaches(review.findings, policy.block_at)
        or bool(review.gaps)
    )


def waits(review: Review) -> bool:
    """Tell whether somebody must look at a target that is not blocked: at a script, or at a flagged lockfile or setting."""
    return any(verdict.decision is Decision.REVIEW for verdict in review.verdicts) or _reaches(
        review.findings, Severity.WARNING
    )


def exit_code(reviews: Iterable[Review]) -> ExitCode:
    """Give the one number of judgements: the worst of them decides."""
    reviews = tuple(reviews)
    if any(review.blocked for review in reviews):
        return ExitCode.BLOCKED
    return ExitCode.REVIEW if any(review.gaps or waits(review) for review in reviews) else ExitCode.OK


def _flags(inspection: Inspection) -> tuple[Reason, ...]:
    """Name what speaks against a script beside its standing."""
    flagged = _reaches(inspection.findings, Severity.WARNING)
    return (*((Reason.FINDING,) if flagged else ()), *((Reason.GAP,) if inspection.gaps else ()))


def _reaches(findings: tuple[Finding, ...], severity: Severity) -> bool:
    return any(finding.severity >= severity for finding in findings)
