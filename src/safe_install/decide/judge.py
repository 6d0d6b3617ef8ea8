"""The judgement on one script: evidence, records and policy in, one Verdict out. The first row that holds decides.

| the evidence and the records                           | decision | reasons                                     |
|--------------------------------------------------------|----------|---------------------------------------------|
| a person denied the package                            | skip     | denied, + finding, gap                      |
| a finding reaches the policy's block-at                | block    | finding, + changed/expired/never-approved, gap |
| an approval of exactly this is in force, same version  | allow    | approved                                    |
| an approval of exactly this is in force, other version | allow    | carried-forward                             |
| an approval of exactly this is out of time             | review   | expired, + finding, gap                     |
| an approval of the same event, but of other contents   | review   | changed, + finding, gap                     |
| complete, only prints or exits, nothing flagged        | skip     | skippable                                   |
| anything else                                          | review   | never-approved, + finding, gap              |

An approval answers the question "has somebody read this?", so it overrides a review and nothing else: it was
given before a signature that finds something today existed, and so it does not override a block. A denied script
runs never, so what is found in it stops nothing; it is still told. A finding counts as a reason from WARNING on.
"""

from __future__ import annotations

from datetime import date

from safe_install.decide.approvals import Approvals, in_force
from safe_install.judgement import Decision, Policy, Reason, Review, Verdict
from safe_install.model import Finding, Inspection, Severity


def judge(inspection: Inspection, approvals: Approvals, policy: Policy, today: date) -> Verdict:
    """Judge one script by the table above."""
    flags = _flags(inspection)
    if denial := approvals.denial(inspection):
        return Verdict(inspection=inspection, decision=Decision.SKIP, reasons=(Reason.DENIED, *flags), denial=denial)
    exact, latest = approvals.exact(inspection), approvals.latest(inspection)
    covered = exact if exact and in_force(exact, today) else None
    previous = None if covered else exact or latest
    standing = Reason.EXPIRED if exact else Reason.CHANGED if latest else Reason.NEVER_APPROVED
    if _reaches(inspection.findings, policy.block_at):
        reasons = (Reason.FINDING, *(() if covered else (standing,)), *(flag for flag in flags if flag is Reason.GAP))
        return Verdict(inspection=inspection, decision=Decision.BLOCK, reasons=reasons, previous=previous)
    if covered:
        same = covered.seen_in == inspection.script.package.artifact.version
        reason = Reason.APPROVED if same else Reason.CARRIED_FORWARD
        return Verdict(inspection=inspection, decision=Decision.ALLOW, reasons=(reason,), approval=covered)
    if inspection.harmless and not flags and not previous:
        return Verdict(inspection=inspection, decision=Decision.SKIP, reasons=(Reason.SKIPPABLE,))
    return Verdict(inspection=inspection, decision=Decision.REVIEW, reasons=(standing, *flags), previous=previous)


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


def _flags(inspection: Inspection) -> tuple[Reason, ...]:
    """Name what speaks against a script beside its standing."""
    flagged = _reaches(inspection.findings, Severity.WARNING)
    return (*((Reason.FINDING,) if flagged else ()), *((Reason.GAP,) if inspection.gaps else ()))


def _reaches(findings: tuple[Finding, ...], severity: Severity) -> bool:
    return any(finding.severity >= severity for finding in findings)
