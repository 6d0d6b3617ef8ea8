"""A function where it is written: by which name it is called, with which arguments, or with what each time."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds
from safe_install.scan.javascript.literals import name_of

FUNCTIONS = kinds(
    "arrow_function function_declaration function_expression generator_function generator_function_declaration"
)
NAMED_FUNCTIONS = kinds("function_declaration generator_function_declaration")
_WITH_EACH = frozenset(("every", "filter", "find", "findIndex", "flatMap", "forEach", "map", "some"))
"""Methods of lists that call a function with each element."""
_BRACKETS = 8  # around one function


def called_by(place: Place, key: Callable[[Node], str]) -> tuple[str, Node | None]:
    """Say by what name a function is called, or with which arguments when that is where it is written."""
    if place.kind in NAMED_FUNCTIONS:
        own = place.node.child_by_field_name("name")
        return (key(own) if own is not None else "", None)
    for _ in range(_BRACKETS):
        if place.above is None or place.above.kind != "parenthesized_expression":
            break
        place = place.above
    above = place.above
    if above is not None and above.kind == "variable_declarator" and place.field == "value":
        name = above.node.child_by_field_name("name")
        return (key(name) if name is not None and name.type == "identifier" else "", None)
    if above is not None and _is_only_assigned(place, above):
        name = above.node.child_by_field_name("left")
        return (key(name) if name is not None and name.type == "identifier" else "", None)
    if above is not None and above.kind == "call_expression" and place.field == "function":
        return "", above.node.child_by_field_name("arguments")
    return "", None


def _is_only_assigned(function: Place, above: Place) -> bool:
    """Tell whether a statement gives a name this function, and nothing else gets it: ``method = (key) => …;``."""
    if above.kind != "assignment_expression" or function.field != "right":
        return False
    inner, outer = above, above.above
    for _ in range(_BRACKETS):
        if (
            outer is None
            or outer.kind not in _OUTER
            or (outer.kind == "ternary_expression" and inner.field == "condition")
        ):
            break
        if outer.kind == "sequence_expression" and inner.node != outer.node.named_children[-1]:
            return True
        inner, outer = outer, outer.above
    return outer is not None and outer.kind == "expression_statement"


_OUTER = kinds("parenthesized_expression sequence_expression ternary_expression")


def list_of_each(function: Place, source: bytes) -> Node | None:
    """Give the list in ``list.forEach(FUNCTION)``, of which a function gets each element, and nothing else."""
    if may_call_itself(function.node):
        return None
    call = function.above.above if function.above is not None and function.above.kind == "arguments" else None
    if call is None or call.kind != "call_expression":
        return None
    callee, arguments = call.node.child_by_field_name("function"), call.node.child_by_field_name("arguments")
    taken = (
        callee.child_by_field_name("property") if callee is not None and callee.type == "member_expression" else None
    )
    if callee is None or taken is None or arguments is None or name_of(taken, source) not in _WITH_EACH:
        return None
    first = next((one for one in arguments.named_children if one.type != "comment"), None)
    return callee.child_by_field_name("object") if first == function.node else None


def may_call_itself(function: Node) -> bool:
    """Tell whether a function has a name for itself, or ``arguments``, which also give its parameters other values."""
    named = function.child_by_field_name("name") is not None
    return named or (function.type != "arrow_function" and b"arguments" in (function.text or b""))
