"""Tables of functions that a file writes out, as bundlers do: ``{1: (module) => …, 2: …}``, called by their number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.grammars import kinds, places
from safe_install.scan.javascript.literals import decoded

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_FUNCTIONS = kinds("arrow_function function_expression")
_PLAIN_KEYS = kinds("number property_identifier string")
_MOST = 20_000  # functions of one table
_INHERITED = "__proto__"


def is_own_function(constants: Constants, callee: Node) -> bool:
    """Tell whether ``table[index]`` is one of the functions that the file itself puts into a table, whichever it is.

    So what it calls is read here. What else an object has by a name inherits from no function: ``table["constructor"]`` is
    ``Object``. The functions get the table as ``this``, so none may say that.
    """
    owner = callee.child_by_field_name("object")
    if owner is None or owner.type != "identifier" or constants.bindings.evaluates:
        return False
    binding = constants.bindings.given(constants.bindings.key(owner))
    if binding is None or binding.let_go or binding.anything or binding.handed or not binding.owned:
        return False
    if binding.symbols or binding.parameters or binding.elements or binding.pushed or binding.shortened:
        return False
    tables = [table for table, path in binding.values if not path and table.type == "object"]
    return len(tables) == len(binding.values) == 1 and _holds_functions(tables[0], constants)


def _holds_functions(table: Node, constants: Constants) -> bool:
    if constants.spent(table.named_child_count) or not 0 < table.named_child_count <= _MOST:
        return False
    for child in table.named_children:
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        if child.type == "comment":
            continue
        if child.type != "pair" or key is None or value is None:
            return False
        said = decoded((key.text or b"").decode(errors="replace"))
        if key.type not in _PLAIN_KEYS or _INHERITED in said or value.type not in _FUNCTIONS:
            return False
    return not any(True for _ in places(table, of=_THIS))


_THIS = kinds("this super")
