"""Where a value stands: whether what is around it takes it on, only looks at it, or lets it go."""

from __future__ import annotations

import re
from collections import Counter

from safe_install.scan.grammars import Place
from safe_install.scan.javascript.functions import FUNCTIONS

_LEVELS = 256  # outward
_PARAMETERS = "formal_parameters"


def is_assigned(member: Place) -> bool:
    """Tell whether a member is given a value."""
    return member.field == "left" and member.above is not None and "assignment" in member.above.kind


def is_tagged(substitution: Place) -> bool:
    """Tell whether a template's parts are given to a function."""
    template = substitution.above
    return template is not None and template.field == "arguments"


def may_fill(place: Place) -> bool:
    """Tell whether what stands around a table may give its members other values; to spread it does not."""
    above = place.above
    return above is None or above.kind not in {"spread_element", "for_in_statement"}


def flows(place: Place, above: Place) -> bool | None:
    """Tell whether a node's value is its parent's (True), is only looked at (False), or goes elsewhere (None)."""
    match above.kind, place.field:
        case "binary_expression", part:
            operator = above.node.child_by_field_name("operator")
            sign = operator.type if operator else ""
            return sign in {"||", "??"} or (sign == "&&" and part == "right")
        case "ternary_expression", part:
            return part != "condition"
        case "sequence_expression", _:
            return above.node.named_children[-1].id == place.node.id
        case ("variable_declarator", "value") | ("assignment_expression", "right"):
            return True
        case ("assignment_pattern", "right"):
            return _is_named_parameter(above) or None
        case _:
            return None


def _is_named_parameter(pattern: Place) -> bool:
    """Tell whether a default is that of a parameter with a name; one in a pattern has a value that others may take apart."""
    left = pattern.node.child_by_field_name("left")
    return (
        left is not None
        and left.type == "identifier"
        and pattern.above is not None
        and pattern.above.kind == _PARAMETERS
    )


def is_let_go(place: Place) -> bool:
    """Tell whether nobody can get the value of a call: it stands alone, in a function, whose last line gives nothing."""
    above = place.above
    if above is None or above.kind != "expression_statement":
        return False
    while above is not None and above.kind not in FUNCTIONS:
        above = above.above
    return above is not None


def shown_constant(place: Place, source: bytes) -> bytes:
    """Name the constant that holds the value of a call, and nothing else; empty where none does."""
    declared = place.above if place.field == "value" else None
    name = declared.node.child_by_field_name("name") if declared is not None else None
    holder = declared.above if declared is not None else None
    if name is None or name.type != "identifier" or holder is None:
        return b""
    return name.text or b"" if source.startswith(b"const", holder.node.start_byte) else b""


def only_shown(source: bytes) -> frozenset[bytes]:
    """List the names that a text says once, and otherwise only to take the text of what they hold: ``a.toString()``.

    A template compiler writes its functions down so, for others to run. An escape, or a text that is evaluated here, could say a
    name in another way.
    """
    if _SAID_OTHERWISE.search(source):
        return frozenset()
    counted = Counter(found[1] for found in _NAME.finditer(source) if found[2] is None)
    return frozenset(name for name, count in counted.items() if count == 1)


_SAID_OTHERWISE = re.compile(rb"\\u|\beval\b")
_NAME = re.compile(rb"(?<![\w$])([A-Za-z_$][\w$]*)(\.toString\(\))?")


def is_tried(place: Place) -> bool:
    """Tell whether a place stands in the body of a ``try``, within reason."""
    above: Place | None = place
    for _ in range(_LEVELS):
        if above is None:
            return False
        if above.field == "body" and above.above is not None and above.above.kind == "try_statement":
            return True
        above = above.above
    return False
