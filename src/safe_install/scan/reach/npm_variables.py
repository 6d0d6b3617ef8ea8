"""What npm tells a script about its package through the environment, from @npmcli/run-script's package-envs.js."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from safe_install.model import LifecycleScript

_TOLD = ("name", "version", "config", "engines", "bin")
_ODD = re.compile(r"[^a-zA-Z0-9_]")
MOST = 1_000
_DEEPEST = 8


def told_by_npm(script: LifecycleScript) -> dict[str, str]:
    """Give names and values of ``npm_package_…``, in which a command can lie: objects and lists are taken apart."""
    manifest = script.package.manifest
    told = {"npm_lifecycle_event": script.event.value, "npm_lifecycle_script": script.command}
    for key in _TOLD:
        for name, value in _flat(f"npm_package_{key}", manifest.get(key), _DEEPEST):
            if len(told) < MOST:
                told[name] = value
    return told


def _flat(name: str, value: object, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping | list) and depth:
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, inner in pairs:
            yield from _flat(f"{name}_{_ODD.sub('_', str(key))}", inner, depth - 1)
    elif isinstance(value, bool):
        yield name, str(value).lower() if value else ""
    elif isinstance(value, str | int | float):
        yield name, str(value)
