"""What each kind of expression can be, by what it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript import tables
from safe_install.scan.javascript.arguments import after_flag
from safe_install.scan.javascript.call_values import call_value, new_value
from safe_install.scan.javascript.imported import from_other_file
from safe_install.scan.javascript.literals import decoded, fragments, name_of
from safe_install.scan.javascript.node_builtins import MANIFEST
from safe_install.scan.javascript.values import NO_VALUE, Value, concatenated, either, symbol_value, unknown, ways
from safe_install.scan.shell.words import Word, computed, literal

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_NUMBER = re.compile(r"\d{1,15}")
_UNDEFINED = "undefined"
_GIVEN_ANOTHER = re.compile(
    rb"[(,{]\s{0,20}undefined\s{0,20}[,)}=]|\b(?:var|let|const|function)\s+undefined\b|\bundefined\s{0,20}=[^=]"
)
"""Where ``undefined`` is a parameter or may be, or is declared or assigned."""
_SYMBOLIC = frozenset(("call_expression", "member_expression"))
"""What is no table when a name is taken of it: ``require("fs").constants.X``."""


def _string(constants: Constants, node: Node, _: int) -> Value:
    return Value((literal(fragments(node, constants.source)),))


def _template(constants: Constants, node: Node, depth: int) -> Value:
    """Read a template: the grammar names its substitutions, the text is what stands between them."""
    pieces: list[tuple[Word, ...]] = []
    inside: list[tuple[Word, ...]] = []
    at = node.start_byte + 1
    for child in node.named_children:
        if child.type == "template_substitution":
            pieces += [
                _raw(constants, at, child.start_byte),
                _as_text(constants, _inner(constants, child, depth).words),
            ]
            inside.append(unknown(child.named_children[-1] if child.named_children else None, constants.source).words)
            at = child.end_byte
    end = _raw(constants, at, node.end_byte - 1)
    if not ways([*pieces, end]):  # too many: what stands between them is known all the same
        pieces[1::2] = [words if len(words) == 1 else open_ for words, open_ in zip(pieces[1::2], inside, strict=True)]
    return concatenated([*pieces, end], node, constants.source)


def _raw(constants: Constants, start: int, end: int) -> tuple[Word, ...]:
    return (literal(decoded(constants.source[start:end].decode(errors="replace"))),)


def _as_text(constants: Constants, words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Write what was given no value as JavaScript does in a text; among others only where something may be called so."""
    given = tuple(one for one in words if one.parts != (NO_VALUE,))
    if given and not constants.around.holds_undefined:
        return given
    return tuple(literal(_UNDEFINED) if one.parts == (NO_VALUE,) else one for one in words)


def _undefined(constants: Constants, node: Node, _: int) -> Value:
    """Read ``undefined``, which a file may give another meaning."""
    meant = _GIVEN_ANOTHER.search(constants.source) is None
    return Value((Word((NO_VALUE,)),)) if meant else unknown(node, constants.source)


def _number(constants: Constants, node: Node, _: int) -> Value:
    text = name_of(node, constants.source)
    return Value((literal(text),)) if _NUMBER.fullmatch(text) else unknown(node, constants.source)


def _inner(constants: Constants, node: Node, depth: int) -> Value:
    return constants.value(node.named_children[-1] if node.named_children else None, depth)


def _first(constants: Constants, node: Node, depth: int) -> Value:
    """Read an expression with a type after it."""
    return constants.value(node.named_children[0] if node.named_children else None, depth)


def _assigned(constants: Constants, node: Node, depth: int) -> Value:
    return constants.value(node.child_by_field_name("right"), depth)


def _binary(constants: Constants, node: Node, depth: int) -> Value:
    """Read ``a + b + …`` without recursion along its left side, and ``a || b``."""
    operator = node.child_by_field_name("operator")
    if operator is not None and operator.type in {"||", "??", "&&"}:
        return either(constants.value(node.child_by_field_name(side), depth) for side in ("left", "right"))
    operands: list[Node | None] = []
    left: Node | None = node
    while left is not None and left.type == "binary_expression":
        sign = left.child_by_field_name("operator")
        if sign is None or sign.type != "+":
            break
        operands.append(left.child_by_field_name("right"))
        left = left.child_by_field_name("left")
    if not operands:
        return unknown(node, constants.source)
    words = [_as_text(constants, constants.value(one, depth).words) for one in (left, *reversed(operands))]
    return concatenated(words, node, constants.source)


def _ternary(constants: Constants, node: Node, depth: int) -> Value:
    return either(constants.value(node.child_by_field_name(name), depth) for name in ("consequence", "alternative"))


def _identifier(constants: Constants, node: Node, depth: int) -> Value:
    imported = from_other_file(constants, node, called=False)
    return Value(imported) if imported else constants.named(constants.bindings.key(node), depth)


def _member(constants: Constants, node: Node, depth: int) -> Value:
    """Take a member: ``a.b`` or ``a['b']``; of a table that is written in the file also when its name is computed."""
    owner = node.child_by_field_name("object")
    named = node.child_by_field_name("property")
    index = node.child_by_field_name("index")
    if owner is None or (named is None and index is None):
        return unknown(node, constants.source)
    inner = named or index
    name = constants.key(inner, depth) if inner is not None else None
    if owner.type == "meta_property":
        return _of_import_meta(constants, name, node) if name is not None else unknown(node, constants.source)
    if not (name is not None and owner.type in _SYMBOLIC):
        found = tables.member(constants, owner, None if name is None else frozenset((name,)), depth)
        if found is not None:
            return found
    if name is None:
        return after_flag(constants, owner, inner, node) or unknown(node, constants.source)
    value = constants.value(owner, depth)
    if value.symbols and value.symbols != {MANIFEST}:
        return constants.member(value, name, node)
    imported = from_other_file(constants, node, called=False)
    if value.symbols and not imported:
        return constants.member(value, name, node)
    if imported:
        return Value(imported)
    return (constants.exact(node) if name != "length" else None) or unknown(node, constants.source)


def _of_import_meta(constants: Constants, name: str, node: Node) -> Value:
    known = {"url": f"file://{constants.file}", "filename": constants.file, "dirname": constants.directory}
    if name in {"resolve", "require"}:  # the second is bun's
        return symbol_value("require.resolve" if name == "resolve" else "require")
    return Value((literal(known[name]),)) if name in known else unknown(node, constants.source)


def _this(_: Constants, __: Node, ___: int) -> Value:
    return Value((computed("this"),), frozenset(("this",)))


REMEMBERED = (_member, call_value)
READERS: dict[str, Callable[[Constants, Node, int], Value]] = {
    "assignment_expression": _assigned,
    "await_expression": _inner,
    "binary_expression": _binary,
    "call_expression": call_value,
    "identifier": _identifier,
    "shorthand_property_identifier": _identifier,
    "member_expression": _member,
    "new_expression": new_value,
    "number": _number,
    "parenthesized_expression": _inner,
    "sequence_expression": _inner,
    "string": _string,
    "subscript_expression": _member,
    "template_string": _template,
    "ternary_expression": _ternary,
    "undefined": _undefined,
    "this": _this,
    "as_expression": _first,
    "non_null_expression": _first,
    "satisfies_expression": _first,
    "type_assertion": _inner,
}
