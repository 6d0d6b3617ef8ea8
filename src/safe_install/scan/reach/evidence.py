"""What a trace has gathered so far: files, gaps, boundaries and behaviours, each once, and what they come to together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from safe_install.model import (
    OF_THE_PROJECT,
    Boundary,
    BoundaryKind,
    Digest,
    Event,
    Gap,
    GapKind,
    Inspection,
    Language,
    LifecycleScript,
    Package,
    ReachableFile,
)
from safe_install.scan.javascript.harmless import harmless_command
from safe_install.scan.reach.asked import Asked
from safe_install.scan.reach.behaviours import behaviours, filled, written
from safe_install.scan.reach.deferred import put_off
from safe_install.scan.reach.empty_places import is_the_systems, may_fill
from safe_install.scan.reach.installed import Installed, Places, Spot, is_registrys_own
from safe_install.scan.reach.known_programs import known_program
from safe_install.scan.reach.order import Order
from safe_install.scan.reach.readings import Reading, read
from safe_install.scan.reach.rewritten import RUN, Write, rewritten
from safe_install.scan.reach.settled import Settled
from safe_install.scan.reach.tools_set import tools_set
from safe_install.scan.shell.leads import Blind, Ending
from safe_install.scan.shell.program_names import BUILTINS, program_name
from safe_install.scan.shell.shell import Command, read_command
from safe_install.scan.shell.words import excerpt
from safe_install.scan.unpack.manifest import MANIFEST, declared_scripts

MOST_GAPS = 500
LONGEST_DETAIL = 200
_HARMLESS = frozenset((Language.JAVASCRIPT, Language.SHELL, Language.JSON))
_RUNS_NOTHING_ELSE = BUILTINS | {"node"}
_SEEN_WHOLE = frozenset((GapKind.NO_INTEGRITY, GapKind.UNMATCHED))
"""Gaps that end in no other file."""
_NEVER_COVERED = frozenset((GapKind.BINARY, GapKind.DOWNLOADED))
"""Gaps that no library's name explains, but for these."""
_COVERED = frozenset(("runs WebAssembly",))
"""Half of the libraries that unpack or parse something do it so: undici, @zip.js, quickjs."""
_MANAGES_SYSTEM = re.compile(r"(?:sudo )?(?:apt|apt-get|apk|brew|dnf|pacman|yum) .*talks to the network", re.DOTALL)
"""What libraries that start browsers do where they are asked to: it needs more rights than a script has."""


@dataclass(slots=True)
class Evidence:
    """The evidence on one script, while it is gathered.

    What stands in the code of a known program is covered by what is known of it: it is counted, by that program.
    """

    script: LifecycleScript
    installed: Installed
    files: dict[tuple[str, str, Language], ReachableFile] = field(default_factory=dict)
    gaps: dict[tuple[GapKind, str, str, str], tuple[int, bool]] = field(default_factory=dict)
    """By kind, location, path and detail: the first line, and whether it is a file missing where failure is caught."""
    unless: dict[tuple[GapKind, str, str, str], Blind] = field(default_factory=dict)
    """Gaps that are none where it turns out who decides them."""
    covered: dict[str, set[tuple[str, str, str]]] = field(default_factory=dict)
    order: Order = field(init=False)
    boundaries: dict[tuple[str, str, Ending], str] = field(default_factory=dict)
    """By location, path and ending without its line: the known program that ends so, or nothing."""
    readings: list[Reading] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    own_readings: list[Reading] = field(default_factory=list)
    own_commands: list[Command] = field(default_factory=list)
    """Those of the script's own package: what a library could do, nobody says that it does here."""
    told_by: dict[tuple[str, str], tuple[list[Reading], list[Command]]] = field(default_factory=dict)
    """The same by file, as location and path."""
    writes: bool = False
    fills: list[Write] = field(default_factory=list)
    moved: set[tuple[str, str]] = field(default_factory=set)
    """Files, by location and path, that were read as running where they go to as well as where they start."""
    asked: Asked = field(default_factory=Asked)
    empty: list[tuple[ReachableFile, Blind]] = field(default_factory=list)
    """Gaps if something may come to be in a directory that they name."""
    put_in: set[tuple[str, str]] = field(default_factory=set)
    """Files of data, by location and path, whose words were taken for known."""
    sets: set[str] = field(default_factory=set)
    """Names of the environment that a text may give another value; ``*`` for any."""

    def __post_init__(self) -> None:
        self.order = Order(self.files)

    def add_file(
        self, package: Package, path: str, content: bytes, language: Language, via: tuple[str, ...]
    ) -> ReachableFile:
        """Note a file or a text; the first chain to it is the shortest, and kept."""
        artifact = package.artifact
        file = ReachableFile(
            package=artifact.name,
            location=artifact.location,
            path=path,
            content=content,
            language=language,
            via=via,
            inline=path not in package.members,
            for_machines=artifact.is_for_machines and not self.script.package.brings(artifact.location),
        )
        return self.files.setdefault((artifact.location, path, language), file)

    def add_gap(self, by: ReachableFile, blind: Blind, program: str = "") -> None:
        """Note that something cannot be seen at a place; said again of another line it is one gap, at the first."""
        detail = excerpt(blind.detail, LONGEST_DETAIL)
        if blind.where_empty and not program:
            self.empty.append((by, blind))
            return
        if program:
            self.covered.setdefault(program, set()).add((by.location, by.path, detail))
            return
        key = (blind.kind, by.location, by.path, detail)
        if blind.variable or blind.place or blind.converts or blind.moves is not None:
            self.unless[key] = blind
        line, is_caught = self.gaps.get(key, (blind.line, True))
        self.gaps[key] = (min(line, blind.line), is_caught and blind.optional)

    def add_boundary(self, by: ReachableFile, ending: Ending, program: str = "") -> None:
        """Note that text ends in a known way; the first place that says so is told."""
        if not any(known == ending and location == by.location for location, _, known in self.boundaries):
            self.boundaries[by.location, by.path, ending] = program

    def add_command(self, command: Command, by: ReachableFile, places: Places, program: str = "") -> None:
        """Note a command of a shell text, and what it writes."""
        self.commands.append(command)
        if self._is_own(by):
            self.own_commands.append(command)
            self._told_by(by)[1].append(command)
        if not program:
            self.writes |= bool(written(command))
            self.fills += [Write(target=word, places=places, by=by) for word in filled(command)]

    def add_reading(self, reading: Reading, by: ReachableFile, places: Places, program: str = "") -> None:
        """Note what a text does."""
        self.readings.append(reading)
        self.sets |= reading.sets
        if self._is_own(by):
            self.own_readings.append(reading)
            self._told_by(by)[0].append(reading)
        if not program:
            self.writes |= bool(reading.writes)
            known = dict(reading.copied)
            self.fills += [Write(target=word, places=places, by=by, sources=known.get(word)) for word in reading.fills]

    def add_layer(self, file: ReachableFile) -> None:
        """Note what a decoded text would do; whether it ever runs is not known, so it leads nowhere."""
        text = file.content.decode(errors="replace").replace("\0", "")
        if file.language is Language.SHELL:
            self.commands += read_command(text).commands
            self.own_commands += read_command(text).commands if self._is_own(file) else ()
            return
        reading = read(text, file.language, None)
        if reading is not None:
            self.readings.append(reading)
            self.own_readings += [reading] if self._is_own(file) else []

    def _told_by(self, file: ReachableFile) -> tuple[list[Reading], list[Command]]:
        return self.told_by.setdefault((file.location, file.path), ([], []))

    def _is_own(self, file: ReachableFile) -> bool:
        return self.script.package.brings(file.location)

    def _is_known(self, file: ReachableFile) -> bool:
        package = self.installed.at(file.location)
        return package is not None and known_program(package) is not None

    def inspection(self) -> Inspection:
        """Put it all together."""
        settled = Settled(self.installed, self.fills, self.files, self.boundaries.keys(), self.sets)
        files, put_in = self.files.values(), None if self.has_libraries else self.put_in
        fills = [one for one in self.fills if not settled.goes_where_a_person_says(one)]
        for by, blind in rewritten(fills, files, self.installed, self.order, settled.is_known, put_in):
            self.add_gap(by, blind)
        self._settle(settled)
        for by, blind in self.empty:
            started = [*self.own_commands, *(one for reading in self.own_readings for one in reading.commands)]
            is_set = blind.variable != "" and not settled.is_left_to_a_person(blind.variable)
            if is_set or may_fill(blind.where_empty, self.script.package, self.fills, started):
                self.gaps.setdefault((blind.kind, by.location, by.path, blind.detail), (blind.line, False))
        own = [file for file in self.files.values() if self._is_own(file)]
        others = [file for file in self.files.values() if not self._is_own(file) and not self._is_known(file)]
        for by, blind in (*tools_set(own, others), *self.asked.set_by((*own, *others), self.sets)):
            self.add_gap(by, blind)
        told = self._told()
        of_libraries = dict.fromkeys(key for key in told if self._is_of_library(key))
        gaps = sorted(
            (self._gap(key) for key in told if key not in of_libraries),
            key=lambda one: (one.where, one.path, one.line, one.kind, one.detail),
        )
        boundaries = (*self._boundaries(), *self._libraries(of_libraries))
        prints = all(reading.prints for reading in self.readings) and all(map(harmless_command, self.commands))
        return Inspection(
            script=self.script,
            files=tuple(sorted(self.files.values(), key=_in_order)),
            links=frozenset(self.order.links),
            put_off=tuple(put_off(self.files, self.order.links, self.order.loads)),
            done_by=tuple((key, behaviours(*told)) for key, told in sorted(self.told_by.items())),
            gaps=tuple(gaps[:MOST_GAPS]),
            boundaries=boundaries,
            behaviours=behaviours(self.own_readings, self.own_commands),
            exposed=self._exposed({location for kind, location, _, _ in told if kind not in _SEEN_WHOLE}),
            harmless=prints
            and not (gaps or boundaries or self.covered)
            and all(file.language in _HARMLESS for file in self.files.values()),
        )

    def _settle(self, settled: Settled) -> None:
        """Tell as ends what turned out to hide nothing more than is told."""
        for key, blind in self.unless.items():
            _, location, path, detail = key
            known = settled.is_known(Spot(location, blind.place)) if blind.place else True
            known &= settled.is_left_to_a_person(blind.variable) if blind.variable else True
            known &= not blind.converts or self._is_the_systems(blind.converts, (location, path))
            known &= blind.moves is None or ((location, path) in self.moved and self.order.is_alone((location, path)))
            if known and blind.moves is not None:
                self.gaps.pop(key, None)
            elif known and key in self.gaps:
                line, _ = self.gaps.pop(key)
                said = f"asks {blind.place} what it is, which the script puts there" if blind.place else detail
                said = f"starts {blind.converts}, which nothing here provides" if blind.converts else said
                ending = Ending(kind=BoundaryKind.RUNS_NATIVE, detail=said, line=line)
                self.boundaries[location, path, ending] = ""

    def _is_the_systems(self, program: str, by: tuple[str, str]) -> bool:
        """Tell whether no text may put a program of this name where a shell looks, and it may change none that runs later."""
        kinds = {ending.kind for _, _, ending in self.boundaries}
        starter = next(file for file in self.files.values() if (file.location, file.path) == by)
        before = {self.installed.called(starter), *starter.via}
        later = [file for file in self.files.values() if not file.inline and self.installed.called(file) not in before]
        is_changeable = any(file.language in RUN and self._is_own(file) for file in later)
        if is_changeable or kinds & {BoundaryKind.DOWNLOADS, BoundaryKind.INSTALLS} or self.has_libraries:
            return False
        started = [*self.own_commands, *(one for reading in self.own_readings for one in reading.commands)]
        return is_the_systems(program, self.script.package, self.fills, started, self.sets)

    @property
    def has_libraries(self) -> bool:
        """Tell whether there is another package's code of which not every edge is followed."""
        unread = any(ending.kind is BoundaryKind.LIBRARY for _, _, ending in self.boundaries)
        return unread or any(self._is_of_library(key) for key in self.gaps)

    def _told(self) -> list[tuple[GapKind, str, str, str]]:
        """Leave out the files that are missing where that is caught, if nothing that runs could make them.

        ``try { require("./optional") } catch {}`` runs nothing when no file is there, and nobody is asked about it,
        unless this script starts or writes anything or has another gap, or another of the package's scripts runs.
        """
        package = self.script.package
        certain = any(not is_caught for _, is_caught in self.gaps.values())
        started = [
            program_name(command) for command in (*self.commands, *(c for r in self.readings for c in r.commands))
        ]
        alone = set(declared_scripts(package.manifest)) & set(Event) <= {self.script.event.value}
        builds = "binding.gyp" in package.members
        if not (certain or self.writes or builds) and alone and _RUNS_NOTHING_ELSE.issuperset(started):
            return []
        return list(self.gaps)

    def _is_of_library(self, key: tuple[GapKind, str, str, str]) -> bool:
        """Tell whether a gap stands in another package, as the registry has it.

        There is hardly a library without an edge that only running knows: of 121 honest trees 27 have some. They are
        told by library, and what hides them is still read: a program under a false name, and what is fetched to run.
        """
        kind, location, _, detail = key
        package = self.installed.at(location)
        if package is None or self.script.package.brings(location):
            return False
        covered = kind not in _NEVER_COVERED or detail in _COVERED or _MANAGES_SYSTEM.match(detail) is not None
        return is_registrys_own(package) and covered

    def _libraries(self, keys: Iterable[tuple[GapKind, str, str, str]]) -> list[Boundary]:
        """Tell each library whose code has edges that were not followed."""
        counted = Counter(self._whose(location) for _, location, _, _ in keys)
        return [
            Boundary(kind=BoundaryKind.LIBRARY, where=where, detail=f"{count} edges of its code are not followed")
            for where, count in sorted(counted.items())
        ]

    def _gap(self, key: tuple[GapKind, str, str, str]) -> Gap:
        kind, location, path, detail = key
        return Gap(kind=kind, where=self._whose(location), detail=detail, path=path, line=self.gaps[key][0])

    def _whose(self, location: str) -> str:
        package = self.installed.at(location) or self.script.package
        return package.artifact.id

    def _boundaries(self) -> tuple[Boundary, ...]:
        """Tell each end once, and of a known program how much of its own code it stands for."""
        found = []
        for (location, path, ending), program in self.boundaries.items():
            count = len(self.covered.get(program, ()))
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
        reached = {(location, path) for location, path, _ in self.files}
        if any(ending.kind is BoundaryKind.LOADS_NATIVE for _, _, ending in self.boundaries):
            found |= self._libraries_carried()
        for location in locations:
            package = self.installed.at(location)
            if package is None or package.artifact.source in OF_THE_PROJECT:
                continue
            if package.artifact.is_for_machines and not self.script.package.brings(location):
                continue  # as files that were reached there: see `Inspection.fingerprint`
            found |= {
                (package.artifact.name, path, member.digest)
                for path, member in package.members.items()
                if path != MANIFEST and (location, path) not in reached
            }
        return tuple(sorted(found))

    def _libraries_carried(self) -> set[tuple[str, str, Digest]]:
        """List the native libraries in the script's own package: which of them is loaded, the machine decides."""
        package = self.script.package
        if package.artifact.source in OF_THE_PROJECT:
            return set()
        return {(package.artifact.name, path, one.digest) for path, one in package.members.items() if _is_library(path)}


def _is_library(path: str) -> bool:
    return path.lower().endswith((".node", ".so", ".dll", ".dylib")) or ".so." in path


def _in_order(file: ReachableFile) -> tuple[str, str, str, str]:
    return file.package, file.path, file.language.value, file.location
