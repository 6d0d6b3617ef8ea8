"""Texts that were read without what another command line would run: see `unchosen`.

``node tool.js install`` runs what ``switch (process.argv[2])`` has for that. So it does as long as no text changes the list of
arguments, or sets the variable; where one may, every such text is read whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from safe_install.model import Package
from safe_install.scan.javascript.surroundings import PARSERS, Started
from safe_install.scan.javascript.uncalled_exports import EXPORTS, REACHES_MAIN
from safe_install.scan.javascript.unchosen import ARGUMENTS
from safe_install.scan.reach.arguments import may_change_arguments
from safe_install.scan.reach.evidence import Evidence
from safe_install.scan.reach.installed import is_registrys_own
from safe_install.scan.reach.readings import Reading
from safe_install.scan.reach.texts import Text


@dataclass(slots=True)
class Chosen:
    """The texts of one trace of which something was left out, by what has to stay as it is."""

    evidence: Evidence
    texts: dict[str, list[Text]] = field(default_factory=dict)
    rests: dict[tuple[str, str], str] = field(default_factory=dict)
    """What is left of such a file, by location and path, where nothing else runs it whole."""
    changes_arguments: bool = False
    """Whether any text may change the list."""
    reaches_main: bool = False
    """Whether any text may come by what a program's file exports."""
    given_up: bool = False

    def started(self, text: Text) -> Started | None:
        """Say what a file of the script's own package is started with; None where that is not known, or may be changed."""
        if text.given is None or text.origin is None or text.shared or self.given_up:
            return None
        words = tuple(word.literal for word in text.given if word.literal is not None)
        if len(words) < len(text.given) or text.owner is not self.evidence.script.package:
            return None
        named = (name for name in PARSERS if name in text.content)
        parsers = frozenset(name for name in named if self._is_its_own(text.owner, name))
        is_program = not self.reaches_main and self.evidence.order.is_alone((text.file.location, text.file.path))
        return Started(words, parsers, is_program)

    def note(self, text: Text, reading: Reading) -> None:
        """Take note of a text of which something was left out, and of one that may change what that rests on."""
        self.changes_arguments |= may_change_arguments(text.content)
        self.reaches_main |= REACHES_MAIN.search(text.content) is not None
        for name in reading.unchosen:
            self.texts.setdefault(name, []).append(text)
        key = (text.file.location, text.file.path)
        if reading.unchosen and self.rests.setdefault(key, reading.rest) == reading.rest:
            return
        self.rests[key] = text.content

    def said(self, text: Text) -> str:
        """Give what a text says of which something may be left out."""
        return text.content if self.given_up else self.rests.get((text.file.location, text.file.path), text.content)

    def taken_back(self) -> list[Text]:
        """Give the texts that are to be read whole, each once, when something may have changed what they rest on."""
        if not any(map(self._may_change, self.texts)):
            return []
        self.given_up = True
        texts, self.texts = self.texts, {}
        return list({id(text): text for some in texts.values() for text in some}.values())

    def _may_change(self, name: str) -> bool:
        if name == ARGUMENTS:
            return self.changes_arguments
        if name == EXPORTS:
            alone = self.evidence.order.is_alone
            return self.reaches_main or not all(alone((one.file.location, one.file.path)) for one in self.texts[name])
        return not self.evidence.sets.isdisjoint((name, "*"))

    def _is_its_own(self, owner: Package, name: str) -> bool:
        """Tell whether what a package finds by a name is the registry's package of that name."""
        found = self.evidence.installed.module(owner, name)
        return found is not None and is_registrys_own(found) and found.artifact.name == name
