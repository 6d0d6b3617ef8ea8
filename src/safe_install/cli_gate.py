"""The doors for changes: what differs, what would, and whether a CI lets it through."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from safe_install.doorway import make_tools_here
from safe_install.feed_options import Feed, Osv, RequireFeeds, asking
from safe_install.report.formats import Format
from safe_install.tools import Tools

COMMANDS = ("diff", "gate", "preview")
Form = Annotated[Format, typer.Option("--format", help="How to tell the report.")]
Output = Annotated[
    Path | None, typer.Option("--output", help="Write the report here, and the page for people to the terminal.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON (schema 1) on standard output.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    from safe_install.cli import tell  # late: that door opens this one

    def gate(
        *,
        base: Annotated[str, typer.Option("--base", help="The commit to compare with, as in origin/main.")] = "",
        as_json: Json = False,
        form: Form = Format.TERMINAL,
        output: Output = None,
        feed: Feed = None,
        osv: Osv = "",
        require_feeds: RequireFeeds = False,
    ) -> None:
        """Judge what a change brings in; for CI. By the rules of its base, and nothing is written."""
        from safe_install.gate import gate as judge

        form, tools = _shape(form, as_json=as_json)
        tools = asking(tools, feed, osv, required=require_feeds)
        tell(judge(Path.cwd(), base, tools), form=form, output=output)

    def diff(
        base: Annotated[str, typer.Argument(metavar="BASE", help="A commit, a lockfile, or name@version.")],
        head: Annotated[str, typer.Argument(metavar="HEAD", help="Likewise; the working tree without it.")] = "",
        *,
        as_json: Json = False,
        form: Form = Format.TERMINAL,
        output: Output = None,
    ) -> None:
        """Tell what differs between two states. Packages, and what their scripts do; exit codes as for scan."""
        from safe_install.gate import diff as differ

        form, tools = _shape(form, as_json=as_json)
        tell(differ(Path.cwd(), base, head or None, tools), form=form, output=output)

    def preview(
        specs: Annotated[list[str], typer.Argument(help="Packages as npm install takes them.", show_default=False)],
        *,
        as_json: Json = False,
        form: Form = Format.TERMINAL,
        output: Output = None,
    ) -> None:
        """Tell what installing packages would change. Touches nothing."""
        from safe_install.gate import preview as foresee

        form, tools = _shape(form, as_json=as_json)
        tell(foresee(Path.cwd(), specs, tools), form=form, output=output)

    for command in (gate, diff, preview):
        app.command()(command)


def _shape(form: Format, *, as_json: bool) -> tuple[Format, Tools]:
    chosen = Format.JSON if as_json else form
    return chosen, make_tools_here(quiet=chosen is not Format.TERMINAL)
