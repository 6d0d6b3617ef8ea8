"""Handing a list or a table to a function: which functions leave it as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript.binding import Binding
from safe_install.scan.javascript.functions import FUNCTIONS
from safe_install.scan.javascript.values import arguments_in

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_KEEPING = ("node:child_process.", "node:path.", "console.", "node:util.", "node:fs.")
_MOST_ARGUMENTS = 64
_BY_NAME = frozenset(
    (
        *(
            "Array.isArray",
            "JSON.stringify",
            "Object.entries",
            "Object.freeze",
            "Object.hasOwn",
            "Object.keys",
            "Object.prototype.hasOwnProperty.call",
            "Object.values",
            "String",
        ),
        *("Boolean", "Number", "parseInt", "parseFloat", "process.exit"),
    )
)


def position(call: Node, given: Node) -> int:
    """Say which argument of a call holds a node; -1 when that is not easily told."""
    arguments = call.child_by_field_name("arguments")
    if arguments is None or arguments.named_child_count > _MOST_ARGUMENTS:
        return -1
    return next((at for at, one in enumerate(arguments_in(arguments)) if one.end_byte >= given.end_byte), -1)


def changes_nothing(constants: Constants, call: Node, given: Node) -> bool:
    """Tell whether a call leaves its argument as it is, whatever is reachable from it."""
    callee, at = call.child_by_field_name("function"), position(call, given)
    if callee is None or at < 0:
        return False
    said = constants.said(callee)
    if said in _BY_NAME and constants.bindings.given(said.partition(".")[0]) is None:
        return True
    if callee.type == "member_expression" and _is_concat(constants, callee):
        return True
    symbols = constants.value(callee).symbols
    if symbols:
        return all(symbol.startswith(_KEEPING) for symbol in symbols)
    return callee.type == "identifier" and _is_kept_here(constants, constants.bindings.key(callee), at)


def only_looks(constants: Constants, call: Node, given: Node) -> bool:
    """Tell whether a call gives no member of its argument another value: it changes nothing, or copies out of it."""
    callee = call.child_by_field_name("function")
    if callee is None:
        return False
    copies = constants.said(callee) == "Object.assign" and constants.bindings.given("Object") is None
    return (copies and position(call, given) > 0) or changes_nothing(constants, call, given)


def _is_concat(constants: Constants, callee: Node) -> bool:
    owner, taken = callee.child_by_field_name("object"), callee.child_by_field_name("property")
    return owner is not None and owner.type == "array" and taken is not None and constants.said(taken) == "concat"


def _is_kept_here(constants: Constants, name: str, at: int) -> bool:
    """Tell whether every function of the file that a name can be leaves this parameter as it is."""
    binding = constants.bindings.names.get(name)
    if binding is None or binding.anything or binding.symbols or binding.parameters or binding.elements:
        return False
    if not binding.owned or not binding.values or constants.bindings.evaluates:
        return False
    arguments = constants.bindings.names.get("arguments")
    if arguments is not None and arguments.changed:
        return False
    return all(not path and value.type in FUNCTIONS and _keeps(constants, value, at) for value, path in binding.values)


def _keeps(constants: Constants, function: Node, at: int) -> bool:
    single, several = function.child_by_field_name("parameter"), function.child_by_field_name("parameters")
    children = [single] if single is not None else several.named_children if several is not None else []
    parameters = [one for one in children if one.type != "comment"]
    if at >= len(parameters):
        return not any(one.type == "rest_pattern" for one in parameters)
    target = parameters[at]
    if target.type == "assignment_pattern":
        target = target.child_by_field_name("left") or target
    if target.type != "identifier":
        return False
    binding: Binding | None = constants.bindings.names.get(constants.bindings.key(target))
    return binding is not None and not binding.pushed and not binding.shortened and not constants.changes(binding)
