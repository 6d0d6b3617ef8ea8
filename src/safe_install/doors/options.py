"""The options that several commands have, and what they come to."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from safe_install.report.formats import Format

if TYPE_CHECKING:
    from safe_install.tools import Tools

AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON (schema 1) on standard output.")]
Form = Annotated[Format, typer.Option("--format", help="How to tell the report.")]
Output = Annotated[
    Path | None, typer.Option("--output", help="Write the report here, and the page for people to the terminal.")
]


class FeedName(StrEnum):
    """Who can be asked; `FEEDS` of a policy, by the same words."""

    OSV = "osv"
    NPM_AUDIT = "npm-audit"
    NPM_SIGNATURES = "npm-signatures"


Feed = Annotated[
    list[FeedName] | None, typer.Option("--feed", help="Ask the world about the tree; may be given more than once.")
]
Osv = Annotated[
    str, typer.Option("--osv", help="Read malicious-package records from this file or folder; nobody is asked.")
]
RequireFeeds = Annotated[bool, typer.Option("--require-feeds", help="Let nothing pass while one cannot be asked.")]


def chosen(form: Format, *, as_json: bool) -> Format:
    """Give the format that is meant: ``--json`` is short for one of them."""
    return Format.JSON if as_json else form


def asking(tools: Tools, feed: list[FeedName] | None, osv: str, *, required: bool) -> Tools:
    """Give the tools that ask whom the command line names; a relative path is one from here."""
    from safe_install.tools import Asked

    database = str(Path(osv).absolute()) if osv else ""
    feeds = tuple(one.value for one in feed or ())
    return replace(tools, asked=Asked(feeds=feeds, database=database, required=required))
