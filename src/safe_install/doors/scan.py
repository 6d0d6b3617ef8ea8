"""The doors that only read: scan a tree, and tell what is looked for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from safe_install.doors.options import AsJson, Feed, Form, Osv, Output, RequireFeeds, asking, chosen
from safe_install.doors.telling import tell
from safe_install.errors import UsageError
from safe_install.report.formats import Format
from safe_install.report.plain import plain

if TYPE_CHECKING:
    from safe_install.project import Project
    from safe_install.report.page import Line
    from safe_install.tools import Tools

COMMANDS = ("scan", "rules", "explain")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (scan, rules, explain):
        app.command()(command)


def scan(  # noqa: PLR0913 - one parameter an option
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TARGET", help="Lockfiles, tarballs, package directories or name@version.", show_default=False
        ),
    ] = None,
    *,
    base: Annotated[
        str, typer.Option("--base", help="Judge by the policy and approvals of this commit, as a CI must.")
    ] = "",
    as_json: AsJson = False,
    form: Form = Format.TERMINAL,
    output: Output = None,
    feed: Feed = None,
    osv: Osv = "",
    require_feeds: RequireFeeds = False,
) -> None:
    """Inspect and judge, install nothing. Without targets: this project's lockfile."""
    from safe_install import pipeline
    from safe_install.doors.doorway import make_tools_here

    form = chosen(form, as_json=as_json)
    tools = asking(make_tools_here(quiet=form is not Format.TERMINAL), feed, osv, required=require_feeds)
    tell(pipeline.scan(Path.cwd(), tuple(targets or ()), tools, base=base or None), form=form, output=output)


def rules(
    *,
    as_json: AsJson = False,
    test: Annotated[bool, typer.Option("--test", help="Try this project's own ones on the tests beside them.")] = False,
) -> None:
    """List what is looked for: every signature, with how bad it is."""
    from safe_install.own_signatures import tried
    from safe_install.report import rules as rules_report

    project, tools = _project_and_tools()
    if test:
        number = tried(project, tools)
        typer.echo(f"{number} of this project's own signatures, and all their tests hold.")
    elif as_json:
        typer.echo(rules_report.as_json(tools.matcher.signatures))
    else:
        _show(rules_report.rules(tools.matcher.signatures))


def explain(name: Annotated[str, typer.Argument(metavar="ID", help="The signature's name in a report.")]) -> None:
    """Tell one signature in full, and when it is innocent."""
    from safe_install.report import rules as rules_report

    _, tools = _project_and_tools()
    by_id = {signature.id: signature for signature in tools.matcher.signatures}
    if name not in by_id:
        near = difflib.get_close_matches(name, by_id, n=1)
        hint = f"Did you mean {near[0]}?" if near else "`safe-install rules` lists them."
        raise UsageError(f"{plain(name)} is no signature.", hint=hint)
    _show(rules_report.explanation(by_id[name]))


def _show(page: Iterable[Line]) -> None:
    from safe_install.doors.doorway import console
    from safe_install.report import terminal

    terminal.render_page(page, console())


def _project_and_tools() -> tuple[Project, Tools]:
    """Open the project here, with the tools that it has."""
    from safe_install.doors.doorway import make_tools_here
    from safe_install.own_signatures import with_own_signatures
    from safe_install.project import find_root, open_project

    tools = make_tools_here(quiet=True)
    project = open_project(find_root(Path.cwd()), tools.npm.version.major)
    return project, with_own_signatures(tools, project)
