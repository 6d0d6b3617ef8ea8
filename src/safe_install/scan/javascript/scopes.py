"""Which function a name belongs to, where the same name stands for one thing in one function and another in the next.

Told apart are parameters, what ``var`` declares, and what a function's own statements declare; everything else of one name
is one thing, whatever its block. What is told apart is certain to be: no value that a name can have is missed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from safe_install.scan.grammars import kinds, places
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.node_builtins import GLOBALS
from safe_install.scan.javascript.patterns import pattern_names

_FUNCTIONS = kinds(
    "arrow_function function_declaration function_expression generator_function generator_function_declaration"
    " method_definition"
)
_DECLARATIONS = kinds("function_declaration generator_function_declaration class_declaration")
_NOT_ENTERED = _FUNCTIONS | kinds("class class_declaration class_body internal_module module")
_EVERYBODYS = frozenset(
    (
        *GLOBALS,
        *("arguments", "exports", "undefined", "__dirname", "__filename", "JSON", "Buffer", "Array", "Math", "Number"),
        *("Uint8Array", "TextDecoder", "atob", "btoa", "decodeURIComponent", "encodeURIComponent", "escape"),
        *(
            "parseInt",
            "parseFloat",
            "unescape",
            "Boolean",
            "Symbol",
            "Promise",
            "Error",
            "Date",
            "RegExp",
            "Map",
            "Set",
            "WeakMap",
        ),
    )
)
"""Names that are somebody else's: they keep their usual meaning beside what a function gives them."""
_MARK = "\0"


@dataclass(slots=True)
class _Ranges:
    """Where a name is a function's own: first byte, the byte after the last, and the range around it; by first byte."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    around: list[int] = field(default_factory=list)

    def innermost(self, at: int) -> int | None:
        """Give the first byte of the smallest range that holds a place."""
        index = bisect_right(self.starts, at) - 1
        while index >= 0 and self.ends[index] <= at:
            index = self.around[index]
        return self.starts[index] if index >= 0 else None


@dataclass(slots=True)
class Scopes:
    """The names that are functions' own; without a tree every name is one thing."""

    source: bytes
    _ranges: dict[str, _Ranges] = field(default_factory=dict)

    def key(self, node: Node) -> str:
        """Give what a name is known by where it stands: the name itself, unless it is a function's own."""
        name = name_of(node, self.source)
        ranges = self._ranges.get(name)
        start = ranges.innermost(node.start_byte) if ranges is not None else None
        return name if start is None else f"{name}{_MARK}{start}"

    def read(self, root: Node) -> None:
        """Find every function's own names."""
        found: dict[str, list[tuple[int, int]]] = {}
        functions = (place.node for place in places(root) if place.kind in _FUNCTIONS)
        for function in functions:
            for name, start, end in _own(function, self.source):
                found.setdefault(name, []).append((start, end))
        for name, ranges in found.items():
            if name not in _EVERYBODYS:
                self._ranges[name] = _nested(sorted(ranges))


def plain(key: str) -> str:
    """Give the name as it is written."""
    return key.partition(_MARK)[0]


def _nested(ranges: list[tuple[int, int]]) -> _Ranges:
    found, open_ranges = _Ranges(), list[int]()
    for index, (start, end) in enumerate(ranges):
        while open_ranges and found.ends[open_ranges[-1]] <= start:
            open_ranges.pop()
        found.starts.append(start)
        found.ends.append(end)
        found.around.append(open_ranges[-1] if open_ranges else -1)
        open_ranges.append(index)
    return found


def _own(function: Node, source: bytes) -> Iterator[tuple[str, int, int]]:
    """List a function's own names, each with where it counts: parameters in all of it, the others in its body."""
    single, several = function.child_by_field_name("parameter"), function.child_by_field_name("parameters")
    body = function.child_by_field_name("body")
    targets = [single] if single is not None else several.named_children if several is not None else []
    parameters = {name for target in targets for name, _, _ in pattern_names(target, source)}
    given = single or several
    start = given.start_byte if given is not None else function.start_byte  # behind the function's own name
    yield from ((name, start, function.end_byte) for name in parameters)
    if body is not None and body.type == "statement_block":
        locals_ = set(_declared(body, source)) - parameters
        yield from ((name, body.start_byte, body.end_byte) for name in locals_)


def _declared(body: Node, source: bytes) -> Iterator[str]:
    """List what the statements of a body declare, and ``var`` in the blocks in it."""
    for child in body.named_children:
        if child.type == "lexical_declaration":
            yield from _in_declaration(child, source)
        elif child.type in _DECLARATIONS:
            name = child.child_by_field_name("name")
            yield from [name_of(name, source)] if name is not None else []
    waiting = list(body.named_children)
    while waiting:
        node = waiting.pop()
        if node.type == "variable_declaration":
            yield from _in_declaration(node, source)
        if node.type not in _NOT_ENTERED:
            waiting += node.named_children


def _in_declaration(declaration: Node, source: bytes) -> Iterator[str]:
    for child in declaration.named_children:
        if child.type == "variable_declarator":
            yield from (name for name, _, _ in pattern_names(child.child_by_field_name("name"), source))
