"""A review from start to end: gather the evidence, let a person go through it, and write what was decided at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from safe_install.consent import Terms, records_of
from safe_install.decide.approvals import ROOT, Approvals
from safe_install.decide.judge import blocks, judge, not_wanted, waits
from safe_install.errors import ApprovalsError, ExitCode
from safe_install.gathering import Evidence
from safe_install.judgement import Approval, Denial
from safe_install.own_signatures import with_own_signatures
from safe_install.person import who
from safe_install.pipeline import inspect
from safe_install.pipeline import review as judged
from safe_install.project import APPROVALS, change_approvals, find_root, open_project, read_own_approvals
from safe_install.report.screen import Drawing, Page
from safe_install.report.words import count, gap_sentence
from safe_install.reviewing.keys import press
from safe_install.reviewing.pages import page
from safe_install.reviewing.state import Answer, Ending, Group, State, begin, grants_of
from safe_install.reviewing.terminal import require_screen, screen
from safe_install.scan.lock.brought import brought_in
from safe_install.signing import signed_for, with_proof
from safe_install.story import Review
from safe_install.subjects import project_subject
from safe_install.tools import Tools


@dataclass(frozen=True, kw_only=True, slots=True)
class Reviewed:
    """How a review ended: a sentence, and the number to leave with."""

    told: str
    exit_code: ExitCode


Draw = Callable[[Page, int, tuple[int, int]], Drawing]
"""Draws a page from a line on, for a screen of so many columns and lines."""


def review(here: Path, tools: Tools, draw: Draw) -> Reviewed:
    """Let a person review the project here. Nothing is written before the code is typed, and then everything at once."""
    require_screen(tools.env)
    root = find_root(here)
    evidence, tools = gathered(root, tools)
    signed_for(evidence.subject.policy, ())  # who cannot sign what must be signed learns it before reading
    state = opened(evidence, tools)
    if all(item.group is Group.MOVED for item in state.items) and not state.aside:
        moved = f"; {count(len(state.items), 'approval')} carried forward to another version" if state.items else ""
        return Reviewed(told=f"Nothing waits for a person{moved}.", exit_code=ExitCode.OK)
    state = gone_through(state, draw)
    if state.ending is not Ending.RECORD:
        told = "Nothing was recorded: the approvals file is as it was."
        return Reviewed(told=told, exit_code=_exit_code(evidence, evidence.subject.approvals, tools))
    save(root, state, evidence, tools)
    told = f"{count(len(state.decided), 'decision')} recorded in {APPROVALS}. Commit it, then run safe-install."
    return Reviewed(told=told, exit_code=_exit_code(evidence, read_own_approvals(root), tools))


def gathered(root: Path, tools: Tools) -> tuple[Evidence, Tools]:
    """Gather the evidence on everything that a project's lockfile promises."""
    project = open_project(root, tools.npm.version.major)
    tools = with_own_signatures(tools, project)
    (evidence,) = inspect([project_subject(project, tools, everywhere=True)], tools)
    return evidence, tools


def opened(evidence: Evidence, tools: Tools) -> State:
    """Judge it, and lay it out for a person."""
    told = judged(evidence, tools)
    wanted = {verdict.inspection.script.package.artifact.location for verdict in told.verdicts}
    ways = brought_in(evidence.subject.promised, wanted, links=evidence.subject.links)
    return begin(told.verdicts, ways, aside=_aside(told))


def _aside(review: Review) -> list[str]:
    """Say what concerns no script, and is not decided here."""
    found = [f"{one.signature}: {one.message}" for one in review.findings if one.severity.name != "INFO"]
    return [*found, *map(gap_sentence, review.gaps)]


def gone_through(state: State, draw: Draw) -> State:
    """Show pages and take keys until the person has decided, or leaves; ApprovalsError when the terminal is gone."""
    with screen() as terminal:
        while state.ending is None:
            size = terminal.size
            drawing = draw(page(state, size[0]), state.top, size)
            state = replace(state, top=drawing.top)
            terminal.show(drawing.text)
            try:
                keys = terminal.typed()
            except (EOFError, OSError) as error:
                raise ApprovalsError("The terminal is gone; nothing was recorded.") from error
            for key in keys:
                state = press(state, key, page=drawing.height)
                if state.ending is not None:
                    break
    return state


def save(root: Path, state: State, evidence: Evidence, tools: Tools) -> None:
    """Add everything that was decided to the records as they are now, at once, signed where the policy wants it.

    ApprovalsError when somebody denied meanwhile what was approved here, or the file must not be written.
    """
    subject = evidence.subject
    yes, no = signed_for(subject.policy, approvals_in(state, evidence, tools)), denials_in(state, tools)

    def add(now: Approvals) -> Approvals:
        approved = {one.package for one in yes}
        if denied := next(
            (one for one in now.denials if one.package in approved and one not in subject.approvals.denials), None
        ):
            raise ApprovalsError(
                f"{denied.by} denied {denied.package} meanwhile; nothing was recorded.",
                hint=f"safe-install approvals show {denied.package}",
            )
        for approval in yes:
            now = now.with_approval(approval)
        for denial in no:
            now = now.with_denial(denial)
        return now

    change_approvals(root, add)


def approvals_in(state: State, evidence: Evidence, tools: Tools) -> tuple[Approval, ...]:
    """Make the record of each yes, with exactly what was granted."""
    return tuple(
        record
        for item, choice in state.decided
        if choice.answer is Answer.APPROVE
        for record in records_of([item.verdict], evidence, Terms(why=choice.why, grants=grants_of(item, choice)), tools)
    )


def denials_in(state: State, tools: Tools) -> tuple[Denial, ...]:
    """Make the record of each no; there is one for a package."""
    by, day = who(tools.env), tools.now.date()
    told = {
        item.package or ROOT: Denial(
            package=item.package or ROOT, by=by, on=day, why=choice.why, blocks=choice.answer is Answer.DENY
        )
        for item, choice in state.decided
        if choice.answer in {Answer.SKIP, Answer.DENY}
    }
    return tuple(told.values())


def _exit_code(evidence: Evidence, approvals: Approvals, tools: Tools) -> ExitCode:
    """Give the number of what is left under these approvals; nothing is fetched or compared again for it."""
    subject, today = evidence.subject, tools.now.date()
    proven = with_proof(approvals, subject.policy)
    left = Review(
        target=subject.name,
        verdicts=tuple(judge(inspection, proven, subject.policy, today) for inspection in evidence.inspections),
        gaps=evidence.gaps,
        findings=(*evidence.findings, *not_wanted(subject.promised, proven)),
    )
    if blocks(left, subject.policy):
        return ExitCode.BLOCKED
    return ExitCode.REVIEW if waits(left) else ExitCode.OK
