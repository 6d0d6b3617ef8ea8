"""The door of the records: approve, deny, revoke, and what there is. Whatever writes one is for a person at a terminal."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from safe_install import consent
from safe_install.decide.approvals import Approvals, approval_fields, denial_fields
from safe_install.decide.grants import is_secret, make_grants
from safe_install.doors import neighbours
from safe_install.doors.doorway import console, make_tools_here
from safe_install.doors.options import AsJson
from safe_install.errors import UsageError
from safe_install.judgement import Approval, Denial, Grants
from safe_install.keeping import packages_there, standing_of
from safe_install.person import require_person, typed, who
from safe_install.project import APPROVALS, find_root, read_own_approvals, read_own_policy
from safe_install.report import records, terminal
from safe_install.report.plain import plain
from safe_install.signing import create_key, create_key_file, public_key, with_proof

COMMANDS = ("approve", "deny", "revoke", "approvals", "key")
"""The commands that this door adds."""

approvals_app = typer.Typer(name="approvals", help="The records of people's decisions.", rich_markup_mode=None)
key_app = typer.Typer(name="key", help="The keys that sign approvals and shared results.", rich_markup_mode=None)

Names = Annotated[
    list[str], typer.Argument(metavar="PACKAGE", help="Packages by name, or name@version.", show_default=False)
]
Why = Annotated[str, typer.Option("--why", help="The reason, for the record and for the next reader.")]
Hosts = Annotated[list[str] | None, typer.Option("--grant-host", help="A host that it may speak to; again for more.")]
Outputs = Annotated[list[str] | None, typer.Option("--grant-output", help="A path of the project that it may write.")]
Env = Annotated[list[str] | None, typer.Option("--grant-env", help="A variable of yours that it gets.")]
Secrets = Annotated[
    list[str] | None, typer.Option("--grant-env-secret", help="Likewise, when its name is that of a credential.")
]
Cache = Annotated[bool, typer.Option("--grant-cache", help="Let it keep a cache folder of its own between runs.")]
Until = Annotated[str, typer.Option("--until", help="The last day that it holds, as in 2026-12-31.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program's own."""
    for command in (approve, deny, revoke):
        app.command()(command)
    neighbours.add_to(approvals_app)
    app.add_typer(approvals_app)
    app.add_typer(key_app)


def approve(  # noqa: PLR0913 - one parameter an option
    names: Names,
    *,
    why: Why = "",
    grant_host: Hosts = None,
    grant_output: Outputs = None,
    grant_env: Env = None,
    grant_env_secret: Secrets = None,
    grant_cache: Cache = False,
    until: Until = "",
    as_json: AsJson = False,
) -> None:
    """Record a person's yes. It is to these scripts exactly as they were just shown."""
    plain_names, secret_names = grant_env or [], grant_env_secret or []
    grants = _grants(grant_host or [], grant_output or [], plain_names, secret_names, cache=grant_cache)
    terms = consent.Terms(why=why, grants=grants, until=_day(until))
    require_person(os.environ, doing="Approving")
    tools = make_tools_here(quiet=as_json)
    written = consent.approve(Path.cwd(), names, terms, tools, partial(_ask, as_json=as_json))
    _tell("approved", written, as_json=as_json, next_step="Commit it, then run safe-install.")


def deny(
    names: Names,
    *,
    why: Why = "",
    block: Annotated[bool, typer.Option("--block", help="It must not be installed at all.")] = False,
    as_json: AsJson = False,
) -> None:
    """Record a person's no. No script of these packages runs, at any version."""
    require_person(os.environ, doing="Denying")
    written = consent.deny(Path.cwd(), names, why, os.environ, datetime.now(UTC), blocks=block)
    meaning = "Nothing that brings it is installed." if block else "None of their scripts runs, at any version."
    _tell("denied", written, as_json=as_json, next_step=meaning)


def revoke(names: Names, *, as_json: AsJson = False) -> None:
    """Take a yes or a no back. What waits after that asks again."""
    require_person(os.environ, doing="Revoking")
    _tell("revoked", consent.revoke(Path.cwd(), names), as_json=as_json, next_step="What is left asks again.")


@approvals_app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List every record, and whether it counts."""
    read = _records()
    if as_json:
        typer.echo(_as_json("records", [*read.approvals, *read.denials], read))
    else:
        told = ((approval, standing_of(approval, read, _today())) for approval in read.approvals)
        terminal.render_page(records.listing(told, read.denials), console())


@approvals_app.command()
def show(names: Names, *, as_json: AsJson = False) -> None:
    """Show all that is recorded of packages."""
    read = _records()
    found: list[Approval | Denial] = [one for one in read.approvals if one.package in names]
    found += [one for one in read.denials if one.package in names]
    if missing := [name for name in names if name not in {one.package for one in found}]:
        raise UsageError(f"There is no record of {plain(missing[0])}.", hint="safe-install approvals list")
    if as_json:
        typer.echo(_as_json("records", found, read))
        return
    for one in found:
        if isinstance(one, Approval):
            terminal.render_page(records.in_full(one, standing_of(one, read, _today())), console())
        else:
            terminal.render_page(records.listing([], [one]), console())


@approvals_app.command()
def prune(
    *, dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which.")] = False, as_json: AsJson = False
) -> None:
    """Remove the yes to every package that is no longer in the lockfile."""
    if not dry_run:
        require_person(os.environ, doing="Pruning")
    there = packages_there(find_root(Path.cwd()), make_tools_here(quiet=True))
    gone = consent.prune(Path.cwd(), there, dry_run=dry_run)
    _tell("would-prune" if dry_run else "pruned", gone, as_json=as_json, next_step="")


@key_app.command()
def create(
    *,
    file: Annotated[
        Path | None, typer.Option("--file", help="A new file for it, in the keychain's place: for results only.")
    ] = None,
) -> None:
    """Make a key in the keychain. Prints the line by which a policy names it; with --file, the public half alone."""
    require_person(os.environ, doing="Making a key")
    typer.echo(_signer(create_key()) if file is None else create_key_file(file))


@key_app.command("show")
def show_key() -> None:
    """Print the line by which a policy names this machine's key."""
    typer.echo(_signer(public_key()))


def _signer(key: str) -> str:
    return f'{{ name = "{plain(who(os.environ), limit=60)}", key = "{key}" }}'


# ------------------------------------------------------------------ words in, words out


def _grants(hosts: list[str], outputs: list[str], env: list[str], secrets: list[str], *, cache: bool) -> Grants:
    """Check what is to be granted; a credential's name must be given as one, so that none slips in among others."""
    if told := next((name for name in env if is_secret(name)), None):
        raise UsageError(
            f"{plain(told)} looks like the name of a credential.",
            hint=f"If the script must really get it: --grant-env-secret {plain(told)}",
        )
    try:
        return make_grants(hosts=hosts, outputs=outputs, env=[*env, *secrets], cache=cache)
    except ValueError as error:
        raise UsageError(f"This cannot be granted: {error}.", hint="safe-install approve --help") from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"--until {plain(text)} is no day.", hint="Write it as in 2026-12-31.") from error


def _today() -> date:
    return datetime.now(UTC).date()


def _records() -> Approvals:
    root = find_root(Path.cwd())
    return with_proof(read_own_approvals(root), read_own_policy(root))


def _ask(asked: consent.Asked, *, as_json: bool) -> str:
    """Show the evidence and the terms, and ask for the code at the terminal."""
    page = console(stderr=as_json)
    terminal.render_evidence(asked.report, page, settled=True)
    terminal.render_page(records.terms(asked.records[0]), page)
    page.file.flush()
    return typed(f"Type {asked.code} to approve this, anything else to leave it: ")


def _tell(word: str, written: Iterable[Approval | Denial], *, as_json: bool, next_step: str) -> None:
    told = list(written)
    if as_json:
        typer.echo(_as_json(word, told))
        return
    names = {
        f"{one.package}@{one.seen_in}" if isinstance(one, Approval) and one.seen_in else one.package: one
        for one in told
    }
    said = records.done(word.capitalize().replace("-", " "), names, APPROVALS)
    typer.echo(f"{said} {next_step}".rstrip())


def _as_json(word: str, told: Iterable[Approval | Denial], read: Approvals | None = None) -> str:
    """Write records as the file has them, each approval with its standing where that was asked for."""
    some = list(told)
    standing: Callable[[Approval], dict[str, str]] = lambda one: (  # noqa: E731 - one line, used once
        {"standing": standing_of(one, read, _today())} if read else {}
    )
    object_: dict[str, Any] = {
        "schema": 1,
        "did": word,
        "approvals": [{**approval_fields(one), **standing(one)} for one in some if isinstance(one, Approval)],
        "denials": [denial_fields(one) for one in some if isinstance(one, Denial)],
    }
    return json.dumps(object_, indent=2)
