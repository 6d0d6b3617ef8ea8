"""The doors for changes: what differs, what would, and whether a CI lets it through."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from safe_install.doors.doorway import make_tools_here
from safe_install.doors.options import AsJson, Feed, Form, Osv, Output, RequireFeeds, asking, chosen
from safe_install.doors.telling import tell
from safe_install.report.formats import Format
from safe_install.tools import Tools

COMMANDS = ("diff", "gate", "preview")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (gate, diff, preview):
        app.command()(command)


def gate(
    *,
    base: Annotated[str, typer.Option("--base", help="The commit to compare with, as in origin/main.")] = "",
    as_json: AsJson = False,
    form: Form = Format.TERMINAL,
    output: Output = None,
    feed: Feed = None,
    osv: Osv = "",
    require_feeds: RequireFeeds = False,
) -> None:
    """Judge what a change brings in; for CI. By the rules of its base, and nothing is written."""
    from safe_install.gate import gate as judge

    form = chosen(form, as_json=as_json)
    tools = asking(_tools(form), feed, osv, required=require_feeds)
    tell(judge(Path.cwd(), base, tools), form=form, output=output)


def diff(  # noqa: PLR0913 - one parameter an option
    base: Annotated[str, typer.Argument(metavar="BASE", help="A commit, a lockfile, or name@version.")],
    head: Annotated[str, typer.Argument(metavar="HEAD", help="Likewise; the working tree without it.")] = "",
    *,
    as_json: AsJson = False,
    form: Form = Format.TERMINAL,
    output: Output = None,
    feed: Feed = None,
    osv: Osv = "",
    require_feeds: RequireFeeds = False,
) -> None:
    """Tell what differs between two states. Packages, and what their scripts do; exit codes as for scan."""
    from safe_install.gate import diff as differ

    form = chosen(form, as_json=as_json)
    tools = asking(_tools(form), feed, osv, required=require_feeds)
    tell(differ(Path.cwd(), base, head or None, tools), form=form, output=output)


def preview(
    specs: Annotated[
        list[str], typer.Argument(metavar="PACKAGE", help="Packages as npm install takes them.", show_default=False)
    ],
    *,
    as_json: AsJson = False,
    form: Form = Format.TERMINAL,
    output: Output = None,
    feed: Feed = None,
    osv: Osv = "",
    require_feeds: RequireFeeds = False,
) -> None:
    """Tell what installing packages would change. Touches nothing."""
    from safe_install.gate import preview as foresee

    form = chosen(form, as_json=as_json)
    tools = asking(_tools(form), feed, osv, required=require_feeds)
    tell(foresee(Path.cwd(), specs, tools), form=form, output=output)


def _tools(form: Format) -> Tools:
    return make_tools_here(quiet=form is not Format.TERMINAL)
