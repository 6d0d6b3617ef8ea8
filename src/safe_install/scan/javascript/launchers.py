"""Files that only start another program: what they pass on, and what a person may put in that program's place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.model import GapKind
from safe_install.scan.javascript import paths
from safe_install.scan.javascript.values import Variable, arguments_in
from safe_install.scan.shell.leads import Blind
from safe_install.scan.shell.words import PACKAGE_ROOT, Word, literal

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_OVERRIDE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:BINARY|BIN|EXECUTABLE)(?:_PATH)?")
_EVERYBODYS = frozenset(("bin", "binary", "cli", "core", "node", "npm", "npx", "python", "bash", "shell"))
"""Words of package names that are in other people's variables, too."""
_SHORTEST = 3  # characters of a name that a variable has to begin with


def passed_on(constants: Constants, program: Word, arguments: Node | None, words: Sequence[Word]) -> tuple[Word, ...]:
    """Give a child's arguments: of ``process.argv.slice(2)`` what this file itself is started with.

    Only where the program is the package's own, another package's or a person's: ``process.argv`` may have been
    changed, and to no such program the difference matters; a shell would run another file.
    """
    asked = constants.around.asked
    if asked and _is_of_package(program) and _is_all_that_was_given(constants, arguments):
        return (literal(asked),)
    if asked and program.literal == "node" and len(words) > 1 and _is_of_package(words[0]):
        given = arguments_in(arguments.child_by_field_name("arguments")) if arguments is not None else []
        if len(given) == 1 and len(words) == _WITH_FILE and _is_all_that_was_given(constants, given[0]):
            return (words[0], literal(asked))
    return tuple(words)


_WITH_FILE = 2  # words that node is given: ``[file].concat(process.argv.slice(2))``


def _is_of_package(program: Word) -> bool:
    """Tell whether a program is this package's or another one's, or the one that a variable names."""
    start = program.parts[0] if program.parts else ""
    is_path = isinstance(start, str) and start.startswith((PACKAGE_ROOT, paths.MODULES))
    return is_path or isinstance(start, Variable)


def _is_all_that_was_given(constants: Constants, arguments: Node | None) -> bool:
    """Tell whether an expression is ``process.argv.slice(2)``."""
    callee = arguments.child_by_field_name("function") if arguments is not None else None
    if arguments is None or callee is None or callee.type != "member_expression":
        return False
    owner, taken = callee.child_by_field_name("object"), callee.child_by_field_name("property")
    given = arguments_in(arguments.child_by_field_name("arguments"))
    is_slice = (
        taken is not None and constants.said(taken) == "slice" and [constants.said(one) for one in given] == ["2"]
    )
    return is_slice and constants.value(owner).symbols == {"process.argv"}


def overridden(constants: Constants, program: Word, words: Sequence[Word], line: int) -> Blind | None:
    """Tell of a program that a person may name in the place of the package's own, by a variable that bears its name.

    Nobody else sets such a variable; whether a text here does is not known in one file.
    """
    runs_node = program.literal == "node" and bool(words)
    return named_by_person(constants, words[0] if runs_node else program, line)


def named_by_person(constants: Constants, chosen: Word, line: int) -> Blind | None:
    """Tell of a word that only such a variable holds."""
    match chosen.parts:
        case (Variable(name=name),) if _bears_name(name, constants.around.name):
            detail = f"runs what {name} of the environment names"
            return Blind(kind=GapKind.DYNAMIC, detail=detail, line=line, variable=name)
        case _:
            return None


def _bears_name(variable: str, package: str) -> bool:
    """Tell whether a variable is called after a package and a program: ``ESBUILD_BINARY_PATH``."""
    words = [one for one in re.split(r"[^a-z0-9]+", package.lower()) if len(one) >= _SHORTEST]
    starts = tuple(f"{one.upper()}_" for one in words if one not in _EVERYBODYS)
    return bool(_OVERRIDE.fullmatch(variable)) and bool(starts) and variable.startswith(starts)
