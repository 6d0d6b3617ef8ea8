"""gyp's conditions: Python expressions, evaluated without builtins but with every road to them (input.py, EvalSingleCondition)."""

from __future__ import annotations

import ast

from safe_install.scan.python_syntax import nodes, parse_python, unparsed
from safe_install.scan.shell.words import STAND_IN

_NAME = "_computed"
_HARMLESS = (
    *(ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.cmpop, ast.Name),
    *(ast.Load, ast.Constant, ast.Tuple, ast.List, ast.BinOp, ast.Add, ast.Sub, ast.IfExp, ast.Subscript, ast.Slice),
)
_FUNCTIONS = frozenset(("int", "v", "len", "str"))
_METHODS = frozenset(
    (
        "endswith",
        "find",
        "lower",
        "lstrip",
        "partition",
        "replace",
        "rsplit",
        "rstrip",
        "split",
        "startswith",
        "strip",
        "upper",
    )
)


def reads_only(expression: str) -> bool | None:
    """Tell whether a condition only compares variables with constants; None when it is no Python."""
    root = parse_python(expression.replace(STAND_IN, _NAME).strip(), "eval")
    return None if root is None else expression.isascii() and all(map(_is_harmless, nodes(root)))


def as_python(expression: str) -> str:
    """Write a condition plainly: escaped and look-alike identifiers as Python reads them."""
    root = parse_python(expression.replace(STAND_IN, _NAME).strip(), "eval")
    return (unparsed(root) if root is not None else "") or expression


def evaluates_output(expression: str) -> bool:
    """Tell whether a part that is known only while running stands where it would be code, not inside a string."""
    root = parse_python(expression.replace(STAND_IN, _NAME).strip(), "eval")
    return root is not None and any(isinstance(node, ast.Name) and node.id == _NAME for node in nodes(root))


def _is_harmless(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in _FUNCTIONS
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _METHODS
        case ast.Attribute(attr=name):
            return name in _METHODS
        case ast.Name(id=name):
            return not name.startswith("__")
        case _:
            return isinstance(node, _HARMLESS)
