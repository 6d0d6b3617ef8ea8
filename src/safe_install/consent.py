"""What people decide, and how it is recorded: a person reads the evidence, types a code derived from it, and it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from safe_install import pipeline
from safe_install.decide.approvals import Approvals, key_of, package_of, signed_text
from safe_install.errors import ApprovalsError, UsageError
from safe_install.former import promises_of, with_changes
from safe_install.gathering import Evidence
from safe_install.judgement import Approval, Decision, Denial, Grants, Verdict
from safe_install.model import Inspection, sha256
from safe_install.person import who
from safe_install.project import change_approvals, find_root
from safe_install.signing import signed_for
from safe_install.story import Report
from safe_install.subjects import Subject
from safe_install.tools import Tools

_CODE_LENGTH = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """On which terms a person says yes: the reason, what is granted, and the last day it holds."""

    why: str = ""
    grants: Grants = field(default_factory=Grants)
    until: date | None = None

    @property
    def ask_anew(self) -> bool:
        """Tell whether these are worth changing a yes for that is in force."""
        return self.grants != Grants() or self.until is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a person is shown, and what is written when the code is typed: the evidence, and the records."""

    report: Report
    records: tuple[Approval, ...]

    @property
    def code(self) -> str:
        """Derive the code from everything that the records say: contents, grants, and how long."""
        return sha256(b"".join(sorted(map(signed_text, self.records))))[:_CODE_LENGTH]


def approve(
    here: Path, names: Sequence[str], terms: Terms, tools: Tools, ask: Callable[[Asked], str]
) -> tuple[Approval, ...]:
    """Record a yes to the waiting scripts of these packages, after ``ask`` showed them and gave what was typed.

    UsageError when a name has no script that waits; ApprovalsError when the person does not type the code, or when
    somebody denied one of them meanwhile.
    """
    root = find_root(here)
    if terms.until is not None and terms.until < tools.now.date():
        raise UsageError(f"--until {terms.until} is over.", hint="Name the last day that it shall hold.")
    report, (evidence,) = pipeline.examine(root, (), tools)
    waiting = [verdict for name in names for verdict in _waiting(name, report, anew=terms.ask_anew)]
    signed_for(evidence.subject.policy, ())  # who cannot sign what must be signed learns it before reading
    asked = Asked(
        report=_compared(_only(report, waiting), evidence, tools), records=records_of(waiting, evidence, terms, tools)
    )
    if ask(asked).strip().lower() != asked.code:
        raise ApprovalsError("Nothing was approved.", hint="The approvals file is as it was.")
    return save_records(root, asked.records, evidence.subject)


def records_of(verdicts: Sequence[Verdict], evidence: Evidence, terms: Terms, tools: Tools) -> tuple[Approval, ...]:
    """Make the records of a yes to these verdicts; the same script at several places is one."""
    made = [_record(verdict.inspection, evidence, terms, tools) for verdict in verdicts]
    return tuple({key_of(record): record for record in made}.values())


def save_records(root: Path, records: Sequence[Approval], subject: Subject) -> tuple[Approval, ...]:
    """Add records to what is there now, signed where the policy names this machine's key, and give them so.

    ApprovalsError when somebody denied one of the packages since the ``subject`` was read, or they cannot be signed.
    """
    signed = signed_for(subject.policy, records)

    def add(now: Approvals) -> Approvals:
        for record in signed:
            denied = next((denial for denial in now.denials if denial.package == record.package), None)
            if denied and denied not in subject.approvals.denials:
                raise ApprovalsError(
                    f"{denied.by} denied {denied.package} meanwhile; nothing was approved.",
                    hint=f"safe-install approvals show {denied.package}",
                )
            now = now.with_approval(record)
        return now

    change_approvals(root, add)
    return signed


def deny(
    here: Path, names: Sequence[str], why: str, env: Mapping[str, str], now: datetime, *, blocks: bool = False
) -> tuple[Denial, ...]:
    """Record a no to every script of these packages, at any version; ``blocks``: to being installed at all."""
    for name in names:
        if "@" in name[1:] or not name.isprintable() or " " in name:
            raise UsageError(
                f"{name!a} is no package's name: a no is to every version.", hint="Name it without a version."
            )
    denials = tuple(Denial(package=name, by=who(env), on=now.date(), why=why, blocks=blocks) for name in names)

    def add(records: Approvals) -> Approvals:
        for denial in denials:
            records = records.with_denial(denial)
        return records

    change_approvals(find_root(here), add)
    return denials


def revoke(here: Path, names: Sequence[str]) -> tuple[Approval | Denial, ...]:
    """Take back what was said of packages, or of one version by ``name@version``; UsageError where nothing was said."""
    taken: list[Approval | Denial] = []

    def take(before: Approvals) -> Approvals:
        after = before
        for named in names:
            at = named.rfind("@")
            name, version = (named[:at], named[at + 1 :]) if at > 0 else (named, None)
            kept = after.without(name, version)
            if kept == after:
                raise UsageError(f"There is no record of {named!a}.", hint="safe-install approvals list")
            after = kept
        taken.extend(one for one in before.approvals if one not in after.approvals)
        taken.extend(one for one in before.denials if one not in after.denials)
        return after

    change_approvals(find_root(here), take)
    return tuple(taken)


def prune(here: Path, there: frozenset[str], *, dry_run: bool = False) -> tuple[Approval, ...]:
    """Remove the yes to every package that is no longer among those that are ``there``; a no stays, for it may come again."""
    gone: list[Approval] = []

    def keep(before: Approvals) -> Approvals:
        gone.extend(one for one in before.approvals if one.package not in there)
        left = tuple(one for one in before.approvals if one.package in there)
        return before if dry_run else replace(before, approvals=left)

    change_approvals(find_root(here), keep)
    return tuple(gone)


def _waiting(name: str, report: Report, *, anew: bool) -> list[Verdict]:
    """Find the verdicts on one package that a person can say yes to; ``anew``: also those that are approved."""
    named = [
        verdict
        for review in report.reviews
        for verdict in review.verdicts
        if name in {package_of(verdict.inspection), verdict.inspection.script.package.artifact.id}
    ]
    blocked = [verdict for verdict in named if verdict.decision is Decision.BLOCK]
    if blocked:
        found = {finding.signature for verdict in blocked for finding in verdict.inspection.findings}
        denied = {"a person denied it" for verdict in blocked if verdict.denial}
        raise UsageError(
            f"{name} is blocked by policy ({', '.join(sorted(found | denied))}) and cannot be approved.",
            hint="safe-install scan shows the evidence.",
        )
    may = {Decision.REVIEW, Decision.ALLOW} if anew else {Decision.REVIEW}
    waiting = [verdict for verdict in named if verdict.decision in may]
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


def _compared(report: Report, evidence: Evidence, tools: Tools) -> Report:
    """Compare what a report of many changed scripts left out."""
    return replace(report, reviews=tuple(with_changes(review, evidence, tools) for review in report.reviews))


def _record(inspection: Inspection, evidence: Evidence, terms: Terms, tools: Tools) -> Approval:
    integrity, beside = promises_of(inspection, evidence.packages)
    return Approval(
        package=package_of(inspection),
        event=inspection.script.event,
        fingerprint=inspection.fingerprint,
        seen_in=inspection.script.package.artifact.version,
        by=who(tools.env),
        on=tools.now.date(),
        why=terms.why,
        until=terms.until,
        grants=terms.grants,
        integrity=integrity,
        beside=beside,
    )
