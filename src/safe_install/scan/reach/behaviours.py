"""What reached code does, as far as its text tells."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Protocol

from safe_install.model import Behaviours
from safe_install.scan.hosts import hosts_in
from safe_install.scan.shell.placing import directories_named
from safe_install.scan.shell.program_names import BUILTINS, NETWORK, WRAPPERS, is_flag, program_name
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import STAND_IN, Computed, Word, excerpt, without_anchors

MOST = 200  # of each kind; nx, the largest honest package, has 60 names of its environment
_PROGRAM = re.compile(r"[A-Za-z][\w.+-]{0,40}")
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)")
_HOST = re.compile(r"(?<![\w.@/-])(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w.]*\()")
_NOWHERE = frozenset(("/dev/null", "/dev/stdout", "/dev/stderr", "nul", "NUL"))
_LAST_ARGUMENT = frozenset(("cp", "ln", "mv"))
_EACH_ARGUMENT = frozenset(("chmod", "chown", "mkdir", "rm", "rmdir", "tee", "touch"))
_FILLING = frozenset((*_LAST_ARGUMENT, "tee"))
_AFTER_MODE = frozenset(("chmod", "chown"))


class Told(Protocol):
    """What the reader of any language tells of a text."""

    @property
    def commands(self) -> Sequence[Command]:
        """Commands that it starts."""

    @property
    def environment(self) -> Collection[str]:
        """Names that it reads from the environment."""

    @property
    def hosts(self) -> Collection[str]:
        """Hosts that stand in it."""

    @property
    def writes(self) -> Sequence[Word]:
        """Places that it changes."""

    @property
    def fills(self) -> Sequence[Word]:
        """Those of them that it gives new contents."""


def behaviours(readings: Iterable[Told], commands: Iterable[Command]) -> Behaviours:
    """Put together what texts and shell commands do: sorted, each once, at most `MOST` of a kind."""
    environment: set[str] = set()
    hosts: set[str] = set()
    programs: set[str] = set()
    places: list[Word] = []
    fills: list[Word] = []
    started = list(commands)
    for reading in readings:
        environment |= set(reading.environment)
        hosts |= set(reading.hosts)
        places += reading.writes
        fills += reading.fills
        started += reading.commands
    for command in started:
        environment.update(_variables(command))
        hosts.update(_hosts(command))
        programs.update(_program(command))
        places += written(command)
        fills += [*filled(command), *unpacked(command)]
    known = [word for word in places if word.is_known]
    return Behaviours(
        env=_told(environment),
        hosts=_told(hosts),
        programs=_told(programs),
        writes=_told({_place(word) for word in known if _is_inside(word)}),
        writes_outside=_told({_place(word) for word in known if not _is_inside(word)}),
        fills_outside=_told({_place(word) for word in fills if word.is_known and not _is_inside(word)}),
    )


def _is_inside(word: Word) -> bool:
    """Tell whether a place is below the package or the working directory; one whose start is computed is anywhere."""
    start = word.parts[0]
    if not isinstance(start, str) or start.removeprefix("file://").startswith(("/", "~")):
        return False
    depth = 0
    for part in without_anchors(start).split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        if depth < 0:
            return False
    return not any("../" in part or part == ".." for part in word.parts[1:] if isinstance(part, str))


def _place(word: Word) -> str:
    """Write a place for a person, what is computed in braces: ``{dir}/entry``."""
    parts = (part if isinstance(part, str) else _computed(part) for part in word.parts)
    return without_anchors("".join(parts))


def _computed(part: Computed) -> str:
    return part.source if part.source.startswith(("$", "~")) else f"{{{part.source or '…'}}}"


def filled(command: Command) -> list[Word]:
    """List the places to which a command gives new contents."""
    return written(command) if program_name(command) in _FILLING else _redirected(command)


def _redirected(command: Command) -> list[Word]:
    places = [redirect.target for redirect in command.redirects if redirect.writes]
    return [place for place in places if place.literal not in _NOWHERE]


def written(command: Command) -> list[Word]:
    """List the places a command writes: its redirections, and the targets of the programs that only write."""
    places = _redirected(command)
    name = program_name(command)
    plain = [word for word in command.arguments if not is_flag(word)]
    if name in _LAST_ARGUMENT:
        places += plain[-1:]
    elif name in _EACH_ARGUMENT:
        places += plain[name in _AFTER_MODE :]
    return places


_FETCHING = dict.fromkeys(("curl", "wget"), ("-O", "-o", "--output", "--output-document", "-P"))
_IN_PLACE = re.compile(r"-\w{0,4}i|-i\S+|--in-place\S*|-\w{0,4}pi\S*")


def unpacked(command: Command) -> list[Word]:
    """List the places to which programs give new contents that do so by an option, or last of all."""
    name, words = program_name(command) or "", command.arguments
    options = _FETCHING.get(name, ())
    places = [after for before, after in pairwise(words) if before.literal in options] + directories_named(name, words)
    if name in {"install", "rsync"} or (name in {"perl", "ruby", "sed"} and any(map(_changes_in_place, words))):
        places += [word for word in words if not is_flag(word)][-1:]
    return places


def _changes_in_place(word: Word) -> bool:
    return _IN_PLACE.fullmatch(word.literal or "") is not None


def _variables(command: Command) -> Iterator[str]:
    """Name the variables that stand in a command's words."""
    words = [command.program, *command.arguments, *(value for _, value in command.assignments)]
    for word in (*words, *(redirect.target for redirect in command.redirects)):
        for part in word.parts:
            if isinstance(part, Computed):
                yield from _VARIABLE.findall(part.source.replace(STAND_IN, ""))


def _hosts(command: Command) -> Iterator[str]:
    """Name the hosts in a command's words; what a network program is given may be one without a scheme."""
    talks = program_name(command) in NETWORK
    for word in command.arguments:
        for part in word.parts:
            text = part.source if isinstance(part, Computed) else part.lstrip(".")
            bare = talks and isinstance(part, str) and not is_flag(word)
            yield from hosts_in(text) or (_HOST.findall(text) if bare else ())


def _program(command: Command) -> Iterator[str]:
    name = program_name(command)
    if name is not None and name not in BUILTINS:
        yield Word((name,)).shown
    if name in WRAPPERS or name == "xargs":
        words = (word.literal or "" for word in command.arguments if not is_flag(word))
        yield from islice((Word((word,)).shown for word in words if _PROGRAM.fullmatch(word)), 1)


def _told(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(excerpt(name) for name in names if name.strip())[:MOST])
