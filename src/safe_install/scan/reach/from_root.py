"""Places that a command names, as they are seen from its package's root when it runs in a directory below.

``make -C native install PREFIX=../build`` writes beside the directory ``native``, and nothing beside the package.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from safe_install.model import ReachableFile
from safe_install.scan.reach.installed import Places
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Word

_LINKS = re.compile(rb"\bln\b|symlink|mklink|\blink(?:sync)?\b|junction", re.IGNORECASE)
"""How a directory becomes another one, so that what is above it is elsewhere."""


@dataclass(slots=True)
class FromRoot:
    """The directories of the commands that surely run below the root of the script's own package."""

    _directories: dict[int, tuple[Command, str]] = field(default_factory=dict)
    """By the command's id; the command is kept, so that no other gets that id."""

    def note(self, command: Command, places: Places, location: str) -> None:
        """Take note of where a command runs, if that is one directory of the package at ``location`` and not its root."""
        spot = next(iter(places)) if len(places) == 1 else None
        if spot is not None and spot.directory and spot.location == location:
            self._directories[id(command)] = (command, spot.directory)

    def seen(self, commands: Iterable[Command], files: Collection[ReachableFile]) -> Iterator[Command]:
        """Give the commands with what they name seen from the root, unless one of the files may make links."""
        known = self._directories
        if known and any(_LINKS.search(file.content) for file in files):
            known = {}
        for command in commands:
            directory = known[id(command)][1] if id(command) in known else ""
            yield _moved(command, directory) if directory else command


def _moved(command: Command, directory: str) -> Command:
    return replace(
        command,
        arguments=tuple(_from(word, directory) for word in command.arguments),
        redirects=tuple(replace(one, target=_from(one.target, directory)) for one in command.redirects),
    )


def _from(word: Word, directory: str) -> Word:
    """Give a path that leads upward, by its first known part, from the root."""
    start = word.parts[0] if word.parts else None
    if not isinstance(start, str) or (not start.startswith(("../", "./../")) and start != ".."):
        return word
    end = "/" if start.endswith("/") else ""
    return Word((posixpath.normpath(posixpath.join(directory, start)) + end, *word.parts[1:]))
