"""Parsing foreign text with tree-sitter in bounded time; nothing here raises on any text.

The grammars are linear on ordinary and on most hostile text, but not on all. So a parse has a limit of CPU seconds
besides the callers' limits of bytes; and shell text one of pipes, see `shell_grammar.parse_shell`.
"""

from __future__ import annotations

import threading
from collections.abc import Container, Iterator
from functools import cache
from typing import NamedTuple

import tree_sitter
import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Node

from safe_install import shell_grammar
from safe_install.shell_grammar import parse


class Work(threading.local):
    """How much was read in this thread: nodes of syntax trees, and steps that were taken to know what they come to.

    A count, and no time, so that what it bounds ends at the same place on every machine.
    """

    done: int = 0


WORK = Work()


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
    return _counted(source, parse(_javascript(), source))


def parse_typescript(source: bytes, *, jsx: bool = False) -> Node | None:
    """Give the root of the syntax tree of UTF-8 TypeScript, or None when parsing takes too long.

    ``jsx``: as in a .tsx file, where ``<T>x`` is an element and no assertion of a type.
    """
    return _counted(source, parse(_tsx() if jsx else _typescript(), source))


def parse_shell(source: bytes) -> Node | None:
    """Give the root of the syntax tree of shell text, or None when parsing takes too long; see `shell_grammar.AS_ASCII`."""
    return _counted(source, shell_grammar.parse_shell(source))


def _counted(source: bytes, root: Node | None) -> Node | None:
    """Count what a parse took: its nodes, or its bytes where it was given up."""
    WORK.done += len(source) if root is None else root.descendant_count
    return root


class Place(NamedTuple):
    """A node and where it stands: its kind, the field of its parent that it fills, and its parent's place.

    tree-sitter's own ``parent`` walks down from the root each time, which is quadratic on deep nesting.
    """

    node: Node
    kind: str
    field: str | None
    above: Place | None


def places(root: Node, *, tokens: bool = False, of: Container[str] | None = None) -> Iterator[Place]:
    """Walk a tree in the order of its text, without recursion; ``tokens``: with signs and keywords too.

    ``of``: give the places of these kinds only, of the same walk.
    """
    cursor = root.walk()
    down, onward, place = cursor.goto_first_child, cursor.goto_next_sibling, tuple.__new__  # looked up once
    above: Place | None = None
    while True:
        node = cursor.node
        if node is None:
            return
        if tokens or node.is_named:
            kind, field = node.type, cursor.field_name
            has_children = down()
            wanted = of is None or kind in of
            if has_children or wanted:
                here = place(Place, (node, kind, field, above))
                if wanted:
                    yield here
                if has_children:
                    above = here
                    continue
        while not onward():
            if above is None or not cursor.goto_parent():
                return
            above = above.above


@cache
def _comments() -> tree_sitter.Query:
    return tree_sitter.Query(_javascript(), "(comment) @comment")


def comments_of(root: Node) -> list[Node]:
    """List the comments of a tree of JavaScript in the order of its text: a tenth of what walking it takes."""
    found = tree_sitter.QueryCursor(_comments()).captures(root).get("comment", [])
    return sorted(found, key=lambda node: node.start_byte)


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
