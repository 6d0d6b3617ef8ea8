"""Where a node stands in a file, and what it is alone: asked by those who leave out what never runs."""

from __future__ import annotations

from tree_sitter import Node

from safe_install.scan.grammars import Place
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.values import arguments_in

_ASKING = frozenset(("isDirectory", "isFile"))


def only_asks(place: Place, source: bytes) -> bool:
    """Tell whether a name stands alone in a condition, or where it is asked what it is."""
    above = place.above
    if above is None:
        return False
    if above.kind == "member_expression" and place.field == "object":
        taken = above.node.child_by_field_name("property")
        is_called = above.above is not None and above.above.kind == "call_expression" and above.field == "function"
        return taken is not None and is_called and name_of(taken, source) in _ASKING
    operator = above.node.child_by_field_name("operator")
    sign = operator.type if operator is not None else ""
    in_condition = above.kind == "parenthesized_expression" and above.field == "condition"
    return in_condition or sign == "!" or (sign == "&&" and place.field == "left")


def is_constant(single: tuple[Node, tuple[str, ...]] | None) -> bool:
    """Tell whether a value is that of a ``const``, which no other text can change."""
    above = single[0].parent if single is not None else None
    around = above.parent if above is not None and above.type == "variable_declarator" else None
    return around is not None and around.type == "lexical_declaration" and around.children[0].type == "const"


def says_only_text(call: Node) -> bool:
    """Tell whether a call is given plain texts, which run nothing first."""
    given = arguments_in(call.child_by_field_name("arguments"))
    return all(one.type == "string" for one in given)


def is_outermost(node: Node, levels: int) -> bool:
    """Tell whether a node stands that many levels below the file itself, so that it runs once, and in its order."""
    above: Node | None = node
    for _ in range(levels):
        above = above.parent if above is not None else None
    return above is not None and above.type == "program"


def is_in(node: Node, outer: Node | None) -> bool:
    """Tell whether a node is another one, or a part of it."""
    return outer is not None and outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte


def only_call(statement: Node) -> Node | None:
    """Give the call that a statement consists of, or that it declares one name with."""
    inner = statement.named_children
    if statement.type in {"lexical_declaration", "variable_declaration"} and len(inner) == 1:
        value = inner[0].child_by_field_name("value")
        return value if value is not None and value.type == "call_expression" else None
    if statement.type == "expression_statement" and len(inner) == 1 and inner[0].type == "call_expression":
        return inner[0]
    return None
