"""The door for whole organisations: many lockfiles in one run and one report."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from safe_install.doors.options import AsJson, Feed, Osv, Output, RequireFeeds, asking

COMMANDS = ("fleet",)
"""The commands that this door adds."""


class FleetFormat(StrEnum):
    """What a report on a fleet is written as."""

    TERMINAL = "terminal"
    JSON = "json"
    HTML = "html"


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(fleet)


def fleet(  # noqa: PLR0913 - one parameter an option
    source: Annotated[
        str,
        typer.Argument(
            metavar="LIST", help="A file of paths: lockfiles, project folders, either with #REF; - for stdin."
        ),
    ],
    *,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="So many processes.")] = os.cpu_count() or 1,
    on: Annotated[str, typer.Option("--on", metavar="ADDRESS", help="A Dask scheduler whose workers do it.")] = "",
    as_json: AsJson = False,
    form: Annotated[FleetFormat, typer.Option("--format", help="How to tell the report.")] = FleetFormat.TERMINAL,
    output: Output = None,
    feed: Feed = None,
    osv: Osv = "",
    require_feeds: RequireFeeds = False,
) -> None:
    """Judge many projects, each by its own rules. Installs nothing; a run that was ended goes on where it stopped."""
    from safe_install import fleet as whole
    from safe_install.doors.doorway import console, make_tools_here
    from safe_install.fleet_crew import engine, processes
    from safe_install.fleet_entries import read_list
    from safe_install.project import write_atomically
    from safe_install.report import fleet as fleet_report
    from safe_install.report import terminal

    form = FleetFormat.JSON if as_json else form
    entries = read_list(source, Path.cwd())
    tools = asking(make_tools_here(quiet=form is not FleetFormat.TERMINAL), feed, osv, required=require_feeds)
    with engine(on) if on else processes(jobs) as crew:
        report = whole.survey(entries, tools, crew)
    written = {FleetFormat.JSON: fleet_report.as_json, FleetFormat.HTML: fleet_report.as_html}
    if form is not FleetFormat.TERMINAL and output is None:
        typer.echo(written[form](report))
    else:
        if output is not None and form is not FleetFormat.TERMINAL:
            write_atomically(output, f"{written[form](report)}\n".encode())
        terminal.render_page(fleet_report.page(report), console())
    raise typer.Exit(report.exit_code)
