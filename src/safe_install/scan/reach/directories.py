"""Where the commands of one text run: what ``cd`` does, subshell by subshell."""

from __future__ import annotations

from dataclasses import dataclass, field

from safe_install.scan.reach.installed import Installed, Places
from safe_install.scan.shell.shell import Command

MOST = 16


@dataclass(slots=True)
class Directories:
    """The working directories of a text's commands, which have to come in the order of the text.

    A ``cd`` adds a directory and takes none away: whether it runs, and whether it succeeds, is not known.
    """

    start: Places
    installed: Installed
    owner: str
    _places: dict[tuple[int, ...], Places] = field(default_factory=dict)

    def at(self, command: Command) -> Places:
        """Say where a command may run; a subshell starts where it stands and keeps its ``cd`` for itself."""
        around = (command.subshell[:depth] for depth in range(len(command.subshell), -1, -1))
        nearest = next((self._places[one] for one in around if one in self._places), self.start)
        return self._places.setdefault(command.subshell, nearest)

    def change(self, command: Command) -> str | None:
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
