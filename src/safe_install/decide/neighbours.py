"""What other tools allow and deny by their own lists, and what ours would be in them.

None of these lists is bound to contents: a name, or a name and versions, is all that they can say. So only a no of
theirs is worth taking over, and every yes of theirs that covers more than people here have read is told.
Sources: npm 12 (lib/utils/resolve-allow-scripts.js, arborist's script-allowed.js), pnpm 11's build settings, Bun's
trustedDependencies, @lavamoat/allow-scripts 5.1 (src/config.js).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from safe_install.decide.approvals import ROOT
from safe_install.judgement import Approval, Denial


class Neighbour(StrEnum):
    """Tools that keep a list of their own."""

    NPM = "npm"
    PNPM = "pnpm"
    BUN = "bun"
    LAVAMOAT = "lavamoat"


PLACES: Mapping[Neighbour, str] = {
    Neighbour.NPM: "allowScripts in package.json",
    Neighbour.PNPM: "allowBuilds and its elder siblings in pnpm-workspace.yaml and package.json",
    Neighbour.BUN: "trustedDependencies in package.json",
    Neighbour.LAVAMOAT: "lavamoat.allowScripts in package.json",
}
_NAME = r"(?:@[a-z0-9~-][a-z0-9._~-]*/)?[A-Za-z0-9~_][\w.~-]*"
_KEY = re.compile(rf"(?P<name>{_NAME})(?:@(?P<versions>[^@]+))?", re.ASCII)
_PINNED = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+[\w.+-]*", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One yes or no of another tool; without ``versions`` it is to every version."""

    of: Neighbour
    name: str
    allowed: bool
    versions: tuple[str, ...] = ()


def entries(manifest: Mapping[str, object], pnpm_workspace: Mapping[str, object]) -> tuple[Entry, ...]:
    """Read every list that a project has; what is no package's name or no yes and no is left out."""
    pnpm = _table(manifest.get("pnpm"))
    found = [
        *_flags(Neighbour.NPM, manifest.get("allowScripts")),
        *_flags(Neighbour.LAVAMOAT, _table(manifest.get("lavamoat")).get("allowScripts")),
        *_named(Neighbour.BUN, manifest.get("trustedDependencies"), allowed=True),
    ]
    for settings in (pnpm, pnpm_workspace):
        found += _flags(Neighbour.PNPM, settings.get("allowBuilds"))
        found += _named(Neighbour.PNPM, settings.get("onlyBuiltDependencies"), allowed=True)
        for denying in ("neverBuiltDependencies", "ignoredBuiltDependencies"):
            found += _named(Neighbour.PNPM, settings.get(denying), allowed=False)
    return tuple(dict.fromkeys(found))


def denied_by(neighbour: Neighbour, told: Iterable[Entry]) -> tuple[str, ...]:
    """Name the packages that a tool denies at every version; a no to some versions only has no place in our records."""
    return tuple(sorted({one.name for one in told if one.of is neighbour and not one.allowed and not one.versions}))


def broader(told: Iterable[Entry], approvals: Iterable[Approval]) -> tuple[Entry, ...]:
    """Give each yes of a tool that covers a version which nobody here has read."""
    read = {(approval.package, approval.seen_in) for approval in approvals}
    return tuple(
        one
        for one in told
        if one.allowed and not (one.versions and all((one.name, version) in read for version in one.versions))
    )


def flags_for(neighbour: Neighbour, approvals: Iterable[Approval], denials: Iterable[Denial]) -> dict[str, bool]:
    """Give our records as another tool's keys: a yes pinned to the versions that were read where it can say so."""
    versions: dict[str, set[str]] = {}
    for approval in approvals:
        if approval.package != ROOT and _PINNED.fullmatch(approval.seen_in):
            versions.setdefault(approval.package, set()).add(approval.seen_in)
    pins = neighbour in {Neighbour.NPM, Neighbour.PNPM}
    yes = {f"{name}@{' || '.join(sorted(seen))}" if pins else name: True for name, seen in versions.items()}
    return dict(sorted((yes | {denial.package: False for denial in denials if denial.package != ROOT}).items()))


def merged(flags: Mapping[str, bool], there: object) -> dict[str, object]:
    """Put our keys among those that are there; each takes the place of every other to the same package."""
    ours = {name_of(key) for key in flags}
    kept = {key: value for key, value in _table(there).items() if name_of(key) not in ours}
    return dict(sorted({**kept, **flags}.items()))


def name_of(key: str) -> str:
    """Leave the versions out of a key."""
    found = _KEY.fullmatch(key)
    return found["name"] if found else key


def _flags(of: Neighbour, table: object) -> Iterator[Entry]:
    for key, value in _table(table).items():
        if isinstance(value, bool) and (entry := _entry(of, key, allowed=value)):
            yield entry


def _named(of: Neighbour, names: object, *, allowed: bool) -> Iterator[Entry]:
    for key in names if isinstance(names, list) else ():
        if isinstance(key, str) and (entry := _entry(of, key, allowed=allowed)):
            yield entry


def _entry(of: Neighbour, key: str, *, allowed: bool) -> Entry | None:
    """Read ``name``, ``name@*``, ``name@1.2.3 || 1.2.4``, or LavaMoat's ``parent>name#1.2.3``."""
    if of is Neighbour.LAVAMOAT:
        key = key.rpartition(">")[2].replace("#", "@")
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    versions = tuple(part.strip() for part in (found["versions"] or "*").split("||"))
    return Entry(of=of, name=found["name"], allowed=allowed, versions=() if "*" in versions else versions)


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
