"""Where in a gyp file a value means something: variables, conditions, actions, compilers, flags, further files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from safe_install.scan.gyp.expansions import as_text
from safe_install.scan.gyp.literals import Entries, Items, Text, Value
from safe_install.scan.shell.words import STAND_IN

MOST_VALUES = 16  # of one variable; by operating system and architecture honest files give 9


class Place(StrEnum):
    """What a value is for."""

    CONDITION = "condition"
    ACTION = "action"  # a list of words, run as they are
    COMMAND_LINE = "command line"  # of Visual Studio's build events
    TOOL = "tool"  # takes the place of a compiler
    FLAG = "flag"  # goes to a compiler through a Makefile and a shell
    INCLUDE = "include"  # another gyp file
    DEPENDENCY = "dependency"  # a target of this file, or ``FILE:TARGET``
    ANY = "any"


_BY_KEY = {
    **dict.fromkeys(("conditions", "target_conditions"), Place.CONDITION),
    "includes": Place.INCLUDE,
    **dict.fromkeys(("dependencies", "dependencies!", "dependencies+"), Place.DEPENDENCY),
    "CommandLine": Place.COMMAND_LINE,
}
_FLAGS = re.compile(
    r"(?:c|cxx|ld|asm)flags\w*[!+?=/]?|libraries|OTHER_\w+|library_dirs|include_dirs|defines|sources|arflags|AdditionalOptions"
)
_TOOLS = re.compile(r"(?:CC|CXX|LD|LDPLUSPLUS|LINK|AR|NM|READELF|LIBTOOL|PYTHON)(?:[._](?:host|target|wrapper))*")


@dataclass(frozen=True, slots=True)
class Placed:
    """A value and what it is for."""

    value: Text | Items
    place: Place


def placed(root: Value) -> Iterator[Placed]:
    """Give every text of a file with what it is for, an action's words together, without recursion."""
    waiting: list[tuple[Value, str]] = [(root, "")]
    while waiting:
        value, key = waiting.pop()
        match value:
            case Text():
                yield Placed(value, _place(key))
            case Items(values=values) if key == "action" and all(isinstance(one, Text) for one in values):
                yield Placed(value, Place.ACTION)
            case Items(values=values):
                yield from _settings(values) if key == "make_global_settings" else ()
                waiting += reversed([(one, key) for one in values])
            case Entries(pairs=pairs):
                waiting += reversed([(one, name) for name, one in pairs])


def _place(key: str) -> Place:
    if key in _BY_KEY:
        return _BY_KEY[key]
    if _TOOLS.fullmatch(key):
        return Place.TOOL
    return Place.FLAG if _FLAGS.fullmatch(key) else Place.ANY


def _settings(values: tuple[Value, ...]) -> Iterator[Placed]:
    """Give the tools of ``make_global_settings``: pairs of a name and what is run in its place."""
    for one in values:
        match one:
            case Items(values=(Text(value=name), Text() as tool)) if _TOOLS.fullmatch(name):
                yield Placed(tool, Place.TOOL)
            case _:
                pass


def variables(root: Value) -> dict[str, list[str]]:
    """List what each variable of a file may be: from ``variables``, and a key ``x`` beside it as ``_x``."""
    found: dict[str, list[str]] = {}
    waiting: list[tuple[Value, bool]] = [(root, False)]
    while waiting:
        value, defining = waiting.pop()
        match value:
            case Entries(pairs=pairs):
                for name, one in pairs:
                    _define(found, name.removesuffix("%") if defining else f"_{name}", one)
                    waiting.append((one, defining or name == "variables"))
            case Items(values=values):
                waiting += [(one, defining) for one in values]
            case _:
                pass
    return found


def _define(found: dict[str, list[str]], name: str, value: Value) -> None:
    match value:
        case Text(value=text):
            pass
        case Items(values=values) if all(isinstance(one, Text) for one in values):
            text = as_text([one.value for one in values if isinstance(one, Text)])
        case _:
            return
    known = found.setdefault(name, [])
    if text not in known and len(known) <= MOST_VALUES:
        known.append(text if len(known) < MOST_VALUES else STAND_IN)
