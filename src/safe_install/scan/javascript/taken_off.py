"""Lists whose first element is taken off to be the program: ``spawn(list.shift(), list)``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.grammars import kinds
from safe_install.scan.javascript.functions import FUNCTIONS
from safe_install.scan.javascript.literals import name_of

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_LOOPS = kinds("for_statement for_in_statement while_statement do_statement")
_HOMES = FUNCTIONS | kinds("method_definition program")
_DEEPEST = 400


def shifted(constants: Constants, program: Node | None) -> Node | None:
    """Give the list in ``list.shift()``."""
    callee = (
        program.child_by_field_name("function") if program is not None and program.type == "call_expression" else None
    )
    taken = callee.child_by_field_name("property") if callee is not None else None
    is_shift = callee is not None and taken is not None and constants.said(taken) == "shift"
    return callee.child_by_field_name("object") if callee is not None and is_shift else None


def is_taken_once(constants: Constants, program: Node, owner: Node) -> bool:
    """Tell whether ``owner.shift()`` is the only time that a list is shortened.

    Taken off twice, or once a round, another element would be the program: ``["echo", "sh", "x"]`` starts a shell.
    """
    if owner.type != "identifier":
        return False
    name = name_of(owner, constants.source)
    binding = constants.bindings.given(constants.bindings.key(owner))
    if binding is None or binding.shortened != 1:
        return False
    home = _home(program)
    made = [_home(value) for value, _ in binding.values]
    if home is None or (not made and not _is_rest_of(home, name, constants.source)):
        return False
    return all(one is not None and one.id == home.id for one in made)


def _around(node: Node) -> Iterator[Node]:
    above = node.parent
    for _ in range(_DEEPEST):
        if above is None:
            return
        yield above
        above = above.parent


def _home(node: Node) -> Node | None:
    """Give the function, or the file, that a node runs once in; None where it may run again and again."""
    for one in _around(node):
        if one.type in _HOMES:
            return one
        if one.type in _LOOPS:
            return None
    return None


def _is_rest_of(function: Node, name: str, source: bytes) -> bool:
    """Tell whether a function gets a new list of this name each time it is called."""
    parameters = function.child_by_field_name("parameters")
    rest = [one for one in parameters.named_children if one.type == "rest_pattern"] if parameters is not None else []
    return any(
        inner.type == "identifier" and name_of(inner, source) == name for one in rest for inner in one.named_children
    )
