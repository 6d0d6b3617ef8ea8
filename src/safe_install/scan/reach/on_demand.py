"""A tree of which only a part is here: what a script reaches for is fetched then, and every look into it is noted.

Tracing is a function of what it looked up, so two trees that give the same answers to the same questions give the same
inspection. That is how an unchanged script beside changed packages need not be read again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from safe_install.model import Artifact, Digest, Package, Source, sha256

_EVERY_NAME = "**"  # the question how the packages of a tree are called
_OTHERS = "?"  # starts the question whether there is more than what lies at or below a place
_PROGRAM = "*"  # starts the question who provides a program; no location starts with it
Fetch = Callable[[Collection[Artifact]], Mapping[str, Package]]


class OnDemand(Mapping[str, Package]):
    """The packages of a tree by location: those that are ``here``, and ``later`` those that are fetched when asked for.

    ``asked`` collects the questions that were put: a location, answered or not, or one that `note` knows. What ``fetch``
    does not bring is not there, as if the tree had it not; whoever made it tells why.
    """

    def __init__(self, here: Mapping[str, Package], later: Iterable[Artifact], fetch: Fetch) -> None:
        self._here = dict(here)
        self._given = frozenset(here)
        self._later = {one.location: one for one in later}
        self._fetch = fetch
        self.asked: set[str] = set()

    def __getitem__(self, location: str) -> Package:
        self.asked.add(location)
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

    def each(self) -> Iterator[tuple[str, Artifact, Package | None]]:
        """Give every location with its promise, and its package where that was here from the start."""
        for place in self:
            package = self._here.get(place)
            yield place, package.artifact if package else self._later[place], package if place in self._given else None

    def with_others(self, packages: Mapping[str, Package]) -> OnDemand:
        """Give the same tree with other packages in some places."""
        return OnDemand({**self._here, **packages}, self._later.values(), self._fetch)


def promised(packages: Mapping[str, Package]) -> Iterator[tuple[str, Artifact, Package | None]]:
    """Give every location of a tree with its promise, and its package where that is here; `note` what is used of it."""
    if isinstance(packages, OnDemand):
        yield from packages.each()
    else:
        yield from ((place, package.artifact, package) for place, package in sorted(packages.items()))


def note(packages: Mapping[str, Package], *, program: str = "") -> None:
    """Note that somebody asks who provides a program, or without one how all packages are called."""
    if isinstance(packages, OnDemand):
        packages.asked.add(f"{_PROGRAM}{program}" if program else _EVERY_NAME)


def with_others(packages: Mapping[str, Package], others: Mapping[str, Package]) -> Mapping[str, Package]:
    """Give a tree with other packages in some places."""
    return packages.with_others(others) if isinstance(packages, OnDemand) else {**packages, **others}


def has_others(packages: Mapping[str, Package], own: str) -> bool:
    """Tell whether a tree has more than what one package brings; that is noted as a question of its own."""
    if isinstance(packages, OnDemand):
        packages.asked.add(f"{_OTHERS}{own}")
    return _beside(own, packages)


def _beside(own: str, places: Iterable[str]) -> bool:
    return any(place != own and not place.startswith(f"{own}/") for place in places)


# ------------------------------------------------------------------ what two trees answer


def answers(asked: Iterable[str], tree: Mapping[str, Artifact]) -> Digest:
    """Name what a tree answers to these questions: which package lies there, or that none does."""
    programs: dict[str, list[str]] = {}
    for place, one in sorted(tree.items()):
        for name in one.bin:
            programs.setdefault(name, []).append(place)
    told = [(question, _answer(question, tree, programs)) for question in sorted(asked)]
    return sha256(json.dumps(told).encode())


def _answer(question: str, tree: Mapping[str, Artifact], programs: Mapping[str, Sequence[str]]) -> str:
    if question == _EVERY_NAME:
        return json.dumps(sorted({one.name for one in tree.values()}))
    if question.startswith(_OTHERS):
        return str(_beside(question.removeprefix(_OTHERS), tree))
    if question.startswith(_PROGRAM):
        return json.dumps(programs.get(question.removeprefix(_PROGRAM), []))
    return contents(question, tree)


def contents(place: str, tree: Mapping[str, Artifact]) -> str:
    """Name everything that tracing could see at a place, empty for nothing: not where it stands in the lockfile, nor who wants it."""
    found = tree.get(place)
    carrier = tree.get(found.bundler) if found and found.bundler else None
    each = (found, carrier)
    bare = [replace(one, line=0, dev=False, optional=False, dev_optional=False, peer=False) for one in each if one]
    return "\n".join(map(repr, bare))
