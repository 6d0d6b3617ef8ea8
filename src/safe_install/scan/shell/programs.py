"""What a simple command leads to.

A program that is not known here becomes a lead of its own, which ends in this package's bin, in another
package's, or in a gap: nothing is passed over in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from posixpath import splitext

from safe_install.model import GapKind
from safe_install.scan.shell import build_tools, interpreters, other_tools, wrappers
from safe_install.scan.shell.git_command import git_command
from safe_install.scan.shell.leads import Blind, Ending, Kind, Lead
from safe_install.scan.shell.node_command import node_command
from safe_install.scan.shell.npm_command import npm_command, npx_command
from safe_install.scan.shell.program_names import (
    AWKS,
    BUILDERS,
    BUILTINS,
    COMPILERS,
    EDITORS,
    NETWORK,
    OTHER_LANGUAGES,
    POWERSHELLS,
    PYTHONS,
    SHELLS,
    TRUSTED,
    WRAPPERS,
    is_flag,
    program_name,
)
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.tools import TOOLS, is_usual_tool
from safe_install.scan.shell.words import FOUND, Word, computed, is_hook, literal

Found = Iterator[Lead | Blind | Ending | Command]
Reader = Callable[[Command, Sequence[Command]], Found]

WRAPPED = 16
"""How many commands may stand in one another's arguments; real ones are 2 deep."""
_STEERING = re.compile(
    r"PATH|NODE_OPTIONS|NODE_PATH|NODE_REPL_EXTERNAL_MODULE|BASH_ENV|ENV|IFS|SHELLOPTS|BASHOPTS|LD_\w+|DYLD_\w+|PYTHON\w+"
    r"|PERL5?\w*|RUBY\w*|GIT_\w+|XCODE_XCCONFIG_FILE|DEVELOPER_DIR|TOOLCHAINS|npm_execpath|npm_node_execpath|npm_config_(?:script_shell|shell|node_gyp|python|node_options)",
    re.IGNORECASE,
)
"""Names of variables that change what runs, or what is loaded into it."""


def leads(command: Command, text: Sequence[Command] = ()) -> list[Lead | Blind | Ending]:
    """Tell what a command leads to; ``text`` are all the commands of the text it stands in, for its pipe."""
    found: list[Lead | Blind | Ending] = []
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


def _placed(one: Lead | Blind | Ending, command: Command) -> Lead | Blind | Ending:
    """Put a lead where its command stands."""
    if not isinstance(one, Lead):
        return replace(one, line=command.line)
    return replace(one, line=command.line, directory=one.directory or command.directory)


def _steering(command: Command) -> Found:
    """Tell which assignments change what runs; the modules that NODE_OPTIONS loads can be followed."""
    for name, value in command.assignments:
        if name == "NODE_OPTIONS" and value.literal is not None:
            yield from node_command([literal(part) for part in value.literal.split()])[0]
        elif _STEERING.fullmatch(name) and not (name == "PATH" and _keeps_path(value)):
            yield Blind(kind=GapKind.DYNAMIC, detail=f"sets {name}, which changes what runs")
        elif name in _OF_MAKE and not _JOBS.fullmatch(value.literal or "-"):
            yield Blind(kind=GapKind.DYNAMIC, detail=f"sets {name}, by which make reads more than its makefile")
        elif name in TOOLS and not is_usual_tool(value):
            yield Blind(kind=GapKind.DYNAMIC, detail=f"sets {name}, which changes what a build runs")
        elif (_EVALUATED if name == "PS4" else _INDEX).search(value.literal or ""):
            yield Blind(kind=GapKind.DYNAMIC, detail=f"sets {name} to a command that bash may run where it is used")
    yield from _by_bash(command)


_OF_MAKE = frozenset(("MAKEFILES", "MAKEFLAGS", "GNUMAKEFLAGS"))
_JOBS = re.compile(r"(?:-?j ?\d*)?")
_EVALUATED = re.compile(r"\$\(|`")
_INDEX = re.compile(r"\w\[[^\]]{0,200}(?:\$\(|`)")
"""An index of an array; bash runs the command in one where a name is meant: ``test -v 'a[$(x)]'``."""
_NAMING = frozenset(("[", "[[", "declare", "let", "local", "printf", "read", "readonly", "test", "typeset", "unset"))


def _by_bash(command: Command) -> Found:
    """Tell what bash runs otherwise than it looks: by the index of a name, or by a place that it is told to remember."""
    name = program_name(command)
    said = [word.literal or "" for word in command.arguments]
    if name in _NAMING and any(map(_INDEX.search, said)):
        yield Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} names what bash finds by running a command")
    elif name == "hash" and "-p" in said:
        yield Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} puts another program in the place of one")


_PLACES = ("/bin", "/sbin", "/usr", "/opt", "/Library", "/System")
"""Where a system has its programs; no package can write there."""


def _keeps_path(value: Word) -> bool:
    """Tell whether a PATH is the old one and a system's own places: ``$PATH:/sbin``."""
    said = "".join(part if isinstance(part, str) else f":{part.source}:" for part in value.parts)
    places = [place for place in said.split(":") if place]
    return bool(places) and all(
        place in {"$PATH", "${PATH}"} or (place.startswith(_PLACES) and ".." not in place) for place in places
    )


_IN_PLACE = (".bat", ".ps1", ".vbs")
"""Endings of files that Windows looks for where it is, before the PATH; a bin of a package ends with ``.cmd`` there."""


def _run(command: Command, text: Sequence[Command]) -> Found:
    name = program_name(command)
    if name is None:
        yield Blind(kind=GapKind.DYNAMIC, detail=f"runs {command.shown}, known only while running")
        yield from _script_of(command)
    elif name.startswith(f"{FOUND}/"):
        program = name.removeprefix(f"{FOUND}/")
        detail = f"runs {program}, which find may come upon in a package"
        yield Blind(kind=GapKind.DYNAMIC, detail=detail, file_named=program)
        yield replace(command, program=literal(program))
    elif "/" in name or (command.program.literal or "").lower().endswith(_IN_PLACE):
        yield Lead(kind=Kind.FILE, target=command.program, arguments=command.arguments)
    else:
        if name not in BUILTINS | TRUSTED:
            yield Lead(kind=Kind.PROGRAM, target=literal(name), arguments=command.arguments)
        if name in _READERS:
            yield from _READERS[name](command, text)


_SCRIPTS = {
    **dict.fromkeys((".cjs", ".js", ".mjs", ".ts"), Kind.MAIN),
    **dict.fromkeys((".bat", ".cmd"), Kind.BATCH),
    ".py": Kind.PYTHON,
    ".sh": Kind.SHELL,
    ".ps1": Kind.POWERSHELL,
}
"""How a script is read that some interpreter is given, by the end of its name."""


def _script_of(command: Command) -> Found:
    """Read the script that is given to an interpreter of which only running tells where it lies: ``$PYTHON a.py``."""
    script = next((word for word in command.arguments if word.literal and not is_flag(word)), None)
    kind = _SCRIPTS.get(splitext(script.literal or "")[1].lower()) if script is not None else None
    if script is not None and kind is not None:
        yield Lead(kind=kind, target=script, optional=True, arguments=(computed("what stands behind it"),))


def _node_gyp(command: Command, _: Sequence[Command]) -> Found:
    """Read ``node-gyp rebuild``, in another directory or with other tools too."""
    words = {word.literal for word in command.arguments}
    directory = build_tools.value_of(command.arguments, "--directory", "-C")
    if words & {"rebuild", "build", "configure", None}:
        yield Lead(kind=Kind.GYP, target=literal("binding.gyp"), directory=directory)
    elif not words & {"clean", "list", "remove", "-v", "--version"}:
        yield Blind(kind=GapKind.DOWNLOADED, detail=f"{command.shown} downloads Node's headers")
    for flag in ("--python", "--make"):
        tool = build_tools.value_of(command.arguments, flag)
        yield from [Lead(kind=Kind.SHELL_TEXT, target=tool)] if tool is not None else ()
    if build_tools.value_of(command.arguments, "--dist-url", "--disturl", "--tarball") is not None:
        yield Blind(kind=GapKind.DOWNLOADED, detail=f"{command.shown} takes Node's headers from elsewhere")


_TELLING = frozenset(("--version", "-V", "--help"))
_OF_BREW = frozenset(("--prefix", "--cellar", "--env", "--repository", "environment", "list"))


def _adds_certificate(command: Command) -> bool:
    """Read ``certutil -user -addstore Root FILE``, which fetches nothing; its first verb counts."""
    verbs = [word.literal for word in command.arguments if word.literal not in {"-user", "-f"}]
    return program_name(command) == "certutil" and verbs[:1] == ["-addstore"]


_COPYING = re.compile(
    r"-[alrtzvpogDhqun]+|--(?:archive|recursive|links|delete|quiet|verbose|(?:ex|in)clude(?:=[^=]*)?)"
)


def _copies_here(command: Command) -> bool:
    """Read ``rsync -r /System/FROM TO`` into the package: nobody but Apple puts files there."""
    words = [word.literal for word in command.arguments]
    paths = [word for word in words if word is not None and not word.startswith("-")]
    flags = [word for word in words if word is not None and word.startswith("-")]
    match paths:
        case [source, target] if None not in words and ".." not in source + target:
            inside = not target.startswith(("/", "~")) and ":" not in target
            return source.startswith(_OF_APPLE) and inside and all(map(_COPYING.fullmatch, flags))
        case _:
            return False


_OF_APPLE = ("/System/", "/Library/")


def _network(command: Command, _: Sequence[Command]) -> Found:
    """Tell that a program talks to the network, unless it only tells of itself: ``brew --prefix``."""
    telling = _TELLING | _OF_BREW if program_name(command) == "brew" else _TELLING
    if (command.arguments and command.arguments[0].literal in telling) or _adds_certificate(command):
        return
    if program_name(command) == "rsync" and _copies_here(command):
        return
    yield Blind(kind=GapKind.DOWNLOADED, detail=f"{command.shown} talks to the network")
    yield from other_tools.ssh_settings(command)


def _npm(command: Command, _: Sequence[Command]) -> Found:
    yield from npm_command(command, program_name(command) or "npm")


def _npx(command: Command, _: Sequence[Command]) -> Found:
    yield from npx_command(command, command.arguments)


def _table(*entries: tuple[Iterable[str], Reader]) -> dict[str, Reader]:
    return {name: reader for names, reader in entries for name in names}


def _copied(command: Command, _: Sequence[Command]) -> Found:
    """Lead to a file that is copied to where git runs it."""
    words = [word for word in command.arguments if not is_flag(word)]
    if len(words) == _FROM_AND_TO and is_hook(words[1]):
        yield Lead(kind=Kind.FILE, target=words[0], optional=True)


_FROM_AND_TO = 2
_READERS = _table(
    (["node"], interpreters.node),
    (SHELLS, interpreters.shell),
    ([".", "source"], interpreters.source),
    (["eval"], interpreters.evaluate),
    (["trap"], interpreters.trap),
    (["alias"], interpreters.alias),
    (PYTHONS, interpreters.python),
    (OTHER_LANGUAGES, interpreters.other_language),
    (["nodejs"], interpreters.node),
    (["bun", "deno", "electron", "esno", "esbuild-register", "jiti", "ts-node", "tsx"], interpreters.other_runtime),
    ([*WRAPPERS, "cross-env", "cross-env-shell"], wrappers.wrapper),
    (["find", "xargs"], wrappers.searching),
    (["cmd", "start"], wrappers.windows),
    (["node-gyp-build"], wrappers.build_helper),
    (["npm", "pnpm", "yarn", "yarnpkg"], _npm),
    (["bunx", "npx", "pnpx"], _npx),
    (["node-gyp"], _node_gyp),
    (["git"], git_command),
    (NETWORK, _network),
    (COMPILERS, build_tools.compiler),
    (BUILDERS, build_tools.builder),
    (["make", "gmake", "nmake", "mingw32-make"], build_tools.make),
    (["cmake"], build_tools.cmake),
    (AWKS, other_tools.awk),
    (["cp", "install", "ln", "mv"], _copied),
    (["sed", "gsed"], other_tools.sed),
    (["tar", "bsdtar", "gtar"], other_tools.tar),
    (EDITORS, other_tools.editor),
    (["mshta", "msiexec", "regsvr32", "rundll32", "regasm", "installutil"], other_tools.library),
    (POWERSHELLS, other_tools.powershell),
    (["openssl"], other_tools.openssl),
    (["busybox", "toybox"], other_tools.busybox),
)
