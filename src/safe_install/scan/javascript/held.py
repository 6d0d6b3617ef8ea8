"""What a package holds as it is delivered, and what systems take for one of its files."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

_NAME = re.compile(r"[\w@+.-]*[\w@+-]", re.ASCII)
"""What names one thing on every system: Windows drops a last point, and has short names, streams and devices."""
_DEVICE = re.compile(r"(?:aux|con|nul|prn|conin\$|conout\$|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_NO_NAMES = frozenset(("", ".", ".."))


@dataclass(frozen=True, slots=True)
class Held:
    """The files of a package as it is delivered, by their paths: what lies at a place before anything runs."""

    paths: frozenset[str]

    def lies_at(self, path: str) -> str | None:
        """Say what lies at a path from the root: ``file``, ``directory`` or nothing; None where that is not certain.

        What npm puts below ``node_modules`` is not the package's; and a name in another case, or with signs that show nothing, is the same one on some systems.
        """
        place = posixpath.normpath(path)
        if place == "." or place.startswith(("..", "/")) or "node_modules" in place.split("/"):
            return None
        if place in self.paths:
            return "file"
        if any(one.startswith(f"{place}/") for one in self.paths):
            return "directory"
        return None if self._is_alike(place, ("", "/")) else ""

    def surely_at(self, path: str) -> str | None:
        """Say the same of a path that systems go name by name: upward only from directories that are there, below no file."""
        names = path.split("/")
        if not all(one in _NO_NAMES or (_NAME.fullmatch(one) and not _DEVICE.fullmatch(one)) for one in names):
            return None
        for at, name in enumerate(names):
            before = posixpath.normpath("/".join(names[:at]))
            if name == ".." and before != "." and self.lies_at(before) != "directory":
                return None
        there = self.lies_at(path)
        return None if there == "file" and names[-1] in _NO_NAMES else there

    def has_nothing_like(self, path: str) -> bool:
        """Tell whether there is neither this path nor one that Node would take for it: with an extension, or below it."""
        return self.lies_at(path) == "" and not self._is_alike(path, (".", "/"))

    def _is_alike(self, place: str, ends: tuple[str, ...]) -> bool:
        start = place.casefold()
        folded = [one.casefold().encode("ascii", "ignore").decode() for one in self.paths]
        return any(one == start or any(end and one.startswith(f"{start}{end}") for end in ends) for one in folded)
