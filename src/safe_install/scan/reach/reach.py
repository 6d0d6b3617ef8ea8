"""LifecycleScript → Inspection: every file it can cause to run, and every edge that cannot be followed.

The command is read, then the files and texts it names, then what those name, breadth first, so that each file
is told with its shortest chain. A module or a program of another package is followed there, as Node and npm would
find it. Nothing is run, nothing is unpacked, time and memory are bounded.
"""

from __future__ import annotations

import posixpath
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from safe_install.model import BoundaryKind, Digest, GapKind, Inspection, Language, LifecycleScript, Package
from safe_install.scan.grammars import WORK
from safe_install.scan.javascript.surroundings import NOWHERE, Surroundings
from safe_install.scan.reach.arguments import Arguments, Given, applied, given_by
from safe_install.scan.reach.build_files_followed import directories_of
from safe_install.scan.reach.conclusion import conclude
from safe_install.scan.reach.data_put_in import Tables
from safe_install.scan.reach.directories import Directories
from safe_install.scan.reach.evidence import Evidence
from safe_install.scan.reach.follow import follow, places_of
from safe_install.scan.reach.handed import by_name, handed
from safe_install.scan.reach.imports import Imports
from safe_install.scan.reach.inline_names import COMMAND, InlineNames, unused
from safe_install.scan.reach.installed import Installed, Places, Spot, is_registrys_own
from safe_install.scan.reach.installs import leads_of
from safe_install.scan.reach.layers import unfolded
from safe_install.scan.reach.lookup import only_while_running
from safe_install.scan.reach.moving import moved
from safe_install.scan.reach.npm_variables import told_by_npm
from safe_install.scan.reach.outcomes import Outcome, Scene, ToEnd, ToFile, ToText
from safe_install.scan.reach.readings import Reading, read
from safe_install.scan.reach.texts import Text, without_nul
from safe_install.scan.reach.told import Told
from safe_install.scan.reach.tree import INCOMPLETE, Tree
from safe_install.scan.reach.unread import Unread
from safe_install.scan.shell.leads import Blind, Ending, Kind, Lead
from safe_install.scan.shell.program_names import program_name
from safe_install.scan.shell.shell import Command, read_command
from safe_install.scan.shell.words import without_anchors
from safe_install.scan.windows.batch import differs_on_windows

MOST_TEXTS = 3_000  # cypress, the largest honest closure that is read whole, has 1,418
MOST_BYTES = 16 << 20  # of text that is read for one script; cypress has 5 MB
MOST_WORK = 3_000_000  # nodes and steps, and eight bytes each, for one script; cypress has 2,000,000, which take 5 s
MOST_SECONDS = 60.0  # of CPU for one script: what no count foresaw shall end too, and is told apart from what is whole
_JAVASCRIPT = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT))
_PROCESS_ALONE = re.compile(r"process(?<!\wprocess)\b(?!\s*[.])")
"""Node's ``process``, or one that a text puts in its place, where no member of it follows."""
_STARTING = frozenset((Kind.FILE, Kind.MAIN))
"""Leads to a file that runs in a process of its own."""
_AS_TYPED = frozenset((Language.SHELL, Language.BATCH))  # their readers know the signs of words.py
_WITH_HOME = _JAVASCRIPT | {Language.PYTHON, Language.GYP}


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
    unread: Unread = field(default_factory=Unread)
    names: InlineNames = field(default_factory=InlineNames)
    imports: Imports = field(init=False)
    out_of_time: bool = False
    named: dict[str, list[str]] = field(default_factory=dict)
    using: list[Text] = field(default_factory=list)
    """Own texts that load modules of other packages, until they were looked through for what they hand to those."""
    arguments: Arguments = field(default_factory=Arguments)
    tables: Tables = field(default_factory=Tables)
    unfolded: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.told = Told(told_by_npm(self.script))
        self.imports = Imports(self.script.package)

    def read_all(self) -> None:
        """Read the command and everything it leads to, within the limits."""
        said = self.script.command
        package = self.script.package
        path = unused(COMMAND, package)
        command = self.evidence.add_file(package, path, said.encode(errors="replace"), Language.SHELL, ())
        self.unread.own.append(
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
        while self.unread.own or self._take_back() or self.unread.libraries or self._hand_over():
            text = self.unread.next()
            size, count = size + len(text.file.content), count + 1
            if time.thread_time() > deadline:
                self._give_up()
                return True
            if size > MOST_BYTES or count > MOST_TEXTS or WORK.done - begun + size // 8 > MOST_WORK:
                if self._is_own(text):
                    limits = f"{MOST_TEXTS:,} files, {MOST_BYTES >> 20} MB or {MOST_WORK:,} steps"
                    blind = Blind(kind=GapKind.TOO_LARGE, detail=f"reading stops here: more than {limits}")
                    self.evidence.add_gap(text.file, blind)
                    return True
                self.unread.libraries.append(text)
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
        left, count = self.unread.leave_libraries()
        detail = f"{count:,} files of libraries, and what they lead to, were not read"
        self.evidence.add_boundary(left.file, Ending(kind=BoundaryKind.LIBRARY, detail=detail))

    def _is_own(self, text: Text) -> bool:
        return self.script.package.brings(text.file.location) or not is_registrys_own(text.owner)

    def _take_back(self) -> bool:
        """Follow what a text says without what others tell it, where some text may change that; tell whether one waits."""
        for text, reading in self.imports.taken_back():
            self._follow_reading(text, reading)
        tables = self.tables.taken_back(self.script.package.artifact.location, self.evidence.order)
        for text in (*self.told.taken_back(self.evidence.sets), *tables):
            self._read(text)
        return bool(self.unread.own)

    def _hand_over(self) -> bool:
        """Let the files wait that own texts name beside libraries whose edges are not all followed; tell whether one does."""
        using, self.using = self.using, []
        if not using or not self.evidence.has_libraries:
            self.using = using
            return False
        self.named = self.named or by_name(self.script.package)
        for text in using:
            for path, language in handed(text.content, text.owner, posixpath.dirname(text.origin or ""), self.named):
                self.evidence.order.note_load((text.file.location, text.file.path), (text.file.location, path))
                self._go(ToFile(package=text.owner, path=path, language=language), text, text.places)
        return bool(self.unread.own)

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
                self._to_text(batch, text)
            return
        variables = self.told.known(text, self.evidence.sets)
        reading = read(self._with_data(text), text.file.language, text.origin, variables, self._around(text))
        if reading is None:
            return
        self._follow_reading(text, self.imports.reread(text, reading, self._around(text)))

    def _follow_reading(self, text: Text, reading: Reading) -> None:
        there = moved(text, reading, self.installed)
        if there != text.places:
            self.evidence.moved.add((text.file.location, text.file.path))
            text = replace(text, places=there)
        told_of = text.file if self._is_own(text) else next(iter(self.evidence.files.values()))
        for file, blind in () if text.program else self.arguments.note(text.file, told_of, text.given, reading):
            self.evidence.add_gap(file, blind)
        reading = self.evidence.asked.settled(applied(reading, text.given), text.owner, text.file)
        self.evidence.add_reading(reading, text.file, text.places, text.program)
        self._follow([*reading.blinds, *reading.endings, *reading.leads], text, text.places)
        if reading.together:
            self._commands(reading.commands, text)
            return
        for command in reading.commands:
            self._follow(leads_of(command, (), self.script.package), text, text.places)

    def _with_data(self, text: Text) -> str:
        """Give a text of the script's own package with the tables that it requires put in; they are reached so."""
        if text.file.language not in _JAVASCRIPT or text.owner is not self.script.package:
            return text.content
        content, paths = self.tables.put_in(text)
        for path in paths:
            self.evidence.put_in.add((text.owner.artifact.location, path))
            self._go(ToFile(package=text.owner, path=path, language=Language.JSON), text, text.places)
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
            is_function = program_name(command) in functions
            found = leads_of(command, commands, self.script.package)
            self._follow((one for one in found if not (is_function and _is_program(one))), text, places)

    def _around(self, text: Text) -> Surroundings:
        """Say what a text is told of where it runs; one that is no file is told less."""
        is_own = text.owner is self.script.package
        if text.origin is None:
            return replace(NOWHERE, is_own=is_own)
        return replace(self.installed.surroundings(text.owner), asked=text.asked, is_own=is_own)

    def _follow(self, found: Iterable[Lead | Blind | Ending], text: Text, places: Places) -> None:
        """Follow what a text leads to."""
        has_home = text.origin is not None and text.file.language in _WITH_HOME
        home = posixpath.dirname(text.origin or "") if has_home else None
        renames = text.file.language not in _JAVASCRIPT or _PROCESS_ALONE.search(text.content) is not None
        scene = Scene(installed=self.installed, owner=text.owner, places=places, home=home, renames=renames)
        for one in found:
            if isinstance(one, Lead) and text.program and (one.target.literal is None or one.kind is Kind.SCRIPT):
                self._go(only_while_running(one), text, places)
            elif isinstance(one, Lead):
                there = places_of(one, scene)
                for outcome in follow(one, scene):
                    self._note_order(one, outcome, text)
                    self._go(outcome, text, there, given_by(one, text.file.language, text.given))
            else:
                self._go(ToEnd(ending=one) if isinstance(one, Ending) else one, text, places)

    def _note_order(self, lead: Lead, outcome: Outcome, text: Text) -> None:
        """Note which file leads to which, and at which line when it loads it; and which own text uses a library."""
        away = isinstance(outcome, ToFile) and outcome.package is not self.script.package
        unread = isinstance(outcome, ToEnd) and outcome.ending.kind is BoundaryKind.LIBRARY
        if (away or unread) and text.owner is self.script.package and (not self.using or self.using[-1] is not text):
            self.using.append(text)
        if isinstance(outcome, ToFile):
            here, there = (text.file.location, text.file.path), (outcome.package.artifact.location, outcome.path)
            self.evidence.order.parents.setdefault(there, here)
            if lead.kind is Kind.MODULE:
                self.evidence.order.note_load(here, there, lead.line)
            elif lead.kind in _STARTING:
                self.evidence.order.started.add(there)

    def _go(self, outcome: Outcome, text: Text, places: Places, given: Given = None) -> None:
        """Take one step: note a gap or an end, or a file or text that is to be read."""
        if isinstance(outcome, Blind):
            self.evidence.add_gap(text.file, outcome, text.program)
        elif isinstance(outcome, ToEnd):
            if not text.program:
                self.evidence.add_boundary(text.file, outcome.ending, outcome.program)
        elif isinstance(outcome, ToFile):
            self._to_file(outcome, text, places, given)
        else:
            self._to_text(outcome, text)

    def _to_file(self, outcome: ToFile, text: Text, places: Places, given: Given) -> None:
        package, via = outcome.package, (*text.file.via, text.called)
        content = package.files[outcome.path]
        file = self.evidence.add_file(package, outcome.path, content, outcome.language, via)
        self.evidence.order.note_link(text.file, file)
        if outcome.language is Language.GYP:
            places = frozenset(Spot(package.artifact.location, one) for one in directories_of(package, outcome.path))
        said = without_nul(content.decode(errors="replace"))
        self._wait(
            Text(
                owner=package,
                file=file,
                called=self.installed.called(file),
                content=said,
                places=places,
                origin=outcome.path,
                program=self._covering(package, outcome.program or text.program),
                asked=outcome.asked,
                given=given if package is self.script.package else None,
            )
        )

    def _to_text(self, outcome: ToText, text: Text) -> None:
        owner = outcome.owner
        stays = text.file.language in _JAVASCRIPT and outcome.language in _JAVASCRIPT
        origin = text.origin if stays else None
        content = without_anchors(outcome.text).encode(errors="replace")
        via = (*text.file.via, text.called)
        file = self.evidence.add_file(owner, self.names.inline(outcome, origin), content, outcome.language, via)
        self.evidence.order.note_link(text.file, file)
        said = outcome.text if outcome.language in _AS_TYPED else outcome.text.replace("\0", "\\0")
        self._wait(
            Text(
                owner=owner,
                file=file,
                called=self.installed.called(file),
                content=said,
                places=outcome.places,
                origin=origin,
                program=text.program if owner is text.owner else "",
                by_cmd=outcome.by_npm or text.file.language in _JAVASCRIPT,
            )
        )

    def _covering(self, package: Package, program: str) -> str:
        """Keep a known program's cover over its own code and its dependencies'; never over the script's package."""
        covers = program and package is not self.script.package and is_registrys_own(package)
        return program if covers else ""

    def _wait(self, text: Text) -> None:
        self.unread.add(text, is_own=self._is_own(text))

    def _unfold(self, text: Text) -> None:
        """Note what a text hides: files of their own, which are matched and told, and lead nowhere."""
        for layer in unfolded(text.file, text.called):
            path = self.names.hidden(layer.digest, text.owner, text.file.location)
            if path is not None:
                via = (*text.file.via, text.called, layer.said)
                self.evidence.add_layer(self.evidence.add_file(text.owner, path, layer.content, layer.language, via))


def _is_program(one: Lead | Blind | Ending) -> bool:
    return isinstance(one, Lead) and one.kind is Kind.PROGRAM
