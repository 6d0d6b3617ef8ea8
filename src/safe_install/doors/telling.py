"""The end of a command: a report becomes text and one number, an error one sentence."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from safe_install.errors import ExitCode
from safe_install.report.formats import Format, renderer
from safe_install.report.plain import plain

if TYPE_CHECKING:
    from pathlib import Path

    from safe_install.story import Report

_MOST_LINES = 60  # of what npm says when it refuses
_MOST_FOR_AGENTS = 16


def exit_code(report: Report) -> ExitCode:
    """Give the one number of a report: the worst thing in it decides."""
    from safe_install.decide import judge

    done = report.execution
    if done and (done.npm_exit_code or any(o.failed and not o.tolerated for o in done.outcomes)):
        return ExitCode.FAILED
    judged = judge.exit_code(report.reviews)
    touched = done is not None and any(o.touched for o in done.outcomes)
    return ExitCode.REVIEW if touched and judged is ExitCode.OK else judged


def tell(report: Report, *, form: Format, output: Path | None = None) -> None:
    """Tell a report in a format, on standard output or in a file; a file leaves the page on standard output.

    The page is the one for people, or in a coding agent's shell the one for agents.
    """
    from safe_install.doors.doorway import console
    from safe_install.person import agent_marker
    from safe_install.project import write_atomically
    from safe_install.report import agent as agent_report
    from safe_install.report import terminal

    report = replace(report, exit_code=int(exit_code(report)))
    text = "" if form is Format.TERMINAL else renderer(form)(report)
    if output is not None and text:
        write_atomically(output, f"{text}\n".encode())
    if text and output is None:
        typer.echo(text)
    elif agent_marker(os.environ):
        typer.echo(agent_report.render(report))
    else:
        terminal.render(report, console())
    raise typer.Exit(report.exit_code)


def say_error(message: str, hint: str | None, detail: str = "") -> None:
    """Say on standard error what went wrong and what helps; other programs' words are marked as theirs."""
    from safe_install.person import agent_marker
    from safe_install.report import agent as agent_report

    typer.echo(f"safe-install: {plain(message, limit=2000)}", err=True)
    agent = bool(agent_marker(os.environ))
    lines = [plain(line, limit=500) for line in detail.splitlines()[: _MOST_FOR_AGENTS if agent else _MOST_LINES]]
    for line in agent_report.fenced(lines) if agent else [f"  | {line}" for line in lines]:
        typer.echo(line, err=True)
    if hint:
        typer.echo(f"  {plain(hint, limit=2000)}", err=True)
