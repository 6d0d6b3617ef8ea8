"""Which values a file gives to its names.

A name stands for every value that any declaration or assignment of that name in the file gives it, but for names that are
a function's own: see scopes.py. So nothing that a name can be is missed; what is named twice is sometimes computed that
need not be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds
from safe_install.scan.javascript.binding import Binding, Parameter
from safe_install.scan.javascript.functions import FUNCTIONS, NAMED_FUNCTIONS, called_by, list_of_each
from safe_install.scan.javascript.literals import fragments, name_of
from safe_install.scan.javascript.name_uses import Use, use_of
from safe_install.scan.javascript.node_builtins import builtin, module_symbol
from safe_install.scan.javascript.patterns import pattern_names
from safe_install.scan.javascript.scopes import Scopes

_GIVING = {"variable_declarator": ("name", "value"), "assignment_expression": ("left", "right")}
_LOGICAL = frozenset(("||=", "&&=", "??="))
_TAKING_ANYTHING = {
    "catch_clause": "parameter",
    "class": "name",
    "class_declaration": "name",
    "enum_declaration": "name",
    "internal_module": "name",
    "update_expression": "argument",
}
NOTED = (
    FUNCTIONS
    | frozenset((*_GIVING, *_TAKING_ANYTHING))
    | kinds(
        "augmented_assignment_expression export_statement for_in_statement formal_parameters identifier import_statement"
        " shorthand_property_identifier"
    )
)
"""The kinds of nodes that `Bindings` takes note of."""
_GIVEN_AWAY = FUNCTIONS | kinds(
    "array object new_expression identifier member_expression call_expression parenthesized_expression ternary_expression"
    " sequence_expression assignment_expression as_expression satisfies_expression non_null_expression"
)
_TYPED = ("required_parameter", "optional_parameter")
_MOST_CALLS = 48  # of one function that are told apart


@dataclass(slots=True)
class Bindings:
    """The names of one file. Give it every place of the tree once, those of other kinds than `NOTED` may be left out."""

    source: bytes
    names: dict[str, Binding] = field(default_factory=dict)
    scopes: Scopes = field(init=False)
    key: Callable[[Node], str] = field(init=False)
    """Tell what a name is known by where it stands."""
    evaluates: bool = False
    """Whether a text is evaluated where it can give any name any value."""

    def __post_init__(self) -> None:
        self.scopes = Scopes(self.source)
        self.key = self.scopes.key

    def note(self, place: Place) -> None:
        """Take note of what a place declares, assigns or does with a name."""
        node, kind = place.node, place.kind
        if kind == "identifier":
            self._used(place)
        elif kind in FUNCTIONS:
            self._function(place)
        elif kind in _GIVING:
            target, value = (node.child_by_field_name(name) for name in _GIVING[kind])
            self._bind(target, value, declared=kind == "variable_declarator")
        elif kind in _TAKING_ANYTHING:
            self._bind_to_anything(node.child_by_field_name(_TAKING_ANYTHING[kind]))
        else:
            self._note_rarer(place)

    def _note_rarer(self, place: Place) -> None:
        node = place.node
        match place.kind:
            case "shorthand_property_identifier":
                self._binding(self.key(node)).lose()
            case "augmented_assignment_expression":
                self._augmented(node)
            case "for_in_statement":
                self._looped(node)
            case "formal_parameters" if place.above is not None and place.above.kind not in FUNCTIONS:
                for child in node.named_children:  # of a method, which anybody may call
                    self._bind_to_anything(child)
            case "import_statement":
                self._imported(node)
            case "export_statement":
                self._exported(node.child_by_field_name("declaration"))
            case _:
                pass

    def single(self, name: str) -> tuple[Node, tuple[str, ...]] | None:
        """Give the one expression that a name always stands for, None when there is no such one."""
        binding = self.names.get(name)
        if binding is None or binding.anything or not binding.declared or self.evaluates:
            return None
        if binding.symbols or binding.parameters or binding.elements or binding.pushed or binding.shortened:
            return None
        return binding.values[0] if len(binding.values) == 1 else None

    def given(self, name: str) -> Binding | None:
        """Give the binding of a name that the file itself gives something; None of any other."""
        binding = self.names.get(name)
        return binding if binding is not None and binding.bound else None

    def _binding(self, name: str) -> Binding:
        binding = self.names.get(name)
        if binding is None:
            self.names[name] = binding = Binding()
        return binding

    def _used(self, place: Place) -> None:
        """Take note of a use: whether what a name holds is only read, called, or may change."""
        name = self.key(place.node)
        use, call = use_of(place, self.source)
        if use is Use.READ:
            return
        binding = self._binding(name)
        if use is Use.CALLED and call is not None:
            self.evaluates |= name == "eval"
            given = call.node.child_by_field_name("arguments")
            binding.altered |= len(binding.calls) >= _MOST_CALLS or given is None
            if given is not None and not binding.altered:
                binding.calls.append(given)
        elif use is Use.APPENDED and call is not None and len(binding.pushed) < _MOST_CALLS:
            binding.pushed.append(call)
        elif use is Use.SHORTENED:
            binding.shortened += 1
        elif use is Use.MEMBER_CALLED:
            binding.asked = True
        elif use is Use.HANDED and call is not None and len(binding.handed) < _MOST_CALLS:
            binding.handed.append((call.node, place.node))
        elif use is Use.INDEXED:
            binding.indexed = True
        else:
            binding.lose()

    def _bind(self, target: Node | None, value: Node | None, *, declared: bool = False) -> None:
        """Give a value to a name or to the names in a pattern; a declaration may give none."""
        for name, path, default in pattern_names(target, self.source, self.key):
            binding = self._binding(name)
            binding.owned |= declared
            binding.unset |= declared and value is None
            if value is not None and path is not None:
                binding.declared = declared and not binding.values
                binding.values.append((value, path))
            if default is not None:
                binding.declared = False
                binding.values.append((default, ()))
            binding.anything |= path is None
            binding.picked |= path is None and value is not None

    def _bind_to_anything(self, target: Node | None) -> None:
        """Let names be anything: what is caught, what is counted."""
        self._bind(target, None)
        for name, _, _ in pattern_names(target, self.source, self.key):
            self.names[name].anything = True

    def _function(self, place: Place) -> None:
        """Bind a function's name to it, and its parameters to what it is called with."""
        node = place.node
        own = node.child_by_field_name("name")
        if own is not None and place.kind in NAMED_FUNCTIONS:
            self._bind(own, node, declared=True)
        elif own is not None:
            self._bind_to_anything(own)
        called, given = called_by(place, self.key) if own is None or place.kind in NAMED_FUNCTIONS else ("", None)
        single = node.child_by_field_name("parameter")
        several = node.child_by_field_name("parameters")
        parameters = [single] if single is not None else several.named_children if several is not None else []
        each = list_of_each(place, self.source)
        for index, child in enumerate(one for one in parameters if one.type != "comment"):
            if index == 0 and each is not None:
                self._bind_to_elements(child, each, by_keys=False)
            else:
                self._parameter(child, called, given, index)

    def _parameter(self, target: Node, called: str, given: Node | None, index: int) -> None:
        typed = target.child_by_field_name("pattern") if target.type in _TYPED else None
        rest = (typed or target).type == "rest_pattern"
        inner = (typed or target).named_children[0] if rest and (typed or target).named_children else target
        for name, path, default in pattern_names(inner, self.source, self.key):
            binding = self._binding(name)
            binding.owned = True
            if default is not None:
                binding.values.append((default, ()))
            if path is None or not (called or given is not None):
                binding.anything = True
            else:
                binding.parameters.append(Parameter(called, given, index, rest, path))

    def _looped(self, node: Node) -> None:
        """Bind the variable of ``for (x of list)``."""
        target, over, operator = (node.child_by_field_name(name) for name in ("left", "right", "operator"))
        self._bind_to_elements(target, over, by_keys=operator is None or operator.type != "of")

    def _bind_to_elements(self, target: Node | None, over: Node | None, *, by_keys: bool) -> None:
        """Bind names to what a list holds, or to the keys of a table."""
        for name, path, default in pattern_names(target, self.source, self.key):
            binding = self._binding(name)
            binding.declared, binding.owned = False, True
            if over is None or path is None or default is not None or len(binding.elements) >= _MOST_CALLS:
                binding.anything = True
            else:
                binding.elements.append((over, by_keys, path))

    def _augmented(self, node: Node) -> None:
        """Bind ``x ||= value``; what ``+=`` makes is not computed."""
        operator, left = node.child_by_field_name("operator"), node.child_by_field_name("left")
        if operator is not None and operator.type in _LOGICAL:
            self._bind(left, node.child_by_field_name("right"))
        else:
            self._bind_to_anything(left)

    def _imported(self, node: Node) -> None:
        """Bind what an import statement names; what comes from another file can be anything."""
        required = next((child for child in node.named_children if child.type == "import_require_clause"), None)
        if required is not None:  # ``import x = require("x")``, of TypeScript
            self._import(name_of(required.named_children[0], self.source), self._module(required))
        module = self._module(node)
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

    def _exported(self, declaration: Node | None) -> None:
        """Let others call what ``export function f …`` gives them, and change what ``export const list = …`` does."""
        if declaration is None:
            return
        own = declaration.child_by_field_name("name") if declaration.type in NAMED_FUNCTIONS else None
        targets = [
            own,
            *(one.child_by_field_name("name") for one in map(_of_others, declaration.named_children) if one),
        ]
        for target in targets:
            for name, _, _ in pattern_names(target, self.source, self.key):
                self._binding(name).lose()

    def _module(self, node: Node) -> str | None:
        source = node.child_by_field_name("source")
        return builtin(fragments(source, self.source)) if source is not None else None

    def _import(self, name: str, module: str | None, *path: str) -> None:
        binding = self._binding(name)
        binding.owned = True
        if module is None:
            binding.anything = True
        else:
            binding.symbols.add((module_symbol(module), *path))


def _of_others(declarator: Node) -> Node | None:
    """Give a declarator whose value an importer may call or change; a text it may not."""
    value = declarator.child_by_field_name("value")
    return declarator if value is not None and value.type in _GIVEN_AWAY else None
