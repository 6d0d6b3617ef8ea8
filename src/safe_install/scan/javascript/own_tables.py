"""Tables of functions that a file writes out, as bundlers do: ``{1: (module) => …, 2: …}``, called by their number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript import tables

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_TABLES = frozenset(("array", "object"))
_MOST = 20_000  # functions of one table


def is_own_function(constants: Constants, callee: Node) -> bool:
    """Tell whether ``table[index]`` is one of the functions that the file itself puts into a table, whichever it is.

    So what it calls is read here. What else an object has by a name inherits from no function: ``table["constructor"]`` is
    ``Object``. The functions get the table as ``this``, so none may say that.
    """
    owner = callee.child_by_field_name("object")
    if owner is None or owner.type != "identifier" or constants.bindings.evaluates:
        return False
    binding = constants.bindings.given(constants.bindings.key(owner))
    if binding is None or binding.let_go or binding.anything or not binding.owned or constants.changes(binding):
        return False
    if (
        not binding.values
        or binding.symbols
        or binding.parameters
        or binding.elements
        or binding.pushed
        or binding.shortened
    ):
        return False
    table = binding.values[0][0]
    count = table.named_child_count
    return (
        tables.holds_functions(binding)
        and len(binding.values) == 1
        and not constants.spent(count)
        and 0 < count <= _MOST
    )


def is_of_own_table(constants: Constants, member: Node) -> bool:
    """Tell whether a member is one of a table that is written here: its ``constructor`` makes a table, and no code.

    webpack calls its modules so: ``modules[id].call(…)``.
    """
    owner = member.child_by_field_name("object") if member.type == "subscript_expression" else None
    if owner is None or owner.type != "identifier":
        return False
    binding = constants.bindings.given(constants.bindings.key(owner))
    if binding is None or binding.anything or binding.symbols or binding.parameters or binding.elements:
        return False
    return bool(binding.values) and all(node.type in _TABLES and not path for node, path in binding.values)
