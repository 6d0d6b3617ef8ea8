"""The door of the review: for a person at a terminal, and nobody else."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import typer

from safe_install.doors.doorway import console, make_tools_here
from safe_install.person import require_person

COMMANDS = ("review",)
"""The commands that this door adds."""


def add_to(app: typer.Typer) -> None:
    """Add this command to the program's own."""
    app.command()(review)


def review() -> None:
    """Decide on everything that waits, page by page. For a person at a terminal; decisions are recorded at once."""
    from safe_install.report.screen import draw
    from safe_install.reviewing.session import review as go_through

    require_person(os.environ, doing="Reviewing")
    ended = go_through(Path.cwd(), make_tools_here(quiet=False), partial(draw, console=console()))
    typer.echo(ended.told)
    raise typer.Exit(ended.exit_code)
