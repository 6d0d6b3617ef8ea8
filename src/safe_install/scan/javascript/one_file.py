"""One file that is looked at by itself, for a question that its reading does not answer."""

from __future__ import annotations

from collections.abc import Collection

from safe_install.scan.grammars import Place, parse_javascript, places
from safe_install.scan.javascript.bindings import NOTED, Bindings
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.scopes import KINDS as SCOPING

LARGEST = 131_072  # bytes; what is larger is not looked at twice


def look_through(source: bytes, path: str | None, kinds: Collection[str]) -> tuple[list[Place], Constants] | None:
    """Give the places of some kinds and what the file's expressions can be; None for what is no JavaScript, or too large."""
    root = parse_javascript(source) if len(source) <= LARGEST else None
    if root is None or root.has_error:
        return None
    bindings = Bindings(source)
    bindings.scopes.read(places(root, of=SCOPING))
    found = list(places(root, of=NOTED.union(kinds)))
    for place in found:
        if place.kind in NOTED:
            bindings.note(place)
    return [place for place in found if place.kind in kinds], Constants(source, path, bindings)
