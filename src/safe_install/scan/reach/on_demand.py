"""A tree of which only a part is here: what a script reaches for is fetched then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from safe_install.model import Artifact, Package, Source

Fetch = Callable[[Collection[Artifact]], Mapping[str, Package]]


class OnDemand(Mapping[str, Package]):
    """The packages of a tree by location: those that are ``here``, and ``later`` those that are fetched when asked for.

    What ``fetch`` does not bring is not there, as if the tree had it not; whoever made it tells why.
    """

    def __init__(self, here: Mapping[str, Package], later: Iterable[Artifact], fetch: Fetch) -> None:
        self._here = dict(here)
        self._given = frozenset(here)
        self._later = {one.location: one for one in later}
        self._fetch = fetch

    def __getitem__(self, location: str) -> Package:
        if location not in self._here and location in self._later:
            self._bring(self._later[location])
        return self._here[location]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._here, *self._later}))

    def __len__(self) -> int:
        return len({*self._here, *self._later})

    def _bring(self, artifact: Artifact) -> None:
        """Fetch a package now; what is bundled comes with the one that carries it."""
        carrier = self._later.get(artifact.bundler or "") if artifact.source is Source.BUNDLED else artifact
        brought = self._fetch([carrier]) if carrier else {}
        for one in (artifact, carrier):
            if one:
                self._later.pop(one.location, None)
        self._here |= {place: package for place, package in brought.items() if place not in self._here}

    def promise(self, location: str) -> Artifact | None:
        """Give what is promised at a location, without fetching it."""
        package = self._here.get(location)
        return package.artifact if package else self._later.get(location)

    def each(self) -> Iterator[tuple[str, Artifact, Package | None]]:
        """Give every location with its promise, and its package where that was here from the start."""
        for place in self:
            package = self._here.get(place)
            yield place, package.artifact if package else self._later[place], package if place in self._given else None

    def with_others(self, packages: Mapping[str, Package]) -> OnDemand:
        """Give the same tree with other packages in some places."""
        return OnDemand({**self._here, **packages}, self._later.values(), self._fetch)


def promise(packages: Mapping[str, Package], location: str) -> Artifact | None:
    """Give what is promised at a location of a tree, without fetching it; None where nothing is, or it could not be had."""
    if isinstance(packages, OnDemand):
        return packages.promise(location)
    package = packages.get(location)
    return package.artifact if package else None


def promised(packages: Mapping[str, Package]) -> Iterator[tuple[str, Artifact, Package | None]]:
    """Give every location of a tree with its promise, and its package where that is here from the start."""
    if isinstance(packages, OnDemand):
        yield from packages.each()
    else:
        yield from ((place, package.artifact, package) for place, package in sorted(packages.items()))


def with_others(packages: Mapping[str, Package], others: Mapping[str, Package]) -> Mapping[str, Package]:
    """Give a tree with other packages in some places."""
    return packages.with_others(others) if isinstance(packages, OnDemand) else {**packages, **others}
