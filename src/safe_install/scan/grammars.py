"""Parsing foreign text with tree-sitter in bounded time; nothing here raises on any text.

The grammars are linear on ordinary and on most hostile text, but not on all: 64 KB of ``a|`` take
tree-sitter-bash 57 s. So a parse has a limit of CPU seconds besides the callers' limits of bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import tree_sitter
import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Node

from safe_install.shell_grammar import parse


@cache
def _javascript() -> tree_sitter.Language:
    return tree_sitter.Language(tree_sitter_javascript.language())


@cache
def _typescript() -> tree_sitter.Language:
    return tree_sitter.Language(tree_sitter_typescript.language_typescript())


@cache
def _tsx() -> tree_sitter.Language:
    return tree_sitter.Language(tree_sitter_typescript.language_tsx())


def parse_javascript(source: bytes) -> Node | None:
    """Give the root of the syntax tree of UTF-8 JavaScript, or None when parsing takes too long."""
    return parse(_javascript(), source)


def parse_typescript(source: bytes, *, jsx: bool = False) -> Node | None:
    """Give the root of the syntax tree of UTF-8 TypeScript, or None when parsing takes too long.

    ``jsx``: as in a .tsx file, where ``<T>x`` is an element and no assertion of a type.
    """
    return parse(_tsx() if jsx else _typescript(), source)


class Place(NamedTuple):
    """A node and where it stands: its kind, the field of its parent that it fills, and its parent's place.

    tree-sitter's own ``parent`` walks down from the root each time, which is quadratic on deep nesting.
    """

    node: Node
    kind: str
    field: str | None
    above: Place | None


def places(root: Node, *, tokens: bool = False) -> Iterator[Place]:
    """Walk a tree in the order of its text, without recursion; ``tokens``: with signs and keywords too."""
    cursor = root.walk()
    above: Place | None = None
    while True:
        node = cursor.node
        if node is None:
            return
        if tokens or node.is_named:
            here = Place(node, node.type, cursor.field_name, above)
            yield here
            if cursor.goto_first_child():
                above = here
                continue
        while not cursor.goto_next_sibling():
            if above is None or not cursor.goto_parent():
                return
            above = above.above


def first_error(root: Node) -> Node | None:
    """Find the first node the grammar could not read, None when it read everything."""
    if not root.has_error:
        return None
    return next((place.node for place in places(root) if place.node.is_error or place.node.is_missing), root)


def line_of(node: Node) -> int:
    """Give a node's line, 1-based."""
    return node.start_point[0] + 1


def kinds(names: str) -> frozenset[str]:
    """Make a set of the kinds of nodes that a text lists."""
    return frozenset(names.split())
