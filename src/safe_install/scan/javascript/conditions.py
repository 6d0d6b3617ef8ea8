"""Expressions that are true or false and nothing else: ``{shell: windows}`` names no shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.grammars import kinds

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_COMPARING = kinds("== === != !== < <= > >= in instanceof")
_JOINING = kinds("&& || ??")
_CHOOSING = kinds("ternary_expression binary_expression parenthesized_expression")
_NOTHING = kinds("undefined null")
_DEEPEST = 8


def but_conditions(constants: Constants, node: Node, depth: int = 0) -> list[Node]:
    """Give the expressions that one can be, without those that are true or false: ``windows ? "powershell" : true``."""
    if depth > _DEEPEST:
        return [node]
    if is_condition(constants, node, depth) or node.type in _NOTHING:
        return []
    operator = node.child_by_field_name("operator")
    joins = node.type == "binary_expression" and operator is not None and operator.type in _JOINING
    single = constants.bindings.single(constants.bindings.key(node)) if node.type == "identifier" else None
    inner: list[Node | None] = []
    if node.type == "ternary_expression":
        inner = [node.child_by_field_name(one) for one in ("consequence", "alternative")]
    elif joins:
        inner = [node.child_by_field_name(one) for one in ("left", "right")]
    elif node.type == "parenthesized_expression":
        inner = [node.named_children[-1] if node.named_children else None]
    elif single is not None and not single[1] and single[0].type in _CHOOSING:
        inner = [single[0]]
    found = [one for side in inner if side is not None for one in but_conditions(constants, side, depth + 1)]
    return found if inner else [node]


def is_condition(constants: Constants, node: Node | None, depth: int = 0) -> bool:
    """Tell whether an expression can be nothing but true or false."""
    if node is None or depth > _DEEPEST:
        return False
    match node.type:
        case "true" | "false":
            return True
        case "unary_expression":
            operator = node.child_by_field_name("operator")
            return operator is not None and operator.type == "!"
        case "parenthesized_expression":
            return node.named_child_count == 1 and is_condition(constants, node.named_children[0], depth + 1)
        case "binary_expression":
            return _compares(constants, node, depth)
        case "identifier":
            single = constants.bindings.single(constants.bindings.key(node))
            return single is not None and not single[1] and is_condition(constants, single[0], depth + 1)
        case _:
            return False


def _compares(constants: Constants, node: Node, depth: int) -> bool:
    operator = node.child_by_field_name("operator")
    if operator is None or operator.type in _COMPARING:
        return operator is not None
    sides = [node.child_by_field_name(one) for one in ("left", "right")]
    return operator.type in _JOINING and all(is_condition(constants, one, depth + 1) for one in sides)
