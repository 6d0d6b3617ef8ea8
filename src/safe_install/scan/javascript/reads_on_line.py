"""What the calls of one line read of the tables that they are given, where they do nothing else with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.named_reads import read_by_names
from safe_install.scan.javascript.one_file import look_through

_LONE_CR = re.compile(rb"\r(?!\n)")
_NAMES = kinds("identifier shorthand_property_identifier this super")
_CALLS = kinds("call_expression new_expression")


@lru_cache(maxsize=64)  # evidence asks twice about a line
def read_on_line(source: bytes, line: int) -> frozenset[str] | None:
    """Give the names of the members that are read so on a line, counted from one; None where anything else is done there.

    Every name that stands on the line is what is called or, with its members, an argument of which the function reads members by their names.
    """
    if _LONE_CR.search(source):
        return None  # for some it ends a line
    found, constants = look_through(source, None, _NAMES | _CALLS) or ([], None)
    here = [place for place in found if place.node.start_point.row == line - 1]
    calls = [place.node for place in here if place.kind in _CALLS]
    if constants is None or constants.bindings.evaluates or not calls:
        return None
    functions = (call.child_by_field_name("function") for call in calls)
    called = {function.id for function in functions if function is not None}
    given = [_argument(place) for place in here if place.kind in _NAMES and place.node.id not in called]
    known = [one for one in given if one is not None]
    if len(known) != len(given) or not {call.id for call in calls} <= {call.id for call, _ in known}:
        return None
    return _read(constants, known)


def _read(constants: Constants, known: Sequence[tuple[Node, Node]]) -> frozenset[str] | None:
    """Give the names that all these calls read of what they are given; None at the first that does anything else with it."""
    read: set[str] = set()
    for call, argument in known:
        names = read_by_names(constants, call, argument)
        if names is None:
            return None
        read |= names
    return frozenset(read)


def _argument(place: Place) -> tuple[Node, Node] | None:
    """Give the call of which a name, with its members, is an argument, and that argument: ``env`` or ``process.env``."""
    while place.field == "object" and place.above is not None and place.above.kind == "member_expression":
        place = place.above
    call = place.above.above if place.above is not None and place.above.kind == "arguments" else None
    return (call.node, place.node) if call is not None else None
