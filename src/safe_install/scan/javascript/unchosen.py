"""What of a file never runs because of how it was started: ``node tool.js install`` leaves out what ``verify`` would do.

Known is what a command line says, and that npm since 7 never sets one variable that npm 6 did. That nobody changes either of
them first is for the one to ask who sees all texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from safe_install.scan.grammars import kinds, places
from safe_install.scan.javascript.arguments import all_arguments
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.functions import NAMED_FUNCTIONS
from safe_install.scan.javascript.how_it_stands import is_in
from safe_install.scan.javascript.imported import required
from safe_install.scan.javascript.literals import fragments, name_of
from safe_install.scan.javascript.surroundings import NEVER_SET, PARSERS, Started
from safe_install.scan.javascript.values import Variable, arguments_in
from safe_install.scan.shell.words import Argument

Span = tuple[int, int]
"""The first byte, and the byte after the last."""
ARGUMENTS = "process.argv"
_MOST_NODES = 400_000
_MOST_SPANS = 200
_SIGNS = (b"argv", NEVER_SET.encode())
_BRANCHING = kinds("if_statement ternary_expression switch_statement try_statement")
_EQUAL = {"===": True, "==": True, "!==": False, "!=": False}
_NOTHING = "\0"
"""Stands for an argument that is not given, which is no text."""
_LEAVING = kinds("break_statement return_statement throw_statement")
_FLAG = re.compile(r"--(?P<name>(?!no-)[A-Za-z][A-Za-z-]*)(?:=(?P<value>[A-Za-z][\w-]*))?")
_VALUE = re.compile(r"(?!(?:true|false)$)[A-Za-z][\w-]*")
"""What a parser of a command line takes for a text, and for nothing else."""


def unchosen(root: Node, constants: Constants, started: Started) -> Mapping[Span, str]:
    """Give the pieces of a file that never run, each with what has to stay as it is: `ARGUMENTS`, or a variable's name."""
    if root.has_error or root.descendant_count > _MOST_NODES or not any(map(constants.source.__contains__, _SIGNS)):
        return {}
    choice = _Choice(constants, started)
    found = dict(one for place in places(root, of=_BRANCHING) for one in choice.left_out(place.node))
    return found if len(found) <= _MOST_SPANS else {}


@dataclass(slots=True)
class _Choice:
    """Which branches are taken."""

    constants: Constants
    started: Started

    def left_out(self, node: Node) -> Iterator[tuple[Span, str]]:
        """Give what is never reached of a statement, or of an expression, and why."""
        match node.type:
            case "switch_statement":
                yield from ((span, ARGUMENTS) for span in self._of_switch(node))
            case "try_statement":
                yield from ((span, NEVER_SET) for span in self._thrown(node))
            case _:
                holds = self._holds(node.child_by_field_name("condition"))
                other = {True: "alternative", False: "consequence"}.get(holds) if holds is not None else None
                yield from ((span, ARGUMENTS) for span in _spans(node.child_by_field_name(other) if other else None))

    def _of_switch(self, node: Node) -> Iterator[Span]:
        """Leave out the cases before the one that is meant, and those behind what ends it."""
        value, body = node.child_by_field_name("value"), node.child_by_field_name("body")
        inner = value.named_children if value is not None and value.type == "parenthesized_expression" else []
        said = self._said(inner[0]) if len(inner) == 1 else None
        cases = arguments_in(body)
        names = [_name_of_case(one, self.constants.source) for one in cases]
        if said is None or None in names or not cases:
            return
        chosen = names.index(said) if said in names else names.index("") if "" in names else len(cases)
        ends = next((at for at in range(chosen, len(cases)) if _leaves(cases[at])), len(cases))
        for at, case in enumerate(cases):
            if not chosen <= at <= ends:
                yield from _of_case(case)

    def _holds(self, condition: Node | None) -> bool | None:
        """Tell whether ``SAID === "text"`` is true; None where that is not certain."""
        inner = condition
        while inner is not None and inner.type == "parenthesized_expression" and inner.named_child_count == 1:
            inner = inner.named_children[0]
        if inner is None or inner.type != "binary_expression":
            return None
        left, sign, right = (inner.child_by_field_name(one) for one in ("left", "operator", "right"))
        same = _EQUAL.get(sign.type) if sign is not None else None
        if left is None or right is None or same is None:
            return None
        text, other = (right, left) if right.type == "string" else (left, right)
        said = self._said(other) if text.type == "string" else None
        return None if said is None else (said == fragments(text, self.constants.source)) is same

    def _said(self, node: Node) -> str | None:
        """Give what an expression certainly is on this command line."""
        if self._is_one_thing(node):
            words = self.constants.words(node)
            part = words[0].parts[0] if len(words) == 1 and len(words[0].parts) == 1 else None
            given = self.started.arguments
            if isinstance(part, Argument) and not part.rest and part.index is not None:
                return given[part.index] if part.index < len(given) else _NOTHING
        return self._parsed(node)

    def _is_one_thing(self, node: Node) -> bool:
        """Tell whether an expression is ``process.argv[2]``, or a name that always stands for that."""
        if node.type == "identifier":
            single = self._single(node)
            return single is not None and single.type == "subscript_expression"
        return node.type == "subscript_expression"

    def _single(self, name: Node) -> Node | None:
        """Give the one expression that a name always stands for, and that nothing here changes."""
        key = self.constants.bindings.key(name)
        single = self.constants.bindings.single(key)
        if single is None or single[1] or self.constants.changes(self.constants.bindings.names[key]):
            return None
        return single[0]

    def _parsed(self, node: Node) -> str | None:
        """Read ``args.name`` where ``args`` is what a known parser makes of all arguments."""
        owner, taken = node.child_by_field_name("object"), node.child_by_field_name("property")
        if node.type != "member_expression" or owner is None or taken is None or owner.type != "identifier":
            return None
        call = self._single(owner)
        callee = call.child_by_field_name("function") if call is not None and call.type == "call_expression" else None
        given = arguments_in(call.child_by_field_name("arguments")) if call is not None and callee is not None else []
        if callee is None or len(given) != 1 or not self._is_parser(callee) or not self._is_all(given[0]):
            return None
        return options(self.started.arguments).get(name_of(taken, self.constants.source))

    def _is_parser(self, callee: Node) -> bool:
        made = self._single(callee) if callee.type == "identifier" else callee
        specifier = required(made, self.constants) if made is not None and made.type == "call_expression" else None
        return specifier in PARSERS and specifier in self.started.parsers

    def _is_all(self, node: Node) -> bool:
        """Tell whether an expression is ``process.argv.slice(2)``."""
        callee = node.child_by_field_name("function") if node.type == "call_expression" else None
        if callee is None:
            return False
        word = all_arguments(self.constants, callee, arguments_in(node.child_by_field_name("arguments")))
        return word is not None and isinstance(word.parts[0], Argument) and word.parts[0].index == 0

    def _thrown(self, node: Node) -> Iterator[Span]:
        """Give what stands in a ``try`` behind ``JSON.parse`` of a variable that npm never sets: it throws."""
        body = node.child_by_field_name("body")
        if body is None or node.child_by_field_name("handler") is None:
            return
        thrown = False
        for statement in body.named_children:
            if thrown and statement.type not in NAMED_FUNCTIONS:
                yield from _spans(statement)
            thrown |= self._parses_nothing(statement)

    def _parses_nothing(self, statement: Node) -> bool:
        """Read ``const x = JSON.parse(process.env.VARIABLE)``."""
        declared = statement.named_children if statement.type.endswith("_declaration") else []
        call = declared[0].child_by_field_name("value") if len(declared) == 1 else None
        callee = call.child_by_field_name("function") if call is not None and call.type == "call_expression" else None
        if call is None or callee is None or self.constants.said(callee) != "JSON.parse":
            return False
        given = arguments_in(call.child_by_field_name("arguments"))
        words = self.constants.words(given[0]) if given and not self.constants.bindings.given("JSON") else ()
        part = words[0].parts[0] if len(words) == 1 and len(words[0].parts) == 1 else None
        is_own = self.constants.bindings.given("process") is None
        return is_own and isinstance(part, Variable) and part.name == NEVER_SET


def without_spans(source: bytes, spans: Iterable[Span]) -> str:
    """Give a text with nothing but blanks where these pieces are."""
    left = bytearray(source)
    for start, end in spans:
        left[start:end] = b" " * (end - start)
    return left.decode(errors="replace")


def options(arguments: Sequence[str]) -> dict[str, str]:
    """Read a command line of nothing but ``--name value`` and ``--name=value``, as minimist does; nothing of any other."""
    found: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        flag = _FLAG.fullmatch(rest.pop(0))
        value = flag["value"] if flag is not None and flag["value"] else rest.pop(0) if rest else ""
        if flag is None or flag["name"] in found or not _VALUE.fullmatch(value):
            return {}
        found[flag["name"]] = value
    return found


def _name_of_case(case: Node, source: bytes) -> str | None:
    """Give the text of a case, nothing for the default one; None for any other."""
    if case.type == "switch_default":
        return ""
    value = case.child_by_field_name("value")
    text = fragments(value, source) if value is not None and value.type == "string" else None
    return text or None


def _statements(case: Node) -> list[Node]:
    return [one for one in arguments_in(case) if not is_in(one, case.child_by_field_name("value"))]


def _leaves(case: Node) -> bool:
    """Tell whether a case certainly ends the switch: with a statement of its own, or of the one block that it is."""
    statements = _statements(case)
    if len(statements) == 1 and statements[0].type == "statement_block":
        statements = arguments_in(statements[0])
    plain = [one for one in statements if one.type in _LEAVING]
    return any(one.type != "break_statement" or one.named_child_count == 0 for one in plain)


def _of_case(case: Node) -> Iterator[Span]:
    """Give the statements of a case, but for functions: a switch is one block, where they are there from the start."""
    for statement in _statements(case):
        if statement.type not in NAMED_FUNCTIONS:
            yield from _spans(statement)


def _spans(node: Node | None) -> Iterator[Span]:
    if node is not None:
        yield node.start_byte, node.end_byte
