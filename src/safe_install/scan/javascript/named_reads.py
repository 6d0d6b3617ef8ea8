"""Functions that are handed a table, the environment say, and only read members of it that are named where they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.grammars import Place, places
from safe_install.scan.javascript.handing import position
from safe_install.scan.javascript.imported import reads_of_other_file
from safe_install.scan.javascript.literals import fragments, name_of
from safe_install.scan.javascript.of_each import functions_of_each
from safe_install.scan.javascript.tables import functions

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

Reads = tuple[frozenset[str] | None, ...]
"""For each parameter the names of the members that are read; None where more may happen to what is given."""
_MOST_PARAMETERS = 8
_LOOKS_IN = re.compile(rb"[.\[\"'`]\s{0,20}(?:arguments|caller|getFunction)\b|\bcallee\b")
"""How another function is asked what it was given: ``f.arguments[0]``, ``callee.caller``, or by the stack of an error."""
_WITH_DEFAULT = "assignment_pattern"
_NAMES = ("identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern")
_STILL_IT = frozenset(("valueOf", "__proto__", "constructor"))
"""Members that lead back to the table, or to others of its kind."""


def read_by_names(constants: Constants, call: Node, given: Node) -> frozenset[str] | None:
    """Give the names of the members that a call reads of an argument; None where that is not all, or not known."""
    callee, at = call.child_by_field_name("function"), position(call, given)
    arguments = call.child_by_field_name("arguments")
    if callee is None or at < 0 or arguments is None or arguments.named_children[at] != given:
        return None
    if any(one.type in {"spread_element", "comment"} for one in arguments.named_children):
        return None
    found = [reads(constants, one) for one in functions(constants, callee) or functions_of_each(constants, callee)]
    each = found or [reads_of_other_file(constants, callee)]
    names = [one[at] if at < len(one) else None for one in each]
    known = [one for one in names if one is not None]
    return frozenset[str]().union(*known) if len(known) == len(names) else None


def reads(constants: Constants, function: Node) -> Reads:
    """Say what a function reads of each of its parameters, of the first eight."""
    single, several = function.child_by_field_name("parameter"), function.child_by_field_name("parameters")
    targets = [single] if single is not None else several.named_children if several is not None else []
    if len(targets) > _MOST_PARAMETERS or constants.spent(function.descendant_count) or constants.bindings.evaluates:
        return ()
    inside = list(places(function, of=_NAMES))
    if _LOOKS_IN.search(constants.source) or any(name_of(one.node, constants.source) == "arguments" for one in inside):
        return ()
    return tuple(_of_parameter(constants, target, inside) for target in targets)


def _of_parameter(constants: Constants, target: Node, inside: list[Place]) -> frozenset[str] | None:
    if target.type == _WITH_DEFAULT:
        target = target.child_by_field_name("left") or target
    if target.type != "identifier":
        return None
    key = constants.bindings.key(target)
    names: set[str] = set()
    for place in inside:
        if constants.bindings.key(place.node) == key and place.node != target:
            name = _read(constants, place)
            if name is None:
                return None
            names.add(name)
    return frozenset(names)


def _read(constants: Constants, place: Place) -> str | None:
    """Give the name of the member that is read where a parameter stands; None for any other use."""
    above = place.above
    if place.kind != "identifier" or place.field != "object" or above is None:
        return None
    taken = above.node.child_by_field_name("property")
    index = above.node.child_by_field_name("index")
    if taken is not None and above.kind == "member_expression":
        name = name_of(taken, constants.source)
    elif index is not None and index.type == "string":
        name = fragments(index, constants.source)
    else:
        return None
    outer = above.above
    around = outer.kind if outer is not None else ""
    is_called = around in {"call_expression", "new_expression"} and above.field in {"function", "constructor"}
    return None if _is_changed(above, outer) or is_called or name in _STILL_IT else name


def _is_changed(member: Place, outer: Place | None) -> bool:
    """Tell whether a member is given another value, or removed."""
    if outer is None or outer.kind == "update_expression" or ("pattern" in outer.kind and member.field != "right"):
        return True
    sign = outer.node.child_by_field_name("operator") if outer.kind == "unary_expression" else None
    return (member.field == "left" and outer.kind != "binary_expression") or (
        sign is not None and sign.type == "delete"
    )
