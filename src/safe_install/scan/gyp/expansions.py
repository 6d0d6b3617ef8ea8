"""gyp's expansions in a string: ``<(variable)``, ``<!(command)``, ``<|(file …)``, and with ``>`` and ``^`` in later phases.

As in gyp's input.py (ExpandVariables): brackets are balanced, what stands inside is expanded first, and what comes out is
looked at again, so that an expansion may be put together from variables.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from safe_install.scan.gyp.counted import writes_number
from safe_install.scan.shell.looked_for import LOOKING, is_everywhere, looked_for
from safe_install.scan.shell.shell import read_command
from safe_install.scan.shell.words import PACKAGE_ROOT, STAND_IN

LONGEST = 16_384  # characters of one string; the longest honest one with a command has 210
MOST = 1_000  # expansions in one file; honest ones have under 100
ROUNDS = 8
DEEPEST = 8
_PHASES = {sign: re.compile(rf"\{sign}(!?@?|\|)([-\w.]*)\((\s*\[?)") for sign in "<>^"}
"""How each phase writes what it expands; ``=>f(x)`` in a command of the first is no variable of the second."""
COUNTED = f"{STAND_IN}_number"
"""Stands in for what a command counted."""
_ASKED = re.compile(r"node\s+-p\s+\"require\('(?P<path>(?:\.{1,2}/)+[\w./-]+)'\)\.(?P<name>\w+)\(\)\"")
_OF_PERSON = re.compile(
    r"""node\s+-p\s+"process\.env\.(?P<variable>npm_config_python|PYTHON)\s*\|\|\s*\\?["'](?P<usual>python[23]?)\\?["']\""""
)
"""The Python that npm's settings name, as node-gyp itself takes it, or the usual one; such is what runs an action."""
STANDING_IN = re.compile(rf"{re.escape(STAND_IN)}(?:_number|_asked\d+_)?")
"""Everything that stands in for what only running tells."""
_BUILD_TYPE = "$(BUILDTYPE)"
"""A variable of make's, which node-gyp sets."""
_BRACKET = re.compile(r"[()\[\]{}]")
_PAIRS = {")": "(", "]": "[", "}": "{"}
_KNOWN: Mapping[str, Sequence[str]] = {
    "module_root_dir": (PACKAGE_ROOT,),
    "PRODUCT_DIR": (f"{PACKAGE_ROOT}/build/Release",),
    "DEPTH": (".",),
    "SHARED_INTERMEDIATE_DIR": (f"{PACKAGE_ROOT}/build/Release/obj/gen",),
}
"""Variables that node-gyp and its generators give, whose values this program knows."""


@dataclass(frozen=True, slots=True)
class Ran:
    """Something that gyp runs to learn a value: ``text`` is shell text, of an ``evaluated`` one Python, ``main`` a module and arguments."""

    text: str
    evaluated: bool = False
    main: bool = False


@dataclass(slots=True)
class Expanding:
    """The expansions of one file: its variables, what they run, and what could not be read."""

    variables: Mapping[str, Sequence[str]]
    own: Collection[str] = ()
    """Modules of Python's that lie in the package."""
    ran: list[Ran] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    count: int = 0
    looked: set[str] = field(default_factory=set)
    """Programs that were looked for, and stand where that was asked."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Files, relative to this one, and functions that they export."""
    left_to_person: list[str] = field(default_factory=list)
    """Variables of the environment that may name another interpreter than the usual one, which was taken."""

    def expand(self, text: str) -> list[str]:
        """Give what a string may become: one for each value of the variable in it that has most; the unknown stands in."""
        text = text.replace(_BUILD_TYPE, "Release")
        most = max((len(self.variables.get(name, ())) for name in _names(text)), default=1)
        return list(dict.fromkeys(self._expanded(text, choice) for choice in range(max(1, most))))

    def _expanded(self, text: str, choice: int) -> str:
        """Expand one phase after the other."""
        for sign in _PHASES:
            text = self._settled(text, sign, choice, 0)
        return text

    def _settled(self, text: str, sign: str, choice: int, depth: int) -> str:
        """Expand until nothing changes."""
        for _ in range(ROUNDS):
            before, text = text, self._once(text, sign, choice, depth)
            if text == before:
                return text
        self.lost.append(f"an expansion that goes on: {text}")
        return text

    def _once(self, text: str, sign: str, choice: int, depth: int) -> str:
        """Expand what a string holds now, from left to right."""
        done: list[str] = []
        at = 0
        while match := _PHASES[sign].search(text, at):
            self.count += 1
            opening = match.end() - len(match[3]) - 1
            end = _closing(text, opening)
            if end is None or self.count > MOST or depth > DEEPEST or len(text) > LONGEST:
                self.lost.append(text[match.start() :])
                break
            inside = self._settled(text[opening + 1 : end], sign, choice, depth + 1).strip()
            done += [text[at : match.start()], self._value(match, inside, choice)]
            at = end + 1
        return "".join([*done, text[at:]])

    def _value(self, match: re.Match[str], inside: str, choice: int) -> str:
        """Give what an expansion becomes, and take note of what it runs."""
        sign, command, array = match.groups()
        if "!" in sign:
            one = Ran(text=inside, evaluated=bool(array), main=command == "pymod_do_main")
            without = [Ran(text=rest) for rest in self._without_program(inside)]
            self.ran += [ran for ran in (one, *without) if ran not in self.ran]
            of_person = _OF_PERSON.fullmatch(inside) if not array else None
            if of_person is not None:
                self.left_to_person.append(of_person["variable"])
                return of_person["usual"]
            asked = _ASKED.fullmatch(inside) if sign == "!" and not array else None
            if asked is not None:
                return self._asked(asked["path"], asked["name"])
            program = None if array else _program_in(inside)
            if program is not None:
                self.looked.add(program)
                return program
            return COUNTED if writes_number(inside, self.own) else STAND_IN
        values = self.variables.get(inside) or _KNOWN.get(inside) or (STAND_IN,)
        return values[min(choice, len(values) - 1)]

    def _without_program(self, text: str) -> Iterator[str]:
        """Give what a command starts where the program was looked for that it begins with, and is not there."""
        name, _, rest = text.partition(" ")
        if name in self.looked and not is_everywhere(name):
            yield rest.strip()

    def _asked(self, path: str, name: str) -> str:
        """Stand in for what a function of the package gives, by its place among those that are asked."""
        if (path, name) not in self.asked:
            self.asked.append((path, name))
        return f"{STAND_IN}_asked{self.asked.index((path, name))}_"


def _program_in(text: str) -> str | None:
    """Give the program that a command only looks for: see shell/looked_for.py."""
    shell = read_command(text) if LOOKING.match(text) else None
    return looked_for(shell.commands) if shell is not None and not shell.unread else None


def as_text(values: Sequence[str]) -> str:
    """Write a list as gyp does where a string is wanted (EncodePOSIXShellList)."""
    return " ".join(value if "(" in value else shlex.quote(value) for value in values)


def _names(text: str) -> set[str]:
    """Name the variables that a string may name."""
    return set(re.findall(r"\(\s*([\w.%-]+)", text[:LONGEST]))


def _closing(text: str, opening: int) -> int | None:
    """Find the bracket that closes the one at ``opening``; None when brackets do not match."""
    waiting: list[str] = []
    for match in _BRACKET.finditer(text, opening):
        if match[0] not in _PAIRS:
            waiting.append(match[0])
        elif not waiting or waiting.pop() != _PAIRS[match[0]]:
            return None
        if not waiting:
            return match.start()
    return None
