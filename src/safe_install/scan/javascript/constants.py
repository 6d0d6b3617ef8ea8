"""What the expressions of one file can be before it runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tree_sitter import Node

from safe_install.scan.javascript.bindings import Bindings
from safe_install.scan.javascript.call_values import call_value, new_value
from safe_install.scan.javascript.literals import decoded, fragments, name_of
from safe_install.scan.javascript.node_builtins import GLOBALS, can_hide, member
from safe_install.scan.javascript.values import (
    ALTERNATIVES,
    Value,
    arguments_in,
    concatenated,
    either,
    symbol_value,
    unknown,
)
from safe_install.scan.shell.words import PACKAGE_ROOT, WORKING_DIRECTORY, Word, computed, literal

DEEPEST = 40  # expressions in one another that are looked into
STEPS = 200_000  # expressions looked at in one file; esbuild's install.js needs under 3,000
_NUMBER = re.compile(r"\d{1,15}")
_NAMED = frozenset(("property_identifier", "shorthand_property_identifier", "private_property_identifier"))
_WORDS = {
    "process.execPath": "node",
    "process.argv0": "node",
    "process.env.npm_node_execpath": "node",
    "process.env.NODE": "node",
    "node:path.sep": "/",
    "node:path.delimiter": ":",
    "node:os.EOL": "\n",
}
"""Members of Node's that are known before running; node is node, wherever it is."""


@dataclass(slots=True)
class Constants:
    """The expressions of one file; a text without a ``path`` runs from the working directory."""

    source: bytes
    path: str | None
    bindings: Bindings
    names: dict[str, Value] = field(default_factory=dict)
    computed_members: dict[str, bool] = field(default_factory=dict)
    steps: int = 0
    gave_up: bool = False
    """Whether something was not looked into, so that a symbol may be unseen; the caller must tell."""

    @property
    def directory(self) -> str:
        """Give what ``__dirname`` stands for."""
        return self.file.rpartition("/")[0]

    @property
    def file(self) -> str:
        """Give what ``__filename`` stands for."""
        return f"{WORKING_DIRECTORY}/[eval]" if self.path is None else f"{PACKAGE_ROOT}/{self.path}"

    def value(self, node: Node | None, depth: int = 0) -> Value:
        """Say what an expression can be."""
        self.steps += 1
        if node is None or depth > DEEPEST or self.steps > STEPS:
            self.gave_up |= node is not None
            return unknown(node, self.source)
        reader = _READERS.get(node.type)
        found = reader(self, node, depth + 1) if reader else unknown(node, self.source)
        if len(found.words) > ALTERNATIVES:
            return Value(unknown(node, self.source).words, found.symbols)
        return found

    def words(self, node: Node | None) -> tuple[Word, ...]:
        """Give the words an expression can be; one computed word when it is something else."""
        return self.value(node).words or unknown(node, self.source).words

    def elements(self, node: Node | None) -> list[tuple[Word, ...]]:
        """Give what each element of an array can be; an array that has a name may have grown by one more."""
        if self.steps > STEPS:
            self.gave_up = True
        elif node is not None and node.type == "array":
            return [self.words(child) for child in arguments_in(node)]
        elif node is not None and node.type == "identifier":
            binding = self.bindings.names.get(name_of(node, self.source))
            values = binding.values if binding and not binding.anything else []
            if len(values) == 1 and values[0][0].type == "array":
                return [*self.elements(values[0][0]), unknown(node, self.source).words]
        return [unknown(node, self.source).words]

    def option(self, node: Node | None, name: str) -> Node | None:
        """Find an option's value in an object, written where it is used or given to a name."""
        if node is not None and node.type == "identifier":
            binding = self.bindings.names.get(name_of(node, self.source))
            objects = [value for value, taken in binding.values if not taken] if binding else []
            return next((found for found in (self._pair(one, name) for one in objects) if found is not None), None)
        return None if node is None else self._pair(node, name)

    def _pair(self, node: Node, name: str) -> Node | None:
        for pair in node.named_children if node.type == "object" else ():
            self.steps += 1
            if self.steps > STEPS:
                self.gave_up = True
                break
            key = pair.child_by_field_name("key")
            if pair.type == "pair" and key is not None and self.key(key) == name:
                return pair.child_by_field_name("value")
        return None

    def key(self, node: Node, depth: int = 0) -> str | None:
        """Give the name that a property, or an index, stands for; None when it is computed."""
        if node.type in _NAMED:
            return name_of(node, self.source)
        inner = node.named_children[0] if node.type == "computed_property_name" and node.named_children else node
        words = self.value(inner, depth).words
        return words[0].literal if len(words) == 1 else None

    def is_computed_member(self, node: Node) -> bool:
        """Tell whether an expression is ``a[b]`` with a ``b`` that only running tells."""
        index = node.child_by_field_name("index") if node.type == "subscript_expression" else None
        return index is not None and index.type != "number" and self.key(index) is None

    def names_computed_member(self, name: str) -> bool:
        """Tell whether a name can be a member that only running names."""
        if name not in self.computed_members:
            binding = self.bindings.names.get(name)
            values = binding.values if binding else []
            self.computed_members[name] = any(self.is_computed_member(node) for node, _ in values)
        return self.computed_members[name]

    def named(self, name: str, depth: int = 0) -> Value:
        """Say what a name can be."""
        if name not in self.names:
            self.names[name] = Value((computed(name),))  # while it is looked at, it stands for itself
            self.names[name] = self._looked_up(name, depth)
        return self.names[name]

    def _looked_up(self, name: str, depth: int) -> Value:
        """Put together what a file gives a name; one that could hide something keeps its usual meaning beside it."""
        binding = self.bindings.names.get(name)
        usual = GLOBALS.get(name)
        if binding is None and usual:
            return symbol_value(usual)
        if binding is None:
            place = {"__dirname": self.directory, "__filename": self.file}.get(name)
            return Value((literal(place) if place else computed(name),))
        found = [symbol_value(_taken(symbol)) for symbol in binding.symbols]
        for node, names in binding.values:
            value = self.value(node, depth)
            for one in names:
                value = self.member(value, one, node)
            found.append(value)
        if binding.anything:
            found.append(Value((computed(name),)))
        if usual and can_hide(usual):
            found.append(symbol_value(usual))
        return either(found) if found else Value((computed(name),))

    def member(self, value: Value, name: str, node: Node | None) -> Value:
        """Take a member of a value; few of Node's are words that are known."""
        symbols = frozenset(member(symbol, name) for symbol in value.symbols)
        known = tuple(literal(_WORDS[symbol]) for symbol in sorted(symbols) if symbol in _WORDS)
        return Value(known or unknown(node, self.source).words, symbols)


def _taken(names: tuple[str, ...]) -> str:
    symbol, *rest = names
    for name in rest:
        symbol = member(symbol, name)
    return symbol


def _string(constants: Constants, node: Node, _: int) -> Value:
    return Value((literal(fragments(node, constants.source)),))


def _template(constants: Constants, node: Node, depth: int) -> Value:
    """Read a template: the grammar names its substitutions, the text is what stands between them."""
    pieces: list[tuple[Word, ...]] = []
    at = node.start_byte + 1
    for child in node.named_children:
        if child.type == "template_substitution":
            pieces += [_raw(constants, at, child.start_byte), _inner(constants, child, depth).words]
            at = child.end_byte
    return concatenated([*pieces, _raw(constants, at, node.end_byte - 1)], node, constants.source)


def _raw(constants: Constants, start: int, end: int) -> tuple[Word, ...]:
    return (literal(decoded(constants.source[start:end].decode(errors="replace"))),)


def _number(constants: Constants, node: Node, _: int) -> Value:
    text = name_of(node, constants.source)
    return Value((literal(text),)) if _NUMBER.fullmatch(text) else unknown(node, constants.source)


def _inner(constants: Constants, node: Node, depth: int) -> Value:
    return constants.value(node.named_children[-1] if node.named_children else None, depth)


def _assigned(constants: Constants, node: Node, depth: int) -> Value:
    return constants.value(node.child_by_field_name("right"), depth)


def _binary(constants: Constants, node: Node, depth: int) -> Value:
    """Read ``a + b + …`` without recursion along its left side, and ``a || b``."""
    operator = node.child_by_field_name("operator")
    if operator is not None and operator.type in {"||", "??", "&&"}:
        return either(constants.value(node.child_by_field_name(side), depth) for side in ("left", "right"))
    operands: list[Node | None] = []
    left: Node | None = node
    while left is not None and left.type == "binary_expression":
        sign = left.child_by_field_name("operator")
        if sign is None or sign.type != "+":
            break
        operands.append(left.child_by_field_name("right"))
        left = left.child_by_field_name("left")
    if not operands:
        return unknown(node, constants.source)
    words = [constants.value(one, depth).words for one in (left, *reversed(operands))]
    return concatenated(words, node, constants.source)


def _ternary(constants: Constants, node: Node, depth: int) -> Value:
    return either(constants.value(node.child_by_field_name(name), depth) for name in ("consequence", "alternative"))


def _identifier(constants: Constants, node: Node, depth: int) -> Value:
    return constants.named(name_of(node, constants.source), depth)


def _member(constants: Constants, node: Node, depth: int) -> Value:
    """Take a member: ``a.b`` or ``a['b']``."""
    owner = node.child_by_field_name("object")
    index = node.child_by_field_name("property") or node.child_by_field_name("index")
    name = constants.key(index, depth) if index is not None else None
    if owner is None or name is None:
        return unknown(node, constants.source)
    if owner.type == "meta_property":
        return _of_import_meta(constants, name, node)
    value = constants.value(owner, depth)
    return constants.member(value, name, node) if value.symbols else unknown(node, constants.source)


def _of_import_meta(constants: Constants, name: str, node: Node) -> Value:
    known = {"url": f"file://{constants.file}", "filename": constants.file, "dirname": constants.directory}
    if name == "resolve":
        return symbol_value("require.resolve")
    return Value((literal(known[name]),)) if name in known else unknown(node, constants.source)


def _this(_: Constants, __: Node, ___: int) -> Value:
    return Value((computed("this"),), frozenset(("this",)))


_READERS: dict[str, Callable[[Constants, Node, int], Value]] = {
    "assignment_expression": _assigned,
    "await_expression": _inner,
    "binary_expression": _binary,
    "call_expression": call_value,
    "identifier": _identifier,
    "shorthand_property_identifier": _identifier,
    "member_expression": _member,
    "new_expression": new_value,
    "number": _number,
    "parenthesized_expression": _inner,
    "sequence_expression": _inner,
    "string": _string,
    "subscript_expression": _member,
    "template_string": _template,
    "ternary_expression": _ternary,
    "this": _this,
}
