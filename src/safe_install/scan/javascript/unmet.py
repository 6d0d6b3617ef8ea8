"""What of a file never runs, because its package holds a file or does not: ``fs.existsSync("./src") && build()``.

A package often builds itself where its sources are, in a checkout, and not where npm put it. Which of the two it is, the
delivery tells, as long as nothing that runs makes or removes a file: that is for the one to ask who sees all texts.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from safe_install.scan.grammars import kinds, places
from safe_install.scan.javascript.call_values import unwraps
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.functions import FUNCTIONS, NAMED_FUNCTIONS, may_call_itself
from safe_install.scan.javascript.held import Held
from safe_install.scan.javascript.how_it_stands import (
    is_constant,
    is_in,
    is_outermost,
    only_asks,
    only_call,
    says_only_text,
)
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.scopes import plain
from safe_install.scan.javascript.values import arguments_in
from safe_install.scan.shell.words import PACKAGE_ROOT, WORKING_DIRECTORY

Span = tuple[int, int]
"""The first byte, and the byte after the last."""
_DEEPEST = 16
_MOST_NODES = 400_000
_MOST_SPANS = 200  # of one file; each place of it is held against all
_MOST_ASKED = 200  # places that one file asks for; each is held against all files of the package
_SIGNS = (b"existsSync", b".stat(", b"try")
_BRANCHING = kinds("if_statement ternary_expression binary_expression try_statement")
_COUNTING = kinds("augmented_assignment_expression update_expression")
_LOOKING_ON = kinds("call_expression")
_PLACE_AND_FUNCTION = 2
_CALLED_BACK = 2  # parameters of what ``fs.stat`` calls back: an error, or what is there
_THERE_FROM_START = NAMED_FUNCTIONS | kinds("labeled_statement")
_IDENTIFIERS = kinds("identifier shorthand_property_identifier shorthand_property_identifier_pattern")
_DECLARED = 3  # levels from a file to the value of a name that it declares
_ALWAYS_THERE = frozenset(("node:child_process.execSync", "node:child_process.spawnSync", "node:fs.existsSync"))
"""Functions that every Node that is still used has."""


def unmet(root: Node, constants: Constants, held: Held) -> tuple[Span, ...]:
    """Give the pieces of a file that never run, if no file comes or goes before."""
    if root.has_error or root.descendant_count > _MOST_NODES or not any(map(constants.source.__contains__, _SIGNS)):
        return ()
    question = _Question(constants, held)
    for place in places(root, of=_LOOKING_ON):
        question.note_asked(place.node)
    found = {span for place in places(root, of=_BRANCHING) for span in question.spared(place.node)}
    return tuple(sorted(found)) if len(found) <= _MOST_SPANS else ()


@dataclass(slots=True)
class _Question:
    """The question what is certain about a condition."""

    constants: Constants
    held: Held
    told: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Parameters of functions that ``fs.stat`` calls back: which of them, and what is there."""
    asked: dict[str, str | None] = field(default_factory=dict)
    absent: dict[str, bool] = field(default_factory=dict)

    def note_asked(self, call: Node) -> None:
        """Note what ``fs.stat(PLACE, function (error, stat) {…})`` calls back with."""
        callee, given = call.child_by_field_name("function"), arguments_in(call.child_by_field_name("arguments"))
        if callee is None or len(given) != _PLACE_AND_FUNCTION or given[1].type not in FUNCTIONS:
            return
        if not self._is(callee, "node:fs.stat") or may_call_itself(given[1]):
            return
        there = self._lies_at(given[0])
        changed = {
            self.constants.bindings.key(place.node.named_children[0])
            for place in places(given[1], of=_COUNTING)
            if place.node.named_child_count and place.node.named_children[0].type == "identifier"
        }
        single, several = given[1].child_by_field_name("parameter"), given[1].child_by_field_name("parameters")
        parameters = [single] if single is not None else arguments_in(several)
        for index, parameter in enumerate(parameters[:_CALLED_BACK]):
            key = self.constants.bindings.key(parameter) if parameter.type == "identifier" else ""
            binding = self.constants.bindings.names.get(key)
            is_given = binding is not None and bool(binding.values or binding.elements or key in changed)
            is_given |= index == 1 and not self._is_only_asked(given[1], parameter)
            if there is not None and not is_given and plain(key) != key:  # or other functions' have that name, too
                self.told[key] = index, there

    def _is_only_asked(self, function: Node, parameter: Node) -> bool:
        """Tell whether a function does nothing with what it is told of a file, but ask what it is."""
        key = self.constants.bindings.key(parameter)
        uses = (place for place in places(function, of=_IDENTIFIERS) if self.constants.bindings.key(place.node) == key)
        return all(place.node == parameter or only_asks(place, self.constants.source) for place in uses)

    def spared(self, node: Node) -> Iterator[Span]:
        """Give what is never reached behind a condition, or behind what throws."""
        match node.type:
            case "if_statement" | "ternary_expression":
                holds = self.holds(node.child_by_field_name("condition"), node)
                other = {True: "alternative", False: "consequence"}.get(holds) if holds is not None else None
                yield from _spans(node.child_by_field_name(other) if other else None)
            case "binary_expression":
                operator, left = node.child_by_field_name("operator"), node.child_by_field_name("left")
                ends = {"&&": False, "||": True}.get(operator.type if operator is not None else "")
                if ends is not None and self.holds(left, node) is ends:
                    yield from _spans(node.child_by_field_name("right"))
            case "try_statement":
                yield from self._thrown(node)
            case _:
                pass

    def _thrown(self, node: Node) -> Iterator[Span]:
        """Give what stands in a ``try`` from where it requires a file that is not there; only with a ``catch`` it goes on.

        Functions that are declared there are there from the start of the block.
        """
        body = node.child_by_field_name("body")
        if body is None or node.child_by_field_name("handler") is None:
            return
        thrown = False
        for statement in body.named_children:
            call = only_call(statement) if not thrown else None
            is_plain = call is not None and says_only_text(call)
            before = thrown
            thrown |= call is not None and self._requires_absent(call)
            before |= thrown and is_plain
            if before and statement.type not in _THERE_FROM_START:
                yield from _spans(statement)

    def holds(self, node: Node | None, around: Node, depth: int = 0) -> bool | None:
        """Tell whether a condition is true; None where that is not certain."""
        if node is None or depth > _DEEPEST:
            return None
        match node.type:
            case "parenthesized_expression" if node.named_child_count == 1:
                return self.holds(node.named_children[0], around, depth + 1)
            case "unary_expression" if node.children[0].type == "!":
                inner = self._is_given(node.named_children[-1], around)
                inner = self.holds(node.named_children[-1], around, depth + 1) if inner is None else inner
                return None if inner is None else not inner
            case "binary_expression":
                return self._both(node, around, depth)
            case "call_expression":
                return self._answer(node)
            case "identifier":
                index, there = self.told.get(self.constants.bindings.key(node), (-1, ""))
                return {0: there == "", 1: there != ""}.get(index)
            case _:
                return None

    def _both(self, node: Node, around: Node, depth: int) -> bool | None:
        operator = node.child_by_field_name("operator")
        ends = {"&&": False, "||": True}.get(operator.type if operator is not None else "")
        sides = [self.holds(node.child_by_field_name(side), around, depth + 1) for side in ("left", "right")]
        if ends is None:
            return None
        return ends if ends in sides else None if None in sides else not ends

    def _answer(self, call: Node) -> bool | None:
        """Tell what ``fs.existsSync(PLACE)``, or ``stat.isDirectory()`` of a place that was asked for, gives."""
        callee, given = call.child_by_field_name("function"), arguments_in(call.child_by_field_name("arguments"))
        if callee is None:
            return None
        if len(given) == 1 and self._is(callee, "node:fs.existsSync"):
            there = self._lies_at(given[0])
            return None if there is None else there != ""
        owner, taken = callee.child_by_field_name("object"), callee.child_by_field_name("property")
        if owner is None or taken is None or owner.type != "identifier" or given:
            return None
        index, there = self.told.get(self.constants.bindings.key(owner), (-1, ""))
        kind = {"isDirectory": "directory", "isFile": "file"}.get(name_of(taken, self.constants.source))
        return there == kind if index == 1 and there and kind else None

    def _is_given(self, node: Node, condition: Node) -> bool | None:
        """Tell whether a name holds a function of Node's for certain where ``if (!name) name = …`` asks for it."""
        if node.type != "identifier" or condition.type != "if_statement":
            return None
        binding = self.constants.bindings.names.get(self.constants.bindings.key(node))
        if binding is None or binding.anything or binding.symbols or binding.parameters or binding.elements:
            return None
        inside = condition.child_by_field_name("consequence")
        first = [(one, path) for one, path in binding.values if not is_in(one, inside)]
        if len(first) != 1 or first[0][0].end_byte > condition.start_byte or not binding.owned:
            return None
        if not (is_outermost(condition, 1) and is_outermost(first[0][0], _DECLARED)):
            return None  # or one may run without the other, or before it
        symbols = self.constants.taken(*first[0], 0).symbols
        return True if symbols and symbols <= _ALWAYS_THERE and self._is_one_thing(first[0][0]) else None

    def _is(self, callee: Node, symbol: str) -> bool:
        """Tell whether an expression is this symbol, and can be nothing else."""
        return self.constants.value(callee).symbols == {symbol} and self._is_one_thing(callee)

    def _is_one_thing(self, node: Node, depth: int = 0) -> bool:
        """Tell whether an expression is a module that is plainly required, or a member of one."""
        bindings = self.constants.bindings
        match node.type:
            case _ if depth > _DEEPEST:
                return False
            case "call_expression":
                callee, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
                if callee is None:
                    return False
                plain = callee.type == "identifier" and name_of(callee, self.constants.source) == "require"
                if plain and bindings.given("require") is None:
                    return True
                inner = arguments_in(given)[:1]
                return bool(inner) and unwraps(self.constants, callee) and self._is_one_thing(inner[0], depth + 1)
            case "member_expression":
                owner = node.child_by_field_name("object")
                return owner is not None and self._is_one_thing(owner, depth + 1)
            case "identifier":
                return self._names_one_thing(bindings.key(node), depth)
            case _:
                return False

    def _names_one_thing(self, key: str, depth: int) -> bool:
        bindings = self.constants.bindings
        binding, single = bindings.given(key), bindings.single(key)
        if binding is None:
            return key == "require"
        if not (binding.owned and (self.constants.around.is_alone or plain(key) != key or is_constant(single))):
            return False  # other texts have that name, too
        if single is not None:
            return self._is_one_thing(single[0], depth + 1)
        other = binding.values or binding.anything or binding.parameters or binding.elements
        return len(binding.symbols) == 1 and not other

    def _lies_at(self, place: Node) -> str | None:
        """Tell what lies at a place: ``file``, ``directory`` or nothing; None where it is not certain."""
        words = self.constants.value(place).words
        found = {self._lies(word.literal) for word in words}
        return found.pop() if len(found) == 1 else None

    def _lies(self, said: str | None) -> str | None:
        if said is None:
            return None
        for start in (PACKAGE_ROOT, WORKING_DIRECTORY):
            if said.startswith(start):
                return self._lies_in_package(said.removeprefix(start).lstrip("/"))
        return None if said.startswith(("/", "~")) or "\0" in said or "\\" in said else self._lies_in_package(said)

    def _lies_in_package(self, path: str) -> str | None:
        if path not in self.asked:
            self.asked[path] = self.held.surely_at(path) if len(self.asked) < _MOST_ASKED else None
        return self.asked[path]

    def _requires_absent(self, call: Node) -> bool:
        """Tell whether a call requires a file beside this one, and nothing lies where Node looks for it."""
        callee, given = call.child_by_field_name("function"), arguments_in(call.child_by_field_name("arguments"))
        if callee is None or len(given) != 1 or self.constants.path is None:
            return False
        words = self.constants.value(given[0]).words
        specifier = words[0].literal if len(words) == 1 else None
        if specifier is None or not specifier.startswith(("./", "../")):
            return False
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.constants.path), specifier))
        if not self._is(callee, "require") or self._lies_in_package(path) != "":
            return False
        if path not in self.absent:
            self.absent[path] = self.held.has_nothing_like(path)
        return self.absent[path]


def _spans(node: Node | None) -> Iterator[Span]:
    if node is not None:
        yield node.start_byte, node.end_byte
