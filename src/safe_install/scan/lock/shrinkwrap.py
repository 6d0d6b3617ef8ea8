"""The npm-shrinkwrap.json inside a package, from which npm up to 11 installs more packages below that one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safe_install.model import Finding
from safe_install.scan.lock.lockfile import read_lockfile
from safe_install.scan.lock.lockfile_text import read_contents

SHRINKWRAP = "npm-shrinkwrap.json"


def read_shrinkwrap(data: bytes) -> tuple[Mapping[str, int], tuple[Finding, ...]]:
    """Give the locations it brings, relative to its package, with their lines, and what its entries may not say.

    Version 1 too, which npm still converts here; its entries have no lines and nothing that npm would run. Raises
    LockfileError for what cannot be read.
    """
    contents = read_contents(data, SHRINKWRAP)
    if contents.entries is None:
        return dict.fromkeys(_first_version(contents.top.get("dependencies")), 0), contents.findings
    lines = {location: written.line for location, written in contents.entries.items() if location}
    return lines, read_lockfile(data, name=SHRINKWRAP).findings


def _first_version(dependencies: object) -> Iterator[str]:
    """Walk the nested ``dependencies`` of version 1."""
    waiting = [("", dependencies)]
    while waiting:
        base, inner = waiting.pop()
        for name, entry in inner.items() if isinstance(inner, dict) else ():
            yield f"{base}node_modules/{name}"
            waiting.append(
                (f"{base}node_modules/{name}/", entry.get("dependencies") if isinstance(entry, dict) else None)
            )
