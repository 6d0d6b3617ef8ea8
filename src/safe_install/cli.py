"""The door: words from a shell → one function of the hallway → text and a number."""

from __future__ import annotations

import difflib
import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cache, partial
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from safe_install import __version__
from safe_install.arguments import COMMANDS, read_request
from safe_install.errors import ExitCode, SafeInstallError, UsageError
from safe_install.feed_options import Feed, Osv, RequireFeeds, asking
from safe_install.report.formats import Format, renderer
from safe_install.report.plain import plain

if TYPE_CHECKING:  # what judges and installs takes most of the start: it is imported by the commands that need it
    from safe_install.judgement import Report
    from safe_install.project import Project
    from safe_install.report.page import Line
    from safe_install.tools import Tools

app = typer.Typer(
    name="safe-install",
    help="npm install that reads every lifecycle script first, and runs only what a person approved, with nothing to steal.",
    epilog="Exit codes: 0 ok, 1 could not work, 2 usage, 10 review needed, 11 blocked, 12 npm or a script failed.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_INTERRUPTED = 130  # what a shell gives for Ctrl-C
_DOORS: Mapping[str, tuple[str, ...]] = {
    "cli_agents": ("init", "uninit", "doctor", "exec"),
    "cli_approvals": ("approve", "deny", "revoke", "approvals", "key"),
    "cli_gate": ("diff", "gate", "preview"),
    "cli_review": ("review",),
    "cli_sandbox": ("receipt", "run", "secret"),
}
"""The other doors and their commands; one is only opened when it is asked for, since what stands behind it takes time."""
_OWN = {
    "scan",
    "rules",
    "explain",
    "completion",
    "mcp",
    *(command for commands in _DOORS.values() for command in commands),
}
_OPENS_ALL = {"--help", "--install-completion", "--show-completion"}
_COMPLETING = "_SAFE_INSTALL_COMPLETE"
_MOST_LINES = 60  # of what npm says when it refuses
_MOST_FOR_AGENTS = 16
_NPM_WORDS = {"allow_extra_args": True, "ignore_unknown_options": True}
Words = Annotated[
    list[str] | None,
    typer.Argument(
        help="Packages, and npm flags that are known to be harmless. --decoys-env: false credentials in scripts' environments.",
        show_default=False,
    ),
]
Targets = Annotated[
    list[str] | None,
    typer.Argument(help="Lockfiles, tarballs, package directories or name@version.", show_default=False),
]
Base = Annotated[str, typer.Option("--base", help="Judge by the policy and approvals of this commit, as a CI must.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Inspect and print the plan; change nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON (schema 1) on standard output.")]
Form = Annotated[Format, typer.Option("--format", help="How to tell the report.")]
Output = Annotated[
    Path | None, typer.Option("--output", help="Write the report here, and the page for people to the terminal.")
]
Unconfined = Annotated[bool, typer.Option("--unconfined", help="DANGEROUS: run approved scripts without any walls.")]


def exit_code(report: Report) -> ExitCode:
    """Give the one number of a report: the worst thing in it decides."""
    from safe_install.decide.judge import waits

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
    words: Words = None,
    *,
    dry_run: DryRun = False,
    as_json: Json = False,
    unconfined: Unconfined = False,
    feed: Feed = None,
    osv: Osv = "",
    require_feeds: RequireFeeds = False,
) -> None:
    """Install what the lockfile says, or add packages. The default command; also: i, add."""
    voices = partial(asking, feed=feed, osv=osv, required=require_feeds)
    _npm_command("install", words, dry_run=dry_run, as_json=as_json, unconfined=unconfined, voices=voices)


@app.command(context_settings=_NPM_WORDS)
def ci(
    words: Words = None,
    *,
    dry_run: DryRun = False,
    as_json: Json = False,
    unconfined: Unconfined = False,
    feed: Feed = None,
    osv: Osv = "",
    require_feeds: RequireFeeds = False,
) -> None:
    """Install exactly what the lockfile says, from scratch. Also: clean-install."""
    voices = partial(asking, feed=feed, osv=osv, required=require_feeds)
    _npm_command("ci", words, dry_run=dry_run, as_json=as_json, unconfined=unconfined, voices=voices)


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
def scan(  # noqa: PLR0913 - one parameter an option
    targets: Targets = None,
    *,
    base: Base = "",
    as_json: Json = False,
    form: Form = Format.TERMINAL,
    output: Output = None,
    feed: Feed = None,
    osv: Osv = "",
    require_feeds: RequireFeeds = False,
) -> None:
    """Inspect and judge, install nothing. Without targets: this project's lockfile."""
    from safe_install import pipeline
    from safe_install.doorway import make_tools_here

    form = Format.JSON if as_json else form
    tools = asking(make_tools_here(quiet=form is not Format.TERMINAL), feed, osv, required=require_feeds)
    tell(pipeline.scan(Path.cwd(), tuple(targets or ()), tools, base=base or None), form=form, output=output)


@app.command()
def rules(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON on standard output.")] = False,
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


@app.command()
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
    from safe_install.doorway import console
    from safe_install.report import terminal

    terminal.render_page(page, console())


def _project_and_tools() -> tuple[Project, Tools]:
    """Open the project here, with the tools that it has."""
    from safe_install.doorway import make_tools_here
    from safe_install.own_signatures import with_own_signatures
    from safe_install.project import find_root, open_project

    tools = make_tools_here(quiet=True)
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
    script = get_completion_script(prog_name="safe-install", complete_var=_COMPLETING, shell=shell.value)
    typer.echo(script)


@app.command()
def mcp() -> None:
    """Serve tools that only read to a coding agent. The Model Context Protocol, on standard input and output."""
    from safe_install.doorway import make_tools_here
    from safe_install.tool_server import serve

    serve(Path.cwd(), os.environ, lambda: make_tools_here(quiet=True), exit_code)


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
    words = _as_npm_would_read(list(words))
    _open_doors(words[0])
    try:
        result = app(args=words, prog_name="safe-install", standalone_mode=False)
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


def _open_doors(word: str) -> None:
    """Add the commands of the door that a word asks for, or of all."""
    for module, commands in _DOORS.items():
        if word in commands or word in _OPENS_ALL or _COMPLETING in os.environ:
            _opened(module)


@cache
def _opened(module: str) -> None:
    import_module(f"safe_install.{module}").add_to(app)


def _as_npm_would_read(words: list[str]) -> list[str]:
    """Make a bare call and a call that starts with a package or an npm flag an ``install``; expand npm's aliases."""
    own = {"--help", "--version", "--install-completion", "--show-completion"}
    if words and words[0] in COMMANDS:
        return [COMMANDS[words[0]], *words[1:]]
    if words and (words[0] in own or words[0] in _OWN):
        return words
    return ["install", *words]


def _npm_command(
    command: str,
    words: list[str] | None,
    *,
    dry_run: bool,
    as_json: bool,
    unconfined: bool,
    voices: Callable[[Tools], Tools] = lambda tools: tools,
) -> None:
    from safe_install import pipeline
    from safe_install.doorway import make_tools_here

    request = read_request(command, words or [])
    tools = voices(make_tools_here(quiet=as_json or request.quiet))
    report = pipeline.install(Path.cwd(), request, tools, dry_run=dry_run, unconfined=unconfined)
    tell(report, form=Format.JSON if as_json else Format.TERMINAL)


def tell(report: Report, *, form: Format, output: Path | None = None) -> None:
    """Tell a report in a format, on standard output or in a file; a file leaves the page on standard output.

    The page is the one for people, or in a coding agent's shell the one for agents.
    """
    from safe_install.doorway import console
    from safe_install.person import agent_marker
    from safe_install.project import write_atomically
    from safe_install.report import agent as agent_report
    from safe_install.report import terminal

    report = replace(report, exit_code=int(exit_code(report)))
    text = "" if form is Format.TERMINAL else renderer(form)(report)
    if output is not None and text:
        write_atomically(output, f"{text}\n".encode())
    if text and output is None:
        typer.echo(text)
    elif agent_marker(os.environ):
        typer.echo(agent_report.render(report))
    else:
        terminal.render(report, console())
    raise typer.Exit(report.exit_code)


def _say_error(message: str, hint: str | None, detail: str = "") -> None:
    from safe_install.person import agent_marker
    from safe_install.report import agent as agent_report

    typer.echo(f"safe-install: {plain(message, limit=2000)}", err=True)
    agent = bool(agent_marker(os.environ))
    lines = [plain(line, limit=500) for line in detail.splitlines()[: _MOST_FOR_AGENTS if agent else _MOST_LINES]]
    for line in agent_report.fenced(lines) if agent else [f"  | {line}" for line in lines]:
        typer.echo(line, err=True)
    if hint:
        typer.echo(f"  {plain(hint, limit=2000)}", err=True)
