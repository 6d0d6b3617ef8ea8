"""The options by which a command line wants the world to be asked about a tree."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from safe_install.tools import Tools


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


def asking(tools: Tools, feed: list[FeedName] | None, osv: str, *, required: bool) -> Tools:
    """Give the tools that ask whom the command line names; a relative path is one from here."""
    from safe_install.tools import Asked

    database = str(Path(osv).absolute()) if osv else ""
    feeds = tuple(one.value for one in feed or ())
    return replace(tools, asked=Asked(feeds=feeds, database=database, required=required))
