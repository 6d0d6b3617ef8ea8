"""LifecycleScript → Inspection: every file it can cause to run, and every edge that cannot be followed.

The command is read, then the files and texts it names, then what those name, breadth first, so that each file
is told with its shortest chain. This version stays inside the script's own package: a module or program of
another one is a gap that says whose it is. Nothing is run, nothing is unpacked, time and memory are bounded.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from safe_install.model import GapKind, Inspection, Language, LifecycleScript, Package, ReachableFile
from safe_install.scan.javascript.javascript import read_javascript
from safe_install.scan.reach import gyp
from safe_install.scan.reach.directories import Directories, Places
from safe_install.scan.reach.evidence import Evidence
from safe_install.scan.reach.follow import Outcome, Scene, ToFile, ToText, follow
from safe_install.scan.reach.provided import Provided
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.program_names import program_name
from safe_install.scan.shell.programs import leads
from safe_install.scan.shell.shell import read_command
from safe_install.scan.shell.words import without_anchors

MOST_TEXTS = 1_000  # nx, the largest honest package, reaches 270 files
MOST_BYTES = 16 << 20  # of text that is read for one script
MOST_SECONDS = 20.0  # of CPU for one script, looked at between two texts
COMMAND = ":command"
INLINE = ":inline-"
"""The paths of texts that are no files of the package; see `_Walk.unused`."""
_ROOT: Places = frozenset(("",))
_JAVASCRIPT = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT))


def trace(script: LifecycleScript, packages: Mapping[str, Package]) -> Inspection:
    """Follow one script; ``packages`` are all of the tree's, by location.

    ``files`` come sorted by package and path. The command is among them, as shell text under `COMMAND`, and so is
    every other text that runs without being a file, under `INLINE` and a number.
    """
    walk = _Walk(script, Provided(packages), Evidence(script))
    walk.read_all()
    return walk.evidence.inspection()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Text:
    """Something to read: ``called`` so in chains; ``origin`` is the file whose ``__dirname`` and modules it has.

    ``content`` differs from the file's for a text with paths that start at a known place: see words.py.
    """

    file: ReachableFile
    called: str
    content: str
    places: Places
    origin: str | None = None


@dataclass(slots=True)
class _Walk:
    """One trace under way."""

    script: LifecycleScript
    provided: Provided
    evidence: Evidence
    waiting: deque[_Text] = field(default_factory=deque)
    seen: set[tuple[str, Language, Places]] = field(default_factory=set)
    inlined: dict[tuple[str, Language, str | None], str] = field(default_factory=dict)

    def read_all(self) -> None:
        """Read the command and everything it leads to, within the limits."""
        said = self.script.command
        command = self.evidence.add_file(self._unused(COMMAND), said.encode(errors="replace"), Language.SHELL, ())
        self.waiting.append(_Text(file=command, called=said, content=_without_nul(said), places=_ROOT))
        deadline = time.thread_time() + MOST_SECONDS
        size = count = 0
        while self.waiting:
            text = self.waiting.popleft()
            size, count = size + len(text.file.content), count + 1
            if size > MOST_BYTES or count > MOST_TEXTS or time.thread_time() > deadline:
                detail = (
                    f"reading stops here: more than {MOST_TEXTS:,} files, {MOST_BYTES >> 20} MB or {MOST_SECONDS:.0f} s"
                )
                self.evidence.add_gap(text.file.path, Blind(kind=GapKind.TOO_LARGE, detail=detail))
                return
            self._read(text)

    def _read(self, text: _Text) -> None:
        """Read one text; what is in a language that is not read had its gap when it was reached."""
        if text.file.language is Language.SHELL:
            self._read_shell(text)
        elif text.file.language in _JAVASCRIPT:
            self._read_javascript(text)
        elif text.file.language is Language.GYP:
            for _, command in gyp.commands(text.content):
                self._go(ToText(text=command, language=Language.SHELL), text, text.places)

    def _read_shell(self, text: _Text) -> None:
        shell = read_command(text.content)
        directories = Directories(text.places)
        for unread in shell.unread:
            self.evidence.add_gap(text.file.path, Blind(kind=GapKind.UNPARSED, detail=unread.detail, line=unread.line))
        for command in shell.commands:
            places = directories.at(command)
            left = directories.change(command) if program_name(command) == "cd" else None
            if left is not None:
                blind = Blind(kind=GapKind.OUTSIDE, detail=left, line=command.line)
                self.evidence.add_gap(text.file.path, blind)
            self.evidence.add_command(command, text.file, places)
            is_function = program_name(command) in shell.functions
            found = leads(command, shell.commands)
            self._follow((one for one in found if not (is_function and _is_program(one))), text, places)

    def _read_javascript(self, text: _Text) -> None:
        reading = read_javascript(text.content.encode(errors="replace"), text.origin)
        self.evidence.add_reading(reading, text.file, text.places)
        self._follow([*reading.blinds, *reading.leads], text, text.places)
        for command in reading.commands:
            self._follow(leads(command), text, text.places)

    def _follow(self, found: Iterable[Lead | Blind], text: _Text, places: Places) -> None:
        """Follow what a text leads to."""
        home = None if text.origin is None or text.file.language not in _JAVASCRIPT else text.origin.rpartition("/")[0]
        scene = Scene(package=self.script.package, provided=self.provided, places=places, home=home)
        for one in found:
            for outcome in [one] if isinstance(one, Blind) else follow(one, scene):
                self._go(outcome, text, places)

    def _go(self, outcome: Outcome, text: _Text, places: Places) -> None:
        """Take one step: note a gap, or a file or text that is to be read."""
        via = (*text.file.via, text.called)
        if isinstance(outcome, Blind):
            self.evidence.add_gap(text.file.path, outcome)
        elif isinstance(outcome, ToFile):
            content = self.script.package.files[outcome.path]
            file = self.evidence.add_file(outcome.path, content, outcome.language, via)
            self._wait(file, _without_nul(content.decode(errors="replace")), places, outcome.path)
        else:
            stays = text.file.language in _JAVASCRIPT and outcome.language in _JAVASCRIPT
            origin = text.origin if stays else None
            content = without_anchors(outcome.text).encode(errors="replace")
            file = self.evidence.add_file(self._inline(outcome, origin), content, outcome.language, via)
            said = outcome.text.replace("\0", "\\0") if outcome.language in _JAVASCRIPT else outcome.text
            self._wait(file, said, places if outcome.places is None else outcome.places, origin)

    def _wait(self, file: ReachableFile, content: str, places: Places, origin: str | None) -> None:
        """Let a text wait to be read, once for each set of places where it may run."""
        key = (file.path, file.language, places)
        if key not in self.seen:
            self.seen.add(key)
            self.waiting.append(_Text(file=file, called=file.path, content=content, places=places, origin=origin))

    def _inline(self, outcome: ToText, origin: str | None) -> str:
        """Name a text that is no file; one text has one name."""
        key = (outcome.text, outcome.language, origin)
        if key not in self.inlined:
            self.inlined[key] = self._unused(f"{INLINE}{len(self.inlined) + 1}")
        return self.inlined[key]

    def _unused(self, name: str) -> str:
        """Make a name that no member has, or one file could stand for another in the fingerprint."""
        while name in self.script.package.members:
            name = f":{name}"
        return name


def _is_program(one: Lead | Blind) -> bool:
    return isinstance(one, Lead) and one.kind is Kind.PROGRAM


def _without_nul(text: str) -> str:
    """Leave no NUL in what a package wrote: it is the sign of places that this program knows."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
