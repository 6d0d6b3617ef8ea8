"""The door for shells: what completes our words in them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

COMMANDS = ("completion",)
COMPLETING = "_SAFE_INSTALL_COMPLETE"
"""The variable by which a shell asks what could come next."""


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(completion)


class Shell(StrEnum):
    """The shells for which there is a completion script."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


def completion(shell: Annotated[Shell, typer.Argument(help="The shell to write for.")]) -> None:
    """Print the completion script for a shell."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    # By name: typer's own --show-completion asks the processes above which shell they are, and in a pipe finds none.
    script = get_completion_script(prog_name="safe-install", complete_var=COMPLETING, shell=shell.value)
    typer.echo(script)
