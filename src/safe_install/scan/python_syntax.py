"""Parsing foreign Python text in bounded time; nothing here raises on any text.

The parser is the one of the Python that runs this program. It evaluates nothing; sizes and nesting are bounded before it
sees a text, since it backtracks in brackets that never close.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from itertools import islice
from typing import Literal

LONGEST = 524_288  # characters; the longest Python file of 134 honest packages has 110 KB
DEEPEST = 64  # brackets in one another; honest files have 12
_SHOWN = 60  # nodes that are written for a person
_BRACKETS = re.compile(r"[()\[\]{}]")


def parse_python(text: str, mode: Literal["exec", "eval"]) -> ast.AST | None:
    """Give the syntax tree of a text, None when it is none or goes beyond the bounds."""
    if len(text) > LONGEST or _nesting(text) > DEEPEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that mean nothing, which is the package's affair
            return ast.parse(text, mode=mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def unparsed(node: ast.AST) -> str:
    """Write a tree as plain Python: identifiers as Python reads them, strings without needless escapes."""
    try:
        return ast.unparse(node)
    except (RecursionError, ValueError):
        return ""


def shown(node: ast.AST) -> str:
    """Write a small tree for a person; of a large one, only what kind it is."""
    small = len(list(islice(nodes(node), _SHOWN + 1))) <= _SHOWN
    return unparsed(node) if small else f"a long {type(node).__name__.lower()}"


def nodes(root: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree in the order of its text, without recursion."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(list(ast.iter_child_nodes(node)))


def line_of(node: ast.AST) -> int:
    """Give a node's line, 1-based."""
    return getattr(node, "lineno", 1)


def _nesting(text: str) -> int:
    """Count how deep brackets stand in one another at most, those in strings and comments too when they never close."""
    depth = deepest = 0
    for match in _BRACKETS.finditer(text):
        depth = depth + 1 if match[0] in "([{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest
