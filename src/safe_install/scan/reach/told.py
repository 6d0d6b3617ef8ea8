"""What a shell's text is told by what starts it: npm's variables, and its own name.

Any text may tell the others something else, before or after that one is read that takes it for known: ``a.sh`` starts with
``export npm_package_config_run=…``, and ``b.sh`` is ``$npm_package_config_run``. And ``$0`` of a text that another one reads in is
that one's name.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from safe_install.model import Language
from safe_install.scan.reach.texts import Text
from safe_install.scan.shell.known_values import OWN_FILE
from safe_install.scan.shell.program_names import program_name
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import PACKAGE_ROOT

_NAME = re.compile(r"\bnpm_(?:package|lifecycle)_\w+", re.IGNORECASE)
_GIVEN = re.compile(r"(?<![$%{!])\bnpm_(?:package|lifecycle)_\w+|\$\{npm_\w+:?=", re.IGNORECASE)
"""Where a text names a variable and does not only put in what it is."""
_GIVEN_BY_NAME = re.compile(
    r"\b(?:export|declare|typeset|local|readonly|env|read|printf\s+-v)\b[^\n;|&=]{0,200}[$`]|\bset\s+[^\n=%]{0,20}%[^\n=]{1,80}=",
    re.IGNORECASE,
)
"""Where the name itself is computed."""
_NAMES_ITSELF = re.compile(r"\$\{?(?:0|BASH_SOURCE)\b")
_SOURCING = frozenset((".", "source"))
_READ_ELSEWHERE = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT, Language.JSON, Language.TEXT))
"""Languages whose readers say what they set, or that set nothing."""


@dataclass(slots=True)
class Told:
    """What npm tells one script, and the texts that were read with it, and with their own name.

    ``sets`` are names that other languages than JavaScript set.
    """

    values: Mapping[str, str]
    taking: list[tuple[Text, frozenset[str]]] = field(default_factory=list)
    sets: set[str] = field(default_factory=set)
    sourced: set[str] = field(default_factory=set)
    """Names of files that another text reads in, as a part of its own; ``*`` for any."""
    looked_at: tuple[int, int, int] = (0, 0, 0)
    """How many names were known to be set, and read in, when that was last asked."""

    def known(self, text: Text, sets: Collection[str]) -> Mapping[str, str]:
        """Give what no text tells this one otherwise; ``sets`` are the names that JavaScript sets, ``*`` for any."""
        changed = self.sets.union(sets)
        told = {} if "*" in changed else {name: self.values[name] for name in self.values.keys() - changed}
        name = posixpath.basename(text.origin or "").casefold()
        alone = text.origin is not None and self.sourced.isdisjoint((name, "*"))
        return {**told, OWN_FILE: f"{PACKAGE_ROOT}/{text.origin}"} if alone else told

    def note(self, text: Text, sets: Collection[str]) -> None:
        """Take note of what a text in a shell's language or Python's sets, and of what is taken for known in one of a shell's."""
        if text.file.language in _READ_ELSEWHERE:
            return
        self.sets |= {found[0].strip("${:=") for found in _GIVEN.finditer(text.content)}
        self.sets |= {"*"} if _GIVEN_BY_NAME.search(text.content) else set()
        named = [*_NAME.findall(text.content), *([OWN_FILE] if _NAMES_ITSELF.search(text.content) else ())]
        names = self.known(text, sets).keys() & named
        if names:
            self.taking.append((text, frozenset(names)))

    def note_sourced(self, command: Command) -> None:
        """Take note of ``. FILE``: as a part of the text that reads it in, a file has that one's name."""
        for word in command.arguments if program_name(command) in _SOURCING else ():
            end = word.parts[-1] if word.parts else ""
            name = end if isinstance(end, str) and ("/" in end or word.literal is not None) else "*"
            self.sourced.add(posixpath.basename(name).casefold())

    def taken_back(self, sets: Collection[str]) -> list[Text]:
        """Give the texts that took for known what turned out to be set, each once."""
        grown = (len(sets), len(self.sets), len(self.sourced))
        if grown == self.looked_at:  # or each text of a library would ask it of all of the package's own
            return []
        self.looked_at = grown
        holds = [names <= self.known(text, sets).keys() for text, names in self.taking]
        changed = [text for (text, _), still in zip(self.taking, holds, strict=True) if not still]
        self.taking = [one for one, still in zip(self.taking, holds, strict=True) if still]
        return changed
