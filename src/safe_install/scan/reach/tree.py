"""The packages around a script, by location, and a note of what was asked of them.

A trace is a function of its script and of the answers that the tree gave: where every question is answered the same again,
tracing again would find the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from safe_install.model import Package
from safe_install.scan.reach.on_demand import OnDemand, promised
from safe_install.scan.reach.provided import Provided
from safe_install.scan.unpack.manifest import MANIFEST

AT, PROGRAM, CALLED, OTHERS, ALL = "at", "program", "called", "others", "all"
IN_MANIFESTS_PLACE, FILE = "in-manifests-place", "file"
"""What is asked: the package at a location, the one whose bin a script there would run, which are called so, whether there are
others, everything; whether any has code where Node looks for a manifest, or a file of a name."""


INCOMPLETE = ":incomplete"
"""The path, no file's, under which a trace that ran out of time is marked."""


class Question(NamedTuple):
    """One thing that was asked of a tree; for names that start and end so, these two texts."""

    kind: str
    location: str = ""
    name: str = ""


class Tree(Mapping[str, Package]):
    """Packages by location, and the programs that they provide.

    With ``identity``, which names what is at a location, ``asked`` holds the questions so far and their answers. An answer is
    noted once it was given: what a tree that is fetched on demand could not bring is then not there.
    """

    def __init__(self, packages: Mapping[str, Package], identity: Callable[[str], str] | None = None) -> None:
        self._packages = packages
        self._provided = Provided(packages)
        self._identity = identity
        self.asked: dict[Question, str] = {}

    def noting(self) -> Tree:
        """Give the same tree, of which nothing was asked yet."""
        fresh = Tree(self._packages, self._identity)
        fresh._provided = self._provided
        return fresh

    def __getitem__(self, location: str) -> Package:
        try:
            return self._packages[location]
        finally:
            self._note(AT, location)

    def __iter__(self) -> Iterator[str]:
        self._note(ALL)
        return iter(self._packages)

    def __len__(self) -> int:
        self._note(ALL)
        return len(self._packages)

    def provider(self, location: str, name: str) -> Package | None:
        """Find the package whose bin a script of the package at ``location`` would run under this name."""
        place = self._provided.place_of(location, name)
        package = None if place is None else self._packages.get(place)
        self._note(PROGRAM, location, name)
        return package

    def called(self, start: str, end: str) -> list[str]:
        """Give the names of packages that start and end so, sorted."""
        self._note(CALLED, start, end)
        return self._called(start, end)

    def has_others(self, own: str) -> bool:
        """Tell whether there is more than what one package brings."""
        self._note(OTHERS, own)
        return self._has_others(own)

    def any_in_manifests_place(self) -> bool:
        """Tell whether any package has files where Node looks for code when a package.json is not there."""
        found = self._any_in_manifests_place()
        self._note(IN_MANIFESTS_PLACE)
        return found

    def has_file(self, name: str) -> bool:
        """Tell whether any package has a file that a system would start by this name, in whatever folder."""
        found = self._has_file(name)
        self._note(FILE, name)
        return found

    def answer(self, question: Question) -> str:
        """Answer a question by identities, without noting it, and without fetching anything.

        Of a tree of which only a part is here nobody knows what all its packages hold: then everything is the answer.
        """
        identity = self._identity or str
        if question.kind == AT:
            return identity(question.location)
        if question.kind == PROGRAM:
            place = self._provided.place_of(question.location, question.name)
            return "" if place is None else f"{place} {identity(place)}"
        if question.kind == CALLED:
            return " ".join(self._called(question.location, question.name))
        if question.kind == OTHERS:
            return str(self._has_others(question.location))
        if question.kind == IN_MANIFESTS_PLACE and not isinstance(self._packages, OnDemand):
            return str(self._any_in_manifests_place())
        if question.kind == FILE and not isinstance(self._packages, OnDemand):
            return str(self._has_file(question.location))
        return "\n".join(f"{location} {identity(location)}" for location in sorted(self._packages))

    def _note(self, *asked: str) -> None:
        if self._identity is not None and (question := Question(*asked)) not in self.asked:
            self.asked[question] = self.answer(question)

    def _called(self, start: str, end: str) -> list[str]:
        names = {artifact.name for _, artifact, _ in promised(self._packages)}
        return sorted(one for one in names if one.startswith(start) and one.endswith(end))

    def _has_others(self, own: str) -> bool:
        return any(place != own and not place.startswith(f"{own}/") for place in self._packages)

    def _has_file(self, name: str) -> bool:
        each = (self._packages.get(place) for place in self._packages)
        return any(has_program_named(package, name) for package in each if package is not None)

    def _any_in_manifests_place(self) -> bool:
        each = (self._packages.get(place) for place in self._packages)
        return any(in_manifests_place(package) for package in each if package is not None)


def in_manifests_place(package: Package) -> bool:
    """Tell whether a package has files where Node looks for code when a package.json is not there."""
    return any(f"{MANIFEST}." in path or f"{MANIFEST}/" in path for path in package.members)


_STARTED = re.compile(r"(?P<name>.*?)(?:\.(?:bat|cmd|com|exe|ps1))?")
"""A file's name without the ending that Windows looks for itself."""


def has_program_named(package: Package, name: str) -> bool:
    """Tell whether a package has a file that some system would start by this name: on some its case does not count."""
    said = (_STARTED.fullmatch(path.rpartition("/")[2].casefold()) for path in package.members)
    return any(one is not None and name.casefold() in {one[0], one["name"]} for one in said)
