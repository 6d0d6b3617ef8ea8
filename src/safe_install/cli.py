"""The door: words from a shell → one function of the hallway → text and a number."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from io import TextIOWrapper
from typing import Annotated

import typer

from safe_install import __version__
from safe_install.arguments import COMMANDS
from safe_install.doors.completion import COMPLETING
from safe_install.doors.telling import say_error
from safe_install.errors import ExitCode, SafeInstallError, UsageError
from safe_install.temporary import own_temporary_folder

app = typer.Typer(
    name="safe-install",
    help="npm install that reads every lifecycle script first, and runs only what a person approved, with nothing to steal.",
    epilog="Exit codes: 0 ok, 1 could not work, 2 usage, 10 review needed, 11 blocked, 12 npm or a script failed.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_LONG, _CLOSE = 4, 0.85  # letters of a word that may be a misspelt command, and how alike (difflib's ratio)
_INTERRUPTED = 130  # what a shell gives for Ctrl-C
_DOORS: Mapping[str, tuple[str, ...]] = {
    "npm": ("install", "ci", "uninstall", "update", "dedupe"),
    "scan": ("scan", "rules", "explain"),
    "fleet": ("fleet",),
    "gate": ("diff", "gate", "preview"),
    "review": ("review",),
    "approvals": ("approve", "deny", "revoke", "approvals", "key"),
    "sandbox": ("receipt", "run", "secret"),
    "agents": ("init", "uninit", "doctor", "exec", "mcp"),
    "completion": ("completion",),
}
"""The doors and their commands; one is only opened when it is asked for, since what stands behind it takes time."""
_OWN = {command for commands in _DOORS.values() for command in commands}
_OPENS_ALL = {"--help", "--install-completion", "--show-completion"}


@app.callback(invoke_without_command=True)
def start(
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Replace npm install: inspect first, install without scripts, then run the approved ones, confined."""
    if version:
        typer.echo(f"safe-install {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the words of the command line; the one place where errors become text and a number."""
    for name in ("SIGTERM", "SIGHUP"):  # undone like Ctrl-C; under nohup a terminal's end is still no reason
        if (number := getattr(signal, name, None)) and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    code = run(sys.argv[1:])
    # An interrupt that comes while a text is executed, as dataclasses are made by, has CPython die of SIGINT at its end, also when
    # it was caught and told: the next text that is executed takes that back. Seen once: -2 in the place of 130.
    exec("")  # noqa: S102 - the empty text
    sys.exit(code)


def run(words: Sequence[str]) -> int:
    """Run one command line and give its exit code.

    Where there is no report to tell, one sentence goes to standard error and standard output stays empty, with
    ``--json`` too: what is printed there is a whole report, always.
    """
    try:
        words = _as_npm_would_read(list(words))
        _open_doors(words[0])
        with own_temporary_folder():
            result = app(args=words, prog_name="safe-install", standalone_mode=False)
    except SafeInstallError as error:
        say_error(error.message, error.hint, error.detail)
        return error.exit_code
    except typer.TyperException as error:
        say_error(error.format_message(), "safe-install --help")
        return ExitCode.USAGE
    except OSError as error:  # a full disk, a folder that is gone: whatever no room has better words for
        where = f" ({error.filename})" if error.filename else ""
        say_error(f"The system refuses: {error.strerror or error}{where}.", "Nothing was left half-written.")
        return ExitCode.ERROR
    except (typer.Abort, KeyboardInterrupt):
        result = _INTERRUPTED
    if result == _INTERRUPTED:  # typer's own number for a KeyboardInterrupt
        say_error("Interrupted.", "Nothing was left half-written.")
    return int(result or 0)


def _open_doors(word: str) -> None:
    """Add the commands of the door that a word asks for, or of all."""
    for door, commands in _DOORS.items():
        if word in commands or word in _OPENS_ALL or COMPLETING in os.environ:
            _opened(door)


@cache
def _opened(door: str) -> None:
    import_module(f"safe_install.doors.{door}").add_to(app)


def _as_npm_would_read(words: list[str]) -> list[str]:
    """Make a bare call and a call that starts with a package or an npm flag an ``install``; expand npm's aliases."""
    own = {"--help", "--version", "--install-completion", "--show-completion"}
    if words and words[0] in COMMANDS:
        return [COMMANDS[words[0]], *words[1:]]
    if words and (words[0] in own or words[0] in _OWN):
        return words
    if words and words[0].isascii() and words[0].replace("-", "").isalpha() and not words[0].startswith("-"):
        return [*_no_mistake(words[0]), *words[1:]]
    return ["install", *words]


def _no_mistake(word: str) -> list[str]:
    """Take a first word for a package unless it is a command of npm's, or misspelt: a typing error must not install anything."""
    from difflib import get_close_matches

    from safe_install.agents.npm_words import npm_command

    meant = npm_command(word)
    if meant in COMMANDS:
        return [COMMANDS[meant]]
    adding = f"to add a package of that name: safe-install install {word}"
    if meant:
        raise UsageError(f"{word} is a command of npm's, and none of safe-install's.", hint=f"npm {word}, or {adding}")
    if len(word) >= _LONG and (near := get_close_matches(word, sorted(_OWN), n=1, cutoff=_CLOSE)):
        raise UsageError(f"{word} is no command of safe-install's.", hint=f"Did you mean {near[0]}? Or {adding}")
    return ["install", word]
