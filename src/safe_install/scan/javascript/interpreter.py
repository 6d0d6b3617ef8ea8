"""Working out exactly what an expression is: pure functions are run here, step by step, within limits.

What decodes a hidden text is nearly always such code: ``[104, 105].map(c => String.fromCharCode(c ^ 7)).join("")``, or a
function with a loop that does the same. Nothing of the package runs: this is Python that reads a syntax tree, knows
the functions of exact_given.py and no others, and gives up at the first thing that is not certain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from safe_install.scan.javascript import statements
from safe_install.scan.javascript.binding import Binding
from safe_install.scan.javascript.bindings import Bindings
from safe_install.scan.javascript.exact import (
    UNDEFINED,
    Exact,
    Function,
    Given,
    Names,
    Undefined,
    UnsureError,
)
from safe_install.scan.javascript.exact_expressions import READERS
from safe_install.scan.javascript.exact_given import GIVEN
from safe_install.scan.javascript.exact_methods import taken
from safe_install.scan.javascript.functions import FUNCTIONS

STEPS = 150_000  # in one file; a decoder of 2 KB of text needs 40,000
DEEPEST = 90  # expressions, statements and calls in one another; Python has room for 1,000 of its own
_SIMPLE = (str, int, float, bool, bytes, type(None), Undefined, Given)


@dataclass(slots=True)
class Interpreter:
    """The expressions of one file, as far as they are certain."""

    source: bytes
    bindings: Bindings
    changes: Callable[[Binding], bool]
    """Tells whether what a name holds may be changed anywhere in the file."""
    steps: int = 0
    depth: int = 0
    known: dict[int, Exact] = field(default_factory=dict)
    unsure: set[int] = field(default_factory=set)
    """Nodes by their id, looked at where no function runs."""
    globals: dict[str, Exact] = field(default_factory=dict)
    running: list[tuple[int, int]] = field(default_factory=list)
    """Where the functions stand that run now."""

    @property
    def left(self) -> int:
        """Give how many steps may still be taken."""
        return STEPS - self.steps

    def text(self, node: Node) -> str | None:
        """Give the text that an expression always is, None when that is not certain."""
        found = self.certain(node)
        return found if isinstance(found, str) else None

    def certain(self, node: Node) -> Exact | None:
        """Give what an expression always is, None when that is not certain."""
        try:
            return self.exact(node, None)
        except UnsureError:
            return None

    def exact(self, node: Node | None, names: Names | None) -> Exact:
        """Give what an expression is; raise `UnsureError` when that is not certain."""
        if node is None:
            raise UnsureError
        if names is not None:
            return self._worked_out(node, names)
        if node.id in self.known:
            return self.known[node.id]
        if node.id in self.unsure:
            raise UnsureError
        try:
            found = self._worked_out(node, None)
        except UnsureError:
            self.unsure.add(node.id)
            raise
        if isinstance(found, _SIMPLE):
            self.known[node.id] = found
        return found

    def step(self) -> None:
        """Count a step; there are only so many for one file."""
        self.steps += 1
        if self.steps > STEPS or self.depth > DEEPEST:
            raise UnsureError

    def _worked_out(self, node: Node, names: Names | None) -> Exact:
        reader = READERS.get(node.type)
        self.step()
        if reader is None:
            raise UnsureError
        self.depth += 1
        try:
            return reader(self, node, names)
        except (ArithmeticError, ValueError, TypeError, IndexError, RecursionError):
            raise UnsureError from None
        finally:
            self.depth -= 1

    def call(self, function: Exact, given: Sequence[Exact]) -> Exact:
        """Run a function of the file, or one that JavaScript gives."""
        if isinstance(function, Given) and function.name in GIVEN:
            return GIVEN[function.name](given)
        if not isinstance(function, Function):
            raise UnsureError
        node = function.node
        self.running.append((node.start_byte, node.end_byte))
        self.depth += 1
        try:
            self.step()
            return statements.run(self, node, Names(around=function.names, whole=True), given)
        finally:
            self.running.pop()
            self.depth -= 1

    def look_up(self, name: str, names: Names | None, key: str) -> Exact:
        """Give what a name holds: of the functions that run, else of the file, where it is known by ``key``."""
        while names is not None:
            if name in names.held:
                return names.held[name]
            names = names.around
        if key not in self.globals:
            self.globals[key] = self._of_file(key)
        return self.globals[key]

    def _of_file(self, name: str) -> Exact:
        if name in _GLOBALS and self.bindings.given(name) is None:
            return _GLOBALS[name]
        single = self.bindings.single(name)
        if single is None or any(start <= single[0].start_byte < end for start, end in self.running):
            raise UnsureError
        node, path = single
        found = Function(node, None) if node.type in FUNCTIONS else self.exact(node, None)
        for one in path:
            found = taken(found, one)
        if isinstance(found, list | dict) and (path or self.changes(self.bindings.names[name])):
            raise UnsureError
        return found


_GLOBALS: dict[str, Exact] = {
    "undefined": UNDEFINED,
    **{name: Given(name) for name in sorted({name.partition(".")[0] for name in GIVEN})},
}
