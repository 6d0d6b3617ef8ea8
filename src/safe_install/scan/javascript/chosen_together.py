"""A program and its arguments that one pattern takes: ``const [file, words] = win ? ["cmd", ["/c", "x"]] : ["make", []]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript import tables
from safe_install.scan.javascript.values import arguments_in

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants


def chosen_together(constants: Constants, program: Node | None, arguments: Node | None) -> list[tuple[Node, Node]]:
    """Give the programs, each with the arguments that are chosen with it; nothing where they are not, or may be others."""
    one, other = (_taken(constants, node) for node in (program, arguments))
    if one is None or other is None or one[0] != other[0]:
        return []
    written = tables.written(constants, one[0])
    rows = [arguments_in(array) for array in written if array.type == "array"]
    last = max(one[1], other[1])
    if len(rows) < len(written) or any(len(row) <= last or _is_spread(row) for row in rows):
        return []
    return [(row[one[1]], row[other[1]]) for row in rows]


def _taken(constants: Constants, node: Node | None) -> tuple[Node, int] | None:
    """Tell which element of which expression a name always is."""
    if node is None or node.type != "identifier":
        return None
    key = constants.bindings.key(node)
    single, binding = constants.bindings.single(key), constants.bindings.names.get(key)
    if single is None or binding is None or constants.changes(binding) or len(single[1]) != 1:
        return None
    return (single[0], int(single[1][0])) if single[1][0].isdecimal() else None


def _is_spread(row: list[Node]) -> bool:
    return any(one.type == "spread_element" for one in row)
