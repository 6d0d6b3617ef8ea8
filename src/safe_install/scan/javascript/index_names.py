"""Which names an index can stand for, where several can be meant, or one of the symbols by which JavaScript loops.

What compilers write for old machines calls members so: ``o[Symbol.iterator]()``, ``generator[key](value)`` with a ``key``
that is ``"next"`` or ``"throw"`` at each of its calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript import tables
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.values import NO_VALUE, arguments_in

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_SYMBOL = "Symbol"
_OF_JAVASCRIPT = "Symbol."
"""How the text begins by which a compiler asks ``Symbol.for`` for one that an old machine lacks; Node's own have other texts."""
_DEEPEST = 8
_SIGN = "@@"
"""Stands for a symbol among names."""
_NEVER = "false"
_COMPARING = frozenset(("==", "===", "!=", "!=="))
_Names = frozenset[str] | None


def names_of_index(constants: Constants, index: Node, depth: int = 0) -> _Names:
    """Give every name that an index can stand for, `_SIGN` for a symbol of JavaScript's own; None when it can be any."""
    if depth > _DEEPEST or constants.spent():
        return None
    match index.type:
        case "parenthesized_expression" | "sequence_expression":
            return _one(constants, index.named_children[-1] if index.named_children else None, depth)
        case "member_expression" | "subscript_expression" if _is_symbol(constants, index, depth):
            return frozenset((_SIGN,))
        case "binary_expression":
            return _either_side(constants, index, depth)
        case "ternary_expression":
            return _all(constants, [index.child_by_field_name(one) for one in ("consequence", "alternative")], depth)
        case "assignment_expression":
            return _one(constants, index.child_by_field_name("right"), depth)
        case "call_expression":
            return _called(constants, index, depth)
        case "identifier":
            return _named(constants, index, depth)
        case _:
            return constants.keys(index)


def _one(constants: Constants, node: Node | None, depth: int) -> _Names:
    return names_of_index(constants, node, depth + 1) if node is not None else None


def _all(constants: Constants, nodes: list[Node | None], depth: int) -> _Names:
    found = [_one(constants, node, depth) for node in nodes]
    known = [one for one in found if one is not None]
    return frozenset().union(*known) if known and len(known) == len(found) else None


def _either_side(constants: Constants, node: Node, depth: int) -> _Names:
    """Read ``typeof Symbol == "function" && Symbol.iterator || "@@iterator"``."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    sign = operator.type if operator is not None else ""
    if sign in _COMPARING:
        return frozenset((_NEVER,))
    return _all(constants, [left, right], depth) if sign in {"||", "&&", "??"} else constants.keys(node)


def _is_symbol(constants: Constants, node: Node, depth: int) -> bool:
    """Tell whether a member is one of ``Symbol``: a symbol, a function or ``undefined``, none of which names what runs a text."""
    owner = node.child_by_field_name("object")
    return owner is not None and _is_symbols_owner(constants, owner, depth)


def _is_symbols_owner(constants: Constants, node: Node, depth: int) -> bool:
    """Tell whether an expression is ``Symbol``, or ``{}`` where there is none: ``typeof Symbol == "function" ? Symbol : {}``."""
    if depth > _DEEPEST or constants.bindings.evaluates:
        return False
    if node.type == "ternary_expression":
        sides = [node.child_by_field_name(one) for one in ("consequence", "alternative")]
        return all(one is not None and _is_symbols_owner(constants, one, depth + 1) for one in sides)
    if node.type == "object":
        return node.named_child_count == 0
    if node.type != "identifier":
        return False
    binding = constants.bindings.given(constants.bindings.key(node))
    if binding is None:
        return name_of(node, constants.source) == _SYMBOL
    single = constants.bindings.single(constants.bindings.key(node))
    is_kept = single is not None and not single[1] and not binding.changed and not binding.handed
    return is_kept and single is not None and _is_symbols_owner(constants, single[0], depth + 1)


def _called(constants: Constants, call: Node, depth: int) -> _Names:
    """Read ``Symbol.for("Symbol.iterator")``, and what functions of the file give."""
    callee = call.child_by_field_name("function")
    given = arguments_in(call.child_by_field_name("arguments"))
    if callee is None:
        return None
    if constants.said(callee) == "Symbol.for" and _is_symbol(constants, callee, depth) and len(given) == 1:
        parts = [word.parts[:1] for word in constants.words(given[0])]
        are = [isinstance(one, str) and one.startswith(_OF_JAVASCRIPT) for start in parts for one in start]
        return frozenset((_SIGN,)) if are and len(are) == len(parts) and all(are) else None
    found = tables.functions(constants, callee)
    results = [one for function in found for one in constants.results(function)]
    return _all(constants, [*results], depth) if found and results else constants.keys(call)


def _named(constants: Constants, name: Node, depth: int) -> _Names:
    """Put together what a name is given; what nobody gives a parameter is ``undefined``."""
    key = constants.bindings.key(name)
    binding = constants.bindings.given(key)
    if binding is None or not binding.owned or binding.anything or constants.bindings.evaluates:
        return None
    if binding.symbols or binding.elements or any(path for _, path in binding.values):
        return constants.keys(name)
    found = _all(constants, [value for value, _ in binding.values], depth) if binding.values else frozenset[str]()
    if found is None or not binding.parameters:
        return found or constants.keys(name)
    words = [word for one in constants.given_to(key, binding) for word in one.words if word.parts != (NO_VALUE,)]
    texts = [word.literal for word in words]
    return found.union(text for text in texts if text is not None) if None not in texts else None
