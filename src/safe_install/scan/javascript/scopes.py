"""Which function a name belongs to, where the same name stands for one thing in one function and another in the next.

Told apart are parameters, what ``var`` declares, and what a function's own statements declare; everything else of one name
is one thing, whatever its block. What is told apart is certain to be: no value that a name can have is missed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.node_builtins import GLOBALS
from safe_install.scan.javascript.patterns import pattern_names

_FUNCTIONS = kinds(
    "arrow_function function_declaration function_expression generator_function generator_function_declaration"
    " method_definition"
)
_DECLARATIONS = kinds("function_declaration generator_function_declaration class_declaration")
_NOT_ENTERED = _FUNCTIONS | kinds("class class_declaration class_body internal_module module")
KINDS = _NOT_ENTERED | kinds("lexical_declaration variable_declaration")
"""The kinds of nodes that tell which names are functions' own."""
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
_OF_BUNDLERS = frozenset(("module",))
"""Those that a function may declare, when they are its own: webpack's gives ``const module = cache[id] = {…}`` to a module."""
MARK = "\0"
"""What a key that is more than the name has behind it."""


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
    _keys: dict[int, str] = field(default_factory=dict)
    """What was asked for, by the node's id: of each name it is asked three times."""

    def key(self, node: Node) -> str:
        """Give what a name is known by where it stands: the name itself, unless it is a function's own."""
        key = self._keys.get(node.id)
        if key is None:
            name = name_of(node, self.source)
            ranges = self._ranges.get(name)
            start = ranges.innermost(node.start_byte) if ranges is not None else None
            self._keys[node.id] = key = name if start is None else f"{name}{MARK}{start}"
        return key

    def read(self, found: Iterable[Place]) -> None:
        """Find every function's own names; ``found`` are the places of these `KINDS`, or of more, in the order of the text."""
        ranges: dict[str, list[tuple[int, int]]] = {}
        for function in list(_functions(found, self.source)):
            usual = _EVERYBODYS - (_OF_BUNDLERS & function.locals - function.parameters)
            for name, start, end in function.own():
                if name not in usual:
                    ranges.setdefault(name, []).append((start, end))
        for name, its in ranges.items():
            self._ranges[name] = _nested(sorted(its))
        self._keys.clear()


def plain(key: str) -> str:
    """Give the name as it is written."""
    return key.partition(MARK)[0]


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


@dataclass(slots=True)
class _Function:
    """One function: what names are its parameters, and what its body declares."""

    node: Node
    parameters: set[str]
    locals: set[str] = field(default_factory=set)

    def own(self) -> Iterator[tuple[str, int, int]]:
        """List its own names, each with where it counts: parameters in all of it, the others in its body."""
        given = self.node.child_by_field_name("parameter") or self.node.child_by_field_name("parameters")
        start = given.start_byte if given is not None else self.node.start_byte  # behind the function's own name
        yield from ((name, start, self.node.end_byte) for name in self.parameters)
        body = self.node.child_by_field_name("body") if self.locals else None
        if body is not None:
            yield from ((name, body.start_byte, body.end_byte) for name in self.locals - self.parameters)


def _functions(found: Iterable[Place], source: bytes) -> Iterator[_Function]:
    """Give every function, whole once all places are gone through: what declares a name does so for the innermost one around it."""
    around: list[tuple[int, _Function | None]] = []  # where it ends; None for a class, whose names are its own
    for place in found:
        kind, node = place.kind, place.node
        if kind not in KINDS:
            continue
        while around and around[-1][0] <= node.start_byte:
            around.pop()
        inner = around[-1][1] if around else None
        if inner is not None:
            inner.locals |= _declared(place, inner.node, source)
        if kind in _FUNCTIONS:
            function = _Function(node, _parameters(node, source))
            around.append((node.end_byte, function))
            yield function
        elif kind in _NOT_ENTERED:
            around.append((node.end_byte, None))


def _parameters(function: Node, source: bytes) -> set[str]:
    single, several = function.child_by_field_name("parameter"), function.child_by_field_name("parameters")
    targets = [single] if single is not None else several.named_children if several is not None else []
    return {name for target in targets for name, _, _ in pattern_names(target, source)}


def _declared(place: Place, function: Node, source: bytes) -> set[str]:
    """Name what a place declares for the function around it: ``var`` anywhere in its body, all else as a statement of the body."""
    above = place.above
    if place.kind == "variable_declaration":
        body = function.child_by_field_name("body")
        is_inside = body is not None and body.type == "statement_block" and body.start_byte <= place.node.start_byte
        return set(_in_declaration(place.node, source)) if is_inside else set()
    is_statement = above is not None and above.kind == "statement_block" and above.field == "body"
    if not is_statement or above is None or above.above is None or above.above.node != function:
        return set()
    if place.kind == "lexical_declaration":
        return set(_in_declaration(place.node, source))
    name = place.node.child_by_field_name("name") if place.kind in _DECLARATIONS else None
    return {name_of(name, source)} if name is not None else set()


def _in_declaration(declaration: Node, source: bytes) -> Iterator[str]:
    for child in declaration.named_children:
        if child.type == "variable_declarator":
            yield from (name for name, _, _ in pattern_names(child.child_by_field_name("name"), source))
