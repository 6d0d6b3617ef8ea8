"""LifecycleScript → Inspection: every file it can cause to run, and every edge that cannot be followed.

The command is read, then the files and texts it names, then what those name, breadth first, so that each file
is told with its shortest chain. A module or a program of another package is followed there, as Node and npm would
find it. Nothing is run, nothing is unpacked, time and memory are bounded.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from safe_install.model import BoundaryKind, Digest, GapKind, Inspection, Language, LifecycleScript, Package
from safe_install.scan.grammars import WORK
from safe_install.scan.javascript.surroundings import NOWHERE, Surroundings
from safe_install.scan.reach.arguments import Arguments, applied
from safe_install.scan.reach.build_files_followed import gyp_beside, own_modules
from safe_install.scan.reach.chosen import Chosen
from safe_install.scan.reach.conclusion import conclude
from safe_install.scan.reach.data_put_in import Tables
from safe_install.scan.reach.directories import Directories
from safe_install.scan.reach.evidence import Evidence
from safe_install.scan.reach.handed import by_name, handed
from safe_install.scan.reach.imports import Imports
from safe_install.scan.reach.inline_names import COMMAND, unused
from safe_install.scan.reach.installed import Installed
from safe_install.scan.reach.installs import leads_of
from safe_install.scan.reach.layers import unfolded
from safe_install.scan.reach.moving import moved
from safe_install.scan.reach.npm_variables import told_by_npm
from safe_install.scan.reach.outcomes import ToFile, ToText
from safe_install.scan.reach.readings import Reading, read, read_among
from safe_install.scan.reach.spared import Spared
from safe_install.scan.reach.steps import JAVASCRIPT, Steps
from safe_install.scan.reach.texts import Text, without_nul
from safe_install.scan.reach.told import Told
from safe_install.scan.reach.tree import INCOMPLETE, Tree
from safe_install.scan.shell.leads import Blind, Ending, Kind, Lead
from safe_install.scan.shell.program_names import program_name
from safe_install.scan.shell.shell import Command, read_command
from safe_install.scan.windows.batch import differs_on_windows

MOST_TEXTS = 3_000  # cypress, the largest honest closure that is read whole, has 1,418
MOST_BYTES = 16 << 20  # of text that is read for one script; cypress has 5 MB
MOST_WORK = 3_000_000  # nodes and steps, and eight bytes each, for one script; cypress has 2,000,000, which take 5 s
MOST_SECONDS = 60.0  # of CPU for one script: what no count foresaw shall end too, and is told apart from what is whole


def trace(
    script: LifecycleScript, packages: Mapping[str, Package], *, lone: bool = False, registry: str = ""
) -> Inspection:
    """Follow one script; ``packages`` are all of the tree's that are here, by location; a `Tree` notes what is asked of it.

    ``lone``: no lockfile says what the tree is, so a package that is not here may be installed all the same. ``registry`` is the host of
    the registry that npm ships with.

    ``files`` come sorted by package and path. The command is among them, as shell text under `COMMAND`, and so is
    every other text that runs without being a file, and what a text hides decoded: see inline_names.py.
    """
    tree = packages if isinstance(packages, Tree) else Tree(packages)
    installed = Installed(script.package, tree, lone=lone, registry=registry)
    walk = _Walk(script, installed, Evidence(script, installed))
    walk.read_all()
    inspection = conclude(walk.evidence)
    if walk.out_of_time:  # no such evidence has the fingerprint of a whole one, nor of one that a count ended
        marked = (script.package.artifact.name, unused(INCOMPLETE, script.package), Digest(INCOMPLETE))
        inspection = replace(inspection, exposed=(*inspection.exposed, marked))
    return inspection


@dataclass(slots=True)
class _Walk:
    """One trace under way."""

    script: LifecycleScript
    installed: Installed
    evidence: Evidence
    told: Told = field(init=False)
    steps: Steps = field(init=False)
    imports: Imports = field(init=False)
    out_of_time: bool = False
    named: dict[str, list[str]] = field(default_factory=dict)
    arguments: Arguments = field(default_factory=Arguments)
    tables: Tables = field(default_factory=Tables)
    spared: Spared = field(init=False)
    chosen: Chosen = field(init=False)
    unfolded: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.steps = Steps(self.script, self.installed, self.evidence)
        self.told = Told(told_by_npm(self.script))
        self.imports = Imports(self.script.package)
        self.spared = Spared(self.evidence)
        self.chosen = Chosen(self.evidence)

    def read_all(self) -> None:
        """Read the command and everything it leads to, within the limits."""
        said = self.script.command
        package = self.script.package
        path = unused(COMMAND, package)
        command = self.evidence.add_file(package, path, said.encode(errors="replace"), Language.SHELL, ())
        self.steps.unread.own.append(
            Text(
                owner=package,
                file=command,
                called=said,
                content=without_nul(said),
                places=self.installed.root,
                by_cmd=True,
            )
        )
        if not self._read_within_limits():
            self._leave_libraries()
            self._read_within_limits()

    def _read_within_limits(self) -> bool:
        """Read what waits, own texts first; False where only libraries' are left. Own ones that are left are a gap."""
        deadline, begun = time.thread_time() + MOST_SECONDS, WORK.done
        size = count = 0
        while self.steps.unread.own or self._take_back() or self.steps.unread.libraries or self._hand_over():
            text = self.steps.unread.next()
            size, count = size + len(text.file.content), count + 1
            if time.thread_time() > deadline:
                self._give_up()
                return True
            if size > MOST_BYTES or count > MOST_TEXTS or WORK.done - begun + size // 8 > MOST_WORK:
                if self.steps.is_own(text):
                    limits = f"{MOST_TEXTS:,} files, {MOST_BYTES >> 20} MB or {MOST_WORK:,} steps"
                    blind = Blind(kind=GapKind.TOO_LARGE, detail=f"reading stops here: more than {limits}")
                    self.evidence.add_gap(text.file, blind)
                    return True
                self.steps.unread.libraries.append(text)
                return False
            self._read(text)
        return True

    def _give_up(self) -> None:
        """Tell that this machine was too slow, or this program: another run may read more, so nothing rests on this one."""
        detail = f"reading stops here, after {MOST_SECONDS:.0f} s: another machine may read more"
        command = next(iter(self.evidence.files.values()))  # of a library's text it would be no gap
        self.evidence.add_gap(command, Blind(kind=GapKind.UNPARSED, detail=detail))
        self.out_of_time = True

    def _leave_libraries(self) -> None:
        """Tell how many files of libraries stay unread, when all that is the script's own was read."""
        left, count = self.steps.unread.leave_libraries()
        detail = f"{count:,} files of libraries, and what they lead to, were not read"
        self.evidence.add_boundary(left.file, Ending(kind=BoundaryKind.LIBRARY, detail=detail))

    def _take_back(self) -> bool:
        """Follow what a text says without what others tell it, where some text may change that; tell whether one waits."""
        for text, reading in self.imports.taken_back():
            self._follow_reading(text, reading)
        tables = self.tables.taken_back(self.script.package.artifact.location, self.evidence.order)
        for text in (
            *self.told.taken_back(self.evidence.sets),
            *tables,
            *self.spared.taken_back(),
            *self.chosen.taken_back(),
        ):
            self._read(text)
        return bool(self.steps.unread.own)

    def _hand_over(self) -> bool:
        """Let the files wait that own texts name beside libraries whose edges are not all followed; tell whether one does."""
        using, self.steps.using = self.steps.using, []
        if not using or not self.evidence.has_libraries:
            self.steps.using = using
            return False
        self.named = self.named or by_name(self.script.package)
        for text in using:
            for path, language in handed(self.chosen.said(text), text.owner, text.origin or "", self.named):
                self.evidence.order.note_load((text.file.location, text.file.path), (text.file.location, path))
                self.steps.go(ToFile(package=text.owner, path=path, language=language), text, text.places)
        return bool(self.steps.unread.own)

    def _read(self, text: Text) -> None:
        """Read one text; what is in a language that is not read had its gap when it was reached."""
        if (text.file.location, text.file.path) not in self.unfolded:
            self.unfolded.add((text.file.location, text.file.path))
            self._unfold(text)
        self.told.note(text, self.evidence.sets)
        if text.file.language is Language.SHELL:
            self._read_shell(text)
            if text.by_cmd and differs_on_windows(text.content):
                batch = ToText(text=text.content, language=Language.BATCH, places=text.places, owner=text.owner)
                self.steps.go(batch, text, text.places)
            return
        if text.file.language is Language.GYP:
            self._follow_reading(
                text, read_among(text.content, gyp_beside(text.owner, text.origin or ""), own_modules(text.owner))
            )
            return
        variables = self.told.known(text, self.evidence.sets)
        reading = read(self._with_data(text), text.file.language, text.origin, variables, self._around(text))
        if reading is None:
            return
        self.spared.note(text, reading)
        self.chosen.note(text, reading)
        self._follow_reading(text, self.imports.reread(text, reading, self._around(text)))

    def _follow_reading(self, text: Text, reading: Reading) -> None:
        there = moved(text, reading, self.installed)
        if there != text.places:
            self.evidence.moved.add((text.file.location, text.file.path))
            text = replace(text, places=there)
        told_of = text.file if self.steps.is_own(text) else next(iter(self.evidence.files.values()))
        for file, blind in () if text.program else self.arguments.note(text.file, told_of, text.given, reading):
            self.evidence.add_gap(file, blind)
        reading = self.evidence.asked.settled(applied(reading, text.given), text.owner, text.file)
        self.evidence.add_reading(reading, text.file, text.places, text.program)
        self.steps.follow([*reading.blinds, *reading.endings, *reading.leads], text, text.places)
        if reading.together:
            self._commands(reading.commands, text)
            return
        for command in reading.commands:
            self.steps.follow(leads_of(command, (), self.script.package), text, text.places)

    def _with_data(self, text: Text) -> str:
        """Give a text of the script's own package with the tables that it requires put in; they are reached so."""
        if text.file.language not in JAVASCRIPT or text.owner is not self.script.package:
            return text.content
        content, paths = self.tables.put_in(text)
        for path in paths:
            self.evidence.put_in.add((text.owner.artifact.location, path))
            self.steps.go(ToFile(package=text.owner, path=path, language=Language.JSON), text, text.places)
        return content

    def _read_shell(self, text: Text) -> None:
        shell = read_command(text.content, self.told.known(text, self.evidence.sets))
        for unread in shell.unread:
            blind = Blind(kind=GapKind.UNPARSED, detail=unread.detail, line=unread.line)
            self.evidence.add_gap(text.file, blind, text.program)
        self._commands(shell.commands, text, shell.functions)

    def _commands(self, commands: Sequence[Command], text: Text, functions: frozenset[str] = frozenset()) -> None:
        """Follow the commands of one text in its order, each from where it runs."""
        directories = Directories(text.places, self.installed, text.file.location)
        for command in commands:
            self.told.note_sourced(command)
            places = directories.at(command)
            for left in directories.moved_by(command):
                blind = Blind(kind=GapKind.OUTSIDE, detail=left, line=command.line)
                self.evidence.add_gap(text.file, blind, text.program)
            self.evidence.add_command(command, text.file, places, text.program)
            name = program_name(command)
            is_function = name in functions or (
                name in directories.functions and not self.installed.brings_program(name)
            )
            found = leads_of(command, commands, self.script.package)
            self.steps.follow((one for one in found if not (is_function and _is_program(one))), text, places)

    def _around(self, text: Text) -> Surroundings:
        """Say what a text is told of where it runs; one that is no file is told less."""
        is_own = text.owner is self.script.package
        around = self.installed.surroundings(text.owner)
        if text.origin is None:
            around = replace(NOWHERE, holds_undefined=around.holds_undefined)
            return replace(around, is_own=is_own, held=self.spared.held(text))
        alone = not (text.shared or text.file.inline)
        around = replace(around, asked=text.asked, is_own=is_own, is_alone=alone, started=self.chosen.started(text))
        return replace(around, held=self.spared.held(text))

    def _unfold(self, text: Text) -> None:
        """Note what a text hides: files of their own, which are matched and told, and lead nowhere."""
        for layer in unfolded(text.file, text.called):
            path = self.steps.names.hidden(layer.digest, text.owner, text.file.location)
            if path is not None:
                via = (*text.file.via, text.called, layer.said)
                self.evidence.add_layer(self.evidence.add_file(text.owner, path, layer.content, layer.language, via))


def _is_program(one: Lead | Blind | Ending) -> bool:
    return isinstance(one, Lead) and one.kind is Kind.PROGRAM
