"""Approve and deny: a person reads the evidence, types a code that is derived from it, and the record is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from safe_install import pipeline
from safe_install.decide.approvals import package_of
from safe_install.errors import ApprovalsError, UsageError
from safe_install.judgement import Approval, Decision, Denial, Report, Verdict
from safe_install.model import sha256
from safe_install.person import who
from safe_install.project import find_root, read_own_approvals, save_approvals
from safe_install.tools import Tools

_CODE_LENGTH = 6


def approve(here: Path, names: Sequence[str], why: str, tools: Tools, show: Callable[[Report], None]) -> str:
    """Record a yes to the waiting scripts of these packages, after showing them; a sentence says what was done.

    UsageError when a name has no script that waits; ApprovalsError when the person does not type the code.
    """
    root = find_root(here)
    report = pipeline.scan(root, (), tools)
    waiting = [verdict for name in names for verdict in _waiting(name, report)]
    show(_only(report, waiting))
    code = sha256("".join(sorted(verdict.inspection.fingerprint for verdict in waiting)).encode())[:_CODE_LENGTH]
    if input(f"Type {code} to approve this, anything else to leave it: ").strip().lower() != code:
        raise ApprovalsError("Nothing was approved.", hint="The approvals file is as it was.")
    approvals = read_own_approvals(root)
    for verdict in waiting:
        approvals = approvals.with_approval(_record(verdict, why, who(tools.env), tools.now))
    path = save_approvals(root, approvals)
    told = ", ".join(sorted({str(verdict.inspection.script.package.artifact.id) for verdict in waiting}))
    return f"Approved {told} in {path.name}. Commit it, then run safe-install."


def deny(here: Path, names: Sequence[str], why: str, env: Mapping[str, str], now: datetime) -> str:
    """Record a no to every script of these packages, at any version; a sentence says what was done."""
    root = find_root(here)
    approvals = read_own_approvals(root)
    for name in names:
        approvals = approvals.with_denial(Denial(package=name, by=who(env), on=now.date(), why=why))
    path = save_approvals(root, approvals)
    return f"Denied {', '.join(names)} in {path.name}: none of their scripts runs, at any version."


def _waiting(name: str, report: Report) -> list[Verdict]:
    """Find the verdicts on one package that a person can say yes to."""
    named = [
        verdict
        for review in report.reviews
        for verdict in review.verdicts
        if name in {package_of(verdict.inspection), verdict.inspection.script.package.artifact.id}
    ]
    blocked = [verdict for verdict in named if verdict.decision is Decision.BLOCK]
    if blocked:
        found = ", ".join(sorted({finding.signature for verdict in blocked for finding in verdict.inspection.findings}))
        raise UsageError(
            f"{name} is blocked by policy ({found}) and cannot be approved.",
            hint="safe-install scan shows the evidence.",
        )
    waiting = [verdict for verdict in named if verdict.decision is Decision.REVIEW]
    if not waiting:
        why = (
            "has no lifecycle script here"
            if not named
            else "waits for nobody: its scripts are approved, denied or need no run"
        )
        raise UsageError(f"{name} {why}.", hint="safe-install scan lists what waits.")
    return waiting


def _only(report: Report, verdicts: Sequence[Verdict]) -> Report:
    """Cut a report down to these verdicts."""
    kept = [
        replace(r, verdicts=tuple(v for v in r.verdicts if v in verdicts), gaps=(), findings=()) for r in report.reviews
    ]
    return replace(report, reviews=tuple(kept))


def _record(verdict: Verdict, why: str, by: str, now: datetime) -> Approval:
    inspection = verdict.inspection
    artifact = inspection.script.package.artifact
    return Approval(
        package=package_of(inspection),
        event=inspection.script.event,
        fingerprint=inspection.fingerprint,
        seen_in=artifact.version,
        by=by,
        on=now.date(),
        why=why,
    )
