"""A gyp file → the commands, Python and further gyp files that node-gyp reaches while it reads and builds it.

Read from gyp's own source (node-gyp's gyp/pylib/gyp/input.py and generator/make.py). Every branch of every condition counts,
whatever system it is for. Nothing is evaluated here.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from safe_install.model import GapKind
from safe_install.scan.gyp.conditions import as_python, evaluates_output, reads_only
from safe_install.scan.gyp.expansions import STANDING_IN, Expanding, Ran
from safe_install.scan.gyp.literals import Items, Text, read_literal
from safe_install.scan.gyp.places import MOST_VALUES, Place, Placed, placed, variables
from safe_install.scan.python_syntax import line_of, unparsed
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import STAND_IN, Word, computed, excerpt, joined, literal

MOST = 500  # leads of one file; honest ones have under 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Gyp:
    """What one gyp file says.

    ``leads`` are SHELL_TEXT (a command as gyp gives it to a shell, BATCH_TEXT where only Windows has one), PYTHON_MODULE
    (``pymod_do_main``), PYTHON_TEXT (a condition or a file that is code), GYP (another gyp file, relative to this one) and MODULE
    (a helper package whose headers' place is asked for the usual way). ``commands`` are run as they are. Text and commands run in
    the directory of the ``.gyp`` file. ``asked`` are files and functions that they export, whose results stand in texts as ``_asked``
    and their place.
    """

    leads: tuple[Lead, ...] = ()
    commands: tuple[Command, ...] = ()
    blinds: tuple[Blind, ...] = ()
    asked: tuple[tuple[str, str], ...] = ()


def read_gyp(text: str, beside: Sequence[str] = (), own: Collection[str] = ()) -> Gyp:
    """Read a gyp file; never raises. Variables that it has no value for are those of the texts ``beside`` it, which may be included.

    ``own`` are the modules of Python's that its package has.
    """
    read = read_literal(text)
    reading = _Reading()
    if read is None:
        reading.blind(GapKind.UNPARSED, "a gyp file that is no Python expression, or a very large one", 1)
        reading.take(Placed(Text(text, 1), Place.ANY))
    else:
        reading.expanding = Expanding(_given_beside(beside) | variables(read.value), own)
        for code in read.code:
            reading.runs_python(unparsed(code), "a gyp file holds code", line_of(code))
        for one in placed(read.value):
            reading.take(one)
    return reading.gyp()


def _given_beside(texts: Sequence[str]) -> dict[str, list[str]]:
    """Collect the variables of several files; gyp puts what is included into one (input.py, MergeDicts)."""
    found: dict[str, list[str]] = {}
    for text in texts:
        read = read_literal(text)
        for name, values in variables(read.value).items() if read is not None else ():
            known = found.setdefault(name, [])
            known += [value for value in values if value not in known]
    return {
        name: [*values[:MOST_VALUES], *([STAND_IN] if len(values) > MOST_VALUES else ())]
        for name, values in found.items()
        if not name.startswith("_")
    }


_USUAL = re.compile(
    r"node(?:\.exe)?\s+(?:-p|-e|-pe|--print|--eval)\s+(?P<quote>[\"']?)require\(\s*\\*(?P<inner>[\"'])"
    r"(?P<module>nan|node-addon-api|node-api-headers|napi-macros)\\*(?P=inner)\s*\)(?:\.\w+)?;?(?P=quote)"
)
"""How honest packages ask a helper package where its headers are."""
_USUAL_FILE = re.compile(rf"<!@?\({_USUAL.pattern}\)(?::[\w-]+)?")
"""A dependency on a helper package's own gyp file, which builds nothing."""
_MAKE = re.compile(r"\$[({]\s*shell\s+([^)}]*)")
_MSBUILD = "$(["
_LOADING = re.compile(
    r"-f(?:pass-)?plugin(?:-[\w-]+)?=|-Xclang$|-load$|-specs?=|-wrapper$|-B[./\w]|-fuse-ld=[./]|--ld-path=|-Wl,-+plugin[,=]"
    r"|@(?!rpath|loader_path|executable_path|\w+@)\S"
)
"""Flags with which a compiler loads code, starts other programs, or reads further flags from a file."""
_SHELL_SIGNS = re.compile(r"[`;|&\n]|\$\(\(?\s*[\w./-]+\s")


@dataclass(slots=True)
class _Reading:
    """What was found in one file."""

    expanding: Expanding = field(default_factory=lambda: Expanding({}))
    leads: dict[Lead, None] = field(default_factory=dict)
    commands: dict[Command, None] = field(default_factory=dict)
    blinds: dict[Blind, None] = field(default_factory=dict)

    def gyp(self) -> Gyp:
        """Give what was found."""
        for name in dict.fromkeys(self.expanding.left_to_person):
            detail = f"runs what {name} of the environment names, where that is set"
            self.blinds[Blind(kind=GapKind.DYNAMIC, detail=detail, variable=name)] = None
        if len(self.leads) + len(self.commands) > MOST:
            self.blind(GapKind.TOO_LARGE, f"more than {MOST} commands, the rest is not read", 1)
        return Gyp(
            leads=tuple(self.leads)[:MOST],
            commands=tuple(self.commands)[:MOST],
            blinds=tuple(self.blinds)[:MOST],
            asked=tuple(self.expanding.asked),
        )

    def take(self, one: Placed) -> None:
        """Read a text for what it is, and for the commands in it."""
        value = one.value
        if isinstance(value, Items):
            self._run([self._words(word) for word in value.values if isinstance(word, Text)], value.line)
            return
        place = Place.ANY if _USUAL_FILE.fullmatch(value.value) else one.place
        for text in self._expanded(value):
            self._read(text, value.line, place)

    def _read(self, text: str, line: int, place: Place) -> None:
        for match in _MAKE.finditer(text):
            self._shell(match[1], line)
        if _MSBUILD in text:
            self.blind(GapKind.DYNAMIC, f"a build property is computed by code: {text}", line)
        reader = _READERS.get(place)
        if reader is not None:
            reader(self, text, line)

    def _words(self, text: Text) -> list[list[str]]:
        """Expand a word of an action, for each of its values: ``<@(x)`` standing alone may be several words."""
        values = self._expanded(text)
        is_list = re.match(r"[<>^]!?@", text.value) is not None
        looked: list[list[str]] = [[] for value in values if is_list and value in self.expanding.looked]
        return [*(_split(value) if is_list else [value] for value in values), *looked[:1]]

    def _expanded(self, text: Text) -> list[str]:
        """Expand a text; what its expansions run is taken note of at its line."""
        ran, lost = len(self.expanding.ran), len(self.expanding.lost)
        values = self.expanding.expand(text.value)
        for one in self.expanding.ran[ran:]:
            self._ran(one, text.line)
        for part in self.expanding.lost[lost:]:
            self.blind(GapKind.UNPARSED, f"an expansion that is not understood: {part}", text.line)
        return values

    def _ran(self, one: Ran, line: int) -> None:
        usual = _USUAL.fullmatch(one.text)
        if one.evaluated:
            self._evaluated(one, line)
        elif one.main:
            self._module(one.text, line)
        elif usual:
            self._lead(Lead(kind=Kind.MODULE, target=literal(usual["module"]), line=line, optional=True))
        else:
            self._shell(one.text, line)

    def _evaluated(self, one: Ran, line: int) -> None:
        """Read ``<!([...])``, which gyp evaluates with all of Python's builtins to get a list of words."""
        text = one.text if one.text.endswith("]") and one.text.startswith("[") else f"[{one.text.strip('[]')}]"
        read = read_literal(text)
        if read is None or read.code or not isinstance(read.value, Items):
            self.runs_python(as_python(one.text), "a command is computed by Python", line)
        elif one.main:
            self._module(" ".join(word.value for word in read.value.values if isinstance(word, Text)), line)
        else:
            self._run([[[word.value]] for word in read.value.values if isinstance(word, Text)], line)

    def _module(self, text: str, line: int) -> None:
        """Read ``<!pymod_do_main(MODULE ARGUMENTS)``, which imports a module from the gyp file's directory."""
        words = text.split()
        if words:
            arguments = tuple(_word(word) for word in words[1:])
            self._lead(Lead(kind=Kind.PYTHON_MODULE, target=_word(words[0]), line=line, arguments=arguments))

    def runs_python(self, text: str, why: str, line: int) -> None:
        """Tell that a part of the file is code, and what it is."""
        self.blind(GapKind.DYNAMIC, f"{why}: {text}", line)
        self._lead(Lead(kind=Kind.PYTHON_TEXT, target=literal(text), line=line))

    def condition(self, text: str, line: int) -> None:
        """Read a condition: comparisons are nothing, the rest is code."""
        harmless = reads_only(text)
        if harmless is None:
            self.blind(GapKind.UNPARSED, f"a condition that is no Python: {text}", line)
        elif not harmless:
            self.runs_python(as_python(text), "a condition is code", line)
        elif self.expanding.ran and evaluates_output(text):
            self.blind(GapKind.DYNAMIC, f"a condition evaluates what a command writes: {text}", line)

    def dependency(self, text: str, line: int) -> None:
        """Read ``FILE:TARGET#TOOLSET``; a target of this very file has no ``:``."""
        self.include(text.partition("#")[0].rpartition(":")[0], line)

    def include(self, path: str, line: int) -> None:
        """Read the path of another gyp file."""
        if path:
            self._lead(Lead(kind=Kind.GYP, target=_word(path), line=line))

    def tool(self, text: str, line: int) -> None:
        """Read what takes the place of a compiler."""
        self._run([[_split(text)]], line)

    def flag(self, text: str, line: int) -> None:
        """Read a compiler's flag, which passes a shell on its way."""
        if _LOADING.match(text):
            self.blind(GapKind.NATIVE, f"a compiler is given {text}", line)
        if _SHELL_SIGNS.search(_MAKE.sub("", text)):
            self._shell(f": {text}", line)

    def command_line(self, text: str, line: int) -> None:
        """Read what Visual Studio runs before or after a build."""
        self._lead(Lead(kind=Kind.BATCH_TEXT, target=literal(text), line=line))

    def _shell(self, text: str, line: int) -> None:
        if text:
            self._lead(Lead(kind=Kind.SHELL_TEXT, target=literal(text), line=line))

    def _run(self, columns: list[list[list[str]]], line: int) -> None:
        """Take note of a list of words that is run, once for each value its words may have."""
        most = max((len(column) for column in columns), default=0)
        for choice in range(most):
            chosen = (column[min(choice, len(column) - 1)] for column in columns)
            words = [_word(word) for part in chosen for word in part]
            if words:
                self.commands[Command(program=words[0], arguments=tuple(words[1:]), line=line)] = None

    def _lead(self, lead: Lead) -> None:
        self.leads[lead] = None

    def blind(self, kind: GapKind, detail: str, line: int) -> None:
        """Tell what could not be seen."""
        self.blinds[Blind(kind=kind, detail=excerpt(detail), line=line)] = None


_READERS: dict[Place, Callable[[_Reading, str, int], None]] = {
    Place.CONDITION: _Reading.condition,
    Place.INCLUDE: _Reading.include,
    Place.DEPENDENCY: _Reading.dependency,
    Place.TOOL: _Reading.tool,
    Place.FLAG: _Reading.flag,
    Place.COMMAND_LINE: _Reading.command_line,
}


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _word(text: str) -> Word:
    """Make a word of a text in which the unknown is stood in for."""
    return joined(_parts(text))


def _parts(text: str) -> Iterator[Word]:
    for index, part in enumerate(STANDING_IN.split(text)):
        if index:
            yield computed("an expansion of gyp")
        yield literal(part)
