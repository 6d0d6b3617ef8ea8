"""A review from start to end: gather the evidence, let a person go through it, and write what was decided at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from safe_install.consent import _record
from safe_install.decide.approvals import Approvals
from safe_install.decide.judge import waits
from safe_install.errors import ApprovalsError, ExitCode
from safe_install.gathering import Evidence
from safe_install.judgement import Denial, Review
from safe_install.own_signatures import with_own_signatures
from safe_install.person import who
from safe_install.pipeline import inspect
from safe_install.pipeline import review as judged
from safe_install.project import find_root, open_project, read_own_approvals, save_approvals
from safe_install.report.screen import Drawing, Page
from safe_install.report.words import count, gap_sentence
from safe_install.reviewing.keys import press
from safe_install.reviewing.pages import page
from safe_install.reviewing.state import Answer, Ending, Group, State, begin, grants_of
from safe_install.reviewing.terminal import require_screen, screen
from safe_install.scan.lock.brought import brought_in
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
    state = opened(evidence, tools)
    if all(item.group is Group.MOVED for item in state.items) and not state.aside:
        moved = f"; {count(len(state.items), 'approval')} carried forward to another version" if state.items else ""
        return Reviewed(told=f"Nothing waits for a person{moved}.", exit_code=ExitCode.OK)
    state = gone_through(state, draw)
    if state.ending is not Ending.RECORD:
        told = "Nothing was recorded: the approvals file is as it was."
        return Reviewed(told=told, exit_code=_exit_code(evidence, evidence.subject.approvals, tools))
    approvals = with_decisions(read_own_approvals(root), state, who(tools.env), tools.now)
    path = save_approvals(root, approvals)
    told = f"{count(len(state.decided), 'decision')} recorded in {path.name}. Commit it, then run safe-install."
    return Reviewed(told=told, exit_code=_exit_code(evidence, approvals, tools))


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


def with_decisions(approvals: Approvals, state: State, by: str, now: datetime) -> Approvals:
    """Add everything that was decided."""
    for item, choice in state.decided:
        if choice.answer is Answer.APPROVE:
            yes = _record(item.verdict, choice.why, by, now)
            approvals = approvals.with_approval(replace(yes, grants=grants_of(item, choice)))
        else:
            blocks = choice.answer is Answer.DENY
            no = Denial(package=item.package or ".", by=by, on=now.date(), why=choice.why, blocks=blocks)
            approvals = approvals.with_denial(no)
    return approvals


def _exit_code(evidence: Evidence, approvals: Approvals, tools: Tools) -> ExitCode:
    """Give the number of what is left under these approvals."""
    left = judged(replace(evidence, subject=replace(evidence.subject, approvals=approvals)), tools)
    if left.blocked:
        return ExitCode.BLOCKED
    return ExitCode.REVIEW if left.gaps or waits(left) else ExitCode.OK
