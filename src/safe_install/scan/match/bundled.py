"""The modules that a bundler put into one file: webpack's table or esbuild's variables, and which others each of them names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from tree_sitter import Node

from safe_install.scan.grammars import parse_javascript

LEAST = 24
"""Functions in one table that make a bundle; a script has no such table, and short ones are read as one piece."""
LARGEST = 2 << 20  # bytes of a file that is looked at
_TABLE = re.compile(rb"\bfunction\b|=>|__(?:commonJS|esm)")
_FUNCTIONS = frozenset(("arrow_function", "function_expression", "function"))
_KEYS = frozenset(("number", "string"))
_NAME = re.compile(rb"(?<![\w.$])\d+(?![\w.$])|\.?[A-Za-z_$][\w$]*|\"[^\"\\\n]{1,200}\"|'[^'\\\n]{1,200}'")
_DECLARATIONS = frozenset(("variable_declaration", "lexical_declaration"))
_WRAPPED = re.compile(rb"__(?:commonJS|esm)(?:Min)?\(\s*\{\s*[\"'][^\"'\n]*[\"']\s*[(:]")
_DEEP = 12  # levels of a tree in which a table stands
_MOST_LOOKED_AT = 20_000  # nodes


class Module(NamedTuple):
    """One module of a bundle: its first and last line, and the numbers of those that it names; 0 is all around them."""

    first: int
    last: int
    names: frozenset[int]


class _Found(NamedTuple):
    """A module as it stands in the tree, and what others call it."""

    key: bytes
    node: Node


def modules_of(content: bytes) -> tuple[Module, ...]:
    """Give the modules of a bundle in the order of its lines, the first for what stands around them.

    Nothing for a file that is no bundle, and for one whose modules share lines, which cannot be told apart.
    """
    if len(content) > LARGEST or sum(1 for _ in _TABLE.finditer(content)) < LEAST:
        return ()
    root = parse_javascript(content)
    found = [] if root is None else _pairs(root) or _declared(root)
    if len(found) < LEAST or any(
        one.node.end_point.row >= other.node.start_point.row for one, other in pairwise(found)
    ):
        return ()
    numbers = {one.key: number for number, one in enumerate(found, 1)}
    around = content[: found[0].node.start_byte] + b" " + content[found[-1].node.end_byte :]
    between = b" ".join(content[one.node.end_byte : other.node.start_byte] for one, other in pairwise(found))
    modules = [Module(0, 0, frozenset(_named(around + b" " + between, numbers)))]
    for one in found:
        text = content[one.node.start_byte : one.node.end_byte]
        names = frozenset(_named(text[text.find(one.key) + len(one.key) :], numbers))
        modules.append(Module(one.node.start_point.row + 1, one.node.end_point.row + 1, names))
    return tuple(modules)


def _pairs(root: Node) -> list[_Found]:
    """Give the modules of webpack, which stand in one table."""
    table = _table(root)
    return [] if table is None else [_Found(_key(pair), pair) for pair in table.named_children if _is_module(pair)]


def _declared(root: Node) -> list[_Found]:
    """Give the modules of esbuild, each of which is a variable: ``var require_a = __commonJS({"a.js"(exports) {…}})``."""
    statements = [one for one in root.named_children if one.type in _DECLARATIONS and one.named_child_count == 1]
    names = [(one, one.named_children[0].child_by_field_name("name")) for one in statements]
    return [_Found(name.text or b"", one) for one, name in names if name is not None and _WRAPPED.match(_value(one))]


def _value(statement: Node) -> bytes:
    value = statement.named_children[0].child_by_field_name("value")
    return ((value.text if value is not None else None) or b"")[:400]


def _table(root: Node) -> Node | None:
    """Find the object that holds the modules, from the outside in."""
    level = [root]
    looked_at = 0
    for _ in range(_DEEP):
        for node in level:
            if node.type == "object" and sum(1 for _ in filter(_is_module, node.named_children)) >= LEAST:
                return node
        level = [child for node in level for child in node.named_children]
        looked_at += len(level)
        if looked_at > _MOST_LOOKED_AT:
            break
    return None


def _is_module(pair: Node) -> bool:
    key = pair.child_by_field_name("key") if pair.type == "pair" else None
    value = pair.child_by_field_name("value") if key is not None and key.type in _KEYS else None
    while value is not None and value.type == "parenthesized_expression" and value.named_child_count == 1:
        value = value.named_children[0]
    return value is not None and value.type in _FUNCTIONS


def _key(pair: Node) -> bytes:
    key = pair.child_by_field_name("key")
    return ((key.text if key is not None else None) or b"").strip(b"'\"")


def _named(text: bytes, numbers: dict[bytes, int]) -> Iterator[int]:
    """Give the numbers of the modules whose keys stand in a text."""
    for match in _NAME.finditer(text):
        number = numbers.get(match[0].strip(b"'\".") if match[0][:1] == b"." else match[0].strip(b"'\""))
        if number is not None:
            yield number
