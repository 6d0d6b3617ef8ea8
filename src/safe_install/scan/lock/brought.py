"""What brings a package in: the shortest chain of dependencies from the project to each place of the tree."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from safe_install.model import NOTHING, OF_THE_PROJECT, Artifact
from safe_install.scan.lock.tree import by_folded, edge_to


def brought_in(
    artifacts: Iterable[Artifact], wanted: Iterable[str], *, links: Mapping[str, str] = NOTHING
) -> Mapping[str, tuple[Artifact, ...]]:
    """Give for each wanted location the artifacts on the way to it, the project's own first, itself last.

    Names are found as npm finds them; of several shortest ways it is the first in the lockfile's order. A location that
    no dependency leads to (an entry that somebody added by hand) is not in it. ``links`` are the lockfile's.
    """
    tree = {artifact.location: artifact for artifact in artifacts}
    present = by_folded((*tree, *links))
    before: dict[str, str | None] = {
        location: None for location, artifact in tree.items() if artifact.source in OF_THE_PROJECT
    }
    waiting = deque(sorted(before, key=lambda location: (location != "", location)))  # the project itself first
    while waiting:
        location = waiting.popleft()
        for name in tree[location].dependencies:
            found = edge_to(location, name, present)
            target = links.get(found, found) if found is not None else None
            if target in tree and target not in before:
                before[target] = location
                waiting.append(target)
    return {location: tuple(tree[step] for step in _way(location, before)) for location in wanted if location in before}


def _way(location: str, before: Mapping[str, str | None]) -> list[str]:
    """Walk back to the project."""
    way = [location]
    while (previous := before[way[-1]]) is not None:
        way.append(previous)
    return way[::-1]
