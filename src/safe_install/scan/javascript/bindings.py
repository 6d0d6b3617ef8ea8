"""Which values a file gives to its names.

Scopes are not told apart: a name stands for every value that any declaration or assignment of that name in the
file gives it. So nothing that a name can be is missed; what is named twice is sometimes computed that need not be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from safe_install.scan.grammars import Place
from safe_install.scan.javascript.literals import fragments, name_of
from safe_install.scan.javascript.node_builtins import builtin, module_symbol

_GIVING = {"variable_declarator": ("name", "value"), "assignment_expression": ("left", "right")}
_LOGICAL = frozenset(("||=", "&&=", "??="))
_TAKING_ANYTHING = {
    "arrow_function": "parameter",
    "catch_clause": "parameter",
    "class": "name",
    "class_declaration": "name",
    "for_in_statement": "left",
    "function_declaration": "name",
    "function_expression": "name",
    "generator_function": "name",
    "generator_function_declaration": "name",
    "update_expression": "argument",
}
_MOST_TAKEN = 8  # members taken by one pattern; no honest one takes as many


@dataclass(slots=True)
class Binding:
    """What one name can be: expressions, each with the members taken from it; symbols; or anything."""

    values: list[tuple[Node, tuple[str, ...]]] = field(default_factory=list)
    symbols: set[tuple[str, ...]] = field(default_factory=set)
    anything: bool = False


@dataclass(slots=True)
class Bindings:
    """The names of one file. Give it every place of the tree once."""

    source: bytes
    names: dict[str, Binding] = field(default_factory=dict)

    def note(self, place: Place) -> None:
        """Take note of what a place declares or assigns."""
        node, kind = place.node, place.kind
        if kind in _GIVING:
            target, value = (node.child_by_field_name(name) for name in _GIVING[kind])
            self._bind(target, value)
        elif kind in _TAKING_ANYTHING:
            self._bind_to_anything(node.child_by_field_name(_TAKING_ANYTHING[kind]))
        elif kind == "augmented_assignment_expression":
            self._augmented(node)
        elif kind == "formal_parameters":
            for child in node.named_children:
                self._bind_to_anything(child)
        elif kind == "import_statement":
            self._imported(node)

    def _bind(self, target: Node | None, value: Node | None) -> None:
        """Give a value to a name or to the names in a pattern; a declaration may give none."""
        for name, path, default in pattern_names(target, self.source):
            binding = self.names.setdefault(name, Binding())
            if value is not None and path is not None:
                binding.values.append((value, path))
            if default is not None:
                binding.values.append((default, ()))
            binding.anything |= path is None

    def _bind_to_anything(self, target: Node | None) -> None:
        """Let names be anything: parameters, loop variables, what is counted."""
        self._bind(target, None)
        for name, _, _ in pattern_names(target, self.source):
            self.names[name].anything = True

    def _augmented(self, node: Node) -> None:
        """Bind ``x ||= value``; what ``+=`` makes is not computed."""
        operator, left = node.child_by_field_name("operator"), node.child_by_field_name("left")
        if operator is not None and operator.type in _LOGICAL:
            self._bind(left, node.child_by_field_name("right"))
        else:
            self._bind_to_anything(left)

    def _imported(self, node: Node) -> None:
        """Bind what an import statement names; what comes from another file can be anything."""
        source = node.child_by_field_name("source")
        module = builtin(fragments(source, self.source)) if source else None
        clause = next((child for child in node.named_children if child.type == "import_clause"), None)
        for child in clause.named_children if clause else ():
            if child.type == "identifier":
                self._import(name_of(child, self.source), module)
            elif child.type == "namespace_import":
                self._import(name_of(child.named_children[-1], self.source), module)
            for specifier in child.named_children if child.type == "named_imports" else ():
                names = [name_of(one, self.source).strip("'\"") for one in specifier.named_children]
                if names:
                    self._import(names[-1], module, names[0])

    def _import(self, name: str, module: str | None, *path: str) -> None:
        binding = self.names.setdefault(name, Binding())
        if module is None:
            binding.anything = True
        else:
            binding.symbols.add((module_symbol(module), *path))


def pattern_names(target: Node | None, source: bytes) -> Iterator[tuple[str, tuple[str, ...] | None, Node | None]]:
    """List the names in a pattern: each with the members taken (None when they are not known) and its default."""
    waiting: list[tuple[Node, tuple[str, ...] | None, Node | None]] = [] if target is None else [(target, (), None)]
    while waiting:
        node, path, default = waiting.pop()
        match node.type:
            case "identifier":
                yield name_of(node, source), path, default
            case "shorthand_property_identifier_pattern":
                name = name_of(node, source)
                yield name, None if path is None else (*path, name), default
            case "assignment_pattern" | "object_assignment_pattern":
                left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
                waiting += [(left, path, right)] if left else []
            case "pair_pattern":
                key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
                waiting += [(value, _taken(path, key, source), default)] if value else []
            case "object_pattern":
                waiting += [(child, path, None) for child in node.named_children]
            case "array_pattern" | "rest_pattern":
                waiting += [(child, None, None) for child in node.named_children]
            case _:
                pass


def _taken(path: tuple[str, ...] | None, key: Node | None, source: bytes) -> tuple[str, ...] | None:
    """Add a key to the members taken; a computed key leaves them unknown."""
    if path is None or key is None or len(path) > _MOST_TAKEN:
        return None
    if key.type == "property_identifier":
        return (*path, name_of(key, source))
    return (*path, fragments(key, source)) if key.type == "string" else None
