"""The modules that a bundler put into one file: webpack's table of functions, and whose number each of them names."""

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
_TABLE = re.compile(rb"\bfunction\b|=>")
_FUNCTIONS = frozenset(("arrow_function", "function_expression", "function"))
_KEYS = frozenset(("number", "string"))
_NAME = re.compile(rb"(?<![\w.$])\d+(?![\w.$])|\.[A-Za-z_$][\w$]*|\"[^\"\\\n]{1,200}\"|'[^'\\\n]{1,200}'")
_DEEP = 12  # levels of a tree in which a table stands
_MOST_LOOKED_AT = 20_000  # nodes


class Module(NamedTuple):
    """One module of a bundle: its first and last line, and the numbers of those that it names; 0 is all around them."""

    first: int
    last: int
    names: frozenset[int]


def modules_of(content: bytes) -> tuple[Module, ...]:
    """Give the modules of a bundle in the order of its lines, the first for what stands around them.

    Nothing for a file that is no bundle, and for one whose modules share lines, which cannot be told apart.
    """
    if len(content) > LARGEST or sum(1 for _ in _TABLE.finditer(content)) < LEAST:
        return ()
    root = parse_javascript(content)
    table = _table(root) if root is not None else None
    if table is None:
        return ()
    pairs = [pair for pair in table.named_children if _is_module(pair)]
    if any(one.end_point.row >= other.start_point.row for one, other in pairwise(pairs)):
        return ()
    numbers = {_key(pair): number for number, pair in enumerate(pairs, 1)}
    around = content[: pairs[0].start_byte] + content[pairs[-1].end_byte :]
    found = [Module(0, 0, frozenset(_named(around, numbers)))]
    for pair in pairs:
        value = pair.child_by_field_name("value")
        text = content[value.start_byte : value.end_byte] if value is not None else b""
        lines = (pair.start_point.row + 1, pair.end_point.row + 1)
        found.append(Module(*lines, frozenset(_named(text, numbers))))
    return tuple(found)


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
