"""Tables that are written in a file: what one of their members can be, when its name is known and when it is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.grammars import kinds, places
from safe_install.scan.javascript.binding import Binding
from safe_install.scan.javascript.functions import FUNCTIONS
from safe_install.scan.javascript.literals import decoded, name_of
from safe_install.scan.javascript.values import Value, arguments_in, either, unknown

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_WRITTEN = ("array", "object")
_PLAIN_NAMES = ("property_identifier", "string", "number")
_INHERITED = "__proto__"
_OWNER = kinds("this super")
_DEEPEST = 12
_MOST = 8  # tables that one name can be


def member(constants: Constants, owner: Node, names: frozenset[str] | None, depth: int) -> Value | None:
    """Say what a member of a table can be; ``names`` is None when any can be meant. None: it is no such table."""
    found = written(constants, owner)
    if not found or constants.spent(sum(one.named_child_count for one in found)):
        return None
    return either(value for one in found for value in _members(constants, one, names, depth))


def written(constants: Constants, node: Node | None, depth: int = 0) -> list[Node]:
    """Give the arrays and objects, as they are written, that an expression is; none when it can be something else."""
    if node is None or depth > _DEEPEST or constants.spent():
        return []
    match node.type:
        case "array" | "object":
            return [node]
        case "parenthesized_expression" | "await_expression":
            return written(constants, node.named_children[-1] if node.named_children else None, depth + 1)
        case "identifier":
            return _named(constants, constants.bindings.key(node), depth)
        case "ternary_expression":
            return _both(constants, node, ("consequence", "alternative"), depth)
        case "call_expression":
            return _of_call(constants, node, depth)
        case _:
            return []


def only_functions(constants: Constants, owner: Node | None) -> bool:
    """Tell whether every member of a table is a function that stands in it, and none of them can put another there.

    Of the members that every object has none runs a text, and one of those cannot lead to another without a further member
    that only running names.
    """
    found = written(constants, owner)
    return (
        bool(found)
        and not constants.spent(sum(one.named_child_count for one in found))
        and all(map(is_of_functions, found))
    )


def holds_functions(binding: Binding) -> bool:
    """Tell whether a name is given nothing but such tables."""
    return bool(binding.values) and all(not path and is_of_functions(value) for value, path in binding.values)


def is_of_functions(table: Node) -> bool:
    """Tell whether an object holds nothing but functions by plain names, which do not know what they are called on.

    What else it has by a name inherits from no function: ``table["constructor"]`` is ``Object``.
    """
    return table.type == "object" and all(map(_is_plain_function, table.named_children))


def _is_plain_function(member: Node) -> bool:
    if member.type == "comment":
        return True
    named = member.child_by_field_name("key" if member.type == "pair" else "name")
    value = member.child_by_field_name("value") if member.type == "pair" else member
    if (
        named is None
        or named.type not in _PLAIN_NAMES
        or _INHERITED in decoded((named.text or b"").decode(errors="replace"))
    ):
        return False
    if value is None or any(child.type in {"get", "set"} for child in member.children):
        return False
    is_function = value.type in (FUNCTIONS if member.type == "pair" else {"method_definition"})
    return is_function and not knows_owner(member)


def knows_owner(member: Node) -> bool:
    """Tell whether a function says what it was called on; a search for the letters spares most of the walks."""
    text = member.text or b""
    return (b"this" in text or b"super" in text) and any(True for _ in places(member, of=_OWNER))


def _of_call(constants: Constants, node: Node, depth: int) -> list[Node]:
    """Look through ``Object.freeze(table)``, and through functions of the file that return tables."""
    callee = node.child_by_field_name("function")
    if callee is None:
        return []
    if constants.said(callee) == "Object.freeze":
        given = arguments_in(node.child_by_field_name("arguments"))
        return written(constants, given[0], depth + 1) if given else []
    results = [one for function in functions(constants, callee) for one in constants.results(function)]
    sides = [written(constants, one, depth + 1) for one in results]
    found = [one for side in sides for one in side] if all(sides) else []
    return found if len(found) <= _MOST else []


def functions(constants: Constants, callee: Node) -> list[Node]:
    """Give the functions of the file that a callee is; none when it can be something else."""
    while callee.type == "parenthesized_expression" and callee.named_children:
        callee = callee.named_children[-1]
    if callee.type in FUNCTIONS:
        return [callee]
    binding = constants.bindings.given(constants.bindings.key(callee)) if callee.type == "identifier" else None
    if binding is None or binding.anything or binding.symbols or binding.parameters or binding.elements:
        return []
    found = [value for value, path in binding.values if not path and value.type in FUNCTIONS]
    certain = len(found) == len(binding.values) <= _MOST and binding.owned and not constants.bindings.evaluates
    return [one for one in found if "generator" not in one.type] if certain else []


def _both(constants: Constants, node: Node, fields: tuple[str, str], depth: int) -> list[Node]:
    sides = [written(constants, node.child_by_field_name(name), depth + 1) for name in fields]
    return [one for side in sides for one in side] if all(sides) else []


def _named(constants: Constants, name: str, depth: int) -> list[Node]:
    """Give the tables that a name stands for, if nothing in the file may change or replace them."""
    binding = constants.bindings.names.get(name)
    if binding is None or not binding.owned or binding.anything or constants.bindings.evaluates:
        return []
    if binding.symbols or binding.parameters or binding.elements or binding.pushed or len(binding.values) > _MOST:
        return []
    if binding.shortened or constants.changes(binding):
        return []
    sides = [written(constants, value, depth + 1) if not path else [] for value, path in binding.values]
    return [one for side in sides for one in side] if sides and all(sides) else []


def _members(constants: Constants, table: Node, names: frozenset[str] | None, depth: int) -> Iterator[Value]:
    if table.type == "array":
        yield from _elements(constants, table, names, depth)
        return
    for child in table.named_children:
        constants.steps += 1
        if child.type == "comment":
            continue
        key = child.child_by_field_name("key")
        name = constants.key(key, depth) if key is not None else None
        if child.type == "shorthand_property_identifier":
            name = name_of(child, constants.source)
        if names is None or name is None or name in names:
            value = child if child.type == "shorthand_property_identifier" else child.child_by_field_name("value")
            yield constants.value(value, depth) if value is not None else unknown(child, constants.source)


def _elements(constants: Constants, table: Node, names: frozenset[str] | None, depth: int) -> Iterator[Value]:
    """Give the elements at an index; where several may stand there, all."""
    children = arguments_in(table)
    if names == frozenset(("length",)):
        yield unknown(table, constants.source)
        return
    exact = names is not None and not any(child.type == "spread_element" for child in children)
    for at, child in enumerate(children):
        constants.steps += 1
        if not exact or names is None or str(at) in names or not _is_index(names):
            yield constants.value(child, depth)


def _is_index(names: frozenset[str]) -> bool:
    return all(name.isdigit() for name in names)
