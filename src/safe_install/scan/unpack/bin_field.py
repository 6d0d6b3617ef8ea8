"""The ``bin`` of a manifest as npm takes it: command name → file, both made safe (npm's package-json/lib/normalize.js)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

_SEPARATORS = re.compile(r"[\\:]")


def normalised_bin(value: object, name: str | None) -> dict[str, str]:
    """Give the commands npm would link for this ``bin`` of a package of this name; what npm drops is left out."""
    if isinstance(value, str):
        value = {name: value} if name else {}
    elif isinstance(value, list):
        value = {posixpath.basename(path.rstrip("/")): path for path in value if isinstance(path, str)}
    if not isinstance(value, Mapping):
        return {}
    safe = ((posixpath.basename(inside(key)), inside(path)) for key, path in value.items() if isinstance(path, str))
    return {command: path for command, path in safe if command and path}


def inside(path: str) -> str:
    """Make a path relative to the package and unable to leave it; empty for the package itself."""
    return posixpath.normpath("/" + _SEPARATORS.sub("/", path)).lstrip("/")
