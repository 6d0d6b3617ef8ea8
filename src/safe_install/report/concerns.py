"""What somebody must look at, one by one: the common ground of every format that lists problems.

Everything here is plain already. A concern is known again in the next run by its ``key``, which is bound to contents and
not to places, so that an alert survives a lockfile that is sorted anew.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from safe_install.judgement import Decision, Verdict
from safe_install.model import Finding, Severity
from safe_install.report.plain import plain, plain_name
from safe_install.report.words import gap_reason, place, standing, subject, unseen
from safe_install.story import Report, Review

_LOCKFILE = "package-lock.json"
_WAITS = "unreviewed-script"
_UNSEEN = "unseen"


@dataclass(frozen=True, kw_only=True, slots=True)
class Concern:
    """One thing to look at.

    ``rule`` is a signature's id, ``unseen`` for a gap, ``unreviewed-script`` for a script that nobody approved as it is.
    ``about`` names the script or the package, ``file`` and ``line`` the place in the project (the lockfile's line; 1-based,
    0 when unknown), ``within`` the place in the package. ``blocks``: policy refuses it. ``explained``: the rule is a signature's,
    which `explain` tells in full.
    """

    rule: str
    severity: Severity
    message: str
    about: str
    file: str
    line: int
    within: str
    key: str
    blocks: bool = False
    explained: bool = False


def concerns(report: Report) -> tuple[Concern, ...]:
    """List every concern of a report, worst first, each once."""
    found = dict.fromkeys(concern for review in report.reviews for concern in _of_review(review))
    ordered = sorted(found, key=lambda one: (not one.blocks, -one.severity, one.about, one.rule, one.within, one.key))
    return tuple(_each_its_own_key(ordered))


def _each_its_own_key(found: Iterable[Concern]) -> Iterator[Concern]:
    """Give a key of its own to each that is bound to the same contents: who reads keys takes two with the same for one."""
    seen: Counter[str] = Counter()
    for concern in found:
        seen[concern.key] += 1
        times = seen[concern.key]
        yield concern if times == 1 else replace(concern, key=_key(concern.key, str(times)))


def _of_review(review: Review) -> Iterator[Concern]:
    file = plain(posixpath.normpath(review.target), limit=400) if review.target.endswith(".json") else _LOCKFILE
    for finding in review.findings:
        if finding.severity > Severity.INFO:
            yield _of_target(finding, file, blocks=review.blocked)
    for gap in review.gaps:
        within = place(gap.where, gap.path, gap.line, gap.where) if gap.path not in {"", gap.where} else ""
        yield Concern(
            rule=_UNSEEN,
            severity=Severity.ERROR,
            message=f"{within}: {gap_reason(gap)}" if within else gap_reason(gap),
            about=plain_name(gap.where),
            file=file,
            line=gap.line if gap.path.endswith(".json") else 0,
            within="",
            key=_key(_UNSEEN, gap.where, gap.kind.value, gap.detail),
            blocks=True,
        )
    for verdict in review.verdicts:
        if verdict.decision in {Decision.REVIEW, Decision.BLOCK}:
            yield from _of_verdict(verdict, file)


def _of_target(finding: Finding, file: str, *, blocks: bool) -> Concern:
    """Tell a finding on the lockfile or on a setting."""
    in_file = plain(finding.path, limit=400) if finding.path else file
    return Concern(
        rule=plain(finding.signature, limit=80),
        severity=finding.severity,
        message=plain(finding.message, limit=400),
        about=plain_name(finding.where),
        file=in_file,
        line=finding.line,
        within="",
        key=_key(finding.signature, finding.where, finding.excerpt or finding.message),
        blocks=blocks and finding.severity is Severity.ERROR,
    )


def _of_verdict(verdict: Verdict, file: str) -> Iterator[Concern]:
    """Tell a script that waits or is blocked, and everything that speaks against it."""
    inspection = verdict.inspection
    artifact = inspection.script.package.artifact
    script = f"{artifact.name} {inspection.script.event.value}"
    blocked = verdict.decision is Decision.BLOCK
    command = plain(inspection.script.command, limit=160)
    waits = Concern(
        rule=_WAITS,
        severity=Severity.WARNING,
        message=f"{standing(verdict)}; its command is: {command}",
        about=subject(verdict),
        file=file,
        line=artifact.line,
        within="",
        key=_key(_WAITS, script, inspection.fingerprint),
    )
    if not blocked:
        yield waits
    for finding in inspection.findings:
        if finding.severity > Severity.INFO:
            yield replace(
                waits,
                rule=plain(finding.signature, limit=80),
                severity=finding.severity,
                message=plain(finding.message, limit=400),
                within=place(finding.where, finding.path, finding.line, artifact.id),
                key=_key(finding.signature, script, finding.path, finding.excerpt),
                blocks=blocked and finding.severity is Severity.ERROR,
                explained=True,
            )
    for kind in dict.fromkeys(gap.kind for gap in inspection.gaps):
        alike = [gap for gap in inspection.gaps if gap.kind is kind]
        told = sorted(f"{gap.where} {gap.path} {gap.detail}" for gap in alike)
        message = "; ".join(unseen(alike, artifact.id))
        yield replace(waits, rule=_UNSEEN, message=message, key=_key(_UNSEEN, script, kind.value, *told))


def _key(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
