"""What stands near each other in a package of many files, so that what it shows can be one routine's doing.

A chain claims that a value goes from one step to the next. In a package of a few files it may, wherever the steps stand; in
a command line tool of hundreds, all of which its installation loads, the one that logs in and the one that unpacks a
template have nothing to do with each other: six honest packages of 134 were blocked for such pairs. There the steps must
stand in a file and those that it leads to, near by. How large a file is counts for nothing, but a bundle is as many files
as it has modules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from safe_install.model import Inspection, Language
from safe_install.scan.match.bundled import Module, modules_of
from safe_install.scan.match.facts import Shown

FEW = 24
"""Files in which everything is near everything; of 134 honest packages 4 reach more of their own."""
NEAR = 8
"""Files that a file and those that it leads to may be; one that leads to more is a table of contents."""
USERS = 4
"""Files that lead to a file at most; what more of them use is everybody's, and says nothing about one of them."""
_CODE = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT))
_FACT = "fact:"
_UNLED = (":command", ":decoded-")  # texts to which no file leads, see reach
_MOST_NESTED = 8  # texts in one another


class Spot(NamedTuple):
    """A file, or one module of a bundle; 0 for a file, and for what stands around the modules."""

    location: str
    path: str
    module: int = 0


class Nearness:
    """Which spots of the packages that a script reaches are near each other; worked out when it is first asked."""

    def __init__(self, inspection: Inspection) -> None:
        self._inspection = inspection
        self._bundles: dict[tuple[str, str], tuple[Module, ...]] = {}
        self._homes: dict[tuple[str, str], str] = {}
        self._leads: dict[str, dict[Spot, list[Spot]]] = {}
        self._centres: dict[str, dict[Spot, set[int]]] = {}
        self._spots: dict[str, list[Spot]] = {}

    def is_small(self, location: str) -> bool:
        """Tell whether a package reaches so little that all of it is near."""
        return len(self._spots_of(location)) <= FEW

    def near(self, steps: Sequence[Sequence[Shown]], location: str) -> Iterator[list[list[Shown]]]:
        """Give, of the places that show each step, those that stand near each other, for each place where all steps do.

        What is known of the whole script is everywhere. What only facts show must stand in the same spot as some other step: that
        something is unseen says nothing about the file beside it.
        """
        spots = [{id(one): self.spot(one) for one in step if one.path} for step in steps]
        seen = [set(each.values()) for each, step in zip(spots, steps, strict=True) if not _is_of_facts(step)]
        shown = set().union(*seen)
        for group in self._groups(seen or [set(each.values()) for each in spots], location):
            near = [group & shown if seen and _is_of_facts(step) else group for step in steps]
            yield [
                [one for one in step if not one.path or each[id(one)] in there]
                for step, each, there in zip(steps, spots, near, strict=True)
            ]

    def spot(self, one: Shown) -> Spot:
        """Say in which file or module something was shown."""
        location = one.location or ""
        path = self._home_of(location, one.path)
        modules = self._modules(location, path) if path == one.path else ()
        number = next((n for n, each in enumerate(modules) if n and each.first <= one.line <= each.last), 0)
        return Spot(location, path, number)

    def _groups(self, steps: Sequence[set[Spot]], location: str) -> Iterator[frozenset[Spot]]:
        """Give groups of near spots, each of which has one of every step that stands anywhere."""
        placed = [step for step in steps if step]
        same = set.intersection(*placed) if placed else set()
        yield from (frozenset((spot,)) for spot in sorted(same))
        if not placed:
            return
        leads, centres = self._leads_of(location), self._centres_of(location)
        for number in sorted(set.intersection(*({n for s in step for n in centres.get(s, ())} for step in placed))):
            yield self._around(self._spots_of(location)[number], leads)

    def _around(self, centre: Spot, leads: Mapping[Spot, Sequence[Spot]]) -> frozenset[Spot]:
        """Give a spot and those that it leads to, level by level, as long as they are few."""
        found = {centre}
        level = [centre]
        while level:
            below = {to for by in level for to in leads.get(by, ())} - found
            if len(found) + len(below) > NEAR:
                break
            found |= below
            level = sorted(below)
        return frozenset(found)

    def _centres_of(self, location: str) -> Mapping[Spot, set[int]]:
        """Give for each spot the numbers of those around which it stands."""
        if location not in self._centres:
            leads = self._leads_of(location)
            found: dict[Spot, set[int]] = {}
            users = Counter(to for targets in self._all_leads_of(location).values() for to in targets)
            for number, centre in enumerate(self._spots_of(location)):
                if users[centre] > USERS:
                    continue
                for spot in self._around(centre, leads):
                    found.setdefault(spot, set()).add(number)
            self._centres[location] = found
        return self._centres[location]

    def _spots_of(self, location: str) -> list[Spot]:
        if location not in self._spots:
            files = {
                self._home_of(location, file.path)
                for file in self._inspection.files
                if (file.location or file.package) == location and not file.path.startswith(_UNLED)
            }
            self._spots[location] = [
                Spot(location, path, number)
                for path in sorted(files)
                for number in range(max(1, len(self._modules(location, path))))
            ]
        return self._spots[location]

    def _place(self, location: str) -> str:
        """Name a package's place; the project itself has none, and goes by its name."""
        return location or self._inspection.script.package.artifact.name

    def _home_of(self, location: str, path: str) -> str:
        """Name the file in which a text stands that is no file of its own."""
        if not self._homes:
            self._homes[("", "")] = ""
            inline = {(file.location, file.path) for file in self._inspection.files if file.inline}
            for by, to in sorted(self._inspection.links, reverse=True):
                if to in inline and by[0] == to[0] and not self._modules(self._place(by[0]), by[1]):
                    self._homes[self._place(to[0]), to[1]] = by[1]
        for _ in range(_MOST_NESTED):
            if (location, path) not in self._homes:
                break
            path = self._homes[location, path]
        return path

    def _modules(self, location: str, path: str) -> tuple[Module, ...]:
        if not self._bundles:
            self._bundles[("", "")] = ()
            for file in self._inspection.files:
                if file.language in _CODE and self._inspection.script.package.brings(file.location):
                    self._bundles[file.location or file.package, file.path] = modules_of(file.content)
        return self._bundles.get((location, path), ())

    def _leads_of(self, location: str) -> Mapping[Spot, Sequence[Spot]]:
        """Say which spot leads to which, but for those that many lead to."""
        leads = self._all_leads_of(location)
        users = Counter(to for targets in leads.values() for to in targets)
        return {by: [to for to in targets if users[to] <= USERS] for by, targets in leads.items()}

    def _all_leads_of(self, location: str) -> Mapping[Spot, Sequence[Spot]]:
        """Say which spot leads to which: files as they were followed, modules as they name each other."""
        if location not in self._leads:
            found: dict[Spot, list[Spot]] = {}
            for spot in self._spots_of(location):
                for name in sorted(self._named(spot)):
                    found.setdefault(spot, []).append(Spot(location, spot.path, name))
            for (home, by), (there, to) in sorted(self._inspection.links):
                if location == self._place(home) == self._place(there):
                    above, below = self._home_of(location, by), self._home_of(location, to)
                    for number in range(max(1, len(self._modules(location, above)))) if above != below else ():
                        found.setdefault(Spot(location, above, number), []).append(Spot(location, below))
            self._leads[location] = {by: list(dict.fromkeys(targets)) for by, targets in found.items()}
        return self._leads[location]

    def _named(self, spot: Spot) -> Iterable[int]:
        modules = self._modules(spot.location, spot.path)
        return modules[spot.module].names - {spot.module} if modules else ()


def _is_of_facts(step: Sequence[Shown]) -> bool:
    return all(one.name.startswith(_FACT) for one in step)
