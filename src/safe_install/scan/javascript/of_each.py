"""Members of what a loop takes from a list of the file: ``for (const one of LIST) one.find(x)``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript.functions import FUNCTIONS
from safe_install.scan.javascript.tables import knows_owner, written
from safe_install.scan.javascript.values import arguments_in

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_MOST = 64  # rows of such a list; netlify-cli asks 15 of them who started it
_PLAIN_NAMES = ("property_identifier", "string")
_INHERITED = "__proto__"
_ESCAPE = b"\\u"
_DECLARED_AND_LOOPED_OVER = 2  # times that the file names such a list


def functions_of_each(constants: Constants, callee: Node) -> list[Node]:
    """Give the functions that such a member is; none when it can be something else.

    Every row is an object that is written there, its functions do not know what they are called on, and nothing else in the file names the
    list or does anything with a row but to read and call its members.
    """
    owner, taken = callee.child_by_field_name("object"), callee.child_by_field_name("property")
    if callee.type != "member_expression" or owner is None or owner.type != "identifier" or taken is None:
        return []
    rows = _rows(constants, constants.bindings.key(owner))
    name = constants.key(taken)
    found = [_function(constants, row, name) for row in rows] if name is not None else []
    known = [one for one in found if one is not None]
    return known if len(known) == len(rows) else []


def _rows(constants: Constants, name: str) -> list[Node]:
    """Give the rows of the one list that a name loops over."""
    binding = constants.bindings.given(name)
    if binding is None or binding.anything or binding.symbols or binding.parameters or binding.values:
        return []
    if binding.altered or binding.indexed or binding.handed or binding.pushed or binding.calls:
        return []
    over, by_keys, path = binding.elements[0] if len(binding.elements) == 1 else (None, True, ())
    if over is None or by_keys or path or not _is_named_here_alone(constants, over):
        return []
    lists = written(constants, over)
    rows = [row for one in lists for row in arguments_in(one)] if all(one.type == "array" for one in lists) else []
    return rows if len(rows) <= _MOST and not constants.spent(sum(row.named_child_count for row in rows)) else []


def _is_named_here_alone(constants: Constants, over: Node) -> bool:
    """Tell whether a list has no name but in its declaration and in the loop, so that nobody else has one of its rows.

    An escape may spell the name in another way.
    """
    if over.type == "array":
        return True
    if _ESCAPE in constants.source:
        return False
    name = re.escape(over.text or b"") if over.type == "identifier" else None
    said = re.findall(rb"(?<![\w$])%b(?![\w$])" % name, constants.source) if name else []
    return len(said) == _DECLARED_AND_LOOPED_OVER


def _function(constants: Constants, row: Node, name: str) -> Node | None:
    """Give the function that is a member of a row; None where it may be something else."""
    pairs = [one for one in row.named_children if one.type != "comment"]
    keys = [one.child_by_field_name("key") for one in pairs if one.type == "pair"]
    plain = [one for one in keys if one is not None and one.type in _PLAIN_NAMES]
    names = [constants.key(one) for one in plain]
    if (
        row.type != "object"
        or len(names) < len(pairs)
        or None in names
        or _INHERITED in names
        or names.count(name) != 1
    ):
        return None
    value = pairs[names.index(name)].child_by_field_name("value")
    is_function = value is not None and value.type in FUNCTIONS and "generator" not in value.type
    return value if is_function and not knows_owner(row) else None
