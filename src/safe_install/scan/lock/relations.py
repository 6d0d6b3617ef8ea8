"""What only all entries of a lockfile together tell: who links where, who carries whom, who is asked for by address."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from safe_install.scan.lock.entries import Entry, MalformedError, quoted
from safe_install.scan.lock.tree import by_folded, edge_to, parent_of


def link_targets(entries: Mapping[str, Entry]) -> dict[str, str]:
    """Give each link's target as npm would resolve it; `MalformedError` when there is no entry for it, where npm too stops."""
    links: dict[str, str] = {}
    for location, entry in entries.items():
        if not entry.link:
            continue
        if not location:
            raise MalformedError('packages[""].link', "no link: it is the project's own entry")
        path = f"packages[{quoted(location)}].resolved"
        if entry.resolved is None:
            raise MalformedError(path, "the directory that is linked")
        target = posixpath.normpath(entry.resolved).removeprefix("./")
        links[location] = "" if target == "." else target
        if links[location] not in entries or entries[links[location]].link:
            raise MalformedError(path, f"a directory with an entry of its own, found {quoted(target)}")
    return links


def bundlers(entries: Mapping[str, Entry]) -> dict[str, str]:
    """Give, for each package that another one's tarball carries, the location of that other one.

    As `getBundler` of arborist's node.js: carried is what ``bundleDependencies`` names, what those need from the
    same node_modules, and everything inside them. The entry's own ``inBundle`` is only a note of it, and npm does not
    read it. The project itself can bundle too (its location is empty); npm then still fetches.
    """
    if not any(entry.bundles for entry in entries.values()):
        return {}
    children = _children(entries)
    carried: dict[str, str] = {}
    for location in sorted(entries, key=lambda location: location.count("node_modules/")):
        if location in carried:
            continue
        named = [child for child in children.get(location, ()) if _name(child) in entries[location].bundles]
        carried |= dict.fromkeys(_closure(named, location, entries, children), location)
    return carried


def asked_for_by_address(entries: Mapping[str, Entry]) -> set[str]:
    """Tell which locations somebody depends on by a web address, so that no registry answers for their contents."""
    present = by_folded(entries)
    found = (
        edge_to(location, name, present)
        for location, entry in entries.items()
        for name, spec in entry.dependencies.items()
        if spec[:8].lower().startswith(("http://", "https://"))
    )
    return {location for location in found if location is not None}


def _children(entries: Mapping[str, Entry]) -> dict[str, list[str]]:
    children: dict[str, list[str]] = {}
    for location, entry in entries.items():
        parent = parent_of(location)
        if parent is not None and not entry.link:
            children.setdefault(parent, []).append(location)
    return children


def _closure(
    named: list[str], bundler: str, entries: Mapping[str, Entry], children: Mapping[str, list[str]]
) -> set[str]:
    """Follow the named packages to all that they need beside them and hold inside them."""
    found: set[str] = set()
    present = by_folded(entries)
    waiting = list(named)
    while waiting:
        location = waiting.pop()
        if location in found:
            continue
        found.add(location)
        waiting += children.get(location, ())
        needed = (edge_to(location, name, present) for name in entries[location].dependencies)
        waiting += (
            need for need in needed if need is not None and parent_of(need) == bundler and not entries[need].link
        )
    return found


def _name(location: str) -> str:
    return location.rpartition("node_modules/")[2]
