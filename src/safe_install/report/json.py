"""The report for programs: schema version 1, the contract of ``--json``. Keys and words here are frozen.

Nothing is made plain here: a program wants what is there, and JSON escapes it. Every character outside printable
ASCII is written as an escape, and so are the pairs by which CI runners know a command in what a job prints.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any

from safe_install.judgement import Change, FileChange, PolicyException, Verdict
from safe_install.model import Behaviours, Boundary, Finding, Gap, sha256
from safe_install.report.difference import Row, differences
from safe_install.story import Confinement, Execution, Outcome, Plan, Report, Review, Step

SCHEMA = 1
_MOST_ROWS = 20_000  # of all differences of one change

_Object = dict[str, Any]
_COMMAND = re.compile(r"(?<=:):|(?<=#)#|\x7f")  # only within texts: JSON itself has none of them


def render(report: Report) -> str:
    """Give the whole story as one JSON object, always in the same order."""
    targets = [(review.target, review) for review in report.reviews]
    told = {
        "schema": SCHEMA,
        "tool": {"name": "safe-install", "version": report.version, "signatures": report.signatures},
        "project": report.project,
        "exit_code": report.exit_code,
        "verdicts": [_verdict(verdict, target) for target, review in targets for verdict in review.verdicts],
        "gaps": [{"target": target, **_gap(gap)} for target, review in targets for gap in review.gaps],
        "findings": [{"target": target, **_finding(found)} for target, review in targets for found in review.findings],
        "comparisons": [_comparison(review) for _, review in targets if review.against],
        "plan": _plan(report.plan) if report.plan else None,
        "execution": _execution(report.execution) if report.execution else None,
        "notes": list(report.notes),
    }
    return escaped(told)


def escaped(told: _Object) -> str:
    """Write an object so that no CI runner finds a command in it, whatever its texts say."""
    text = json.dumps(told, indent=2, ensure_ascii=True)
    return _COMMAND.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _verdict(verdict: Verdict, target: str) -> _Object:
    inspection = verdict.inspection
    script = inspection.script
    return {
        "target": target,
        **_script(verdict),
        "command": script.command,
        "implied": script.implied,
        "decision": verdict.decision.value,
        "reasons": [reason.value for reason in verdict.reasons],
        "brought_by": list(verdict.brought_by),
        "novelty": verdict.novelty.value if verdict.novelty else None,
        "fingerprint": inspection.fingerprint,
        "findings": [_finding(finding) for finding in inspection.findings],
        "gaps": [_gap(gap) for gap in inspection.gaps],
        "boundaries": [_boundary(boundary) for boundary in inspection.boundaries],
        "complete": not inspection.gaps and not inspection.boundaries,
        "behaviours": _behaviours(inspection.behaviours),
        "exceptions": [_exception(one, holds=True) for one in verdict.exceptions]
        + [_exception(one, holds=False) for one in verdict.lapsed],
        "change": _change(verdict.change) if verdict.change else None,
        "files": [{"package": file.package, "path": file.path, "digest": file.digest} for file in inspection.files],
    }


def _comparison(review: Review) -> _Object:
    """Tell how a target's tree differs from the state that it was compared with."""
    return {
        "target": review.target,
        "against": review.against,
        "unchanged": review.unchanged,
        "tree": [
            {
                "kind": change.kind.value,
                "name": change.name,
                "before": change.before,
                "after": change.after,
                "location": change.location,
                "line": change.line,
                "remarks": list(change.remarks),
            }
            for change in review.tree
        ],
    }


def _script(verdict: Verdict) -> _Object:
    """Name a script: the words by which verdicts, steps and outcomes are matched."""
    script = verdict.inspection.script
    artifact = script.package.artifact
    return {
        "package": artifact.name,
        "version": artifact.version,
        "location": artifact.location,
        "event": script.event.value,
    }


def _exception(exception: PolicyException, *, holds: bool) -> _Object:
    return {
        "signature": exception.signature,
        "reason": exception.reason,
        "author": exception.author,
        "until": exception.until.isoformat(),
        "holds": holds,
    }


def _change(change: Change) -> _Object:
    return {
        "before": change.before,
        "after": change.after,
        "unseen": change.unseen,
        "exact": change.exact,
        "commands": list(change.commands),
        "findings": [_finding(finding) for finding in change.findings],
        "gaps": [_gap(gap) for gap in change.gaps],
        "boundaries": [_boundary(boundary) for boundary in change.boundaries],
        "behaviours": _behaviours(change.behaviours),
        "gone": _behaviours(change.gone),
        "files": [_file_change(file, rows) for file, rows in differences(change.files, most_rows=_MOST_ROWS)],
        "unread": list(change.unread),
    }


def _file_change(file: FileChange, rows: tuple[Row, ...] | None) -> _Object:
    """Tell how a file differs: its lines as a difference has them; null when there were too many before."""
    return {
        "package": file.package,
        "path": file.path,
        "before": sha256(file.before) if file.before is not None else None,
        "after": sha256(file.after) if file.after is not None else None,
        "behind_gap": file.behind_gap,
        "rows": None if rows is None else [_row(row) for row in rows[:_MOST_ROWS]],
        "left_out": max(len(rows or ()) - _MOST_ROWS, 0),
    }


def _row(row: Row) -> _Object:
    return {"mark": row.mark, "line": row.line, "text": row.text}


def _behaviours(behaviours: Behaviours) -> _Object:
    return {
        "env": list(behaviours.env),
        "hosts": list(behaviours.hosts),
        "programs": list(behaviours.programs),
        "writes": list(behaviours.writes),
        "writes_outside": list(behaviours.writes_outside),
    }


def _finding(finding: Finding) -> _Object:
    return {
        "signature": finding.signature,
        "severity": finding.severity.name,
        "confidence": finding.confidence.value,
        "message": finding.message,
        "where": finding.where,
        "path": finding.path,
        "line": finding.line,
        "excerpt": finding.excerpt,
    }


def _gap(gap: Gap) -> _Object:
    return {"where": gap.where, "kind": gap.kind.value, "path": gap.path, "line": gap.line, "detail": gap.detail}


def _boundary(boundary: Boundary) -> _Object:
    return {
        "where": boundary.where,
        "kind": boundary.kind.value,
        "path": boundary.path,
        "line": boundary.line,
        "detail": boundary.detail,
        "host": boundary.host,
        "verified": boundary.verified,
    }


def _plan(plan: Plan) -> _Object:
    return {"blocked": plan.blocked, "npm": list(plan.npm), "steps": [_step(step) for step in plan.steps]}


def _step(step: Step) -> _Object:
    command = step.verdict.inspection.script.command
    return {
        **_script(step.verdict),
        "location": step.location,
        "command": command,
        "confinement": _walls(step.confinement),
    }


def _walls(confinement: Confinement) -> _Object:
    return {
        "writable": list(confinement.writable),
        "outputs": list(confinement.outputs),
        "network": list(confinement.network),
        "env": list(confinement.env),
        "cache": confinement.cache,
        "time_limit": confinement.time_limit,
    }


def _execution(execution: Execution) -> _Object:
    return {
        "npm_exit_code": execution.npm_exit_code,
        "npm_output": execution.npm_output,
        "confined_by": execution.confined_by,
        "outcomes": [_outcome(outcome) for outcome in execution.outcomes],
        "already_run": [_step(step) for step in execution.already_run],
        "restored": list(execution.restored),
        "removed": list(execution.removed),
    }


def _outcome(outcome: Outcome) -> _Object:
    return {
        **_step(outcome.step),
        "exit_code": outcome.exit_code,
        "seconds": round(outcome.seconds, 3),
        "tolerated": outcome.tolerated,
        "output": outcome.output,
        **what_it_did(outcome),
    }


def what_it_did(outcome: Outcome) -> _Object:
    """Give what was seen of a script while it ran; a receipt says the same."""
    return {
        "stopped": outcome.stopped,
        "walls": list(outcome.walls),
        "hosts": [asdict(host) for host in outcome.hosts],
        "written": [asdict(one) for one in outcome.written],
        "touched": list(outcome.touched),
        "leaked": list(outcome.leaked),
    }
