"""The report as a page for people: Report to lines. Worst first, and short when all is well.

The page says what was seen, what could not be seen, what was not judged at all, what was run, and what it means.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence

from safe_install.errors import ExitCode
from safe_install.judgement import Decision, Reason, Verdict
from safe_install.model import Severity
from safe_install.report.doings import doings
from safe_install.report.evidence import about_scripts, about_target, alike, heading
from safe_install.report.page import BLANK, Line, Tone, frame
from safe_install.report.plain import plain
from safe_install.report.tree import about_tree
from safe_install.report.words import count, exceptions, listed, subject, walls
from safe_install.story import Execution, Outcome, Plan, Report, Review

_MOST_QUIET = 8  # scripts that need nobody, before they are only counted
_TALLY = {Decision.BLOCK: "blocked", Decision.REVIEW: "to review", Decision.ALLOW: "allowed", Decision.SKIP: "skipped"}
_NOT_JUDGED = "Import-time code was not judged."


def story(report: Report, width: int) -> Iterator[Line]:
    """Tell a whole report."""
    several = len(report.reviews) > 1
    told = f"{count(len(report.reviews), 'target')}, " if several else ""
    yield Line(text=f"{plain(_about(report))}: {told}{_tally(report.reviews)}", indent=0, tone=Tone.STRONG)
    if not _is_all_well(report):
        yield BLANK
    for review in report.reviews:
        if several:
            yield Line(text=f"{plain(review.target)}: {_tally([review])}", indent=0, tone=Tone.STRONG)
            yield BLANK
        yield from about_tree(review)
        yield from about_target(review, width)
        yield from about_scripts(review.verdicts, width, next_step=_is_of_the_project(review))
    yield from _quiet(report)
    if report.execution:
        yield from _execution(report.execution, report.plan, width)
    elif report.plan and not report.plan.blocked:
        yield from _plan(report.plan)
    for note in report.notes:
        yield Line(label="note", text=plain(note, limit=400), tone=Tone.CARE)
    if not _is_all_well(report):
        yield BLANK
    if _many_wait(report):
        yield Line(
            label="together", text="safe-install review  # goes through all that waits, page by page", whole=True
        )
        yield BLANK
    yield _ending(report)


def _about(report: Report) -> str:
    """Name the one package that was asked about, or the project."""
    alone = len(report.reviews) == 1 and report.plan is None and not _is_of_the_project(report.reviews[0])
    return report.reviews[0].target if alone else report.project


def _is_of_the_project(review: Review) -> bool:
    """Tell whether a person can decide here: on a lockfile's scripts, and not on those of a package that somebody asks about."""
    return review.target.endswith(".json")


def _many_wait(report: Report) -> bool:
    """Tell whether several scripts of this project wait for a person."""
    verdicts = [verdict for review in report.reviews for verdict in review.verdicts]
    groups = [group for group in alike(verdicts) if group[0].decision is Decision.REVIEW]
    own = report.plan is not None or (len(report.reviews) == 1 and _is_of_the_project(report.reviews[0]))
    return len(groups) > 1 and own


def _tally(reviews: Sequence[Review]) -> str:
    """Count packages and scripts: ``214 packages, 3 scripts (2 allowed, 1 skipped)``."""
    verdicts = [verdict for review in reviews for verdict in review.verdicts]
    counted = Counter(verdict.decision for verdict in verdicts)
    told = ", ".join(f"{counted[decision]:,} {word}" for decision, word in _TALLY.items() if counted[decision])
    compared = any(review.against for review in reviews)
    none = "no script is new or not as before" if compared else "no scripts"
    scripts = f"{count(len(verdicts), 'script')} ({told})" if verdicts else none
    return f"{count(sum(review.artifacts for review in reviews), 'package')}, {scripts}"


def _is_all_well(report: Report) -> bool:
    """Tell whether nothing but the numbers needs to be said."""
    flagged = any(review.gaps or review.findings for review in report.reviews)
    failed = report.execution is not None and any(o.failed or o.denied for o in report.execution.outcomes)
    only_planned = report.plan is not None and report.execution is None
    return report.exit_code == ExitCode.OK and not (flagged or failed or only_planned or report.notes)


def _quiet(report: Report) -> Iterator[Line]:
    """Say what needs nobody, each in a line while they are few; what was carried forward or has findings always."""
    verdicts = [verdict for review in report.reviews for verdict in review.verdicts]
    groups = [some[0] for some in alike(verdicts) if some[0].decision in {Decision.ALLOW, Decision.SKIP}]
    short = _is_all_well(report) or len(groups) > _MOST_QUIET
    told = [verdict for verdict in groups if _flagged(verdict) or _is_news(verdict, report, short=short)]
    for verdict in told:
        line = heading(verdict)
        flagged = f"; found: {listed(_flagged(verdict))}" if _flagged(verdict) else ""
        yield Line(label=line.label, text=line.text + flagged, tone=Tone.CARE if flagged else line.tone)
        yield from (Line(text=text, tone=Tone.CARE) for text in exceptions(verdict))
    if told and (report.plan or report.notes) and not _is_all_well(report):
        yield BLANK


def _is_news(verdict: Verdict, report: Report, *, short: bool) -> bool:
    """Tell whether a script that needs nobody has a line of its own; one that is planned or ran gets it there."""
    if Reason.CARRIED_FORWARD in verdict.reasons:
        return True
    return not short and (verdict.decision is Decision.SKIP or report.plan is None)


def _flagged(verdict: Verdict) -> list[str]:
    findings = verdict.inspection.findings
    return sorted({plain(finding.signature, limit=80) for finding in findings if finding.severity >= Severity.WARNING})


# ------------------------------------------------------------------ what would happen, and what did


def _plan(plan: Plan) -> Iterator[Line]:
    yield Line(label="would run", text=plain(shlex.join(("npm", *plan.npm)), limit=600))
    told = {walls(step.confinement) for step in plan.steps}
    for number, step in enumerate(plan.steps, start=1):
        command = plain(step.verdict.inspection.script.command, limit=120)
        alone = f"; {walls(step.confinement)}" if len(told) > 1 else ""
        yield Line(label="" if number > 1 else "then", text=f"{number}. {subject(step.verdict)}: {command}{alone}")
    if len(told) == 1:
        yield Line(label="each", text=told.pop())
    if not plan.steps:
        yield Line(label="then", text="no script")


def _execution(execution: Execution, plan: Plan | None, width: int) -> Iterator[Line]:
    if execution.npm_exit_code:
        yield Line(label="FAILED", text=f"npm ended with exit {execution.npm_exit_code}", tone=Tone.BAD)
        yield from frame(execution.npm_output, width=width, lines=12, last=True)
    walls_held = f"confined by {plain(execution.confined_by)}" if execution.outcomes and execution.confined_by else ""
    if ran := [_timed(outcome) for outcome in execution.outcomes if not outcome.failed]:
        yield Line(label="ran", text=", ".join([listed(ran, most=len(ran)), walls_held]).rstrip(", "), tone=Tone.GOOD)
    for outcome in execution.outcomes:
        if outcome.failed:
            yield from _failure(outcome, width)
        yield from doings(outcome)
    left = len(plan.steps) - len(execution.outcomes) - len(execution.already_run) if plan else 0
    told = {
        "earlier": [f"{subject(step.verdict)}, and nothing changed since" for step in execution.already_run],
        "not run": [f"{count(left, 'approved script')} that should have followed"] if left > 0 else [],
        "walls": [walls_held] if walls_held and not ran else [],
        "removed": [plain(path, limit=160) for path in execution.removed],
        "restored": [plain(path, limit=160) for path in execution.restored],
    }
    yield from (Line(label=label, text=listed(texts)) for label, texts in told.items() if texts)
    if execution.outcomes and not execution.confined_by:
        yield Line(label="NO WALLS", text="nothing stood between these scripts and your files", tone=Tone.BAD)


def _timed(outcome: Outcome) -> str:
    return f"{subject(outcome.step.verdict)} ({outcome.seconds:.1f} s)"


def _failure(outcome: Outcome, width: int) -> Iterator[Line]:
    stopped = f"stopped: {plain(outcome.stopped)}" if outcome.stopped else "stopped at its time limit"
    how = stopped if outcome.exit_code is None or outcome.stopped else f"exit {outcome.exit_code}"
    told = f"{_timed(outcome)}: {how}"
    if outcome.tolerated:
        yield Line(label="failed", text=f"{told}; it is optional, and npm too would go on without it", tone=Tone.CARE)
    else:
        yield Line(label="FAILED", text=told, tone=Tone.BAD)
    yield from frame(outcome.output, width=width, lines=12, last=True)


# ------------------------------------------------------------------ what it means


def _ending(report: Report) -> Line:
    word, tone, meaning = _meaning(report)
    judged = any(review.verdicts for review in report.reviews)
    return Line(label=word, text=f"{meaning}{f' {_NOT_JUDGED}' if judged else ''} (exit {report.exit_code})", tone=tone)


def _meaning(report: Report) -> tuple[str, Tone, str]:
    if report.exit_code == ExitCode.FAILED:
        return "FAILED", Tone.BAD, "npm or an approved script failed."
    if report.exit_code == ExitCode.BLOCKED:
        left = "" if report.plan is None else " Nothing was installed: node_modules was not touched."
        return "BLOCKED", Tone.BAD, f"Policy refuses this.{left}"
    if report.exit_code == ExitCode.REVIEW:
        return "REVIEW", Tone.CARE, _waiting(report)
    wanted = any(review.verdicts for review in report.reviews)
    nothing = "Nothing new wants to run." if any(one.against for one in report.reviews) else "Nothing wants to run."
    well = "Every script that wanted to run was approved or needs no run." if wanted else nothing
    return "OK", Tone.GOOD, well


def _waiting(report: Report) -> str:
    number = sum(verdict.decision is Decision.REVIEW for review in report.reviews for verdict in review.verdicts)
    if report.execution and any(outcome.touched for outcome in report.execution.outcomes):
        return "Somebody must look at a script that opened decoys before anything of this tree is trusted."
    if not number:
        return "Somebody must look at what was found."
    if report.execution:
        return f"The packages are installed; {count(number, 'script')} did not run until somebody looks."
    would = "would not run" if report.plan else "must not run"
    return f"{count(number, 'script')} {would} until somebody looks."
