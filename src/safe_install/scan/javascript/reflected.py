"""``Reflect.get(a, name)`` is ``a[name]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript.values import arguments_in

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_GET = frozenset(("Reflect.get",))


def takes_unnamed(constants: Constants, call: Node) -> bool:
    """Tell whether a call gives a member that only running names."""
    callee = call.child_by_field_name("function")
    given = arguments_in(call.child_by_field_name("arguments"))
    is_get = callee is not None and callee.type != "call_expression" and constants.value(callee).symbols == _GET
    return is_get and len(given) > 1 and constants.key(given[1]) is None
