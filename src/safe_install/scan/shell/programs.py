"""What a simple command leads to.

A program that is not known here becomes a lead of its own, which ends in this package's bin, in another
package's, or in a gap: nothing is passed over in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from safe_install.model import GapKind
from safe_install.scan.shell import interpreters, wrappers
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.node_command import node_command
from safe_install.scan.shell.npm_command import npm_command, npx_command
from safe_install.scan.shell.program_names import (
    BUILTINS,
    COMPILERS,
    NETWORK,
    OTHER_LANGUAGES,
    PYTHONS,
    SHELLS,
    TRUSTED,
    WRAPPERS,
    program_name,
)
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import literal

Found = Iterator[Lead | Blind | Command]
Reader = Callable[[Command, Sequence[Command]], Found]

WRAPPED = 16
"""How many commands may stand in one another's arguments; real ones are 2 deep."""
_STEERING = re.compile(
    r"PATH|NODE_OPTIONS|NODE_PATH|NODE_REPL_EXTERNAL_MODULE|BASH_ENV|ENV|IFS|SHELLOPTS|BASHOPTS|LD_\w+|DYLD_\w+|PYTHON\w+"
    r"|PERL5?\w*|RUBY\w*|GIT_\w+|npm_execpath|npm_node_execpath|npm_config_(?:script_shell|shell|node_gyp|python|node_options)",
    re.IGNORECASE,
)
"""Names of variables that change what runs, or what is loaded into it."""


def leads(command: Command, text: Sequence[Command] = ()) -> list[Lead | Blind]:
    """Tell what a command leads to; ``text`` are all the commands of the text it stands in, for its pipe."""
    found: list[Lead | Blind] = []
    inner = [command]
    for _ in range(WRAPPED):
        if not inner:
            return found
        current = inner.pop()
        for one in (*_steering(current), *_run(current, text)):
            if isinstance(one, Command):
                inner.append(one)
            else:
                found.append(_placed(one, current))
    return [*found, Blind(kind=GapKind.UNPARSED, detail=f"{command.shown} is nested too deep", line=command.line)]


def _placed(one: Lead | Blind, command: Command) -> Lead | Blind:
    """Put a lead where its command stands."""
    if isinstance(one, Blind):
        return replace(one, line=command.line)
    return replace(one, line=command.line, directory=one.directory or command.directory)


def _steering(command: Command) -> Found:
    """Tell which assignments change what runs; the modules that NODE_OPTIONS loads can be followed."""
    for name, value in command.assignments:
        if name == "NODE_OPTIONS" and value.literal is not None:
            yield from node_command([literal(part) for part in value.literal.split()])[0]
        elif _STEERING.fullmatch(name):
            yield Blind(kind=GapKind.DYNAMIC, detail=f"sets {name}, which changes what runs")


def _run(command: Command, text: Sequence[Command]) -> Found:
    name = program_name(command)
    if name is None:
        yield Blind(kind=GapKind.DYNAMIC, detail=f"runs {command.shown}, known only while running")
    elif "/" in name:
        yield Lead(kind=Kind.FILE, target=command.program, arguments=command.arguments)
    else:
        if name not in BUILTINS | TRUSTED:
            yield Lead(kind=Kind.PROGRAM, target=literal(name), arguments=command.arguments)
        if name in _READERS:
            yield from _READERS[name](command, text)


def _node_gyp(command: Command, _: Sequence[Command]) -> Found:
    words = {word.literal for word in command.arguments}
    if any((word or "").startswith(("-C", "--directory")) for word in words):
        yield Blind(kind=GapKind.NATIVE, detail=f"{command.shown} builds native code in another directory")
    elif words & {"rebuild", "build", "configure", None}:
        yield Lead(kind=Kind.GYP, target=literal("binding.gyp"))
    elif not words & {"clean", "list", "remove", "-v", "--version"}:
        yield Blind(kind=GapKind.DOWNLOADED, detail=f"{command.shown} downloads Node's headers")


def _network(command: Command, _: Sequence[Command]) -> Found:
    yield Blind(kind=GapKind.DOWNLOADED, detail=f"{command.shown} talks to the network")


def _compiler(command: Command, _: Sequence[Command]) -> Found:
    yield Blind(kind=GapKind.NATIVE, detail=f"{command.shown} builds native code")


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
            "rev-list",
            "rev-parse",
            "show",
        ),
        *("status", "symbolic-ref", "version"),
    )
)
_FETCHING = frozenset(("archive", "clone", "fetch", "ls-remote", "pull", "push", "remote", "submodule"))


def _git(command: Command, _: Sequence[Command]) -> Found:
    """Read git's command; what only looks at a repository is nothing, unless a flag before it steers git."""
    verb = command.arguments[0].literal if command.arguments else "--version"
    if verb in _FETCHING:
        yield from _network(command, ())
    elif verb not in _LOOKING:
        yield Blind(kind=GapKind.UNKNOWN_PROGRAM, detail=f"{command.shown} is not known here")


def _npm(command: Command, _: Sequence[Command]) -> Found:
    yield from npm_command(command, program_name(command) or "npm")


def _npx(command: Command, _: Sequence[Command]) -> Found:
    yield from npx_command(command, command.arguments)


def _table(*entries: tuple[Iterable[str], Reader]) -> dict[str, Reader]:
    return {name: reader for names, reader in entries for name in names}


_READERS = _table(
    (["node"], interpreters.node),
    (SHELLS, interpreters.shell),
    ([".", "source"], interpreters.source),
    (["eval"], interpreters.evaluate),
    (["trap"], interpreters.trap),
    (["alias"], interpreters.alias),
    (PYTHONS, interpreters.python),
    (OTHER_LANGUAGES, interpreters.other_language),
    (["bun", "deno", "electron", "nodejs", "ts-node", "tsx"], interpreters.other_runtime),
    ([*WRAPPERS, "cross-env", "cross-env-shell"], wrappers.wrapper),
    (["find", "xargs"], wrappers.searching),
    (["cmd", "start"], wrappers.windows),
    (["node-gyp-build"], wrappers.build_helper),
    (["npm", "pnpm", "yarn"], _npm),
    (["bunx", "npx", "pnpx"], _npx),
    (["node-gyp"], _node_gyp),
    (["git"], _git),
    (NETWORK, _network),
    (COMPILERS, _compiler),
)
