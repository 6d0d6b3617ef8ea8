"""Names that hold something where they are used, because a line before would have ended the function otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.grammars import kinds
from safe_install.scan.javascript.functions import FUNCTIONS

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_DEEPEST = 60  # nodes from a use outward to its function
_MOST = 200  # statements of one block
_ENDING = kinds("throw_statement return_statement")
_INSIDE_ONE = FUNCTIONS | {"method_definition", "program"}
_NOTHING = ("undefined", "null")


def is_given_here(constants: Constants, use: Node) -> bool:
    """Tell whether ``if (name === undefined) throw …`` stands before a use, and the name is given nothing after that.

    What the name is given stands in the same function, so that no other one gives it anything in between.
    """
    if use.type != "identifier":
        return False
    key = constants.bindings.key(use)
    binding = constants.bindings.given(key)
    guard = next((one for one in _before(use) if _ends_without(constants, one, key)), None)
    if guard is None or binding is None or not binding.values or not binding.owned:
        return False
    if binding.anything or binding.symbols or binding.parameters or binding.elements:
        return False
    around = _function_around(guard)
    values = [value for value, path in binding.values if not path]
    alone = len(values) == len(binding.values) and around is not None
    return alone and all(one.end_byte <= guard.start_byte and _function_around(one) == around for one in values)


def _before(use: Node) -> list[Node]:
    """List the ``if`` statements that stand before a use in its function, each in a block that holds it."""
    found: list[Node] = []
    inner, above = use, use.parent
    for _ in range(_DEEPEST):
        if above is None or above.type in FUNCTIONS:
            break
        if above.type in {"statement_block", "program"}:
            earlier = [one for one in above.named_children[:_MOST] if one.end_byte <= inner.start_byte]
            found += [one for one in earlier if one.type == "if_statement"]
        inner, above = above, above.parent
    return found


def _ends_without(constants: Constants, statement: Node, key: str) -> bool:
    """Tell whether a statement throws or returns where a name holds nothing."""
    condition = statement.child_by_field_name("condition")
    then = statement.child_by_field_name("consequence")
    compared = condition.named_children[0] if condition is not None and condition.named_child_count == 1 else None
    if compared is None or then is None or not _asks(constants, compared, key):
        return False
    last = then.named_children[-1] if then.type == "statement_block" and then.named_child_count else then
    return last.type in _ENDING


def _asks(constants: Constants, compared: Node, key: str) -> bool:
    """Read ``name === undefined``, ``name == null`` and ``!name``."""
    if compared.type == "unary_expression":
        name, holds = compared.named_children[-1], compared.children[0].type == "!"
    else:
        left, sign, right = (compared.child_by_field_name(one) for one in ("left", "operator", "right"))
        if left is None or sign is None or right is None:
            return False
        loosely = sign.type == "==" and right.type in _NOTHING
        name, holds = left, loosely or (sign.type == "===" and right.type == "undefined")
    return holds and name.type == "identifier" and constants.bindings.key(name) == key


def _function_around(node: Node) -> Node | None:
    """Give the function that a node stands in, or the file; None where that is too far out."""
    above = node.parent
    for _ in range(_DEEPEST):
        if above is None or above.type in _INSIDE_ONE:
            return above
        above = above.parent
    return None
