"""Where the commands of one text run: what ``cd`` does, subshell by subshell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from safe_install.scan.reach.installed import Installed, Places
from safe_install.scan.shell.program_names import program_name
from safe_install.scan.shell.shell import Command, Shell, read_command

MOST = 16
MOST_TEXTS = 16  # that one text reads in, and they read in
LONGEST = 262_144  # bytes of one of them
_MOVING = frozenset(("cd", "pushd"))
_SOURCING = frozenset((".", "source"))
_MAY_MOVE = re.compile(r"\b(?:cd|pushd|eval|source)\b|(?<!\S)\.\s|[\\'\"]")
"""What a text holds that goes somewhere: by these words, or by one of them in pieces."""


@dataclass(slots=True)
class Directories:
    """The working directories of a text's commands, which have to come in the order of the text.

    A ``cd`` adds a directory and takes none away: whether it runs, and whether it succeeds, is not known.
    """

    start: Places
    installed: Installed
    owner: str
    functions: set[str] = field(default_factory=set)
    """What the texts define that were read in so far, by ``. FILE``."""
    _places: dict[tuple[int, ...], Places] = field(default_factory=dict)
    _texts: int = 0

    def at(self, command: Command) -> Places:
        """Say where a command may run; a subshell starts where it stands and keeps its ``cd`` for itself."""
        around = (command.subshell[:depth] for depth in range(len(command.subshell), -1, -1))
        nearest = next((self._places[one] for one in around if one in self._places), self.start)
        return self._places.setdefault(command.subshell, nearest)

    def moved_by(self, command: Command) -> Iterator[str]:
        """Follow ``cd``, and every ``cd`` of a text that a command makes part of this one; say it where this cannot follow."""
        name = program_name(command) or ""
        if name in _MOVING:
            left = self._change(command)
            yield from () if left is None else (left,)
        for text in self._made_part(command, name):
            self._texts += 1
            if self._texts > MOST_TEXTS:
                yield f"{command.shown} reads in too many texts, which may change the directory"
                return
            defines = name in _SOURCING and not command.subshell
            shell = read_command(text) if defines or _MAY_MOVE.search(text) else Shell()
            self.functions |= shell.functions if defines else set()
            for one in shell.commands if _MAY_MOVE.search(text) else ():
                if not one.subshell:
                    yield from self.moved_by(replace(one, subshell=command.subshell))

    def _made_part(self, command: Command, name: str) -> Iterator[str]:
        """Give the texts of ``eval TEXT`` and ``. FILE``, as far as they are known; what is not is a gap of its own."""
        words = [word.literal for word in command.arguments]
        if name == "eval" and None not in words:
            yield " ".join(word for word in words if word is not None)
        for place in self.at(command) if name in _SOURCING and words else ():
            spot = self.installed.step(words[0], place, self.owner) if words[0] else None
            package = self.installed.at(spot.location) if spot is not None else None
            if spot is not None and package is not None and spot.directory in package.members:
                yield package.files[spot.directory][:LONGEST].decode(errors="replace").replace("\0", "")

    def _change(self, command: Command) -> str | None:
        """Follow ``cd``; say it when it goes where this cannot follow."""
        here = self.at(command)
        words = [word for word in command.arguments if word.literal not in {"--", "-P", "-L"}]
        target = words[0].literal if words else None
        known = target if target != "-" else None
        there = [self.installed.step(known, place, self.owner) if known else None for place in here]
        self._places[command.subshell] = here | {place for place in there if place is not None}
        if None in there or len(self._places[command.subshell]) > MOST:
            self._places[command.subshell] = here
            return f"{command.shown} leaves the package, or goes where only running tells"
        return None
