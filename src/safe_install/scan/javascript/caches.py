"""Names that stand for a ``new WeakMap()`` and nothing else: what is put there is kept, and nobody else gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript import tables
from safe_install.scan.javascript.functions import FUNCTIONS

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_MADE = ("Map", "WeakMap")
_DEEPEST = 12
_JOINING = frozenset(("||", "&&", "??"))


def is_cache(constants: Constants, node: Node | None, depth: int = 0) -> bool:
    """Tell whether an expression is such a map, or nothing at all, as in Babel's ``return (get = function …)(kind)``."""
    if node is None or depth > _DEEPEST or constants.spent():
        return False
    match node.type:
        case "null" | "undefined":
            return True
        case "parenthesized_expression" | "sequence_expression":
            return is_cache(constants, node.named_children[-1] if node.named_children else None, depth + 1)
        case "assignment_expression":
            return is_cache(constants, node.child_by_field_name("right"), depth + 1)
        case "ternary_expression":
            sides = [node.child_by_field_name(one) for one in ("consequence", "alternative")]
            return all(is_cache(constants, one, depth + 1) for one in sides)
        case "binary_expression":
            operator = node.child_by_field_name("operator")
            sides = [node.child_by_field_name(one) for one in ("left", "right")]
            joins = operator is not None and operator.type in _JOINING
            return joins and all(is_cache(constants, one, depth + 1) for one in sides)
        case "new_expression":
            made = node.child_by_field_name("constructor")
            said = constants.said(made) if made is not None else ""
            return said in _MADE and constants.bindings.given(said) is None
        case "call_expression":
            results = _results(constants, node.child_by_field_name("function"))
            return bool(results) and all(is_cache(constants, one, depth + 1) for one in results)
        case "identifier":
            return _is_named_cache(constants, node, depth)
        case _:
            return False


def _is_named_cache(constants: Constants, name: Node, depth: int) -> bool:
    binding = constants.bindings.given(constants.bindings.key(name))
    if binding is None or not binding.owned or binding.anything or constants.bindings.evaluates:
        return False
    if binding.symbols or binding.parameters or binding.elements or not binding.values:
        return False
    return all(not path and is_cache(constants, value, depth + 1) for value, path in binding.values)


def _results(constants: Constants, callee: Node | None) -> list[Node]:
    """List what a function that is called here can give."""
    while callee is not None and callee.type == "parenthesized_expression" and callee.named_children:
        callee = callee.named_children[-1]
    if callee is not None and callee.type == "assignment_expression":
        callee = callee.child_by_field_name("right")
    if callee is None:
        return []
    found = [callee] if callee.type in FUNCTIONS else tables.functions(constants, callee)
    return [one for function in found for one in constants.results(function)]
