"""Which branches a program leaves out because its command says so: ``node tool.js --greet``, ``if (first === "--greet")``."""

from __future__ import annotations

import re
from typing import NamedTuple

from tree_sitter import Node

from safe_install.scan.grammars import Place, places
from safe_install.scan.javascript.literals import fragments, name_of

_FIRST = re.compile(rb"process\.argv\[2\]")
_ALL = re.compile(rb"process\.argv\.slice\(2\)")
_BOUND = frozenset(("identifier", "shorthand_property_identifier_pattern", "shorthand_property_identifier"))


class First(NamedTuple):
    """The constant that has a program's first argument, and what that is."""

    name: str
    value: str


def first_argument(root: Node, source: bytes, arguments: tuple[str, ...]) -> First | None:
    """Find the constant of a file that has its first argument, where it is declared once and only compared."""
    if not arguments:
        return None
    names = [
        name
        for statement in root.named_children
        if statement.type == "lexical_declaration" and source[statement.start_byte :].startswith(b"const")
        for one in statement.named_children
        if (name := _first_in(one, source))
    ]
    if len(names) != 1:
        return None
    declared = sum(1 for place in places(root) if _declares(place, source, names[0]))
    return First(names[0], arguments[0]) if declared == 1 else None


def _first_in(declarator: Node, source: bytes) -> str:
    name, value = (declarator.child_by_field_name(one) for one in ("name", "value"))
    if name is None or value is None:
        return ""
    text = source[value.start_byte : value.end_byte]
    if name.type == "array_pattern" and _ALL.fullmatch(text) and name.named_children:
        name = name.named_children[0] if source[name.start_byte + 1 : name.start_byte + 2] != b"," else None
        name = name.child_by_field_name("left") if name is not None and name.type == "assignment_pattern" else name
        return name_of(name, source) if name is not None and name.type == "identifier" else ""
    return name_of(name, source) if name.type == "identifier" and _FIRST.fullmatch(text) else ""


def _declares(place: Place, source: bytes, name: str) -> bool:
    """Tell whether a name is anything but read in a comparison, a call's arguments or an index."""
    above = place.above
    if place.kind not in _BOUND or above is None or name_of(place.node, source) != name:
        return False
    return above.kind not in {"binary_expression", "arguments", "subscript_expression", "template_substitution"}


def dead_branch(place: Place, source: bytes, first: First | None) -> bool:
    """Tell whether a place is the branch that the first argument leaves out."""
    above = place.above
    if (
        first is None
        or above is None
        or above.kind != "if_statement"
        or place.field not in {"consequence", "alternative"}
    ):
        return False
    condition = above.node.child_by_field_name("condition")
    compared = condition.named_children[0] if condition is not None and condition.named_child_count == 1 else None
    left, right, operator = (
        compared.child_by_field_name(one) if compared is not None else None for one in ("left", "right", "operator")
    )
    if left is None or right is None or operator is None or operator.type != "===" or right.type != "string":
        return False
    if left.type != "identifier" or name_of(left, source) != first.name:
        return False
    return (fragments(right, source) == first.value) is (place.field == "alternative")
