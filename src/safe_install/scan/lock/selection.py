"""Which of a lockfile's artifacts npm puts on disk here, and which it takes away with one that fails.

npm does not believe the flags of a lockfile's entries: it computes ``dev``, ``optional`` and ``peer`` anew from who
depends on whom, and drops what nobody depends on (arborist: load-virtual.js, calc-dep-flags.js). So does this.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from safe_install.model import NOTHING, Artifact, Source
from safe_install.scan.lock.tree import by_folded, directory_of, edge_to, is_directory, parent_of
from safe_install.scan.ranges import satisfies

_DIRECTORIES = {Source.ROOT, Source.WORKSPACE, Source.LINK}
_OPTIONAL = {"optional", "peerOptional"}
_PEER = {"peer", "peerOptional"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """A machine in node's words: ``process.platform``, ``process.arch``, and ``glibc`` or ``musl`` where there is one.

    ``node`` and ``npm`` are their versions; without them no package is left out for its engines.
    """

    os: str
    cpu: str
    libc: str | None = None
    node: str | None = None
    npm: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Edge:
    """One artifact looks for another, by its name."""

    origin: str
    target: str
    kind: str


def select(
    artifacts: Iterable[Artifact],
    platform: Platform,
    omit: Collection[str] = frozenset(),
    *,
    links: Mapping[str, str] = NOTHING,
    legacy_peer_deps: bool = False,
) -> tuple[Artifact, ...]:
    """Give the artifacts that ``npm ci`` would have on disk here, of one lockfile's with the root, with the flags npm computes.

    Left out: what nobody depends on; what ``omit`` (``dev``, ``optional``, ``peer``) leaves out; optional packages that
    are not for this platform, with all that only they bring. A package that is needed and not for this platform
    stays: npm stops there with EBADPLATFORM. ``links`` are the lockfile's.
    """
    tree = {artifact.location: artifact for artifact in artifacts}
    edges = _edges(tree.values(), links, legacy_peer_deps=legacy_peer_deps)
    flagged = _with_flags(tree, edges)
    unfit = {a.location for a in flagged.values() if a.optional and not _fits(a, platform)}
    left_out = _set_of(unfit, edges) | {a.location for a in flagged.values() if _is_omitted(a, frozenset(omit), tree)}
    return tuple(a for a in flagged.values() if not _is_within(a.location, left_out))


def optional_set(artifacts: Iterable[Artifact], location: str, *, links: Mapping[str, str] = NOTHING) -> frozenset[str]:
    """Give the locations npm removes when this optional package's script fails (arborist's optional-set.js).

    Never the project itself or a directory of the user's, whatever the lockfile says.
    """
    tree = {artifact.location: artifact for artifact in artifacts}
    removed = _set_of({location}, _edges(tree.values(), links, legacy_peer_deps=False))
    return frozenset(place for place in removed if not is_directory(place))


def _edges(artifacts: Collection[Artifact], links: Mapping[str, str], *, legacy_peer_deps: bool) -> list[_Edge]:
    """Find what each name means where it is looked for; a link leads to its directory."""
    present = by_folded((*links, *(artifact.location for artifact in artifacts)))
    edges = []
    for artifact in artifacts:
        for name in artifact.dependencies:
            kind = artifact.kinds.get(name, "prod")
            found = None if legacy_peer_deps and kind in _PEER else edge_to(artifact.location, name, present)
            if found is not None:
                edges.append(_Edge(origin=artifact.location, target=links.get(found, found), kind=kind))
    return edges


def _with_flags(tree: Mapping[str, Artifact], edges: Iterable[_Edge]) -> dict[str, Artifact]:
    """Compute the flags as npm does: each tells that no path from the project avoids edges of that kind."""
    edges = list(edges)
    reached = {edge.target for edge in edges}
    starts = {
        a.location
        for a in tree.values()
        if a.source in _DIRECTORIES and (a.source is not Source.LINK or a.location not in reached)
    }

    def without(kinds: Collection[str]) -> set[str]:
        return _reach(starts, edges, lambda edge: edge.kind not in kinds)

    wanted, production, required = without({"peerOptional"}), without({"dev"}), without(_OPTIONAL)
    own, plain = without(_PEER), without({"dev", *_OPTIONAL})
    flagged = {}
    for location, artifact in tree.items():
        if location in wanted:
            dev, optional = location not in production, location not in required
            both = location not in plain and not dev and not optional
            flagged[location] = replace(
                artifact, dev=dev, optional=optional, dev_optional=both, peer=location not in own
            )
    return flagged


def _set_of(seeds: Collection[str], edges: Iterable[_Edge]) -> set[str]:
    """Give the optional set of packages: those that cannot do without them, and what then nobody else needs.

    As npm's optional-set.js and gather-dep-set.js, for many seeds at once, which gives the same as one after the
    other and stays linear.
    """
    edges = list(edges)
    backwards = [_Edge(origin=edge.target, target=edge.origin, kind=edge.kind) for edge in edges]
    core = _reach(seeds, backwards, lambda edge: edge.kind not in _OPTIONAL)
    gathered = _reach(core, edges, lambda _: True)
    needed_outside = {edge.target for edge in edges if edge.origin not in gathered and edge.target not in core}
    return gathered - _reach(needed_outside, edges, lambda edge: edge.target not in core)


def _reach(starts: Iterable[str], edges: Iterable[_Edge], may_follow: Callable[[_Edge], bool]) -> set[str]:
    following: dict[str, list[str]] = {}
    for edge in edges:
        if may_follow(edge):
            following.setdefault(edge.origin, []).append(edge.target)
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        location = waiting.pop()
        if location not in reached:
            reached.add(location)
            waiting += following.get(location, ())
    return reached


def _is_omitted(artifact: Artifact, omit: frozenset[str], tree: Mapping[str, Artifact]) -> bool:
    """As `shouldOmit` of arborist's node.js; below a linked directory that is no workspace nothing is omitted."""
    home = tree.get(directory_of(artifact.location), artifact)
    if home.source is Source.LINK and home.location != artifact.location:
        return False
    return bool(
        (artifact.peer and "peer" in omit)
        or (artifact.dev and "dev" in omit)
        or (artifact.optional and "optional" in omit)
        or (artifact.dev_optional and {"dev", "optional"} <= omit)
    )


def _fits(artifact: Artifact, platform: Platform) -> bool:
    """As `checkPlatform` and `checkEngine` of npm-install-checks."""
    libc = not artifact.libc or (platform.libc is not None and _allows(artifact.libc, platform.libc))
    return (
        libc
        and _allows(artifact.os, platform.os)
        and _allows(artifact.cpu, platform.cpu)
        and _runs_on(artifact, platform)
    )


def _runs_on(artifact: Artifact, platform: Platform) -> bool:
    versions = (("node", platform.node), ("npm", platform.npm))
    return all(
        satisfies(version, wanted) for name, version in versions if version and (wanted := artifact.engines.get(name))
    )


def _allows(wanted: tuple[str, ...], value: str) -> bool:
    if not wanted or wanted == ("any",):
        return True
    refused = [item for item in wanted if item.startswith("!")]
    return f"!{value}" not in refused and (value in wanted or len(refused) == len(wanted))


def _around(location: str) -> Iterator[str]:
    """List what a location lies in, nearest first: packages, and at last the directory."""
    parent = parent_of(location)
    while parent:
        yield parent
        parent = parent_of(parent)


def _is_within(location: str, left_out: Collection[str]) -> bool:
    """Tell whether a location goes with what is left out; what lies in a directory of the user's does not."""
    return location in left_out or any(around in left_out for around in _around(location) if not is_directory(around))
