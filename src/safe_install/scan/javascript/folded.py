"""Which expressions of a file are always one text: where they stand, and which text that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds, parse_javascript, places
from safe_install.scan.javascript.bindings import NOTED, Bindings
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.interpreter import Interpreter
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.name_uses import DECLARING, NAMING

LONGEST = 524_288  # bytes that are looked at
_EXPRESSIONS = kinds(
    "binary_expression call_expression identifier member_expression parenthesized_expression sequence_expression"
    " subscript_expression template_string ternary_expression"
)
_NO_VALUE = kinds("export_specifier update_expression class_heritage shorthand_property_identifier")


def folded(source: bytes) -> list[tuple[int, int, str]]:
    """Give the outermost expressions that always are one known text: first byte, the byte after the last, the text.

    Plain literals are left out. In the order of the file, none inside another; nothing is raised, whatever the bytes,
    and time is bounded: what is not certain within the limits is not in the list. ``source`` is read as it is, so
    that places are its own.
    """
    root = parse_javascript(source) if len(source) <= LONGEST else None
    if root is None:
        return []
    found = list(places(root))
    bindings = Bindings(source)
    for place in found:
        if place.kind in NOTED:
            bindings.note(place)
    return folded_among(found, Constants(source, None, bindings))


def folded_among(found: Sequence[Place], constants: Constants) -> list[tuple[int, int, str]]:
    """Give what `folded` gives, of a file whose places, in the order of its text, and whose names are known already."""
    return list(_outermost(found, constants.interpreter)) if len(constants.source) <= LONGEST else []


def _outermost(found: Sequence[Place], interpreter: Interpreter) -> Iterator[tuple[int, int, str]]:
    end = 0
    for place in found:
        if place.kind in _EXPRESSIONS and place.node.start_byte >= end and _is_value(place):
            text = interpreter.text(place.node)
            if text is not None and not _is_name_of_given(place.node, interpreter.source):
                end = place.node.end_byte
                yield place.node.start_byte, end, text


def _is_value(place: Place) -> bool:
    """Tell whether an expression's value is taken where it stands, so that a literal could stand there."""
    above = place.above
    if above is None or above.kind in DECLARING or above.kind in _NO_VALUE or (above.kind, place.field) in NAMING:
        return False
    if place.kind == "template_string":
        return place.field != "arguments" and place.node.named_child_count > 0
    return place.field not in {"function", "constructor", "label"}


def _is_name_of_given(node: Node, source: bytes) -> bool:
    return node.type == "identifier" and name_of(node, source) == "undefined"
