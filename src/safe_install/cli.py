"""The door: words from a shell → one function of the hallway → text and a number."""

from __future__ import annotations

import difflib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from safe_install import __version__, pipeline, sandbox_commands
from safe_install.arguments import COMMANDS, read_request
from safe_install.decide.judge import waits
from safe_install.errors import ExitCode, SafeInstallError, UsageError
from safe_install.judgement import Report
from safe_install.own_signatures import tried, with_own_signatures
from safe_install.person import require_person
from safe_install.project import Project, find_root, open_project
from safe_install.report import json as json_report
from safe_install.report import rules as rules_report
from safe_install.report import terminal
from safe_install.report.plain import plain
from safe_install.report.progress import Progress
from safe_install.tools import Tools, make_tools

app = typer.Typer(
    name="safe-install",
    help="npm install that reads every lifecycle script first, and runs only what a person approved, with nothing to steal.",
    epilog="Exit codes: 0 ok, 1 could not work, 2 usage, 10 review needed, 11 blocked, 12 npm or a script failed.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_INTERRUPTED = 130  # what a shell gives for Ctrl-C
_MOST_LINES = 60  # of what npm says when it refuses
_NPM_WORDS = {"allow_extra_args": True, "ignore_unknown_options": True}
Words = Annotated[
    list[str] | None, typer.Argument(help="Packages, and npm flags that are known to be harmless.", show_default=False)
]
Targets = Annotated[
    list[str] | None,
    typer.Argument(help="Lockfiles, tarballs, package directories or name@version.", show_default=False),
]
Names = Annotated[list[str], typer.Argument(help="Packages by name, or name@version.", show_default=False)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Inspect and print the plan; change nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON (schema 1) on standard output.")]
Unconfined = Annotated[bool, typer.Option("--unconfined", help="DANGEROUS: run approved scripts without any walls.")]
Why = Annotated[str, typer.Option("--why", help="The reason, for the record and for the next reader.")]


def exit_code(report: Report) -> ExitCode:
    """Give the one number of a report: the worst thing in it decides."""
    done = report.execution
    if done and (done.npm_exit_code or any(o.failed and not o.tolerated for o in done.outcomes)):
        return ExitCode.FAILED
    if any(review.blocked for review in report.reviews):
        return ExitCode.BLOCKED
    if any(review.gaps or waits(review) for review in report.reviews) or (
        done and any(o.touched for o in done.outcomes)
    ):
        return ExitCode.REVIEW
    return ExitCode.OK


@app.callback(invoke_without_command=True)
def start(
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Replace npm install: inspect first, install without scripts, then run the approved ones, confined."""
    if version:
        typer.echo(f"safe-install {__version__}")
        raise typer.Exit


@app.command(context_settings=_NPM_WORDS)
def install(
    words: Words = None, *, dry_run: DryRun = False, as_json: Json = False, unconfined: Unconfined = False
) -> None:
    """Install what the lockfile says, or add packages. The default command; also: i, add."""
    _npm_command("install", words, dry_run=dry_run, as_json=as_json, unconfined=unconfined)


@app.command(context_settings=_NPM_WORDS)
def ci(words: Words = None, *, dry_run: DryRun = False, as_json: Json = False, unconfined: Unconfined = False) -> None:
    """Install exactly what the lockfile says, from scratch. Also: clean-install."""
    _npm_command("ci", words, dry_run=dry_run, as_json=as_json, unconfined=unconfined)


@app.command(context_settings=_NPM_WORDS)
def uninstall(
    words: Words = None, *, dry_run: DryRun = False, as_json: Json = False, unconfined: Unconfined = False
) -> None:
    """Remove packages. Also: remove, rm."""
    _npm_command("uninstall", words, dry_run=dry_run, as_json=as_json, unconfined=unconfined)


@app.command(context_settings=_NPM_WORDS)
def update(
    words: Words = None, *, dry_run: DryRun = False, as_json: Json = False, unconfined: Unconfined = False
) -> None:
    """Move packages to the newest versions allowed by package.json. Also: up."""
    _npm_command("update", words, dry_run=dry_run, as_json=as_json, unconfined=unconfined)


@app.command(context_settings=_NPM_WORDS)
def dedupe(
    words: Words = None, *, dry_run: DryRun = False, as_json: Json = False, unconfined: Unconfined = False
) -> None:
    """Simplify the tree where one version serves several. Also: ddp."""
    _npm_command("dedupe", words, dry_run=dry_run, as_json=as_json, unconfined=unconfined)


@app.command()
def scan(targets: Targets = None, *, as_json: Json = False) -> None:
    """Inspect and judge, install nothing. Without targets: this project's lockfile."""
    _tell(pipeline.scan(Path.cwd(), tuple(targets or ()), _tools(quiet=as_json)), as_json=as_json)


@app.command()
def approve(names: Names, *, why: Why = "") -> None:
    """Record a person's yes. It is to these scripts exactly as they were just shown."""
    from safe_install.consent import approve as ask

    require_person(os.environ, doing="Approving")
    typer.echo(ask(Path.cwd(), names, why, _tools(quiet=False), partial(terminal.render_evidence, console=_console())))


@app.command()
def deny(names: Names, *, why: Why = "") -> None:
    """Record a person's no. No script of these packages runs, at any version."""
    from safe_install.consent import deny as ask

    require_person(os.environ, doing="Denying")
    typer.echo(ask(Path.cwd(), names, why, os.environ, datetime.now(UTC)))


@app.command()
def rules(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON on standard output.")] = False,
    test: Annotated[bool, typer.Option("--test", help="Try this project's own ones on the tests beside them.")] = False,
) -> None:
    """List what is looked for: every signature, with how bad it is."""
    project, tools = _project_and_tools()
    if test:
        number = tried(project, tools)
        typer.echo(f"{number} of this project's own signatures, and all their tests hold.")
    elif as_json:
        typer.echo(rules_report.as_json(tools.matcher.signatures))
    else:
        terminal.render_page(rules_report.rules(tools.matcher.signatures), _console())


@app.command()
def explain(name: Annotated[str, typer.Argument(metavar="ID", help="The signature's name in a report.")]) -> None:
    """Tell one signature in full, and when it is innocent."""
    _, tools = _project_and_tools()
    by_id = {signature.id: signature for signature in tools.matcher.signatures}
    if name not in by_id:
        near = difflib.get_close_matches(name, by_id, n=1)
        hint = f"Did you mean {near[0]}?" if near else "`safe-install rules` lists them."
        raise UsageError(f"{plain(name)} is no signature.", hint=hint)
    terminal.render_page(rules_report.explanation(by_id[name]), _console())


def _project_and_tools() -> tuple[Project, Tools]:
    """Open the project here, with the tools that it has."""
    tools = _tools(quiet=True)
    project = open_project(find_root(Path.cwd()), tools.npm.version.major)
    return project, with_own_signatures(tools, project)


class Shell(StrEnum):
    """The shells for which there is a completion script."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


@app.command()
def completion(shell: Annotated[Shell, typer.Argument(help="The shell to write for.")]) -> None:
    """Print the completion script for a shell."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    # By name: typer's own --show-completion asks the processes above which shell they are, and in a pipe finds none.
    script = get_completion_script(prog_name="safe-install", complete_var="_SAFE_INSTALL_COMPLETE", shell=shell.value)
    typer.echo(script)


sandbox_commands.register(app, lambda page: terminal.render_page(page, _console()), lambda: _tools(quiet=True))


def main() -> None:
    """Run the words of the command line; the one place where errors become text and a number."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # undone like Ctrl-C
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(words: Sequence[str]) -> int:
    """Run one command line and give its exit code.

    Where there is no report to tell, one sentence goes to standard error and standard output stays empty, with
    ``--json`` too: what is printed there is a whole report, always.
    """
    try:
        result = app(args=_as_npm_would_read(list(words)), prog_name="safe-install", standalone_mode=False)
    except SafeInstallError as error:
        _say_error(error.message, error.hint, error.detail)
        return error.exit_code
    except typer.TyperException as error:
        _say_error(error.format_message(), "safe-install --help")
        return ExitCode.USAGE
    except OSError as error:  # a full disk, a folder that is gone: whatever no room has better words for
        where = f" ({error.filename})" if error.filename else ""
        _say_error(f"The system refuses: {error.strerror or error}{where}.", "Nothing was left half-written.")
        return ExitCode.ERROR
    except typer.Abort:
        result = _INTERRUPTED
    if result == _INTERRUPTED:  # typer's own number for a KeyboardInterrupt
        _say_error("Interrupted.", "Nothing was left half-written.")
    return int(result or 0)


def _as_npm_would_read(words: list[str]) -> list[str]:
    """Make a bare call and a call that starts with a package or an npm flag an ``install``; expand npm's aliases."""
    own = {"--help", "--version", "--install-completion", "--show-completion"}
    if words and words[0] in COMMANDS:
        return [COMMANDS[words[0]], *words[1:]]
    if words and (
        words[0] in own
        or words[0] in {"scan", "approve", "deny", "rules", "explain", "completion", "receipt", "run", "secret"}
    ):
        return words
    return ["install", *words]


def _npm_command(command: str, words: list[str] | None, *, dry_run: bool, as_json: bool, unconfined: bool) -> None:
    request = read_request(command, words or [])
    tools = _tools(quiet=as_json or request.quiet)
    _tell(pipeline.install(Path.cwd(), request, tools, dry_run=dry_run, unconfined=unconfined), as_json=as_json)


def _tools(*, quiet: bool, env: Mapping[str, str] = os.environ) -> Tools:
    return make_tools(env, Progress.silent() if quiet else Progress.on(_console(stderr=True)), datetime.now(UTC))


def _tell(report: Report, *, as_json: bool) -> None:
    report = replace(report, exit_code=int(exit_code(report)))
    if as_json:
        typer.echo(json_report.render(report))
    else:
        terminal.render(report, _console())
    raise typer.Exit(report.exit_code)


def _console(*, stderr: bool = False) -> Console:
    console = Console(highlight=False, stderr=stderr)
    if console.width < 1:  # COLUMNS=0, where rich prints nothing at all
        console.width = 80
    return console


def _say_error(message: str, hint: str | None, detail: str = "") -> None:
    typer.echo(f"safe-install: {plain(message, limit=2000)}", err=True)
    for line in detail.splitlines()[:_MOST_LINES]:
        typer.echo(f"  | {plain(line, limit=500)}", err=True)
    if hint:
        typer.echo(f"  {plain(hint, limit=2000)}", err=True)
