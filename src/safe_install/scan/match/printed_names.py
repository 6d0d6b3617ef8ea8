"""Texts that a constant holds which is only printed: ``const hint = {bash: "echo … >> ~/.bashrc"}[shell]; console.log(hint)``.

Every place of the file that says the name counts, in whatever scope, so that a name that anything else happens to is none.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds, places

Span = tuple[int, int]

_NAMES = frozenset(("identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern"))
_PIECES = kinds("string string_fragment")
_HOLDING = kinds(
    "variable_declarator object pair subscript_expression parenthesized_expression string template_string binary_expression"
    " ternary_expression array"
)
"""What may stand between a constant's declaration and a text that it holds: no call, which could do anything with it."""
_EVALUATING = frozenset((b"eval", b"Function"))
_PLAIN_KEYS = frozenset(("property_identifier", "string"))
_DEEPEST = 32  # of these in one another; honest hints have 6
_TABLES = ("object",)
_STATEMENTS = kinds("program statement_block")
_LOOKING = kinds("if_statement binary_expression parenthesized_expression")
"""What may stand between a name and the condition that it is a part of."""


def printed_by_name(found: Sequence[Place], printed: Sequence[Span], source: bytes) -> Iterator[Span]:
    """Give the spans of the texts in constants whose names stand in nothing but ``printed`` spans and conditions.

    The spans are sorted, and none overlaps another.
    """
    said = [(place, source[place.node.start_byte : place.node.end_byte]) for place in found if place.kind in _NAMES]
    if any(name in _EVALUATING for _, name in said):
        return  # a text may say any name
    shown = {name for place, name in said if _is_within(place, printed)}
    declared = Counter(name for place, name in said if name in shown and _is_declared(place))
    other = {name for place, name in said if name in declared and not _is_harmless(place, printed)}
    held = {
        place.above.node.id
        for place, name in said
        if declared[name] == 1 and name not in other and place.above is not None and _is_declared(place)
    }
    pieces = (_held(place, held) for place in found if place.kind in _PIECES) if held else ()
    yield from (span for span in pieces if span is not None)


def _is_harmless(place: Place, printed: Sequence[Span]) -> bool:
    """Tell whether a name is given its text, is printed, or is looked at."""
    return _is_declared(place) or _is_within(place, printed) or _is_looked_at(place)


def _is_declared(place: Place) -> bool:
    """Tell whether a name is given here, by a ``const`` that is not exported."""
    declarator = place.above
    declaration = declarator.above if declarator is not None else None
    if declarator is None or declaration is None or (declarator.kind, place.field) != ("variable_declarator", "name"):
        return False
    is_const = declaration.kind == "lexical_declaration" and declaration.node.children[0].type == "const"
    return is_const and declaration.above is not None and declaration.above.kind in _STATEMENTS


def _is_looked_at(place: Place) -> bool:
    """Tell whether a name is nothing but a part of an ``if``'s condition."""
    inner, above = place, place.above
    for _ in range(_DEEPEST):
        if above is None or above.kind not in _LOOKING:
            break
        if above.kind == "if_statement":
            return inner.field == "condition"
        inner, above = above, above.above
    return False


def _held(piece: Place, declarators: Collection[int]) -> Span | None:
    """Give a text's span where one of these declares what it is a part of, by nothing but the choice among texts."""
    inner, above = piece, piece.above
    for _ in range(_DEEPEST):
        if above is None or above.kind not in _HOLDING:
            break
        if above.kind == "variable_declarator":
            is_value = inner.field == "value" and above.node.id in declarators and _is_inert(inner)
            return (piece.node.start_byte, piece.node.end_byte) if is_value else None
        inner, above = above, above.above
    return None


def _is_inert(value: Place) -> bool:
    """Tell whether nothing in a value is called when it is printed: a table's own ``toString`` is, and has the table."""
    tables = (place.node for place in places(value.node, of=_TABLES))
    return all(
        one.type == "comment" or (one.type == "pair" and _is_plain_pair(one))
        for each in tables
        for one in each.named_children
    )


def _is_plain_pair(pair: Node) -> bool:
    key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
    return key is not None and key.type in _PLAIN_KEYS and value is not None and value.type in _HOLDING


def _is_within(place: Place, spans: Sequence[Span]) -> bool:
    at = bisect_right(spans, (place.node.start_byte, sys.maxsize)) - 1
    return at >= 0 and place.node.end_byte <= spans[at][1]
