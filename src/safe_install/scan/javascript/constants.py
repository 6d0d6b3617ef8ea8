"""What the expressions of one file can be before it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from weakref import proxy

from tree_sitter import Node

from safe_install.scan.grammars import kinds
from safe_install.scan.javascript import handing, lists, tables
from safe_install.scan.javascript.binding import Binding
from safe_install.scan.javascript.bindings import Bindings
from safe_install.scan.javascript.expressions import READERS, REMEMBERED
from safe_install.scan.javascript.functions import FUNCTIONS
from safe_install.scan.javascript.hiding_names import hides
from safe_install.scan.javascript.index_names import names_of_index
from safe_install.scan.javascript.interpreter import Interpreter
from safe_install.scan.javascript.listed import Listed
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.node_builtins import GLOBALS, can_hide
from safe_install.scan.javascript.node_members import member_of, symbol_of
from safe_install.scan.javascript.reflected import takes_unnamed
from safe_install.scan.javascript.scopes import plain
from safe_install.scan.javascript.surroundings import NOWHERE, Surroundings
from safe_install.scan.javascript.values import (
    ALTERNATIVES,
    NO_VALUE,
    Itself,
    Value,
    arguments_in,
    either,
    symbol_value,
    unknown,
    without_itself,
)
from safe_install.scan.shell.words import PACKAGE_ROOT, WORKING_DIRECTORY, Word, computed, literal

_LISTS_IN_LISTS = 8
DEEPEST = 40  # expressions in one another that are looked into
_SAID = 80  # bytes
STEPS = 200_000  # expressions looked at in one file; esbuild's install.js needs under 3,000
_ALWAYS = 0
_HOLDING_STATEMENTS = kinds(
    "statement_block if_statement else_clause try_statement catch_clause finally_clause for_statement for_in_statement"
    " while_statement do_statement switch_statement switch_body switch_case switch_default labeled_statement"
)
_NAMED = frozenset(("property_identifier", "shorthand_property_identifier", "private_property_identifier"))


@dataclass(slots=True, weakref_slot=True)
class Constants:
    """The expressions of one file; a text without a ``path`` runs from the working directory."""

    source: bytes
    path: str | None
    bindings: Bindings
    around: Surroundings = NOWHERE
    names: dict[str, Value] = field(default_factory=dict)
    computed_members: dict[str, bool] = field(default_factory=dict)
    returned: dict[int, Value] = field(default_factory=dict)
    """What functions of the file give, by their node's id."""
    valued: dict[int, tuple[int, Value]] = field(default_factory=dict)
    """Calls and members by their node's id; where a name was left open, they hold for this turn."""
    listed: dict[tuple[int, int, bool, int], Listed] = field(default_factory=dict)
    """Lists by their node's id, and what else they depend on: see listed.py."""
    looked_at: set[str] = field(default_factory=set)
    turn: int = 1
    left_open: int = 0
    """How often a name was met while it was looked at."""
    kept: dict[int, bool] = field(default_factory=dict)
    """Whether what a name holds may change, by its binding."""
    interpreter: Interpreter = field(init=False)
    steps: int = 0
    listing: int = 0
    gave_up: bool = False
    """Whether something was not looked into, so that a symbol may be unseen; the caller must tell."""

    def __post_init__(self) -> None:
        myself = proxy(self)  # or a circle keeps all that is known of a file until Python looks for circles
        self.interpreter = Interpreter(self.source, self.bindings, lambda binding: bool(myself.changes(binding)))

    @property
    def left(self) -> int:
        """Give how many steps may still be taken."""
        return STEPS - self.steps

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
        known = self.valued.get(node.id)
        if known is not None and known[0] in {_ALWAYS, self.turn}:
            return known[1]
        reader, open_before = READERS.get(node.type), self.left_open
        found = reader(self, node, depth + 1) if reader else unknown(node, self.source)
        if len(found.words) > ALTERNATIVES:
            found = Value(unknown(node, self.source).words, found.symbols)
        if reader in REMEMBERED:
            self.valued[node.id] = (_ALWAYS if self.left_open == open_before else self.turn, found)
        return found

    def words(self, node: Node | None) -> tuple[Word, ...]:
        """Give the words an expression can be; one computed word when it is something else."""
        return self.value(node).words or unknown(node, self.source).words

    def exact(self, node: Node) -> Value | None:
        """Give an expression as the one text that it always is, None when that is not certain."""
        text = self.interpreter.text(node)
        return None if text is None or "\0" in text else Value((literal(text),))

    def said(self, node: Node) -> str:
        """Give an expression as it is written, its start when it is long."""
        return self.source[node.start_byte : min(node.end_byte, node.start_byte + _SAID)].decode(errors="replace")

    def spent(self, cost: int = 1) -> bool:
        """Count steps; tell whether there were too many, which is then told."""
        self.steps += cost
        self.gave_up |= self.steps > STEPS
        return self.steps > STEPS

    def changes(self, binding: Binding) -> bool:
        """Tell whether what a name holds may be changed: here, or by a function that is given it."""
        if binding.altered or (binding.changed and not tables.holds_functions(binding)):
            return True
        known = self.kept.get(id(binding))
        if known is None:
            self.kept[id(binding)] = False  # while it is looked at
            known = any(not handing.changes_nothing(self, call, given) for call, given in binding.handed)
            self.kept[id(binding)] = known
        return known

    def results(self, function: Node) -> list[Node]:
        """List the expressions that a function returns."""
        body = function.child_by_field_name("body")
        if body is None or body.type != "statement_block":
            return [] if body is None else [body]
        found: list[Node] = []
        waiting = [body]
        while waiting:
            node = waiting.pop()
            self.steps += 1
            if node.type == "return_statement":
                found += arguments_in(node)[:1]
            elif node.type in _HOLDING_STATEMENTS:
                waiting += reversed(node.named_children)
        return found

    def lists(self, node: Node | None) -> list[tuple[Word, ...]]:
        """Give what an array can be, element by element; of an array that is not known one word stands for all."""
        if self.listing > _LISTS_IN_LISTS:  # a list may be named in its own elements
            return [(unknown(node, self.source).words[0],)]
        self.listing += 1
        found = lists.lists(self, node, 0)
        self.listing -= 1
        return found or [(unknown(node, self.source).words[0],)]

    def option(self, node: Node | None, name: str) -> Node | None:
        """Find an option's value in an object, written where it is used or given to a name."""
        if node is not None and node.type == "identifier":
            binding = self.bindings.names.get(self.bindings.key(node))
            objects = [value for value, taken in binding.values if not taken] if binding else []
            return next((found for found in (self._pair(one, name) for one in objects) if found is not None), None)
        return None if node is None else self._pair(node, name)

    def _pair(self, node: Node, name: str) -> Node | None:
        """Find a pair of an object by its key: the last one counts, as it does to JavaScript."""
        found: Node | None = None
        for pair in node.named_children if node.type == "object" else ():
            self.steps += 1
            if self.steps > STEPS:
                self.gave_up = True
                break
            key = pair.child_by_field_name("key") or pair.child_by_field_name("name")
            if pair.type == "shorthand_property_identifier" and name_of(pair, self.source) == name:
                found = pair
            elif key is not None and self.key(key) == name:
                found = pair.child_by_field_name("value") or pair
        return found

    def key(self, node: Node, depth: int = 0) -> str | None:
        """Give the name that a property, or an index, stands for; None when it is computed."""
        if node.type in _NAMED:
            return name_of(node, self.source)
        inner = node.named_children[0] if node.type == "computed_property_name" and node.named_children else node
        value = self.value(inner, depth)
        return value.words[0].literal if len(value.words) == 1 and not value.symbols else None

    def keys(self, node: Node) -> frozenset[str] | None:
        """Give every name that an index can stand for; None when it can be any."""
        words = self.value(node).words
        names = [word.literal for word in words]
        return frozenset(name for name in names if name is not None) if names and None not in names else None

    def is_computed_member(self, node: Node) -> bool:
        """Tell whether an expression is ``a[b]`` with a ``b`` that only running tells.

        What ``arguments`` of a function holds was given by somebody who had it, and no other member of it leads to code. Which
        of the functions of a table that stands here is meant does not matter: all of them are read.
        """
        if node.type == "call_expression":
            return takes_unnamed(self, node)
        index = node.child_by_field_name("index") if node.type == "subscript_expression" else None
        owner = node.child_by_field_name("object")
        if owner is not None and owner.type == "identifier" and name_of(owner, self.source) == "arguments":
            return self.bindings.given("arguments") is not None
        if index is None or index.type == "number" or self.key(index) is not None:
            return False
        names = names_of_index(self, index)
        of_node = owner is not None and self.value(owner).symbols - {"this"}  # of which each member counts
        if names is not None and not of_node and not any(map(hides, names)):
            return False
        return not tables.only_functions(self, owner)

    def names_computed_member(self, name: str) -> bool:
        """Tell whether a name can be a member that only running names."""
        if name not in self.computed_members:
            binding = self.bindings.names.get(name)
            values = binding.values if binding else []
            is_picked = binding is not None and binding.picked
            self.computed_members[name] = is_picked or any(self.is_computed_member(node) for node, _ in values)
        return self.computed_members[name]

    def named(self, name: str, depth: int = 0) -> Value:
        """Say what a name can be."""
        if name in self.looked_at:  # then it stands for itself
            self.left_open += 1
            return Value((Word((Itself(plain(name), name),)),))
        if name not in self.names:
            with self.looking_at(name):
                self.names[name] = self._looked_up(name, depth)
        return self.names[name]

    @contextmanager
    def looking_at(self, name: str) -> Iterator[None]:
        """Mark a name, or a function, as looked at: what it is may lead back to it."""
        self.looked_at.add(name)
        self.turn += 1
        yield
        self.looked_at.discard(name)
        self.turn += 1

    def _looked_up(self, name: str, depth: int) -> Value:
        """Put together what a file gives a name; one that could hide something keeps its usual meaning beside it."""
        binding = self.bindings.given(name)
        usual = GLOBALS.get(name)
        if binding is None and usual:
            return symbol_value(usual)
        if binding is None:
            place = {"__dirname": self.directory, "__filename": self.file}.get(name)
            return Value((literal(place) if place else computed(plain(name)),))
        found = [symbol_value(symbol_of(symbol)) for symbol in sorted(binding.symbols)]
        found += [self.taken(node, names, depth) for node, names in binding.values]
        found += self.given_to(name, binding, depth)
        if binding.unset and self.around.holds_undefined:
            found.append(Value((Word((NO_VALUE,)),)))
        if binding.anything or self.bindings.evaluates or (binding.values and not binding.owned):
            found.append(Value((computed(plain(name)),)))
        if usual and can_hide(usual):
            found.append(symbol_value(usual))
        value = without_itself(either(found), name)
        return value if value.words or value.symbols else Value((computed(plain(name)),))

    def given_to(self, name: str, binding: Binding, depth: int = 0) -> Iterator[Value]:
        """Say what a name is given by those who call its function, and by a loop."""
        for parameter in binding.parameters:
            yield from lists.of_parameter(self, parameter, name, depth)
        for over, by_keys, names in binding.elements:
            yield lists.of_loop(self, over, names, depth, by_keys=by_keys)

    def taken(self, node: Node, names: tuple[str, ...], depth: int) -> Value:
        """Say what a member of an expression is, or a member of that."""
        if node.type in FUNCTIONS:
            return unknown(node, self.source)
        if len(names) == 1:
            found = tables.member(self, node, frozenset(names), depth)
            if found is not None:
                return found
        value = self.value(node, depth)
        for one in names:
            value = self.member(value, one, node)
        return value

    def member(self, value: Value, name: str, node: Node | None) -> Value:
        """Take a member of a value; ``node`` is where it stands."""
        return member_of(value, name, node, self.source)
