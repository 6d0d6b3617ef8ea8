"""The doors for coding agents: setting them up, and starting a tool that is installed."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from safe_install.doors.options import AsJson
from safe_install.errors import ExitCode, UsageError
from safe_install.report.plain import plain

if TYPE_CHECKING:  # each command imports what it needs: `exec` is started all day
    from safe_install.agent_setup import Change, Scope
    from safe_install.agents.other_settings import Other
    from safe_install.diagnosis import Check

COMMANDS = ("init", "uninit", "doctor", "exec", "mcp")


class Agent(StrEnum):
    """The coding agents that can be set up."""

    CLAUDE_CODE = "claude-code"
    CODEX = "codex"
    GEMINI = "gemini"


Which = Annotated[Agent, typer.Argument(help="The coding agent.")]
User = Annotated[bool, typer.Option("--user", help="In all of your projects.")]
Project = Annotated[bool, typer.Option("--project", help="In this project, for everybody (committed).")]
Local = Annotated[bool, typer.Option("--local", help="In this project, for you alone (Claude Code's default).")]
Yes = Annotated[bool, typer.Option("--yes", help="Write it without asking.")]
Scrub = Annotated[
    bool, typer.Option("--scrub/--no-scrub", help="Have Claude Code keep its keys from the commands it runs.")
]


Walls = Annotated[
    bool, typer.Option("--sandbox", help="Turn Claude Code's own sandbox on: no ~/.ssh, no ~/.aws, no registry keys.")
]


def init(
    agent: Which,
    *,
    user: User = False,
    project: Project = False,
    local: Local = False,
    scrub: Scrub = True,
    sandbox: Walls = False,
    yes: Yes = False,
) -> None:
    """Put safe-install before everything a coding agent installs. Shows the change first."""
    from safe_install.agent_setup import carry_out, set_up, set_up_other

    scope = _scope(agent, user=user, project=project, local=local)
    other = _other(agent)
    if other is None:
        changes = set_up(scope, _root(scope), os.environ, scrub=scrub, sandbox=sandbox)
    elif sandbox:
        raise UsageError("--sandbox is for claude-code: its own sandbox is meant.")
    else:
        changes = set_up_other(other, scope, _root(scope), os.environ)
    if _agreed(changes, yes=yes):
        carry_out(changes, os.environ, shimmed=other is None)
        typer.echo(f"{agent.value} installs through safe-install now; new sessions do. {_PROOF[other is None]}")


_PROOF = {
    True: "`safe-install doctor` proves it.",
    False: "It follows that program's documents, and was not tried against it: see that `npm install x` is stopped.",
}


def uninit(agent: Which, *, user: User = False, project: Project = False, local: Local = False) -> None:
    """Take safe-install away from a coding agent again. For a person; the policy and the approvals stay."""
    from safe_install.agent_setup import carry_out, others_taken_away, taken_away
    from safe_install.person import require_person

    require_person(os.environ, doing="Taking safe-install away")
    scope = _scope(agent, user=user, project=project, local=local)
    other = _other(agent)
    root = _root(scope)
    changes = others_taken_away(other, scope, root, os.environ) if other else taken_away(scope, root, os.environ)
    if _agreed(changes, yes=False):
        carry_out(changes, os.environ, shimmed=False)
        typer.echo(f"{agent.value} installs without safe-install now.")
        if any('"sandbox"' in (change.after or "") for change in changes):
            typer.echo("Its sandbox stays as it is, without what safe-install had added: sandbox.enabled is yours.")


def doctor(
    *,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is safe to mend without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Prove that the gate holds, and find secrets that lie about. Names and lines are told, never a value."""
    from safe_install.diagnosis import State
    from safe_install.doors.doorway import console
    from safe_install.report import doctor as doctor_report
    from safe_install.report import terminal

    checks = _checks()
    if fix and (mendable := [check for check in checks if check.mend]):
        for check in mendable:
            if check.mend:
                check.mend()
        checks = _checks()
    if as_json:
        typer.echo(doctor_report.as_json(checks))
    else:
        terminal.render_page(doctor_report.page(checks), console())
    raise typer.Exit(ExitCode.REVIEW if any(check.state is not State.GOOD for check in checks) else ExitCode.OK)


def _checks() -> list[Check]:
    from safe_install import claude_diagnosis, diagnosis, hygiene
    from safe_install.agents.shims import without_shims

    here = Path.cwd()
    env, home = without_shims(os.environ), Path.home()
    return [
        *diagnosis.the_program(env),
        *claude_diagnosis.claude_code(here, os.environ),
        *diagnosis.other_agents(here, os.environ),
        *hygiene.of_the_user(home),
        *hygiene.of_the_project(here, env),
    ]


def execute(
    name: Annotated[str, typer.Argument(metavar="TOOL", help="The tool, as it is called in node_modules/.bin.")],
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORD", help="Its own words.", show_default=False)
    ] = None,
) -> None:
    """Start a tool that is installed, as npx does. Nothing is downloaded."""
    from safe_install.local_tool import become

    become(name, words or [], Path.cwd(), os.environ)


def mcp() -> None:
    """Serve tools that only read to a coding agent. The Model Context Protocol, on standard input and output."""
    from safe_install.doors.doorway import make_tools_here
    from safe_install.doors.telling import exit_code
    from safe_install.tool_server import serve

    serve(Path.cwd(), os.environ, lambda: make_tools_here(quiet=True), exit_code)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (init, uninit, doctor, mcp):
        app.command()(command)
    app.command("exec", context_settings={"allow_interspersed_args": False})(execute)


def _other(agent: Agent) -> Other | None:
    """Give the settings of an agent that is not Claude Code."""
    from safe_install.agents.other_settings import CODEX, GEMINI

    return {Agent.CODEX: CODEX, Agent.GEMINI: GEMINI}.get(agent)


def _scope(agent: Agent, *, user: bool, project: bool, local: bool) -> Scope:
    """Give the one scope that was asked for; the one for oneself when none was."""
    from safe_install.agent_setup import Scope

    asked = [scope for scope, wanted in zip(Scope, (user, project, local), strict=True) if wanted]
    if len(asked) > 1:
        raise UsageError("--user, --project and --local exclude one another.")
    return asked[0] if asked else Scope.LOCAL if agent is Agent.CLAUDE_CODE else Scope.USER


def _root(scope: Scope) -> Path:
    from safe_install.agent_setup import Scope
    from safe_install.project import find_root

    return Path.cwd() if scope is Scope.USER else find_root(Path.cwd())


def _agreed(changes: tuple[Change, ...], *, yes: bool) -> bool:
    """Show every change and ask; what is there already needs neither."""
    if not changes:
        typer.echo("Nothing to change.")
        return True
    for change in changes:
        shown = change.diff or f"+++ {change.path}"  # a project's file, which anybody may have written
        typer.echo("\n".join(plain(line, limit=500) for line in shown.splitlines()))
    if yes or typer.confirm("Write this?"):
        return True
    typer.echo("Nothing was written.")
    return False
