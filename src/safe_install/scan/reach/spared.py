"""Texts that were read without what never runs as their package is delivered: see `unmet`.

``fs.existsSync("./src") && build()`` builds nothing where there is no ``src``. That holds as long as nothing makes or removes a
file first; where anything may, every such text is read whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from safe_install.model import OF_THE_PROJECT, Event, Language, Source
from safe_install.scan.javascript.held import Held
from safe_install.scan.reach.evidence import Evidence
from safe_install.scan.reach.readings import Reading
from safe_install.scan.reach.texts import Text
from safe_install.scan.shell.program_names import BUILTINS, program_name
from safe_install.scan.shell.shell import Command
from safe_install.scan.unpack.manifest import declared_scripts

MOST = 5_000  # files of a package that is asked what it holds
_JAVASCRIPT = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT))
_CHANGES_NO_FILE = BUILTINS - {"alias", "builtin", "command", "exec"}
_TEXT_FOLLOWS = frozenset(("-e", "-p", "-pe", "--eval", "--print"))
_OF_NODE = "NODE_"
"""How the variables begin that tell Node to write: what it covers, warns of, or compiled."""
_OF_DELIVERED = {Event.PREINSTALL.value, Event.INSTALL.value, Event.POSTINSTALL.value}
"""The scripts that npm runs of what it fetched."""
_CHECKED_OUT = OF_THE_PROJECT | {Source.GIT}
"""Where more may lie than what is delivered, such as ``.git``."""


@dataclass(slots=True)
class Spared:
    """The texts of one trace of which something was left out."""

    evidence: Evidence
    texts: list[Text] = field(default_factory=list)
    given_up: bool = False
    _held: Held | None = None

    def __post_init__(self) -> None:
        package = self.evidence.script.package
        others = set(declared_scripts(package.manifest)) & _OF_DELIVERED - {self.evidence.script.event.value}
        builds = "binding.gyp" in package.members
        if not (others or builds) and package.artifact.source not in _CHECKED_OUT and len(package.members) <= MOST:
            self._held = Held(frozenset(package.members))

    def held(self, text: Text) -> Held | None:
        """Say what the script's package holds, for a text that starts at its root; None where something may change that."""
        starts_there = text.owner is self.evidence.script.package and text.places == self.evidence.installed.root
        is_asked = starts_there and text.file.language in _JAVASCRIPT and not self.given_up
        return self._held if is_asked else None

    def note(self, text: Text, reading: Reading) -> None:
        """Take note of a text of which something was left out."""
        if reading.unmet:
            self.texts.append(text)

    def taken_back(self) -> list[Text]:
        """Give the texts that are to be read whole, once something was found that may make or remove a file."""
        if not self.texts or self._is_quiet():
            return []
        self.given_up = True
        texts, self.texts = self.texts, []
        return texts

    def _is_quiet(self) -> bool:
        """Tell whether nothing that was read so far may write, start another program, or hide that it does."""
        one = self.evidence
        started = [*one.commands, *(command for reading in one.readings for command in reading.commands)]
        moves = any(blind.is_move for reading in one.readings for blind in reading.blinds)
        touches = any(reading.touches for reading in one.readings)
        sets = any(name == "*" or name.upper().startswith(_OF_NODE) for name in one.sets)
        hides = any(not is_caught for _, is_caught in one.gaps.values()) or one.boundaries or one.has_libraries
        return not (hides or moves or touches or sets or one.writes) and all(map(_changes_no_file, started))


def _changes_no_file(command: Command) -> bool:
    """Tell whether a command makes and removes no file, but for what a text does that it runs; Node's own options may."""
    if any(name.upper().startswith(_OF_NODE) for name, _ in command.assignments):
        return False
    if program_name(command) != "node":
        return program_name(command) in _CHANGES_NO_FILE
    words = [word.shown for word in command.arguments]
    options = words[2:] if words and words[0] in _TEXT_FOLLOWS else words[:1]
    return bool(words) and not any(one.startswith("-") for one in options)
