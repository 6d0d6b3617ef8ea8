"""What a trace has gathered so far: files, gaps and behaviours, each once, and what they come to together."""

from __future__ import annotations

from dataclasses import dataclass, field

from safe_install.model import Event, Gap, GapKind, Inspection, Language, LifecycleScript, ReachableFile
from safe_install.scan.javascript.harmless import harmless_command
from safe_install.scan.javascript.javascript import JavaScript
from safe_install.scan.reach.behaviours import behaviours, filled, written
from safe_install.scan.reach.directories import Places
from safe_install.scan.reach.rewritten import Write, rewritten
from safe_install.scan.shell.leads import Blind
from safe_install.scan.shell.program_names import BUILTINS, program_name
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import excerpt
from safe_install.scan.unpack.manifest import declared_scripts

MOST_GAPS = 500
LONGEST_DETAIL = 200
_HARMLESS = frozenset((Language.JAVASCRIPT, Language.SHELL, Language.JSON))
_RUNS_NOTHING_ELSE = BUILTINS | {"node"}


@dataclass(slots=True)
class Evidence:
    """The evidence on one script, while it is gathered."""

    script: LifecycleScript
    files: dict[tuple[str, Language], ReachableFile] = field(default_factory=dict)
    gaps: dict[tuple[GapKind, str, str], tuple[int, bool]] = field(default_factory=dict)
    """By kind, path and detail: the first line, and whether it is a file missing where failure is caught."""
    readings: list[JavaScript] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    writes: bool = False
    fills: list[Write] = field(default_factory=list)

    def add_file(self, path: str, content: bytes, language: Language, via: tuple[str, ...]) -> ReachableFile:
        """Note a file or a text; the first chain to it is the shortest, and kept."""
        artifact = self.script.package.artifact
        file = ReachableFile(
            package=artifact.name,
            location=artifact.location,
            path=path,
            content=content,
            language=language,
            via=via,
            inline=path not in self.script.package.members,
        )
        return self.files.setdefault((path, language), file)

    def add_gap(self, path: str, blind: Blind) -> None:
        """Note that something cannot be seen at a place; said again of another line it is one gap, at the first."""
        key = (blind.kind, path, excerpt(blind.detail, LONGEST_DETAIL))
        line, is_caught = self.gaps.get(key, (blind.line, True))
        self.gaps[key] = (min(line, blind.line), is_caught and blind.optional)

    def add_command(self, command: Command, by: ReachableFile, places: Places) -> None:
        """Note a command of a shell text, and what it writes."""
        self.commands.append(command)
        self.writes |= bool(written(command))
        self.fills += [Write(target=word, places=places, by=by) for word in filled(command)]

    def add_reading(self, reading: JavaScript, by: ReachableFile, places: Places) -> None:
        """Note what a JavaScript text does."""
        self.readings.append(reading)
        self.writes |= bool(reading.writes)
        self.fills += [Write(target=word, places=places, by=by) for word in reading.fills]

    def inspection(self) -> Inspection:
        """Put it all together."""
        for path, blind in rewritten(self.fills, self.files.values()):
            self.add_gap(path, blind)
        gaps = sorted(self._told(), key=lambda gap: (gap.path, gap.line, gap.kind.value, gap.detail))
        prints = all(reading.prints for reading in self.readings) and all(map(harmless_command, self.commands))
        return Inspection(
            script=self.script,
            files=tuple(sorted(self.files.values(), key=lambda file: (file.package, file.path, file.language.value))),
            gaps=tuple(gaps[:MOST_GAPS]),
            behaviours=behaviours(self.readings, self.commands),
            harmless=prints and not gaps and all(file.language in _HARMLESS for file in self.files.values()),
        )

    def _told(self) -> list[Gap]:
        """Leave out the files that are missing where that is caught, if nothing that runs could make them.

        ``try { require("./optional") } catch {}`` runs nothing when no file is there, and nobody is asked about it,
        unless this script starts or writes anything or has another gap, or another of the package's scripts runs.
        """
        where = self.script.package.artifact.id
        certain = any(not is_caught for _, is_caught in self.gaps.values())
        started = [
            program_name(command) for command in (*self.commands, *(c for r in self.readings for c in r.commands))
        ]
        alone = set(declared_scripts(self.script.package.manifest)) & set(Event) <= {self.script.event.value}
        builds = "binding.gyp" in self.script.package.members
        if not (certain or self.writes or builds) and alone and _RUNS_NOTHING_ELSE.issuperset(started):
            return []
        return [
            Gap(kind=kind, where=where, detail=detail, path=path, line=line)
            for (kind, path, detail), (line, _) in self.gaps.items()
        ]
