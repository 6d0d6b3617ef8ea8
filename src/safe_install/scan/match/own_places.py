"""Paths that look as if they led to a neighbour and end in the package itself: ``join(here, "../../cli/index.js")``."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection

from safe_install.scan.match.seen import Sighting

NEIGHBOURS = "names-neighbour-packages"  # the signature
_JOINED = re.compile(r",\s*[\"'`]((?:\.\./){1,4}[\w@./-]{1,160})[\"'`]")
_ANY = re.compile(r"[\"'`](?:\.\./){1,4}")
_ELSEWHERE = re.compile(r"\bcwd\b|\bINIT_CWD\b|\bprefix\b", re.IGNORECASE)


def is_own_place(sighting: Sighting, path: str, members: Collection[str]) -> bool:
    """Tell whether every path with ``../`` that a line joins to its own directory leads to a member of the package.

    ``path`` is that of the file it stands in. A path that is not joined to anything starts at the working directory.
    """
    if sighting.signature != NEIGHBOURS or sighting.printed or _ELSEWHERE.search(sighting.excerpt):
        return False
    joined = _JOINED.findall(sighting.excerpt)
    places = [posixpath.normpath(posixpath.join(posixpath.dirname(path), one)) for one in joined]
    return bool(places) and len(places) == len(_ANY.findall(sighting.excerpt)) and all(one in members for one in places)
