"""What the evidence on a script comes to, when everything that it reaches was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from safe_install.model import (
    OF_THE_PROJECT,
    Behaviours,
    Boundary,
    BoundaryKind,
    Digest,
    Gap,
    GapKind,
    Inspection,
    Language,
    ReachableFile,
)
from safe_install.scan.javascript.harmless import harmless_command
from safe_install.scan.reach.behaviours import behaviours
from safe_install.scan.reach.deferred import put_off
from safe_install.scan.reach.empty_places import is_the_systems, may_fill
from safe_install.scan.reach.evidence import LONGEST_DETAIL, Evidence
from safe_install.scan.reach.installed import Spot
from safe_install.scan.reach.known_programs import known_program
from safe_install.scan.reach.readings import Reading
from safe_install.scan.reach.rewritten import RUN, rewritten
from safe_install.scan.reach.settled import Settled
from safe_install.scan.reach.tools_set import tools_set
from safe_install.scan.reach.tree import has_program_named
from safe_install.scan.reach.windows_set import windows_set
from safe_install.scan.shell.leads import Blind, Ending
from safe_install.scan.shell.program_names import BUILTINS, program_name
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import excerpt
from safe_install.scan.unpack.manifest import MANIFEST
from safe_install.scan.unpack.scripts import lifecycle_scripts

MOST_GAPS = 500
_HARMLESS = frozenset((Language.JAVASCRIPT, Language.SHELL, Language.JSON))
_RUNS_NOTHING_ELSE = BUILTINS | {"node"}
_MAY_NAME_GOALS = frozenset((GapKind.DYNAMIC, GapKind.UNPARSED, GapKind.DOWNLOADED, GapKind.TOO_LARGE))
"""Gaps behind which any command may be that the package's own texts could have."""
_RUNS_BUNDLED = 11  # the last npm that runs the scripts of bundled packages: none runs more
_SEEN_WHOLE = frozenset((GapKind.NO_INTEGRITY, GapKind.UNMATCHED))
"""Gaps that end in no other file."""


def conclude(evidence: Evidence) -> Inspection:
    """Put it all together."""
    return _Conclusion(evidence).inspection()


@dataclass(frozen=True, slots=True)
class _Conclusion:
    """Evidence that is complete, and what follows from it."""

    evidence: Evidence

    def inspection(self) -> Inspection:
        """Put it all together."""
        settled = Settled(
            self.evidence.installed,
            self.evidence.fills,
            self.evidence.files,
            self.evidence.boundaries.keys(),
            self.evidence.sets_unknown,
        )
        self._tell_rewritten(settled)
        self._settle(settled)
        self._tell_filled(settled)
        self._tell_set()
        told = self._told()
        of_libraries = dict.fromkeys(key for key in told if self.evidence.is_of_library(key))
        gaps = sorted(
            (self._gap(key) for key in told if key not in of_libraries),
            key=lambda one: (one.where, one.path, one.line, one.kind, one.detail),
        )
        boundaries = (*self._boundaries(), *self._libraries(of_libraries))
        prints = all(reading.prints for reading in self.evidence.readings) and all(
            map(harmless_command, self.evidence.commands)
        )
        return Inspection(
            script=self.evidence.script,
            files=tuple(sorted(self.evidence.files.values(), key=_in_order)),
            links=frozenset(self.evidence.order.links),
            put_off=tuple(put_off(self.evidence.files, self.evidence.order.links, self.evidence.order.loads)),
            unneeded=tuple(self._unneeded(gaps)),
            done_by=tuple((key, self._done(*told)) for key, told in sorted(self.evidence.told_by.items())),
            gaps=tuple(gaps[:MOST_GAPS]),
            boundaries=boundaries,
            behaviours=self._done(self.evidence.own_readings, self.evidence.own_commands),
            exposed=self._exposed({location for kind, location, _, _ in told if kind not in _SEEN_WHOLE}),
            harmless=prints
            and not (gaps or boundaries or self.evidence.covered)
            and all(file.language in _HARMLESS for file in self.evidence.files.values()),
        )

    def _unneeded(self, gaps: Iterable[Gap]) -> Iterator[tuple[str, str, int]]:
        """List the lines of makefiles that no goal needs, unless something that is not known may ask for another."""
        if not any(gap.kind in _MAY_NAME_GOALS for gap in gaps):
            yield from sorted((*key, line) for key, lines in self.evidence.unneeded.items() for line in lines)

    def _done(self, readings: Iterable[Reading], commands: Iterable[Command]) -> Behaviours:
        """Put together what texts and commands do, with every place seen from the package's root."""
        return behaviours(readings, self.evidence.from_root.seen(commands, self.evidence.files.values()))

    def _tell_rewritten(self, settled: Settled) -> None:
        """Tell of files that a step may have written anew."""
        files, put_in = self.evidence.files.values(), None if self.evidence.has_libraries else self.evidence.put_in
        fills = [one for one in self.evidence.fills if not settled.goes_where_a_person_says(one)]
        for by, blind in rewritten(
            fills, files, self.evidence.installed, self.evidence.order, settled.is_known, put_in
        ):
            self.evidence.add_gap(by, blind)

    def _settle(self, settled: Settled) -> None:
        """Tell as ends what turned out to hide nothing more than is told."""
        for key, blind in self.evidence.unless.items():
            _, location, path, detail = key
            known = settled.is_known(Spot(location, blind.place)) if blind.place else True
            known &= settled.is_left_to_a_person(blind.variable) if blind.variable else True
            known &= not blind.converts or self._is_the_systems(blind.converts, (location, path))
            known &= blind.moves is None or (
                (location, path) in self.evidence.moved and self.evidence.order.is_alone((location, path))
            )
            if known and blind.moves is not None:
                self.evidence.gaps.pop(key, None)
            elif known and key in self.evidence.gaps:
                line, _ = self.evidence.gaps.pop(key)
                said = f"asks {blind.place} what it is, which the script puts there" if blind.place else detail
                said = f"starts {blind.converts}, which nothing here provides" if blind.converts else said
                ending = Ending(kind=BoundaryKind.RUNS_NATIVE, detail=said, line=line)
                self.evidence.boundaries[location, path, ending] = ""

    def _tell_filled(self, settled: Settled) -> None:
        """Tell of what is empty or absent as it was delivered, where something may fill it."""
        for by, blind in self.evidence.empty:
            started = [
                *self.evidence.own_commands,
                *(one for reading in self.evidence.own_readings for one in reading.commands),
            ]
            is_set = blind.variable != "" and not settled.is_left_to_a_person(blind.variable)
            is_set |= (blind.by_others or blind.file_named != "") and not self._is_filled_by_itself_alone()
            if is_set or self._may_be_there(blind, started):
                self.evidence.gaps.setdefault((blind.kind, by.location, by.path, blind.detail), (blind.line, False))

    def _may_be_there(self, blind: Blind, started: Sequence[Command]) -> bool:
        """Tell whether what a gap names may be in a package, or come to be there."""
        package, name = self.evidence.script.package, blind.file_named
        if not name:
            return may_fill(blind.where_empty, package, self.evidence.fills, started)
        is_here = has_program_named(package, name) or self.evidence.installed.packages.has_file(name)
        put = is_the_systems(name, package, self.evidence.fills, started, self.evidence.sets)
        return is_here or not put

    def _is_filled_by_itself_alone(self) -> bool:
        """Tell whether nothing but this script's own texts can put files into the package before it has run."""
        kinds = {ending.kind for _, _, ending in self.evidence.boundaries}
        fetched = kinds & {BoundaryKind.DOWNLOADS, BoundaryKind.INSTALLS, BoundaryKind.LIBRARY}
        return self._is_only_script() and not fetched and not self.evidence.has_libraries

    def _is_only_script(self) -> bool:
        """Tell whether npm runs no other script of this package where it comes from: a release's ``prepare`` it does not."""
        run = {one.event for one in lifecycle_scripts(self.evidence.script.package, npm_major=_RUNS_BUNDLED)}
        return run <= {self.evidence.script.event}

    def _tell_set(self) -> None:
        """Tell of programs and answers that files set for others."""
        for by, blind in windows_set(self.evidence):
            self.evidence.add_gap(by, blind)
        own = [file for file in self.evidence.files.values() if self.evidence.is_own(file)]
        others = [
            file for file in self.evidence.files.values() if not self.evidence.is_own(file) and not self._is_known(file)
        ]
        for by, blind in (*tools_set(own, others), *self.evidence.asked.set_by((*own, *others), self.evidence.sets)):
            self.evidence.add_gap(by, blind)

    def _is_the_systems(self, program: str, by: tuple[str, str]) -> bool:
        """Tell whether no text may put a program of this name where a shell looks, and it may change none that runs later."""
        kinds = {ending.kind for _, _, ending in self.evidence.boundaries}
        starter = next(file for file in self.evidence.files.values() if (file.location, file.path) == by)
        before = {self.evidence.installed.called(starter), *starter.via}
        later = [
            file
            for file in self.evidence.files.values()
            if not file.inline and self.evidence.installed.called(file) not in before
        ]
        is_changeable = any(file.language in RUN and self.evidence.is_own(file) for file in later)
        if is_changeable or kinds & {BoundaryKind.DOWNLOADS, BoundaryKind.INSTALLS} or self.evidence.has_libraries:
            return False
        started = [
            *self.evidence.own_commands,
            *(one for reading in self.evidence.own_readings for one in reading.commands),
        ]
        return is_the_systems(program, self.evidence.script.package, self.evidence.fills, started, self.evidence.sets)

    def _told(self) -> list[tuple[GapKind, str, str, str]]:
        """Leave out the files that are missing where that is caught, if nothing that runs could make them.

        ``try { require("./optional") } catch {}`` runs nothing when no file is there, and nobody is asked about it,
        unless this script starts or writes anything or has another gap, or another of the package's scripts runs.
        """
        package = self.evidence.script.package
        certain = any(not is_caught for _, is_caught in self.evidence.gaps.values())
        started = [
            program_name(command)
            for command in (*self.evidence.commands, *(c for r in self.evidence.readings for c in r.commands))
        ]
        alone = self._is_only_script()
        builds = "binding.gyp" in package.members
        if not (certain or self.evidence.writes or builds) and alone and _RUNS_NOTHING_ELSE.issuperset(started):
            return []
        return list(self.evidence.gaps)

    def _libraries(self, keys: Iterable[tuple[GapKind, str, str, str]]) -> list[Boundary]:
        """Tell each library whose code has edges that were not followed."""
        counted = Counter(self._whose(location) for _, location, _, _ in keys)
        return [
            Boundary(kind=BoundaryKind.LIBRARY, where=where, detail=f"{count} edges of its code are not followed")
            for where, count in sorted(counted.items())
        ]

    def _gap(self, key: tuple[GapKind, str, str, str]) -> Gap:
        kind, location, path, detail = key
        return Gap(kind=kind, where=self._whose(location), detail=detail, path=path, line=self.evidence.gaps[key][0])

    def _whose(self, location: str) -> str:
        package = self.evidence.installed.at(location) or self.evidence.script.package
        return package.artifact.id

    def _boundaries(self) -> tuple[Boundary, ...]:
        """Tell each end once, and of a known program how much of its own code it stands for."""
        found = []
        for (location, path, ending), program in self.evidence.boundaries.items():
            count = len(self.evidence.covered.get(program, ()))
            said = f"; {count} edges in its own code are not followed" if count else ""
            found.append(
                Boundary(
                    kind=ending.kind,
                    where=self._whose(location),
                    detail=f"{excerpt(ending.detail, LONGEST_DETAIL)}{said}",
                    path=path,
                    line=ending.line,
                    host=ending.host,
                    verified=ending.verified,
                )
            )
        return tuple(sorted(found, key=lambda one: (one.where, one.path, one.line, one.kind, one.detail))[:MOST_GAPS])

    def _exposed(self, locations: set[str]) -> tuple[tuple[str, str, Digest], ...]:
        """List the files of the packages in which a gap stands, but for those that were reached; and libraries that are loaded."""
        found: set[tuple[str, str, Digest]] = set()
        reached = {(location, path) for location, path, _ in self.evidence.files}
        if any(ending.kind is BoundaryKind.LOADS_NATIVE for _, _, ending in self.evidence.boundaries):
            found |= self._libraries_carried()
        for location in locations:
            package = self.evidence.installed.at(location)
            if package is None or package.artifact.source in OF_THE_PROJECT:
                continue
            if package.artifact.is_for_machines and not self.evidence.script.package.brings(location):
                continue  # as files that were reached there: see `Inspection.fingerprint`
            found |= {
                (package.artifact.name, path, member.digest)
                for path, member in package.members.items()
                if path != MANIFEST and (location, path) not in reached
            }
        return tuple(sorted(found))

    def _libraries_carried(self) -> set[tuple[str, str, Digest]]:
        """List the native libraries in the script's own package: which of them is loaded, the machine decides."""
        package = self.evidence.script.package
        if package.artifact.source in OF_THE_PROJECT:
            return set()
        return {(package.artifact.name, path, one.digest) for path, one in package.members.items() if _is_library(path)}

    def _is_known(self, file: ReachableFile) -> bool:
        package = self.evidence.installed.at(file.location)
        return package is not None and known_program(package) is not None


def _is_library(path: str) -> bool:
    return path.lower().endswith((".node", ".so", ".dll", ".dylib")) or ".so." in path


def _in_order(file: ReachableFile) -> tuple[str, str, str, str]:
    return file.package, file.path, file.language.value, file.location
