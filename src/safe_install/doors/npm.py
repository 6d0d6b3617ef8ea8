"""The doors that npm has too: what changes node_modules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from safe_install.arguments import read_request
from safe_install.doors.options import AsJson, Feed, Osv, RequireFeeds, asking, chosen
from safe_install.doors.telling import tell
from safe_install.report.formats import Format

COMMANDS = ("install", "ci", "uninstall", "update", "dedupe")
_TOLD = {
    "install": "Install what the lockfile says, or add packages (the default). Also: i, add.",
    "ci": "Install exactly what the lockfile says, from scratch. Also: clean-install.",
    "uninstall": "Remove packages. Also: remove, rm.",
    "update": "Move packages to the newest versions allowed by package.json. Also: up.",
    "dedupe": "Simplify the tree where one version serves several. Also: ddp.",
}
_NPM_WORDS = {"allow_extra_args": True, "ignore_unknown_options": True}


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program: they differ in the word that npm gets."""
    for command in COMMANDS:
        app.command(command, help=_TOLD[command], context_settings=_NPM_WORDS)(change)


def change(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PACKAGE|FLAG", help="Packages, and npm flags that are known to be harmless.", show_default=False
        ),
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Inspect and print the plan; change nothing.")] = False,
    as_json: AsJson = False,
    unconfined: Annotated[
        bool, typer.Option("--unconfined", help="DANGEROUS: run approved scripts without any walls.")
    ] = False,
    decoys_env: Annotated[
        bool, typer.Option("--decoys-env", help="Put false credentials into scripts' environments too.")
    ] = False,
    feed: Feed = None,
    osv: Osv = "",
    require_feeds: RequireFeeds = False,
) -> None:
    """Inspect what npm would install, have npm install it without scripts, then run the approved ones, confined."""
    from safe_install import pipeline
    from safe_install.doors.doorway import make_tools_here

    request = read_request(context.info_name or "install", [*(words or []), *(["--decoys-env"] if decoys_env else [])])
    tools = asking(make_tools_here(quiet=as_json or request.quiet), feed, osv, required=require_feeds)
    report = pipeline.install(Path.cwd(), request, tools, dry_run=dry_run, unconfined=unconfined)
    tell(report, form=chosen(Format.TERMINAL, as_json=as_json))
