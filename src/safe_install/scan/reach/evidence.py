"""What a trace has gathered so far: files, gaps, boundaries and behaviours, each once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from safe_install.model import (
    BoundaryKind,
    GapKind,
    Language,
    LifecycleScript,
    Package,
    ReachableFile,
)
from safe_install.scan.reach.asked import Asked
from safe_install.scan.reach.behaviours import filled, written
from safe_install.scan.reach.from_root import FromRoot
from safe_install.scan.reach.installed import Installed, Places, is_registrys_own
from safe_install.scan.reach.order import Order
from safe_install.scan.reach.readings import Reading, read
from safe_install.scan.reach.rewritten import Write
from safe_install.scan.shell.leads import Blind, Ending
from safe_install.scan.shell.placing import placed
from safe_install.scan.shell.shell import Command, read_command
from safe_install.scan.shell.words import excerpt

LONGEST_DETAIL = 200
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
    from_root: FromRoot = field(default_factory=FromRoot)
    writes: bool = False
    fills: list[Write] = field(default_factory=list)
    moved: set[tuple[str, str]] = field(default_factory=set)
    """Files, by location and path, that were read as running where they go to as well as where they start."""
    unneeded: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    """Lines of makefiles, by location and path, that nothing needs for which they were read."""
    asked: Asked = field(default_factory=Asked)
    empty: list[tuple[ReachableFile, Blind]] = field(default_factory=list)
    """Gaps if something may come to be in a directory that they name."""
    put_in: set[tuple[str, str]] = field(default_factory=set)
    """Files of data, by location and path, whose words were taken for known."""
    sets: set[str] = field(default_factory=set)
    """Names of the environment that a text may give another value; ``*`` for any."""
    sets_unknown: set[str] = field(default_factory=set)
    """Those of them that no known program's own code gives."""

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

    def note_unneeded(self, file: ReachableFile, lines: frozenset[int] | None) -> None:
        """Note which lines of a file are not needed, of one that is read in another way too, none."""
        key = (file.location, file.path)
        self.unneeded[key] = self.unneeded.get(key, lines or frozenset()) & (lines or frozenset())

    def add_gap(self, by: ReachableFile, blind: Blind, program: str = "") -> None:
        """Note that something cannot be seen at a place; said again of another line it is one gap, at the first."""
        detail = excerpt(blind.detail, LONGEST_DETAIL)
        if (blind.where_empty or blind.file_named) and not program:
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
        if self.is_own(by):
            self.own_commands.append(command)
            self.from_root.note(command, places, by.location)
            self._told_by(by)[1].append(command)
        if not program:
            self.writes |= bool(written(command))
            words = dict.fromkeys((*filled(command), *placed(command)))
            self.fills += [Write(target=word, places=places, by=by) for word in words]

    def add_reading(self, reading: Reading, by: ReachableFile, places: Places, program: str = "") -> None:
        """Note what a text does."""
        self.readings.append(reading)
        self.sets |= reading.sets
        self.sets_unknown |= reading.sets if not program else set()
        if self.is_own(by):
            self.own_readings.append(reading)
            self._told_by(by)[0].append(reading)
        if not program:
            self.writes |= bool(reading.writes)
            known = dict(reading.copied)
            self.fills += [
                Write(target=word, places=places, by=by, sources=known.get(word), onto_directory=True)
                for word in reading.fills
            ]

    def add_layer(self, file: ReachableFile) -> None:
        """Note what a decoded text would do; whether it ever runs is not known, so it leads nowhere."""
        text = file.content.decode(errors="replace").replace("\0", "")
        if file.language is Language.SHELL:
            self.commands += read_command(text).commands
            self.own_commands += read_command(text).commands if self.is_own(file) else ()
            return
        reading = read(text, file.language, None)
        if reading is not None:
            self.readings.append(reading)
            self.own_readings += [reading] if self.is_own(file) else []

    def _told_by(self, file: ReachableFile) -> tuple[list[Reading], list[Command]]:
        return self.told_by.setdefault((file.location, file.path), ([], []))

    def is_own(self, file: ReachableFile) -> bool:
        """Tell whether a file came with the script's own package."""
        return self.script.package.brings(file.location)

    @property
    def has_libraries(self) -> bool:
        """Tell whether there is another package's code of which not every edge is followed."""
        unread = any(ending.kind is BoundaryKind.LIBRARY for _, _, ending in self.boundaries)
        return unread or any(self.is_of_library(key) for key in self.gaps)

    def is_of_library(self, key: tuple[GapKind, str, str, str]) -> bool:
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
