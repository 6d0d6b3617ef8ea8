"""Programs that a text looks for: what ``which NAME`` writes is what the name alone would start, or nothing at all.

Nothing counts: ``$(which NAME) ./other`` starts ``./other`` where no such program is. One that a text looks for in directories that
only hold a system's programs is the same program. Below ``/opt``, ``/usr/src`` and ``/usr/local/lib`` projects lie, too: what ``find``
comes upon there may be a file of any package, so it stands for the program with `FOUND` before its name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from safe_install.scan.shell.commands import Command
from safe_install.scan.shell.program_names import TRUSTED
from safe_install.scan.shell.words import FOUND, Pattern, Word

LOOKING = re.compile(r"\s*(?:which|command\s+-v|type\s+-[pP])\s")
"""How a text begins that looks for a program."""
_NAME = re.compile(r"[A-Za-z][\w+.-]*")
_OF_PROGRAMS = re.compile(r"/(?:usr/(?:local/)?)?s?bin/?")
_OF_SYSTEM = re.compile(r"/usr/(?P<name>[a-z][\w.+-]*)(?P<more>\*?)/?")
_OF_MACHINE = re.compile(r"/(?:bin|sbin|usr|opt|Library|System)(?:/[\w.+*-]+)*/?")
_FOUND = f"{FOUND}/"
_OF_PROJECTS = ("home", "lib", "lib32", "lib64", "libexec", "local", "node_modules", "share", "src")
_ASKING = (["which"], ["command", "-v"], ["type", "-p"], ["type", "-P"])
_TESTS = frozenset(("-executable", "-print", "-quit"))
_VALUED = re.compile(r"-(?:(?:max|min)depth \d|type [fl]|perm [-/+]?\w+)")


def looked_for(commands: Sequence[Command]) -> str | None:
    """Give the one program that all of these commands look for, and do nothing else."""
    said = [[_said(word) for word in (command.program, *command.arguments)] for command in commands]
    found = {_by_asking(words) or _by_searching(words) or "" for words in said}
    names = {one.removeprefix(_FOUND) for one in found}
    name = names.pop() if len(names) == 1 else ""
    if _NAME.fullmatch(name) is None:
        return None
    return next((one for one in found if one.startswith(_FOUND)), name)


def _said(word: Word) -> str:
    """Write a word as it stands, a pattern of file names too; nothing for one that only running tells."""
    match word.parts:
        case (Pattern(source=source),):
            return source
        case _:
            return word.literal or ""


def is_everywhere(name: str) -> bool:
    """Tell whether a program is certainly there wherever a script runs."""
    return name.removeprefix(_FOUND) in TRUSTED


def _by_asking(words: Sequence[str]) -> str | None:
    return next((words[-1] for start in _ASKING if list(words[:-1]) == start), None)


def _by_searching(words: Sequence[str]) -> str | None:
    """Read ``find /usr /opt -name NAME -print -quit``; anything else that find can do is not looking."""
    if not words or words[0] != "find":
        return None
    first = next((at for at, word in enumerate(words) if at and word.startswith("-")), len(words))
    places, tests = words[1:first], list(words[first:])
    found: list[str] = []
    while tests:
        test = tests.pop(0)
        if test == "-name" and tests:
            found.append(tests.pop(0))
        elif tests and _VALUED.fullmatch(f"{test} {tests[0]}"):
            del tests[0]
        elif test not in _TESTS:
            return None
    if not all(map(_OF_MACHINE.fullmatch, places)) or ".." in "".join(places) or not places or len(found) != 1:
        return None
    return found[0] if all(map(_holds_programs, places)) else f"{_FOUND}{found[0]}"


def _holds_programs(place: str) -> bool:
    """Tell whether no project lies below a directory, such as ``/usr/bin`` and ``/usr/pg*``."""
    match = _OF_SYSTEM.fullmatch(place)
    if match is None or _OF_PROGRAMS.fullmatch(place):
        return _OF_PROGRAMS.fullmatch(place) is not None
    return not any(one == match["name"] or (match["more"] and one.startswith(match["name"])) for one in _OF_PROJECTS)
