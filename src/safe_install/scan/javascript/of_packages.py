"""What is started by a path into another package, or by the path that npm tells of itself, named as what it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from safe_install.model import GapKind
from safe_install.scan.javascript import paths
from safe_install.scan.javascript.endings import Seen
from safe_install.scan.javascript.values import Variable
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Word, literal

_FILES = frozenset((Kind.MODULE, Kind.MAIN, Kind.FILE))


def of_packages(found: Seen) -> Iterator[Seen]:
    """Let what another package holds be looked up as its module; see `MODULES`."""
    if isinstance(found, Lead):
        module = _in_package(found.target) if found.kind in _FILES else None
        target = found.target if module is None else module
        yield replace(found, kind=found.kind if module is None else Kind.MODULE, target=paths.outside(target))
    elif isinstance(found, Command) and (asked := _asked_of_person(found)) is not None:
        yield asked
    elif isinstance(found, Command):
        words = _without_npms_paths([found.program, *found.arguments])
        started_by_node = words[0].literal == "node" and len(words) > 1
        module = _in_package(words[1] if started_by_node else words[0])
        if module is not None:
            yield Lead(kind=Kind.MODULE, target=paths.outside(module), line=found.line)
        else:
            yield replace(found, program=paths.outside(words[0]), arguments=tuple(map(paths.outside, words[1:])))
    else:
        yield found


_TELLING = frozenset(("--version", "-V", "-v", "-version"))


def _asked_of_person(command: Command) -> Blind | None:
    """Tell of a program that only a variable of the environment names, and that is asked for its version: ``$JAVA_HOME/bin/java``.

    npm gives variables of its own, which say what the package does.
    """
    match command.program.parts:
        case (Variable(name=name),) | (Variable(name=name), str()) if command.arguments:
            is_asked = all(word.literal in _TELLING for word in command.arguments)
            if not is_asked or command.assignments or name.lower().startswith("npm_") or name in _MOVED:
                return None
            detail = f"runs what {name} of the environment names, for its version"
            return Blind(kind=GapKind.DYNAMIC, detail=detail, line=command.line, variable=name)
        case _:
            return None


_MOVED = frozenset(
    ("PWD", "OLDPWD", "INIT_CWD", "HOME", "TMPDIR", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
)
"""Variables that name directories where anybody may put a program."""


def _without_npms_paths(words: list[Word]) -> list[Word]:
    """Write npm for ``node $npm_execpath``, and node-gyp likewise, as npm names both; a text that sets such a variable is told of."""
    second = words[1].parts if len(words) > 1 and words[0].literal == "node" else ()
    match second:
        case (Variable(name="npm_execpath"),):
            return [literal("npm"), *words[2:]]
        case (Variable(name="npm_config_node_gyp"),):
            return [literal("node-gyp"), *words[2:]]
        case _:
            return words


def _in_package(word: Word) -> Word | None:
    """Give the module's name when a word is a path that ``require.resolve`` found in another package."""
    first, *rest = word.parts or ("",)
    start = f"{paths.MODULES}/"
    return Word((first.removeprefix(start), *rest)) if isinstance(first, str) and first.startswith(start) else None
