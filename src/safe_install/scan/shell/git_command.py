"""What ``git`` does when a script starts it: look at a repository, fetch one, or something that is not known here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safe_install.model import GapKind
from safe_install.scan.shell.leads import Blind, Ending, Lead
from safe_install.scan.shell.other_tools import git_settings, ssh_settings
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Word

Found = Iterator[Lead | Blind | Ending | Command]

_LOOKING = frozenset(
    (
        *(
            "--version",
            "branch",
            "check-ignore",
            "describe",
            "diff",
            "log",
            "ls-files",
            "ls-tree",
            "cat-file",
            "merge-base",
            "init",
            "reset",
            "clean",
            "rev-list",
            "rev-parse",
            "show",
        ),
        *("status", "symbolic-ref", "version"),
    )
)
_FETCHING = frozenset(("archive", "clone", "fetch", "ls-remote", "pull", "push", "remote", "submodule"))


def git_command(command: Command, _: Sequence[Command]) -> Found:
    """Read git's command; what only looks at a repository is nothing, unless a flag before it steers git."""
    words = list(command.arguments)
    yield from git_settings(command)
    while len(words) > 1 and words[0].literal in {"-C", "--no-pager"}:  # where and how it looks, not what it runs
        del words[: 2 if words[0].literal == "-C" else 1]
    verb = words[0].literal if words else "--version"
    if verb in _FETCHING:
        yield Blind(kind=GapKind.DOWNLOADED, detail=f"{command.shown} talks to the network")
        yield from ssh_settings(command)
    elif verb not in _LOOKING and not (verb == "config" and _asks_setting(words[1:])):
        yield Blind(kind=GapKind.UNKNOWN_PROGRAM, detail=f"{command.shown} is not known here")


_SCOPES = frozenset(("--local", "--global", "--system", "--worktree", "--get", "--bool", "--path", "-z", "--null"))


def _asks_setting(words: Sequence[Word]) -> bool:
    """Tell whether ``git config`` is given one name, and no value: then it prints what is set."""
    said = [word.literal for word in words]
    names = [one for one in said if one is not None and not one.startswith("-")]
    return None not in said and len(names) == 1 and all(one in _SCOPES for one in said if one != names[0])
