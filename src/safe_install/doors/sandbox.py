"""The commands about what scripts did, and about running things with nothing to steal: receipt, run, secret."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from safe_install import receipts
from safe_install.doors.doorway import console, make_tools_here
from safe_install.doors.options import AsJson
from safe_install.errors import ExitCode, UsageError
from safe_install.person import require_person
from safe_install.report import receipt as receipt_report
from safe_install.report import terminal
from safe_install.report.page import Line, Tone
from safe_install.report.plain import plain
from safe_install.report.words import count
from safe_install.run import keychain
from safe_install.run.command import Call, run_command
from safe_install.run.compare import Difference
from safe_install.run.secrets import read_words
from safe_install.tools import own_cache

_TOLD = 20  # differences that are named

COMMANDS = ("receipt", "run", "secret")
"""The commands that this door adds."""

secret_app = typer.Typer(help="Keep secrets in this system's keychain. For `safe-install run --secret`.")
SecretName = Annotated[str, typer.Argument(metavar="NAME", help="The name of the secret.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(secret_app, name="secret")
    app.command(name="run", context_settings={"ignore_unknown_options": False})(run)

    @app.command()
    def receipt(
        *,
        as_json: AsJson = False,
        verify: Annotated[
            bool, typer.Option("--verify", help="Compare node_modules with what was verified and what scripts left.")
        ] = False,
    ) -> None:
        """Show what the last installation ran. Behind which walls, and what that asked for and wrote."""
        told = receipts.last_receipt(Path.cwd(), os.environ)
        if verify:
            odd, left = receipts.verify(Path.cwd(), make_tools_here(quiet=True), told)
            _show(_verified(odd, left))
            raise typer.Exit(ExitCode.BLOCKED if odd else ExitCode.OK)
        if as_json:
            typer.echo(json.dumps(told, indent=2, ensure_ascii=True))
        else:
            _show(receipt_report.pages(told))


def _show(page: Iterator[Line]) -> None:
    terminal.render_page(page, console())


def _verified(differences: Sequence[Difference], left: int) -> Iterator[Line]:
    for one in differences[:_TOLD]:
        yield Line(label=one.kind.value, text=plain(f"{one.location}/{one.path}"), tone=Tone.BAD)
    if differences:
        told = f"{count(len(differences), 'path')} in node_modules that neither the lockfile nor a receipt explains."
        yield Line(label="CHANGED", text=told, tone=Tone.BAD)
    else:
        told = f"node_modules is what was verified; {count(left, 'package')} as approved scripts left them."
        yield Line(label="OK", text=told, tone=Tone.GOOD)


def run(
    command: Annotated[list[str], typer.Argument(metavar="-- COMMAND…", help="What to run, after two dashes.")],
    *,
    secret: Annotated[
        list[str] | None,
        typer.Option("--secret", metavar="NAME=SOURCE", help="keychain:NAME, cmd:COMMAND, file:PATH or env:NAME"),
    ] = None,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Show it this project alone, and no network.")] = False,
) -> None:
    """Run a command without your credentials. In its environment are only the secrets that are named."""
    call = Call(command=tuple(command), secrets=read_words(secret or ()), sandbox=sandbox)
    raise typer.Exit(run_command(call, Path.cwd(), os.environ, own_cache(os.environ), _ask))


def _ask(name: str, program: str) -> bool:
    """Ask a person before a secret is used that is marked as one of production."""
    require_person(os.environ, doing=f"Using {name}, which is marked as production,")
    return typer.confirm(f"Give {plain(name)}, which is marked as production, to {plain(program)}?")


@secret_app.command(name="set")
def set_secret(
    name: SecretName,
    *,
    production: Annotated[bool, typer.Option("--production", help="Ask before each use.")] = False,
) -> None:
    """Keep a secret. Its value is asked for, or read from standard input; it is never an argument."""
    value = getpass(f"Value of {plain(name)}: ") if sys.stdin.isatty() else sys.stdin.read().rstrip("\n")
    if not value:
        raise UsageError("There is no value.")
    keychain.keep(name, value, own_cache(os.environ), production=production)


@secret_app.command(name="list")
def list_secrets() -> None:
    """List the names of what is kept."""
    for name, production in sorted(keychain.names(own_cache(os.environ)).items()):
        typer.echo(f"{plain(name)}{' (production)' if production else ''}")


@secret_app.command()
def remove(name: SecretName) -> None:
    """Forget a secret."""
    keychain.forget(name, own_cache(os.environ))
