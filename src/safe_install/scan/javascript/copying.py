"""Functions of a file that only copy a module for another way to use it, as compilers write them: ``__toESM``.

By its name alone nothing is believed of a function that the file itself defines: it may run what it is given.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript import tables
from safe_install.scan.javascript.caches import is_cache
from safe_install.scan.javascript.functions import FUNCTIONS
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.patterns import pattern_names
from safe_install.scan.javascript.values import arguments_in

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_MOST_NODES = 600  # of one such function; Babel's longest has 250
_MOST_WAYS = 12
_DEEPEST = 4  # functions that call one another
_OF_CACHES = frozenset(("get", "has", "set"))


def only_copies(constants: Constants, callee: Node, depth: int = 0) -> bool | None:
    """Tell whether a function of the file calls nothing but Object's own and others that only copy.

    None when a callee is no function that this file defines.
    """
    if callee.type != "identifier" or constants.bindings.given(constants.bindings.key(callee)) is None:
        return None
    if _is_of_package(constants, callee):
        return None
    found = _functions(constants, callee)
    marked = depth > 0 or any(b"__esModule" in constants.source[one.start_byte : one.end_byte] for one in found)
    return (
        bool(found) and marked and depth < _DEEPEST and all(_calls_only_copying(constants, one, depth) for one in found)
    )


_OF_PACKAGE = re.compile(r"""require\(\s*['"][@\w][^'"]{0,200}['"]\s*\)(?:\.default)?""", re.ASCII)


def _is_of_package(constants: Constants, callee: Node) -> bool:
    """Tell whether a name is always what a package's module gives: ``require("@babel/runtime/helpers/interopRequireDefault")``.

    It is believed as ``tslib.__importDefault`` is; one of the package's own files is not.
    """
    single = constants.bindings.single(constants.bindings.key(callee))
    if single is None or single[1]:
        return False
    return _OF_PACKAGE.fullmatch(constants.said(single[0])) is not None


def _functions(constants: Constants, callee: Node) -> list[Node]:
    """Give the functions of a name; TypeScript gives ``(this && this.x) || function …``, of which the second counts."""
    found = tables.functions(constants, callee)
    binding = constants.bindings.given(constants.bindings.key(callee))
    if found or binding is None or binding.anything or len(binding.values) != 1 or binding.values[0][1]:
        return found
    value = binding.values[0][0]
    right = value.child_by_field_name("right") if value.type == "binary_expression" else None
    return [] if right is None or not _OF_THIS.match(constants.said(value)) else _either(right)


_OF_THIS = re.compile(r"\(?this ?&& ?this\.\w+\)? ?\|\|")
"""How that starts, as it is written and as a minifier leaves it."""


def _either(node: Node) -> list[Node]:
    """Give the functions in ``a ? function … : function …``; none when something else stands there.

    TypeScript 5.8 puts one around that gives it, ``(function () { … return function (mod) { … } })()``: all in it is looked at.
    """
    waiting, found = [node], list[Node]()
    for _ in range(_MOST_WAYS):
        if not waiting:
            return found
        one = waiting.pop()
        if one.type == "parenthesized_expression":
            waiting += one.named_children
        elif one.type == "ternary_expression":
            waiting += [side for name in ("consequence", "alternative") if (side := one.child_by_field_name(name))]
        elif one.type in FUNCTIONS:
            found.append(one)
        elif (around := _called_at_once(one)) is not None:
            found.append(around)
        else:
            return []
    return []


def _called_at_once(node: Node) -> Node | None:
    """Give the function that is called where it stands, with nothing."""
    if node.type != "call_expression" or arguments_in(node.child_by_field_name("arguments")):
        return None
    callee = node.child_by_field_name("function")
    while callee is not None and callee.type == "parenthesized_expression" and len(callee.named_children) == 1:
        callee = callee.named_children[0]
    return callee if callee is not None and callee.type in FUNCTIONS else None


def _calls_only_copying(constants: Constants, function: Node, depth: int) -> bool:
    waiting, count = [function], 0
    own = _own_names(constants, function)
    while waiting:
        node = waiting.pop()
        count += 1
        if count > _MOST_NODES or constants.spent():
            return False
        if node.type in {"call_expression", "new_expression"}:
            inner = _calls_inner(constants, node, function)
            if not (_copies(constants, node, depth) if inner is None else inner):
                return False
        if not _stays_inside(constants, node, own):
            return False
        waiting += node.named_children
    return True


def _calls_inner(constants: Constants, call: Node, function: Node) -> bool | None:
    """Tell whether a call is of what this very function defines inside it, or of one of Object's own in its place.

    None for a call of anything that is not defined inside it.
    """
    callee = call.child_by_field_name("function")
    binding = (
        constants.bindings.given(constants.bindings.key(callee)) if callee and callee.type == "identifier" else None
    )
    inside = binding is not None and any(_is_inner(constants, value, function) for value, _ in binding.values)
    if binding is None or not inside:
        return None
    if binding.anything or binding.symbols or binding.parameters or binding.elements:
        return False
    return all(not how and _is_inner(constants, value, function) for value, how in binding.values)


def _is_inner(constants: Constants, value: Node, function: Node) -> bool:
    if value.type == "binary_expression":
        left, right = value.child_by_field_name("left"), value.child_by_field_name("right")
        symbols = constants.value(left).symbols if left is not None else frozenset[str]()
        is_known = bool(symbols) and all(one.startswith("Object.") for one in symbols)
        return is_known and right is not None and _is_inner(constants, right, function)
    inside = function.start_byte < value.start_byte and value.end_byte <= function.end_byte
    return inside and value.type in FUNCTIONS


def _own_names(constants: Constants, function: Node) -> set[str]:
    """List the names that a function declares: its parameters, its variables, those of functions in it."""
    waiting, names, count = [function], set[str](), 0
    while waiting and count < _MOST_NODES:
        node, count = waiting.pop(), count + 1
        if node.type in {"variable_declarator", "formal_parameters", "arrow_function", "for_in_statement"}:
            for part in ("name", "parameter", "left"):
                names |= {name for name, _, _ in pattern_names(node.child_by_field_name(part), constants.source)}
            for child in node.named_children if node.type == "formal_parameters" else ():
                names |= {name for name, _, _ in pattern_names(child, constants.source)}
        waiting += node.named_children
    return names


def _stays_inside(constants: Constants, node: Node, own: set[str]) -> bool:
    """Tell whether nothing is given to what stands outside: assigned to it, or defined on it."""
    target: Node | None = None
    if "assignment" in node.type and node.type.endswith("expression"):
        target, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if right is not None and (right.type in FUNCTIONS or _is_new_cache(constants, right)):
            return True
    elif node.type == "call_expression":
        given = arguments_in(node.child_by_field_name("arguments"))
        callee = node.child_by_field_name("function")
        symbols = constants.value(callee).symbols
        if given and any(one.startswith(("Object.assign", "Object.define", "Object.set")) for one in symbols):
            target = given[0]
    while target is not None and target.type in {"member_expression", "subscript_expression"}:
        target = target.child_by_field_name("object")
    return (
        target is None
        or target.type == "object"
        or (target.type == "identifier" and name_of(target, constants.source) in own)
    )


def _is_new_cache(constants: Constants, node: Node) -> bool:
    """Tell whether an expression is ``new WeakMap()``, which holds nothing yet; Babel keeps it outside of its function."""
    made = node.child_by_field_name("constructor") if node.type == "new_expression" else None
    empty = not arguments_in(node.child_by_field_name("arguments"))
    return made is not None and empty and constants.said(made) == "WeakMap"


def _copies(constants: Constants, call: Node, depth: int) -> bool:
    """Tell whether a call in such a function only copies, looks or remembers."""
    callee = call.child_by_field_name("function") or call.child_by_field_name("constructor")
    while callee is not None and callee.type == "parenthesized_expression" and callee.named_children:
        callee = callee.named_children[-1]
    if callee is None:
        return False
    if callee.type == "assignment_expression":  # Babel's functions replace themselves
        callee = callee.child_by_field_name("right") or callee
    said = constants.said(callee)
    if callee.type in {"function_expression", "arrow_function"} or said == "WeakMap":
        return True
    if said.endswith("hasOwnProperty.call"):
        return True
    symbols = constants.value(callee).symbols
    if symbols and not all(one.partition(".")[0] == "this" for one in symbols):
        return all(one == "Object" or one.startswith("Object.") for one in symbols)
    if callee.type == "member_expression":
        taken = callee.child_by_field_name("property")
        of_cache = taken is not None and name_of(taken, constants.source) in _OF_CACHES
        return of_cache and is_cache(constants, callee.child_by_field_name("object"))
    return only_copies(constants, callee, depth + 1) is True
