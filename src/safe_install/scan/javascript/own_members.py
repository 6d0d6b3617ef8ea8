"""Which objects get a member that may not be of the package's own making: ``exports.all = [].concat`` gives back its owner.

Such a function of Node's or of the language's hands out the object that it is called on, or calls members of it, and says no name.
"""

from __future__ import annotations

from typing import NamedTuple

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds
from safe_install.scan.javascript.held_apart import table_of
from safe_install.scan.javascript.literals import name_of

_OWN = kinds(
    "object array function_expression arrow_function generator_function class string template_string number true false null"
    " undefined unary_expression"
)
_WHOLE = kinds("object function_expression arrow_function generator_function")
"""What has no way of its own to give itself back; a list has, and what is made by ``new`` may have."""
_SETTING = kinds("assignment_expression augmented_assignment_expression")
_PATTERNS = kinds(
    "array_pattern pair_pattern assignment_pattern rest_pattern for_in_statement object_assignment_pattern"
)
_MEMBERS = kinds("member_expression subscript_expression")
_DECLARING = kinds("function_declaration generator_function_declaration class_declaration")
_DECLARED = kinds("identifier shorthand_property_identifier_pattern")
_TAKING = kinds(
    "variable_declarator formal_parameters arrow_function array_pattern rest_pattern assignment_pattern catch_clause"
)
_LONGEST_CHAIN = 16  # of assignments in one statement
ANYTHING = "*"
MODULE = "exports"


def given_strangely(place: Place, source: bytes, strange: set[str]) -> str:
    """Name the object that gets a member here which may be anything; nothing where that is not so, see `ANYTHING`.

    ``strange`` collects the names in whose place a value of the same kind may be.
    """
    node, above = place.node, place.above
    if place.kind in _SETTING:
        return _set(node, source, strange)
    if above is None or table_of(above, source) is None:
        strays = place.kind in _MEMBERS and above is not None and above.kind in _PATTERNS and place.field != "right"
        return ANYTHING if strays else ""
    table = table_of(above, source) or MODULE
    value = node.child_by_field_name("value")
    if place.kind == "pair" and value is not None:
        return "" if _is_own(value, source, strange, table) else table
    if place.kind == "shorthand_property_identifier":
        strange.add(f"{name_of(node, source)} {table}")
        return ""
    read = any(one.type in {"get", "set"} for one in node.children)
    return table if read or place.kind == "spread_element" else ""


def _set(node: Node, source: bytes, strange: set[str]) -> str:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or left.type not in _MEMBERS:
        return ""
    owner = left.child_by_field_name("object")
    if owner is not None and owner.type == "identifier":
        table = name_of(owner, source)
    else:
        last = (
            owner.child_by_field_name("property") if owner is not None and owner.type == "member_expression" else None
        )
        table = name_of(last, source) if last is not None else ANYTHING
    for _ in range(_LONGEST_CHAIN):
        right = right.child_by_field_name("right") or right if right.type == "assignment_expression" else right
    if source[left.start_byte : left.end_byte] == b"module.exports":
        if right.type == "identifier":
            strange.add(f"{name_of(right, source)}= {MODULE}")
        return "" if right.type in {"identifier", *_WHOLE} else MODULE
    return "" if _is_own(right, source, strange, table) else table


def _is_own(value: Node, source: bytes, strange: set[str], table: str) -> bool:
    if value.type == "identifier":
        strange.add(f"{name_of(value, source)} {table}")
        return True
    return value.type in _OWN


class Bound(NamedTuple):
    """A name, and what is bound to it; ``own``: something of the package's own, or of a module, ``whole``: an object or a function."""

    name: str = ""
    own: bool = False
    whole: bool = False


def bound(place: Place, source: bytes, *, taken: bool) -> Bound:
    """Give the name that is bound here; none elsewhere."""
    above, part = place.above, place.field
    if above is None or place.kind not in _DECLARED:
        return Bound()
    name = name_of(place.node, source)
    if taken or (above.kind in _DECLARING and part == "name"):
        return Bound(name, own=True, whole=not taken and above.kind != "class_declaration")
    setting = above.kind in _SETTING
    if (above.kind == "variable_declarator" and part == "name") or (setting and part == "left"):
        value = above.node.child_by_field_name("right" if setting else "value")
        return Bound(name, value is None or value.type in _OWN, value is None or value.type in _WHOLE)
    return Bound(name) if _strays(place, above, part) else Bound()


def _strays(place: Place, above: Place, part: str | None) -> bool:
    """Tell whether a name is bound to what somebody gives."""
    given = above.kind in _TAKING and part not in {"value", "right", "body"}
    looped = above.kind == "for_in_statement" and part == "left"
    inside = above.kind == "pair_pattern" and part == "value"
    return given or looped or inside or place.kind == "shorthand_property_identifier_pattern"
