"""Which places a file writes to by Node's ``fs``, which of them get new contents, and from where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from safe_install.scan.grammars import line_of
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.paths import outside
from safe_install.scan.javascript.placed import launches, sources
from safe_install.scan.javascript.values import arguments_in
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.words import Word, is_hook, listed

_TO_SECOND = 1
_PLACES = {
    **dict.fromkeys(("appendFile", "chmod", "chown", "createWriteStream", "mkdir", "mkdtemp", "rm", "rmdir"), 0),
    **dict.fromkeys(("truncate", "unlink", "utimes", "writeFile"), 0),
    **dict.fromkeys(("copyFile", "cp", "link", "rename", "symlink"), _TO_SECOND),
}
"""Functions of ``fs`` that write, and which argument names the place."""
_FILLING = listed("appendFile copyFile cp createWriteStream link rename symlink writeFile")
"""Those that give a place new contents."""
_FILLING_BY_NAME = frozenset(f"{name}Sync" for name in _FILLING) | listed(
    "appendFile copyFile createWriteStream writeFile"
)
"""Names that are hardly anything else's."""


@dataclass(slots=True)
class Writes:
    """What one file writes; ``places`` are all that it changes, ``filled`` those that get new contents."""

    constants: Constants
    places: list[Word] = field(default_factory=list)
    filled: list[Word] = field(default_factory=list)
    copied: dict[Word, tuple[Word, ...] | None] = field(default_factory=dict)
    """What places are filled from, as `sources` says of all their calls together."""

    def by_symbol(self, symbol: str, given: list[Node]) -> list[Lead | Blind]:
        """Take note of a call of Node's ``symbol``; give what it puts where something will run it."""
        name = symbol.removeprefix("node:fs.").removesuffix("Sync")
        if not symbol.startswith("node:fs.") or name not in _PLACES or _PLACES[name] >= len(given):
            return []
        words = tuple(map(outside, self.constants.words(given[_PLACES[name]])))
        filled = words if name in _FILLING else ()
        self.places += words
        self.filled += filled
        return [*self._hooked(name, given, words), *self._filled(filled, name, given)]

    def by_name(self, call: Node) -> list[Lead | Blind]:
        """Take note of ``a.writeFileSync(…)`` where nothing is known of ``a``: fs by another road, or a copy of it."""
        callee = call.child_by_field_name("function")
        if callee is None or callee.type != "member_expression":
            return []
        taken = callee.child_by_field_name("property")
        name = None if taken is None else self.constants.key(taken)
        if name not in _FILLING_BY_NAME or self.constants.value(callee.child_by_field_name("object")).symbols:
            return []
        return self.by_symbol(f"node:fs.{name}", arguments_in(call.child_by_field_name("arguments")))

    def _filled(self, places: Sequence[Word], name: str, given: list[Node]) -> list[Blind]:
        """Take note of what places are filled from; of a text that starts something, of what."""
        here = sources(self.constants, name, given)
        for place in places:
            before = self.copied.get(place, ())
            self.copied[place] = None if here is None or before is None else tuple(dict.fromkeys((*before, *here)))
        launched = launches(self.constants, given[1]) if name == "writeFile" and here == () else None
        return [] if launched is None else [launched]

    def _hooked(self, name: str, given: list[Node], places: tuple[Word, ...]) -> list[Lead]:
        """Lead to a file that is copied to where git runs it."""
        if _PLACES[name] != _TO_SECOND or not any(map(is_hook, places)):
            return []
        return [
            Lead(kind=Kind.FILE, target=one, line=line_of(given[0]), optional=True)
            for one in self.constants.words(given[0])
            if one.literal
        ]
