"""A gyp file's text → its values with their lines, and whatever in it is no literal but code.

gyp evaluates a file with Python's ``eval``, without builtins (input.py, LoadOneBuildFile), so a file may be any expression. Of
a key given twice both values are told: the last one wins in gyp, and what it hides must not hide anything here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from safe_install.scan.python_syntax import line_of, parse_python

DEEPEST = 100  # expressions in one another; brackets have their own limit


@dataclass(frozen=True, slots=True)
class Text:
    """A string, or a number as gyp writes it into one."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    values: tuple[Value, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Entries:
    """A dictionary."""

    pairs: tuple[tuple[str, Value], ...]
    line: int


Value = Text | Items | Entries


@dataclass(frozen=True, slots=True)
class Literal:
    """What a text holds, and the expressions in it that are code."""

    value: Value
    code: tuple[ast.expr, ...]


def read_literal(text: str) -> Literal | None:
    """Read a text as gyp does; None when it is no Python expression or goes beyond the bounds."""
    root = parse_python(text.replace("\r\n", "\n").replace("\r", "\n").lstrip(" \t"), "eval")
    if not isinstance(root, ast.Expression):
        return None
    reading = _Reading()
    return Literal(value=reading.read(root.body, 0), code=tuple(reading.code))


@dataclass(slots=True)
class _Reading:
    """The walk over one expression; its depth is bounded."""

    code: list[ast.expr] = field(default_factory=list)

    def read(self, node: ast.expr, depth: int) -> Value:
        """Give a node's value; of what is code, an empty text."""
        line = line_of(node)
        if depth < DEEPEST:
            match node:
                case ast.Constant(value=str() | int() | float() | None):
                    return Text(str(node.value), line)
                case ast.List(elts=elements) | ast.Tuple(elts=elements):
                    return Items(tuple(self.read(one, depth + 1) for one in elements), line)
                case ast.Dict():
                    return Entries(tuple(self._pairs(node, depth)), line)
                case ast.BinOp(op=ast.Add()):
                    return self._sum(node, depth)
                case ast.BoolOp(values=values):  # ``'A' and 'B'``, in ffi-napi 4.0.3, is one of the two
                    return [self.read(one, depth + 1) for one in values][-1]
                case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant(value=int() | float() as number)):
                    return Text(str(-number if isinstance(node.op, ast.USub) else number), line)
                case _:
                    pass
        self.code.append(node)
        return Text("", line)

    def _pairs(self, node: ast.Dict, depth: int) -> Iterator[tuple[str, Value]]:
        for key, value in zip(node.keys, node.values, strict=True):
            name = Text("", line_of(node)) if key is None else self.read(key, depth + 1)
            if key is None:  # ``**other``
                self.code.append(value)
            yield name.value if isinstance(name, Text) else "", self.read(value, depth + 1)

    def _sum(self, node: ast.expr, depth: int) -> Value:
        """Add up a chain of ``+``, which may be long, from its left end."""
        operands: list[ast.expr] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            operands.append(node.right)
            node = node.left
        values = [self.read(one, depth + 1) for one in [node, *reversed(operands)]]
        if all(isinstance(value, Text) for value in values):
            return Text("".join(value.value for value in values if isinstance(value, Text)), line_of(node))
        inside = (one for value in values for one in (value.values if isinstance(value, Items) else (value,)))
        return Items(tuple(inside), line_of(node))
