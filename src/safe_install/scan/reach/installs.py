"""A command's leads, where what a package declares about itself says more of the command than its words do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from safe_install.model import BoundaryKind, GapKind, Package
from safe_install.scan.shell.leads import Blind, Ending, Lead
from safe_install.scan.shell.program_names import is_flag, program_name
from safe_install.scan.shell.programs import leads
from safe_install.scan.shell.shell import Command

DECLARED = ", which its package.json declares"
_VERBS = frozenset(("install", "i", "add"))
_FLAGS = re.compile(
    r"--(?:loglevel=\w+|silent|prefer-offline|prefer-online|no-audit|audit=false|progress=false|no-progress|no-save|save=false"
    r"|no-package-lock|package-lock=false|ignore-scripts|no-fund|fund=false|force|legacy-peer-deps|no-optional)|-f"
)
"""Flags that do not say from where or to where; ``--prefix`` and ``--registry`` do."""
_SPEC = re.compile(r"(?P<name>(?:@[\w.~-]+/)?[\w.~-]+)@(?P<version>[\w.+-]+)")


def leads_of(command: Command, text: Sequence[Command], package: Package) -> list[Lead | Blind | Ending]:
    """Tell what a command leads to; an npm that fetches just what its package declares ends in a known way."""
    found: list[Lead | Blind | Ending] = [*leads(command, text)]
    names = _installed(command)
    if not names or not all(_declares(package.manifest, name, version) for name, version in names):
        return found
    said = ", ".join(f"{name}@{version}" for name, version in names)
    ending = Ending(kind=BoundaryKind.INSTALLS, detail=f"has npm install {said}{DECLARED}")
    kept = (one for one in found if not (isinstance(one, Blind) and one.kind is GapKind.DOWNLOADED))
    return [*kept, Ending(kind=ending.kind, detail=ending.detail, line=command.line)]


def _installed(command: Command) -> list[tuple[str, str]]:
    """List what ``npm install NAME@VERSION …`` installs; nothing where a word or a flag may say otherwise."""
    words = [word.literal for word in command.arguments if not is_flag(word)]
    flags = [word.literal for word in command.arguments if is_flag(word)]
    if program_name(command) != "npm" or not words or words[0] not in _VERBS:
        return []
    specs = [_SPEC.fullmatch(word or "") for word in words[1:]]
    if not specs or None in specs or not all(flag and _FLAGS.fullmatch(flag) for flag in flags):
        return []
    return [(spec["name"], spec["version"]) for spec in specs if spec]


def _declares(manifest: Mapping[str, object], name: str, version: str) -> bool:
    """Tell whether a manifest has exactly this package and version among what npm installs with it anyway."""
    tables = (manifest.get(table) for table in ("dependencies", "optionalDependencies"))
    return any(isinstance(table, Mapping) and table.get(name) == version for table in tables)
